"""Photos of held-out people, each spoiled in a known way: what the quality's thresholds and weights are fitted on."""
from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from ..heads.photos import SIZE, PhotoMaker

KINDS = ("none", "blurred", "dark", "shadow", "occluded", "cut-off", "small-face", "noise")


@dataclass
class Scene:
    """A spoiled photo, its truth, and how much it is spoiled: sigma of the blur as a share of the face, share covered..."""
    image: Image.Image
    landmarks: np.ndarray   # (68, 3)
    kind: str
    amount: float
    yaw: float
    ethnicity: str
    sex: str


def face_mask(landmarks: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """(h, w) the area of jaw and brows."""
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).polygon([tuple(p) for p in landmarks[[*range(17), *range(26, 16, -1)], :2]], fill=1)
    return np.asarray(mask) > 0


def _cover(rng, picture: Image.Image, landmarks: np.ndarray, side: float, cloths: np.ndarray) -> Image.Image:
    """Something before the face: a cloth mask, a hand, a phone or a thing."""
    layer, p = Image.new("L", picture.size), landmarks[:, :2]
    draw, r = ImageDraw.Draw(layer), rng.random()
    colour = rng.random(3) * 255
    if r < .3:     # a mask over nose and mouth
        top = p[[1, 2, 28, 14, 15]] + rng.normal(size=2) * .02 * side
        outline = np.concatenate([top, p[15:1:-1] + (p[8] - p[30]) * .05])
        draw.polygon([tuple(q) for q in outline], fill=255)
        colour = np.array([[225, 230, 235], [120, 170, 205], [25, 25, 28], colour][rng.integers(4)], float)
    elif r < .65:  # fingers
        colour = np.array([205, 155, 130]) * rng.uniform(.3, 1.15)
        at, turn, width = p[rng.integers(17, 68)] + rng.normal(size=2) * .08 * side, rng.random() * 2 * np.pi, rng.uniform(.05, .1) * side
        along, across = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
        for k in range(rng.integers(2, 5)):
            start = at + across * k * width * 1.15
            draw.line([tuple(start), tuple(start + along * rng.uniform(.4, .9) * side)], fill=255, width=max(2, int(width)))
            draw.ellipse([*(start - width / 2), *(start + width / 2)], fill=255)
    else:          # a thing: ellipse or box
        at, (a, b) = p[rng.integers(17, 68)] + rng.normal(size=2) * .1 * side, rng.uniform(.12, .4, 2) * side
        (draw.ellipse if r < .85 else draw.rectangle)([at[0] - a, at[1] - b, at[0] + a, at[1] + b], fill=255)
    layer = layer.filter(ImageFilter.GaussianBlur(rng.uniform(.5, 2)))
    fill = np.broadcast_to(colour, (*picture.size[::-1], 3)).copy()
    if r >= .65 and rng.random() < .6 or r < .3 and rng.random() < .2:
        fill = np.asarray(Image.fromarray(cloths[rng.integers(len(cloths))]).resize(picture.size), float)
    y = np.linspace(-.15, .15, picture.size[1])[:, None, None] * rng.choice([-1, 1])
    fill = np.clip(fill * (1 + y), 0, 255).astype(np.uint8)
    return Image.composite(Image.fromarray(fill), picture, layer), np.asarray(layer) > 127


def make(rng: np.random.Generator, maker: PhotoMaker, kind: str) -> Scene:
    """One scene; every kind may come with the usual light and JPEG artefacts."""
    image, truth = maker.make(rng, yaw=float(rng.uniform(-75, 75)), faults=False)
    p = truth["landmarks"].astype(np.float64)
    side = float(np.ptp(p[:, :2], axis=0).max())
    pixels = image.astype(np.float64) * np.exp(rng.normal() * .12) + rng.normal() * 6
    amount = 0.
    if kind == "dark":
        amount = rng.uniform(1.2, 4.5)   # stops
        pixels = 255 * (np.clip(pixels / 255, 0, 1) ** 2.2 * 2. ** -amount) ** (1 / 2.2)
    elif kind == "shadow":
        angle, at = rng.random() * 2 * np.pi, rng.normal() * .15 * side
        y, x = np.mgrid[:SIZE, :SIZE]
        middle = p[:, :2].mean(0)
        along = (x - middle[0]) * np.cos(angle) + (y - middle[1]) * np.sin(angle) - at
        amount = rng.uniform(.8, 1)
        pixels *= 1 - amount / (1 + np.exp(-along[..., None] / (rng.uniform(.01, .15) * side)))
    picture = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    if kind == "occluded":
        covered, mask = _cover(rng, picture, p, side, maker.backgrounds)
        face = face_mask(p, picture.size)
        picture, amount = covered, float((mask & face).sum() / max(1, face.sum()))
    elif kind == "blurred":
        amount = float(np.exp(rng.uniform(np.log(.004), np.log(.07))))
        picture = picture.filter(ImageFilter.GaussianBlur(amount * side))
    elif kind == "cut-off":
        amount = rng.uniform(.1, .5)
        axis, low = rng.integers(2), rng.random() < .5
        first, last = p[:, axis].min(), p[:, axis].max()
        edge = first + (last - first) * amount if low else last - (last - first) * amount
        box = [0, 0, SIZE, SIZE]
        box[axis if low else 2 + axis] = int(np.clip(edge, 8, SIZE - 8))
        picture = picture.crop(box)
        p[:, :2] -= box[:2]
    elif kind == "small-face":
        scale = rng.uniform(32, 120) / side
        picture = picture.resize([max(8, round(v * scale)) for v in picture.size], Image.Resampling.BOX if scale > .5 else Image.Resampling.LANCZOS)
        p *= scale
        amount = side * scale
    elif kind == "noise":
        amount = rng.uniform(6, 30)
        picture = Image.fromarray(np.clip(np.asarray(picture) + rng.normal(size=(*picture.size[::-1], 3)) * amount, 0, 255).astype(np.uint8))
    packed = io.BytesIO()
    picture.save(packed, "JPEG", quality=int(rng.integers(60, 95)))
    return Scene(Image.open(packed).convert("RGB"), p, kind, amount, float(truth["yaw"]), truth["ethnicity"], truth["sex"])
