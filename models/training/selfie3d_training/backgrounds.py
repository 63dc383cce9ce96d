"""Backgrounds without people.

:func:`natural` has the statistics of photographs: muted colours that belong together, things of every size that cover each other, light
that falls off, most of it out of focus. :func:`make` is louder: gradients, clouds of noise, cloth and hair, rooms of simple shapes.
"""
from __future__ import annotations

import colorsys

import numpy as np
from PIL import Image, ImageFilter

from .faces import FaceLibrary
from .lighting import LUMA


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


def natural(rng: np.random.Generator, library: FaceLibrary, size: int) -> np.ndarray:
    """(size, size, 3) uint8, one random background as a photograph has it."""
    colours, kind = _palette(rng), rng.random()
    if kind < .25:
        image = np.broadcast_to(colours[0], (size, size, 3)) + _noise(rng, size, .6).mean(2, keepdims=True) * rng.uniform(0, 40)   # a wall, the sky
    elif kind < .5:
        image = _clouds(rng, colours, size)
    elif kind < .8:
        image = _dead_leaves(rng, library, colours, size)
    elif kind < .9:
        image = colours[0] + _grain(rng, library, size) * rng.uniform(.3, 1)
    else:
        image = _boards(rng, colours, size)
    picture = Image.fromarray(np.clip(image * _falling_light(rng, size), 0, 255).astype(np.uint8))
    if rng.random() < .7:
        picture = picture.filter(ImageFilter.GaussianBlur(np.exp(rng.uniform(np.log(.6), np.log(12)))))
    return np.asarray(picture)


def _palette(rng) -> np.ndarray:
    """(12, 3) colours of one place, 0..255: around one hue, skin and wood more often than grass and sky, seldom bright and strong at once."""
    hue = rng.choice([rng.normal(.08, .04), rng.normal(.27, .08), rng.normal(.59, .06), rng.random()], p=[.5, .2, .17, .13])
    strong, light = rng.beta(1.2, 3.2), rng.beta(1.6, 1.6)
    table = []
    for _ in range(12):
        own = hue + rng.normal() * (.03 if rng.random() < .7 else .3)
        value = np.clip(light + rng.normal() * .22, .02, 1)
        table.append(colorsys.hsv_to_rgb(own % 1, np.clip(strong + rng.normal() * .12, 0, 1) * (1 - .4 * value), value))
    return np.array(table, np.float32) * 255


def _clouds(rng, colours, size) -> np.ndarray:
    """Leaves, rock, crowds far away: a way through the palette along noise of every size."""
    where = _noise(rng, size, rng.uniform(.4, 1.)).mean(2)
    where = (where - where.min()) / max(np.ptp(where), 1e-6) * 3.999
    low = where.astype(int)
    part = (where - low)[..., None]
    return colours[low] * (1 - part) + colours[low + 1] * part


def _dead_leaves(rng, library, colours, size) -> np.ndarray:
    """Things of every size that cover each other (radius r with density r^-3), some of them textured."""
    yy, xx = np.mgrid[:size, :size].astype(np.float32)
    image = np.broadcast_to(colours[0], (size, size, 3)).copy()
    grain = _grain(rng, library, size)
    least = rng.uniform(.02, .12)
    for _ in range(int(rng.integers(12, 70))):
        radius = size * min(least / np.sqrt(rng.uniform(.004, 1)), .6)
        (cx, cy), long, turn = rng.random(2) * size, np.exp(abs(rng.normal()) * .7), rng.choice([0, np.pi / 2, rng.random() * np.pi])
        u, v = _turned(xx - cx, yy - cy, turn)
        inside = (np.abs(u) < radius * long) & (np.abs(v) < radius / long) if rng.random() < .5 else (u / long) ** 2 + (v * long) ** 2 < radius ** 2
        shade = 1 + (v / radius * rng.normal() * .25)[..., None]
        image[inside] = ((colours[rng.integers(len(colours))] + grain * rng.choice([0, .4])) * shade)[inside]
    return image


def _boards(rng, colours, size) -> np.ndarray:
    """Doors, shelves, windows, fences: bars in one direction, here and there crossed by others."""
    image = np.empty((size, size, 3), np.float32)
    at, k = 0., 0
    while at < size:
        wide = size * rng.uniform(.02, .4)
        image[:, int(at):int(at + wide) + 1] = colours[k % rng.integers(2, 6)] + rng.normal() * 8
        at, k = at + wide, k + 1
    for _ in range(rng.integers(0, 4)):
        y, x = (int(v) for v in rng.integers(0, size, 2))
        image[y:y + int(rng.uniform(.03, .3) * size), x:x + int(rng.uniform(.1, .9) * size)] = colours[rng.integers(len(colours))]
    return image if rng.random() < .6 else image.transpose(1, 0, 2)


def _falling_light(rng, size) -> np.ndarray:
    """(size, size, 1) how much light falls where: more to one side, less in the corners."""
    ramp = np.linspace(-.5, .5, size, dtype=np.float32)
    x, y = rng.normal(size=2) * .35
    return np.clip(1 + x * ramp[None] + y * ramp[:, None] - rng.uniform(0, .8) * (ramp[None] ** 2 + ramp[:, None] ** 2), .1, None)[..., None]


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


def _grain(rng, library, size) -> np.ndarray:
    """(size, size, 1) the lightness of a texture about its mean."""
    light = _texture_patch(rng, library, size) @ LUMA
    return (light - light.mean())[..., None]


def _turned(x, y, turn):
    """The coordinates along and across a direction turned by ``turn`` radians."""
    return x * np.cos(turn) + y * np.sin(turn), -x * np.sin(turn) + y * np.cos(turn)


def _shapes(rng, image, size):
    yy, xx = np.mgrid[:size, :size]
    for _ in range(rng.integers(1, 9)):
        (cx, cy), (a, b), turn = rng.random(2) * size, rng.uniform(.03, .55, 2) * size, rng.random() * np.pi
        u, v = _turned(xx - cx, yy - cy, turn)
        inside = (np.abs(u) < a) & (np.abs(v) < b) if rng.random() < .6 else (u / a) ** 2 + (v / b) ** 2 < 1
        image[inside] = image[inside] * .2 + .8 * (rng.random(3) * 255 + rng.normal() * 20 * (u[inside] / a)[:, None])
    return image
