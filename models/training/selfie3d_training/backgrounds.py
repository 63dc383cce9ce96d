"""Backgrounds without people: gradients, clouds of noise, cloth and hair textures, rooms of simple shapes."""
from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from .faces import FaceLibrary


def make(rng: np.random.Generator, library: FaceLibrary, size: int) -> np.ndarray:
    """(size, size, 3) uint8, one random background."""
    base, kind = rng.random(3) * 255, rng.random()
    if kind < .2:
        ramp = np.linspace(-1, 1, size)
        image = base + ramp[:, None, None] * rng.normal(size=3) * 50 + ramp[None, :, None] * rng.normal(size=3) * 50
    elif kind < .55:
        image = base + _noise(rng, size, rng.uniform(.35, .95)) * rng.uniform(40, 250) * np.exp(rng.normal(size=3) * .3)
    elif kind < .8:
        image = _texture_patch(rng, library, size) * np.exp(rng.normal(size=3) * .3 + rng.normal() * .4) + rng.uniform(-30, 60)
    else:
        image = np.broadcast_to(base, (size, size, 3))
    if rng.random() < .6:
        image = _shapes(rng, np.array(image, np.float32), size)
    picture = Image.fromarray(np.clip(image, 0, 255).astype(np.uint8))
    if rng.random() < .6:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(.5, 8)))
    return np.asarray(picture)


def _noise(rng, size, persistence):
    total, amplitude = np.zeros((size, size, 3), np.float32), 1.
    for cells in (2, 4, 8, 16, 32, 80):
        grid = (rng.random((cells, cells, 3 if rng.random() < .6 else 1)) * 255).astype(np.uint8)
        grid = Image.fromarray(np.ascontiguousarray(np.broadcast_to(grid, (cells, cells, 3))))
        how = Image.Resampling.NEAREST if rng.random() < .2 else Image.Resampling.BICUBIC
        total += amplitude * (np.asarray(grid.resize((size, size), how), np.float32) / 255 - .5)
        amplitude *= persistence
    return total


def _texture_patch(rng, library, size):
    outfits = library.outfits[rng.integers(len(library.outfits))]
    pick = rng.random()
    if pick < .6 or not library.hair:
        texture = outfits[rng.integers(len(outfits))].texture[0]
    elif pick < .8:
        texture = library.hair[rng.integers(len(library.hair))].texture[0]
    else:
        texture = library.head_textures[rng.integers(len(library.head_textures))][0]
    side = int(rng.integers(60, min(texture.shape[:2])))
    y, x = (int(rng.integers(0, n - side + 1)) for n in texture.shape[:2])
    patch = Image.fromarray(texture[y:y + side, x:x + side]).resize((size, size), Image.Resampling.BILINEAR)
    return np.asarray(patch.rotate(int(rng.integers(4)) * 90), np.float32)


def _shapes(rng, image, size):
    yy, xx = np.mgrid[:size, :size]
    for _ in range(rng.integers(1, 9)):
        (cx, cy), (a, b), turn = rng.random(2) * size, rng.uniform(.03, .55, 2) * size, rng.random() * np.pi
        u = (xx - cx) * np.cos(turn) + (yy - cy) * np.sin(turn)
        v = -(xx - cx) * np.sin(turn) + (yy - cy) * np.cos(turn)
        inside = (np.abs(u) < a) & (np.abs(v) < b) if rng.random() < .6 else (u / a) ** 2 + (v / b) ** 2 < 1
        image[inside] = image[inside] * .2 + .8 * (rng.random(3) * 255 + rng.normal() * 20 * (u[inside] / a)[:, None])
    return image
