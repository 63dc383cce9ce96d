"""Training pairs of the volume network: crop, voxelised prior, voxelised truth."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..camera import photograph
from ..landmarks.model import CROP
from ..renders import RenderStore
from .grid import Cube, voxelise
from .priors import PlacedPriors


def voxelised(store: RenderStore, priors: PlacedPriors, index: int, roll: float = 0., grow: float = 1.):
    """[64,64,64] int8 prior and truth; the cube; the true head (S, 3) in voxels."""
    truth, guess = store.head_points(int(priors.rows[index])), priors.head(index)
    cube = Cube.around(guess, roll, False, grow)
    points = cube.voxels(truth)
    return voxelise(cube.voxels(guess), priors.tris), voxelise(points, priors.tris), cube, points


def batches(renders: Path, placed: Path, batch_size: int, split: int = 0):
    """``f(worker, seed)``: endless batches of image, prior, truth. Each head comes twice, the second time mirrored in another photo."""
    def generate(worker: int, seed: int) -> Iterator[dict[str, np.ndarray]]:
        import torch
        torch.set_num_threads(1)
        rng, store = np.random.default_rng(seed), RenderStore(renders)
        priors = PlacedPriors(placed, renders / "prior.npz")
        mine = np.where(np.asarray(store.split)[priors.rows] == split)[0]
        while True:
            made = []
            while len(made) < batch_size:
                index = int(rng.choice(mine))
                prior, truth, cube, _ = voxelised(store, priors, index, rng.normal() * 5, np.exp(rng.normal() * .02))
                for mirror in (False, True):
                    image = photograph(rng, store.rgba[priors.rows[index]], store.backgrounds, replace(cube.crop, mirror=mirror), CROP)
                    side = slice(None, None, -1 if mirror else 1)
                    made.append((image, prior[..., side], truth[..., side]))
            image, prior, truth = (np.stack(part) for part in zip(*made[:batch_size]))
            yield dict(image=image.transpose(0, 3, 1, 2), prior=prior, truth=truth)
    return generate
