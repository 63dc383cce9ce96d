"""Made-up textures for places where there is no face: hair, fur, leaves, petals, stones, cloth, bricks, lights, writing.

Plain backgrounds teach a detector nothing about these, and it then sees faces in every bush and every strand of hair.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw
from scipy.ndimage import map_coordinates
from scipy.spatial import cKDTree

from ..native import work_folder

HAIR = np.array([[25, 20, 18], [60, 40, 28], [95, 62, 38], [150, 105, 60], [200, 165, 110], [225, 210, 180], [140, 140, 140], [130, 55, 30], [40, 40, 50]])


def smooth(rng: np.random.Generator, size: int, cells: int) -> np.ndarray:
    """[size, size] in 0..1 with features of size / cells pixels."""
    grid = Image.fromarray((rng.random((cells + 2, cells + 2)) * 255).astype(np.uint8))
    return np.asarray(grid.resize((size, size), Image.Resampling.BICUBIC), np.float32) / 255


def fractal(rng: np.random.Generator, size: int, persistence: float) -> np.ndarray:
    """[size, size] about 0: octaves of noise down to single pixels."""
    total, weight = np.zeros((size, size), np.float32), 1.0
    for cells in (2, 4, 8, 16, 32, 64, 128):
        total += weight * (smooth(rng, size, cells) - 0.5)
        weight *= persistence
    return total / total.std().clip(1e-3)


def palette(rng: np.random.Generator, values: np.ndarray, colours: np.ndarray | None = None) -> np.ndarray:
    """Maps values about 0 to [.., 3] colours between three random ones (or between ``colours``)."""
    if colours is None:
        base = rng.random(3) * 255
        colours = np.clip(base + rng.normal(size=(3, 3)) * rng.uniform(15, 90) + rng.normal(size=(3, 1)) * 50, 0, 255)
    place = np.clip((np.clip(values, -2, 2) + 2) / 4, 0, 0.999) * (len(colours) - 1)
    low = place.astype(int)
    part = (place - low)[..., None]
    return colours[low] * (1 - part) + colours[low + 1] * part


def cloud(rng, size):
    return palette(rng, fractal(rng, size, rng.uniform(0.45, 1.0)))


def hair(rng, size):
    """Strands: noise drawn out along a direction that bends."""
    yy, xx = np.mgrid[:size, :size].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    bend = rng.uniform(0, 60)
    u = np.cos(angle) * xx + np.sin(angle) * yy + bend * (smooth(rng, size, int(rng.integers(1, 5))) - 0.5) * 2
    v = -np.sin(angle) * xx + np.cos(angle) * yy
    value = np.zeros((size, size), np.float32)
    for fine in (rng.uniform(0.02, 0.1), rng.uniform(0.1, 0.4), rng.uniform(0.4, 1.2)):
        noise = rng.random((64, 64)).astype(np.float32)
        value += map_coordinates(noise, [u * fine, v * fine / rng.uniform(6, 40)], order=1, mode="grid-wrap") - 0.5
    tone = HAIR[rng.integers(len(HAIR))] * np.exp(rng.normal(size=3) * 0.1)
    image = palette(rng, value / value.std() * rng.uniform(0.5, 1.3), np.array([tone * 0.35, tone, np.clip(tone * 1.7 + 25, 0, 255)]))
    return image * (0.5 + smooth(rng, size, int(rng.integers(1, 4))))[..., None]


def cells(rng, size):
    """Stones, leaves, petals: regions about random points, each shaded on its own."""
    number = int(np.exp(rng.uniform(np.log(15), np.log(700))))
    points = rng.random((number, 2)) * size
    yy, xx = np.mgrid[:size, :size].astype(np.float32)
    stretch = np.exp(rng.normal() * 0.5)
    xx = xx + (smooth(rng, size, 6) - 0.5) * rng.uniform(0, 40)
    distance, index = cKDTree(points * [stretch, 1]).query(np.stack([xx * stretch, yy], -1).reshape(-1, 2), k=2)
    edge = (distance[:, 1] - distance[:, 0]).reshape(size, size) / np.sqrt(size * size / number)
    tones = palette(rng, rng.normal(size=number))
    slope = rng.normal(size=(number, 2)) * rng.uniform(0, 1.2)
    away = (np.stack([xx, yy], -1).reshape(-1, 2) - points[index[:, 0]]) / np.sqrt(size * size / number)
    shade = (away * slope[index[:, 0]]).sum(1).reshape(size, size)
    return tones[index[:, 0]].reshape(size, size, 3) * (np.clip(edge * rng.uniform(1, 6), 0.3, 1) * np.clip(1 + 0.5 * shade, 0.2, 1.8))[..., None]


def leaves(rng, size):
    """Many small ellipses, discs or blades over one another."""
    tone = palette(rng, np.array([0.0, 1.0]))[0] if rng.random() < 0.4 else np.array([60, 90, 35]) * np.exp(rng.normal(size=3) * 0.3)
    picture = Image.fromarray(np.broadcast_to(np.clip(tone * 0.4, 0, 255).astype(np.uint8), (size, size, 3)).copy())
    draw = ImageDraw.Draw(picture)
    long, slim = np.exp(rng.uniform(np.log(3), np.log(40))), rng.uniform(0.15, 1)
    turn = rng.uniform(0, 2 * np.pi)
    for _ in range(int(min(900, 3 * size * size / (long * long * slim * 3) + 20))):
        x, y = rng.random(2) * size
        a = turn + rng.normal() * 0.8
        reach = long * np.exp(rng.normal() * 0.4)
        ring = np.linspace(0, 2 * np.pi, 10, endpoint=False)
        px, py = np.cos(ring) * reach, np.sin(ring) * reach * slim
        outline = list(zip((x + px * np.cos(a) - py * np.sin(a)).tolist(), (y + px * np.sin(a) + py * np.cos(a)).tolist()))
        colour = np.clip(tone * np.exp(rng.normal() * 0.4) + rng.normal(size=3) * 12, 0, 255).astype(int)
        draw.polygon(outline, fill=tuple(colour.tolist()))
    return np.asarray(picture, np.float32)


def lattice(rng, size):
    """Bricks, tiles, stripes, checks and knitting."""
    yy, xx = np.mgrid[:size, :size].astype(np.float32)
    angle, period = rng.uniform(0, np.pi), np.exp(rng.uniform(np.log(3), np.log(50), 2))
    u = (np.cos(angle) * xx + np.sin(angle) * yy) / period[0]
    v = (-np.sin(angle) * xx + np.cos(angle) * yy) / period[1]
    if rng.random() < 0.5:
        u = u + 0.5 * (np.floor(v) % 2)
    hard = rng.uniform(1, 8)
    wave = np.tanh(hard * (np.sin(2 * np.pi * u) + rng.uniform(-0.9, 0.9)))
    other = np.tanh(hard * (np.sin(2 * np.pi * v) + rng.uniform(-0.9, 0.9)))
    kind = rng.random()
    value = wave if kind < 0.3 else wave * other if kind < 0.6 else np.minimum(wave, other) if kind < 0.85 else wave + other
    return palette(rng, value * 1.5 + rng.uniform(0, 0.6) * fractal(rng, size, 0.8))


def writing(rng, size):
    picture = Image.fromarray(np.clip(cloud(rng, size) * 0.2 + rng.random(3) * 220, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    ink = tuple(int(c) for c in rng.integers(0, 256, 3))
    for y in range(0, size, 13):
        draw.text((int(rng.integers(0, 8)), y), "".join(rng.choice(list("abcdefghiklmnoprstuvwxyzABCDEGHKMNRSTW   ,.0123456789"), 40)), fill=ink)
    factor = int(rng.integers(1, 5))
    side = size // factor
    return np.asarray(picture.crop((0, 0, side, side)).resize((size, size), Image.Resampling.BILINEAR), np.float32)


KINDS: list[tuple[Callable, float]] = [(cloud, 0.16), (hair, 0.3), (cells, 0.16), (leaves, 0.18), (lattice, 0.15), (writing, 0.05)]


def texture(rng: np.random.Generator, size: int) -> np.ndarray:
    """uint8 [size, size, 3], one random texture, lit unevenly; sometimes two meet at a ragged border."""
    makers, weights = zip(*KINDS)
    pick = lambda: makers[rng.choice(len(makers), p=weights)](rng, size)  # noqa: E731
    image = pick()
    if rng.random() < 0.35:
        other = pick()
        border = smooth(rng, size, int(rng.integers(1, 5))) + rng.uniform(0, 0.2) * fractal(rng, size, 0.8)
        part = np.clip((border - 0.5) * rng.uniform(5, 60), 0, 1)[..., None]
        image = image * part + other * (1 - part)
    image = image * (1 + rng.uniform(0, 0.7) * (smooth(rng, size, 2) - 0.5) * 2)[..., None]
    return np.clip(image * np.exp(rng.normal() * 0.15), 0, 255).astype(np.uint8)


def bank(number: int = 1500, size: int = 192, seed: int = 3) -> np.ndarray:
    """uint8 [number, size, size, 3], kept in the work folder once made (20 ms each) and mapped into memory."""
    path = work_folder() / f"textures-{number}-{size}-{seed}.npy"
    if not path.exists():
        rng = np.random.default_rng(seed)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}.tmp.npy")
        np.save(temporary, np.stack([texture(rng, size) for _ in range(number)]))
        os.replace(temporary, path)
    return np.load(path, mmap_mode="r")
