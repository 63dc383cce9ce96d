"""Cameras and their faults: a sprite on a background becomes a crop of a photograph.

:func:`photograph` draws the light, the occluders and the camera's artefacts; :class:`Crop` says where the crop lies
in the sprite. Crop pixels have their centres at +0.5, like the sprite's.
"""
from __future__ import annotations

import ctypes
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from . import native
from .lighting import LUMA

# Order of the 68 landmarks after a mirror.
MIRROR = np.array([*range(16, -1, -1), *range(26, 16, -1), 27, 28, 29, 30, 35, 34, 33, 32, 31, 45, 44, 43, 42, 47, 46,
                   39, 38, 37, 36, 41, 40, 54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55, 64, 63, 62, 61, 60, 67, 66, 65])


class COccluder(ctypes.Structure):
    _fields_ = [(n, ctypes.c_float) for n in ("x", "y", "a", "b", "cosine", "sine", "square", "r", "g", "bl", "textured", "edge")]


class CPhoto(ctypes.Structure):
    _fields_ = [(n, ctypes.c_void_p) for n in ("sprite", "background", "cloth", "occluders")] + \
        [(n, ctypes.c_int) for n in ("size", "back_size", "out", "occluder_count")] + \
        [("crop_to_sprite", ctypes.c_float * 6), ("crop_to_back", ctypes.c_float * 6), ("colour", ctypes.c_float * 12)] + \
        [(n, ctypes.c_float) for n in ("gamma", "ramp_x", "ramp_y", "ramp", "shadow", "shadow_x", "shadow_y", "shadow_at", "shadow_soft")]


@dataclass
class Crop:
    """A square of ``size`` sprite pixels around ``centre``, turned clockwise by ``roll`` degrees, maybe mirrored."""
    centre: np.ndarray
    size: float
    roll: float = 0.
    mirror: bool = False

    def matrix(self, out: int) -> np.ndarray:
        """(2, 3) from crop coordinates (0..out) to sprite coordinates."""
        c, s = np.cos(np.radians(self.roll)), np.sin(np.radians(self.roll))
        m = np.array([[c, -s], [s, c]]) * (self.size / out)
        if self.mirror:
            m = m @ np.diag([-1., 1.])
        return np.concatenate([m, (self.centre - m @ np.array([out / 2, out / 2]))[:, None]], 1)

    def points(self, points: np.ndarray, out: int) -> np.ndarray:
        """(N, 3) sprite points -> crop pixels; z scales with the crop."""
        m = self.matrix(out)
        xy = (points[:, :2] - m[:, 2]) @ np.linalg.inv(m[:, :2]).T
        return np.concatenate([xy, points[:, 2:] * (out / self.size)], 1).astype(np.float32)


def _on_the_face(rng, out) -> list[list[float]]:
    """Fingers over eyes or mouth, strands and straws across, flowers and leaves."""
    table, kind = [], rng.random()
    if kind < .4:
        x, y, turn = out / 2 + rng.normal() * .12 * out, out / 2 + rng.normal() * .15 * out, rng.random() * 2 * np.pi
        wide, colour = rng.uniform(.03, .06) * out, np.array([205, 150, 125]) * rng.uniform(.25, 1.15)
        for k in range(rng.integers(2, 5)):
            lean = turn + rng.normal() * .08
            table.append([x - np.sin(turn) * k * 2.1 * wide, y + np.cos(turn) * k * 2.1 * wide, wide * rng.uniform(3, 5.5), wide,
                          np.cos(lean), np.sin(lean), 1, *colour, rng.choice([0, .2]), 12])
    elif kind < .75:
        colour, turn = rng.random(3) * rng.choice([60, 255]), rng.random() * np.pi
        for _ in range(rng.integers(2, 7)):
            lean = turn + rng.normal() * .15
            table.append([*(out / 2 + rng.normal(size=2) * .2 * out), out, np.exp(rng.uniform(np.log(.4), np.log(3))), np.cos(lean),
                          np.sin(lean), 0, *colour * rng.uniform(.7, 1.2), rng.choice([0, .5]), 10])
    else:
        for _ in range(rng.integers(2, 6)):
            turn = rng.random() * np.pi
            table.append([*(out / 2 + rng.normal(size=2) * .18 * out), *rng.uniform(.03, .13, 2) * out, np.cos(turn), np.sin(turn), 0,
                          *rng.random(3) * 255, rng.choice([0, .5, 1.]), 15])
    return table


