"""What the photo of a face says about its quality, measured along the landmarks that were found.

Twin of ``Selfie3D.FaceLook`` of the core, which must measure the same; the tests of both hold the same figures.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from ..frames import face_rotation, roll_of
from ..landmarks.data import MARGIN, upright_box
from ..landmarks.score import crop_photo

CROP = 128                        # side of the upright crop that colours are read in; the landmarks' square is CROP / MARGIN
SHARP_SIDES = (48, 160)           # least and largest side of the crop that sharpness is read in: never more than the photo's pixels
REBLUR = 1.5                      # sigma of the second blur, pixels
STRONG = .01                      # share of the pixels that are taken for edges: the strongest ridges of the gradient
BLACK = .06                       # luma without detail
WINDOW = 3                        # half side of a patch, pixels of the crop
LUMA = np.array([.299, .587, .114])
EYES = (tuple(range(36, 42)), tuple(range(42, 48)))

# Places on the face as means of landmarks: four pairs (right, left), then those of the middle.
PAIRS = (((*EYES[0], 2, 2, 2, 31, 31, 31), (*EYES[1], 14, 14, 14, 35, 35, 35)), ((4, 48, 31), (12, 54, 35)),
         (tuple(range(17, 22)), tuple(range(22, 27))), EYES, ((6, 6, 48), (10, 10, 54)))
MIDDLE = ((28,), (30,), (33, 51), (57, 8), (21, 22), tuple(range(48, 68)))
SKIN = (0, 1, 2, 3, 10, 11, 12, 13, 14)   # rows of ``patches`` that are skin on a bare face


@dataclass
class Look:
    """Shares of the face's side where nothing else is said."""
    blur: float          # sigma of the blur of its edges
    brightness: float    # luma that a tenth of the face exceeds, 0..1
    black: float         # share of the face that is black
    outside: float       # share of the face that lies outside the photo
    patches: np.ndarray  # (16, 3) unlikeness of colour, log of the lightness against the skin's, contrast; see ``patches``


def measure(photo: Image.Image, landmarks: np.ndarray) -> Look:
    """(68, 3) landmarks in pixels of the photo."""
    roll = float(np.degrees(roll_of(face_rotation(landmarks))))
    centre, side = upright_box(landmarks, roll)
    crop = crop_photo(photo, centre, side * MARGIN, roll).astype(np.float64) / 255
    points = to_crop(landmarks[:, :2], centre, side * MARGIN, roll)
    white = Image.new("L", photo.size, 255)
    inside = crop_photo(white, centre, side * MARGIN, roll) > 127
    face = in_polygon(points[[*range(17), *range(26, 16, -1)]])
    luma, both = crop @ LUMA, face & inside
    values = np.sort(luma[both]) if both.any() else np.zeros(1)
    return Look(blur_of(photo, centre, side, roll), float(values[int(.9 * (len(values) - 1))]), float((values < BLACK).mean()),
                1 - float(both.sum()) / max(1, int(face.sum())), patches(crop, luma, points, near_side(landmarks)))


def to_crop(points: np.ndarray, centre: np.ndarray, side: float, roll: float) -> np.ndarray:
    """(N, 2) photo pixels -> pixels of the crop."""
    c, s = np.cos(np.radians(roll)), np.sin(np.radians(roll))
    return ((points - centre) @ np.array([[c, -s], [s, c]]) / side + .5) * CROP


def near_side(landmarks: np.ndarray) -> tuple[int, float]:
    """0 where the subject's right side is nearer to the camera, else 1; and how far the other is seen, 0..1."""
    turned = face_rotation(landmarks)[2, 0]   # depth of the axis from the middle of the head towards the subject's left
    return int(turned > 0), float(np.clip((.77 - abs(turned)) / .43, 0, 1))


def in_polygon(corners: np.ndarray) -> np.ndarray:
    """(CROP, CROP) whether pixel centres lie inside a polygon, even-odd."""
    centre = np.arange(CROP) + .5
    inside = np.zeros((CROP, CROP), bool)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, 0)):
        rows = (y0 > centre) != (y1 > centre)
        if rows.any():
            crossing = x0 + (centre[rows] - y0) * (x1 - x0) / (y1 - y0)
            inside[rows] ^= centre[None] < crossing[:, None]
    return inside


