"""Heads seen from behind, for the detector to leave alone.

    python3 -m selfie3d_training render-backs --faces FOLDER --out STORE --count 1500

A store of these is small: three ``.npy`` files that :class:`BackStore` maps into memory.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from ..photographer import Photographer, PhotographerConfig

HELD_OUT_SHARE = 0.15


class BackStore:
    """The part of a render store that scenes need: rgba, landmarks, split, count; no backgrounds."""

    def __init__(self, folder: str | Path):
        folder = Path(folder)
        self.rgba, self.landmarks, self.split = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("rgba", "landmarks", "split"))
        self.backgrounds = np.zeros((0, *self.rgba.shape[1:3], 3), np.uint8)
        self.count = len(self.rgba)


def render_backs(faces_folder: str | Path, out: str | Path, count: int = 1500, size: int = 192, seed: int = 9) -> BackStore:
    """Renders ``count`` heads turned 135 to 225 degrees away, the first share of them held-out people."""
    from .. import faces

    out = Path(out)
    rgba, landmarks = np.empty((count, size, size, 4), np.uint8), np.empty((count, 68, 3), np.float32)
    split = (np.arange(count) < HELD_OUT_SHARE * count).astype(np.uint8)
    for held_out in (1, 0):
        photographer = Photographer(faces.load(faces_folder, ("train", "heldout")[held_out]), seed + held_out, PhotographerConfig(size=size))
        rng = np.random.default_rng([seed, held_out])
        for row in np.flatnonzero(split == held_out):
            shot = photographer.shoot(rng, yaw=rng.uniform(135, 225) * rng.choice([-1, 1]))
            rgba[row], landmarks[row] = shot.rgba, shot.landmarks
    out.mkdir(parents=True, exist_ok=True)
    for name, array in (("rgba", rgba), ("landmarks", landmarks), ("split", split)):
        temporary = out / f"{name}.tmp.npy"
        np.save(temporary, array)
        os.replace(temporary, out / f"{name}.npy")
    return BackStore(out)