def _occluders(rng, out):
    table = _on_the_face(rng, out) if rng.random() < .13 else []
    if rng.random() < .3:
        for _ in range(rng.integers(1, 4)):
            around, reach, big = rng.random() * 2 * np.pi, rng.uniform(.25, .55) * out, rng.random() < .4
            x, y = out / 2 + np.cos(around) * reach, out / 2 + np.sin(around) * reach
            a, b, turn = rng.uniform(6, 40 if big else 20), rng.uniform(4, 14), rng.random() * 2 * np.pi
            colour = np.array([200, 150, 125]) * rng.uniform(.3, 1.15) if rng.random() < .4 else rng.random(3) * 255
            look = [rng.choice([0, 1]), *colour, rng.choice([0, .3, 1.]), rng.choice([3, 20])]
            fingers = 4 if rng.random() < .4 and len(table) < 8 else 1
            for k in range(fingers):
                shift = k * b * 1.9
                table.append([x - np.sin(turn) * shift, y + np.cos(turn) * shift, a, b, np.cos(turn), np.sin(turn), *look])
    return (COccluder * max(1, len(table)))(*[COccluder(*map(float, row)) for row in table]), len(table)


def lit_alike(rng: np.random.Generator, background: np.ndarray, sprite: np.ndarray) -> np.ndarray:
    """The background (B, B, 3) mostly about as bright as the head before it (S, S, 4), so that outlines are not there for nothing."""
    if rng.random() < .35:
        return background
    few = sprite[::8, ::8].astype(np.float32)
    person = (few[..., :3] @ LUMA)[few[..., 3] > 128]
    light = person.mean() if len(person) else 128.
    gain = light * np.exp(rng.normal() * .4) / max(float((background[::8, ::8] @ LUMA).mean()), 8.)
    return (np.arange(256) * np.clip(gain, .2, 3)).clip(0, 255).astype(np.uint8)[background]


def with_bystander(rng: np.random.Generator, background: np.ndarray, sprite: np.ndarray) -> np.ndarray:
    """(B, B, 3) uint8 background before which somebody else (S, S, 4) stands, of any size and seldom whole."""
    side = int(len(background) * np.exp(rng.uniform(np.log(.5), np.log(1.8))))
    person = Image.fromarray(np.ascontiguousarray(sprite[:, ::rng.choice([-1, 1])])).resize((side, side), Image.Resampling.BILINEAR)
    picture = Image.fromarray(background)
    x, y = ((len(background) - side) / 2 + rng.uniform(-.6, .6, 2) * len(background)).astype(int)
    picture.paste(person, (int(x), int(y)), person)
    return np.array(picture)


def photograph(rng: np.random.Generator, sprite: np.ndarray, backgrounds: np.ndarray, crop: Crop, out: int,
               faults: bool = True, background: np.ndarray | None = None) -> np.ndarray:
    """(out, out, 3) uint8 photograph of a (S, S, 4) sprite before ``background`` (B, B, 3) or one of ``backgrounds`` (M, B, B, 3)."""
    back = np.ascontiguousarray(backgrounds[rng.integers(len(backgrounds))] if background is None else background)
    size = back.shape[0]
    photo = CPhoto(size=len(sprite), back_size=size, out=out, gamma=1.)
    sprite = np.ascontiguousarray(sprite)
    photo.sprite, photo.background, photo.cloth = sprite.ctypes.data, back.ctypes.data, back.ctypes.data
    m = crop.matrix(out)
    m[:, 2] += m[:, :2] @ [.5, .5] - .5   # coordinates of centres -> array indices
    photo.crop_to_sprite = (ctypes.c_float * 6)(*m.ravel())
    zoom, flip = rng.uniform(.35, 1.) * size / out, rng.choice([-1, 1])
    start = rng.uniform(0, max(size - zoom * out, 1), 2)
    photo.crop_to_back = (ctypes.c_float * 6)(zoom * flip, 0, start[0] if flip > 0 else start[0] + zoom * out, 0, zoom, start[1])
    colour = np.concatenate([np.eye(3), np.zeros((3, 1))], 1)
    if faults:
        occluders, photo.occluder_count = _occluders(rng, out)
        photo.occluders = ctypes.addressof(occluders)
        if photo.occluder_count:
            cloth = np.ascontiguousarray(backgrounds[rng.integers(len(backgrounds))])
            photo.cloth = cloth.ctypes.data
        saturation = rng.uniform(.3, 1.4) if rng.random() < .7 else (0 if rng.random() < .5 else rng.uniform(1, 2.5))
        contrast, gain = np.exp(rng.normal() * .18), np.exp(rng.normal(size=3) * .08)
        if rng.random() < .07:
            contrast *= rng.uniform(1.3, 2.5)   # burnt-out skin, hard black and white
        colour[:, :3] = (np.eye(3) * saturation + (1 - saturation) * LUMA) * gain[:, None] * contrast
        colour[:, 3] = rng.uniform(.3, .6) * (1 - contrast) + rng.normal() * .05
        if rng.random() < .03:
            colour = colour[rng.permutation(3)]   # false colours
        photo.gamma = float(np.exp(rng.normal() * .25 - .1))
        if rng.random() < .5:
            photo.ramp_x, photo.ramp_y, photo.ramp = *rng.normal(size=2), rng.uniform(0, .8)
        if rng.random() < .28:
            angle = rng.random() * 2 * np.pi
            photo.shadow, photo.shadow_x, photo.shadow_y = rng.uniform(.2, 1), np.cos(angle), np.sin(angle)
            photo.shadow_at, photo.shadow_soft = rng.normal() * 18, np.exp(rng.uniform(np.log(.06), np.log(3)))
            if photo.shadow > .75 and rng.random() < .5:   # low-key: nothing behind the dark half either
                back = np.zeros_like(back)
                photo.background = back.ctypes.data
    photo.colour = (ctypes.c_float * 12)(*colour.ravel())
    image = np.empty((out, out, 3), np.uint8)
    library = native.load(Path(__file__).parent / "native/camera.c")
    library.photograph(ctypes.byref(photo), ctypes.c_void_p(image.ctypes.data))
    if rng.random() < (.5 if faults else .8):
        image = _exposed(rng, image)
    return _faults(rng, image, library) if faults else image