def patches(crop: np.ndarray, luma: np.ndarray, points: np.ndarray, near: tuple[int, float]) -> np.ndarray:
    """(16, 3): for PAIRS near and far side, then MIDDLE: distance of the chromaticity from the skin's, log lightness over the
    skin's, standard deviation of the luma over the skin's. What lies on the far side fades with its visibility."""
    side, seen = near
    order = [group[side if k == 0 else 1 - side] for group in PAIRS for k in (0, 1)] + list(MIDDLE)
    rows = np.zeros((len(order), 5))
    for i, group in enumerate(order):
        x, y = points[list(group)].mean(0)
        left, top = (int(np.clip(np.floor(v) - WINDOW, 0, CROP - 2 * WINDOW - 1)) for v in (x, y))
        window = crop[top:top + 2 * WINDOW + 1, left:left + 2 * WINDOW + 1].reshape(-1, 3)
        grey = luma[top:top + 2 * WINDOW + 1, left:left + 2 * WINDOW + 1]
        mean = window.mean(0) + .02
        rows[i] = *(mean[:2] / mean.sum()), grey.mean(), grey.std(), 1.
    skin = rows[list(SKIN)]
    red, green, light = (np.median(skin[:, k]) for k in range(3))
    out = np.stack([np.hypot(rows[:, 0] - red, rows[:, 1] - green) * 10, np.log((rows[:, 2] + .05) / (light + .05)),
                    rows[:, 3] / (light + .05)], 1)
    out[1:2 * len(PAIRS):2] *= seen
    return out


def blur_of(photo: Image.Image, centre: np.ndarray, side: float, roll: float) -> float:
    """Sigma of the strongest edges' blur, from how much a second blur of known sigma weakens them (Zhuo and Sim, 2011)."""
    n = int(np.clip(round(side), *SHARP_SIDES))
    grey = resample(photo, centre, side, roll, n) @ LUMA
    sharp, (soft, ridge) = gradient(grey)[0], gradient(gaussian(grey, REBLUR))
    strength = np.where(ridge, soft, 0).ravel()   # not by sharp: noise would choose; ridges only: beside an edge the ratio means nothing
    edges = np.argsort(-strength, kind="stable")[:max(1, int(STRONG * strength.size))]
    ratio = np.median(sharp.ravel()[edges] / np.maximum(soft.ravel()[edges], 1e-6))
    return float(min(REBLUR / np.sqrt(max(ratio ** 2 - 1, .02)), 10) / n)


def resample(photo: Image.Image, centre, side: float, roll: float, n: int) -> np.ndarray:
    """(n, n, 3) floats 0..1 of a square of the photo, area-filtered."""
    over = max(1, int(np.ceil(side / n / 2 - .01)))
    m = n * over
    c, s = np.cos(np.radians(roll)) * side / m, np.sin(np.radians(roll)) * side / m
    big = photo.transform((m, m), Image.Transform.AFFINE, (c, -s, centre[0] - (c - s) * m / 2, s, c, centre[1] - (s + c) * m / 2),
                          Image.Resampling.BILINEAR)
    return np.asarray(big, np.float64).reshape(n, over, n, over, 3).mean((1, 3)) / 255


def gradient(grey: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(n - 8, n - 8) length of the central differences without the four pixels next to the border, and whether it is at least
    that of both neighbours along the axis that the gradient is nearest to."""
    dx, dy = grey[1:-1, 2:] - grey[1:-1, :-2], grey[2:, 1:-1] - grey[:-2, 1:-1]
    length = np.hypot(dx, dy)
    beside = np.where((np.abs(dx) > np.abs(dy))[1:-1, 1:-1], np.maximum(length[1:-1, 2:], length[1:-1, :-2]),
                      np.maximum(length[2:, 1:-1], length[:-2, 1:-1]))
    return length[3:-3, 3:-3], (length[1:-1, 1:-1] >= beside)[2:-2, 2:-2]


def gaussian(grey: np.ndarray, sigma: float) -> np.ndarray:
    """The image under a separable Gaussian of radius 3 sigma; the border's pixels go on beyond it."""
    radius = int(np.ceil(3 * sigma))
    kernel = np.exp(-np.arange(-radius, radius + 1) ** 2 / (2 * sigma ** 2))
    kernel /= kernel.sum()
    for axis in (0, 1):
        wide = np.pad(grey, [(radius, radius) if a == axis else (0, 0) for a in (0, 1)], "edge")
        grey = sum(w * np.take(wide, np.arange(k, k + grey.shape[axis]), axis) for k, w in enumerate(kernel))
    return grey
