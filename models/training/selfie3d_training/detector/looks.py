"""Random colours of things, skin and heads, and random cameras, as ``scenes.c`` takes them."""

from __future__ import annotations

import numpy as np

IDENTITY = np.eye(3, 4, dtype=np.float32).ravel()
LUMA = np.array([0.3, 0.59, 0.11])
CAMERA = np.dtype([("colour", "f4", 12), ("gamma", "f4"), ("light", "f4", 3), ("blur", "f4"), ("motion", "f4", 2),
                   ("small", "f4"), ("sharpen", "f4"), ("noise", "f4"), ("chroma", "f4"), ("window", "f4", 4),
                   ("border", "f4", 3), ("seed", "u4")])


def colour_matrix(saturation: float, gain: np.ndarray | float = 1.0, contrast: float = 1.0, pivot: float = 0.45,
                  offset: np.ndarray | float = 0.0) -> np.ndarray:
    """Float32 [12], rows of a 3 x 4 matrix on colours in 0..1: saturation, then gain, then contrast about ``pivot``."""
    matrix = np.zeros((3, 4))
    matrix[:, :3] = (np.eye(3) * saturation + (1 - saturation) * LUMA) * (np.ones(3) * gain)[:, None] * contrast
    matrix[:, 3] = pivot * (1 - contrast) + offset
    return matrix.astype(np.float32).ravel()


def colour_of_things(rng: np.random.Generator) -> np.ndarray:
    gain = np.exp(rng.normal(size=3) * 0.2 + rng.normal() * 0.3)
    return colour_matrix(rng.uniform(0, 1.3), gain, np.exp(rng.normal() * 0.35), offset=rng.normal() * 0.1)


def colour_of_skin(rng: np.random.Generator) -> np.ndarray:
    """A faint texture in a skin colour from very light to very dark."""
    light = rng.uniform(0.15, 0.95)
    skin = light * np.array([1.0, 0.6 + 0.3 * light, 0.45 + 0.4 * light]) * np.exp(rng.normal(size=3) * 0.06)
    strength = rng.uniform(0.03, 0.4)
    matrix = np.zeros((3, 4))
    matrix[:, :3] = LUMA * strength
    matrix[:, 3] = skin - strength * 0.45
    return matrix.astype(np.float32).ravel()


def colour_of_heads(rng: np.random.Generator) -> tuple[np.ndarray, float]:
    gain = np.exp(rng.normal(size=3) * 0.08 + rng.normal() * 0.25)
    return colour_matrix(rng.uniform(0.5, 1.3), gain, np.exp(rng.normal() * 0.2)), float(np.exp(rng.normal() * 0.15))


def camera(rng: np.random.Generator, side: int, bars: float) -> np.ndarray:
    """One camera as a zero-dimensional ``CAMERA`` array; ``bars`` is the chance that the picture leaves borders."""
    cam = np.zeros((), CAMERA)
    tint = np.exp(rng.normal(size=3) * 0.07 + rng.normal() * 0.2)
    saturation = 0.0 if rng.random() < 0.17 else rng.uniform(0.3, 1.4)
    contrast = np.exp(rng.normal() * 0.2)
    if rng.random() < 0.06:
        contrast *= rng.uniform(1.5, 3)  # hard black and white, burnt-out skin
    cam["colour"] = colour_matrix(saturation, tint, contrast, rng.uniform(0.25, 0.65), rng.normal() * 0.05)
    cam["gamma"] = np.exp(rng.normal() * 0.22 + (rng.uniform(0.3, 0.8) if rng.random() < 0.05 else 0))  # some are very dark
    if rng.random() < 0.5:
        cam["light"] = *(rng.normal(size=2) * 0.5), max(0, rng.normal()) * 0.7
    u = rng.random()
    if u < 0.2:
        cam["blur"] = rng.uniform(0.3, 2.2)
    elif u < 0.26:
        angle, length = rng.uniform(0, np.pi), rng.uniform(2, 9)
        cam["motion"] = np.cos(angle) * length, np.sin(angle) * length
    elif u < 0.46:
        cam["small"] = rng.uniform(1.2, 4)
    elif u < 0.56:
        cam["sharpen"] = rng.uniform(0.3, 1.6)
    if rng.random() < 0.4:
        cam["noise"], cam["chroma"] = abs(rng.normal()) * 6, abs(rng.normal()) * 4
    window = np.array([0, 0, side, side], np.float32)
    if rng.random() < bars:
        axis, ends = rng.integers(2), rng.uniform(0, 0.3, 2) * (rng.random(2) < 0.75)
        window[axis], window[axis + 2] = np.round(ends[0] * side), np.round((1 - ends[1]) * side)
        if rng.random() < 0.25:
            axis, ends = 1 - axis, rng.uniform(0, 0.2, 2)
            window[axis], window[axis + 2] = np.round(ends[0] * side), np.round((1 - ends[1]) * side)
    cam["window"] = window
    u = rng.random()
    cam["border"] = 128 if u < 0.5 else 0 if u < 0.8 else 255 if u < 0.9 else rng.uniform(0, 255, 3)
    cam["seed"] = rng.integers(1, 2**31)
    return cam
