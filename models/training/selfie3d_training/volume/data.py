"""Training pairs of the volume network: crop, voxelised prior, voxelised truth."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ..camera import photograph
from ..landmarks.model import CROP
from ..renders import RenderStore
from .grid import Cube, voxelise
from .priors import PlacedPriors


def sample(rng, store: RenderStore, priors: PlacedPriors, index: int, mirror: np.ndarray, vary: bool = True):
    """(128,128,3) uint8 crop; [64,64,64] int8 prior and truth; the cube; the true head (S, 3) in voxels."""
    row = int(priors.rows[index])
    truth, guess = store.head_points(row), priors.head(index)
    flip = vary and rng.random() < .5
    cube = Cube.around(guess, rng.normal() * 5 if vary else 0., bool(flip), np.exp(rng.normal() * .02) if vary else 1.)
    if flip:
        truth, guess = truth[mirror], guess[mirror]
    image = photograph(rng, store.rgba[row], store.backgrounds, cube.crop, CROP, vary)
    points = cube.voxels(truth)
    return image, voxelise(cube.voxels(guess), priors.tris), voxelise(points, priors.tris), cube, points


def batches(renders: Path, placed: Path, batch_size: int, split: int = 0):
    """``f(worker, seed)``: endless batches of image, prior, truth."""
    def generate(worker: int, seed: int) -> Iterator[dict[str, np.ndarray]]:
        import torch
        torch.set_num_threads(1)
        rng, store = np.random.default_rng(seed), RenderStore(renders)
        priors, mirror = PlacedPriors(placed, renders / "prior.npz"), np.load(renders / "prior.npz")["mirror"]
        mine = np.where(np.asarray(store.split)[priors.rows] == split)[0]
        while True:
            made = [sample(rng, store, priors, int(rng.choice(mine)), mirror)[:3] for _ in range(batch_size)]
            image, prior, truth = (np.stack(part) for part in zip(*made))
            yield dict(image=image.transpose(0, 3, 1, 2), prior=prior, truth=truth)
    return generate