def _exposed(rng, image):
    """What metering and the tone curve of a camera make of a picture: nearer to a middle grey, with more contrast in the middle."""
    gain = (rng.uniform(.38, .58) / max(float(image.mean()) / 255, .05)) ** rng.uniform(.3, .9)
    steep = rng.uniform(.5, 1.45)
    light = np.arange(256) / 255 * np.clip(gain, .6, 2) - .5
    curve = .5 + .5 * np.tanh(light * 2 * steep) / np.tanh(steep)
    return (curve.clip(0, 1) * 255 + .5).astype(np.uint8)[image]


def developed(rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """What becomes of a picture in any sound photo: colours paler or warmer, now and then none, never as sharp as a render, and a JPEG."""
    saturation = np.exp(rng.normal() * .25 - .15) if rng.random() < .95 else 0.
    colour = (np.eye(3) * saturation + (1 - saturation) * LUMA) * np.exp(rng.normal(size=(3, 1)) * .04)
    image = (image @ colour.T + .5).clip(0, 255).astype(np.uint8)
    if rng.random() < .6:
        image = np.array(Image.fromarray(image).filter(ImageFilter.GaussianBlur(rng.uniform(.3, .8))))
    return _as_jpeg(image, int(rng.integers(60, 96))) if rng.random() < .5 else image


def _as_jpeg(image, quality: int):
    packed = io.BytesIO()
    Image.fromarray(image).save(packed, "JPEG", quality=quality)
    return np.array(Image.open(packed))


def _faults(rng, image, library):
    out = len(image)
    if rng.random() < .4:
        picture, kind = Image.fromarray(image), rng.random()
        if kind < .5:
            small = int(rng.integers(out * .22, out * .86))
            how = rng.choice([Image.Resampling.BICUBIC, Image.Resampling.BILINEAR, Image.Resampling.NEAREST], p=[.7, .27, .03])
            picture = picture.resize((small, small), Image.Resampling.BILINEAR).resize((out, out), how)
        elif kind < .85:
            picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(.3, 2)))
        else:
            picture = picture.filter(ImageFilter.UnsharpMask(2, int(rng.integers(50, 200)), 0))
        image = np.array(picture)
    if rng.random() < .5:
        library.sensorNoise(ctypes.c_void_p(image.ctypes.data), out * out, ctypes.c_float(abs(rng.normal()) * 8),
                            ctypes.c_float(abs(rng.normal()) * 5), ctypes.c_uint32(int(rng.integers(1, 2 ** 31))))
    if rng.random() < .35:
        image = _as_jpeg(image, int(rng.integers(15, 90)))
    if rng.random() < .03:
        steps = int(rng.integers(4, 10))
        image = (image // (256 // steps) * (255 // (steps - 1))).clip(0, 255).astype(np.uint8)
    if rng.random() < .12:   # the photo ends inside the crop: black beyond its border
        for _ in range(rng.integers(1, 3)):
            cut = int(out * (rng.uniform(.02, .35) if rng.random() < .8 else rng.uniform(.35, .5)))
            edge = [np.s_[:cut], np.s_[-cut:], np.s_[:, :cut], np.s_[:, -cut:]][rng.integers(4)]
            image[edge] = 0
    return image
