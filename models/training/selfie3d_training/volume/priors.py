"""The head priors that the landmark network places on the rendered pictures: what the volume network starts from."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from ..camera import Crop, photograph
from ..landmarks.data import MARGIN, upright_box
from ..landmarks.model import CROP, HeadPrior, LandmarkConfig, LandmarkNet
from ..renders import RenderStore


def load_landmarks(weights: Path, prior: Path) -> LandmarkNet:
    state = torch.load(weights, map_location="cpu")
    config = LandmarkConfig(**{k: tuple(v) if isinstance(v, list) else v for k, v in state["model_config"].items()})
    net = LandmarkNet(prior, config)
    net.load_state_dict(state["state"])
    return net.eval()


@torch.no_grad()
def place(renders: Path, weights: Path, out: Path, rows: np.ndarray, seed: int = 3) -> None:
    """Writes ``out`` (npz): rows (R,), crop (R, 3) = centre x, y and side in the sprite, and from the crop as it is and mirrored shape (R, 2, rank), pose (R, 2, 10)."""
    prior, store, rng = renders / "prior.npz", RenderStore(renders), np.random.default_rng(seed)
    net, nothing = load_landmarks(weights, prior), torch.zeros(1, dtype=torch.long)
    shapes, poses, crops = [], [], []
    for start in range(0, len(rows), 64):
        images = []
        for row in rows[start:start + 64]:
            centre, side = upright_box(np.array(store.landmarks[row]), 0)
            # the second pass starts from the landmarks of the first, so its crop is nearly right
            centre, side = centre + rng.normal(size=2) * .02 * side, side * MARGIN * np.exp(rng.normal() * .04)
            images.append(photograph(rng, store.rgba[row], store.backgrounds, Crop(centre, side), CROP))
            crops.append([*centre, side])
        image = torch.from_numpy(np.stack(images).transpose(0, 3, 1, 2).copy()).float().div(255).contiguous(memory_format=torch.channels_last)
        here, there = net(image, nothing), net(image.flip(3), nothing)
        shapes.append(torch.stack([here["shape"], there["shape"]], 1).numpy())
        poses.append(torch.stack([here["pose"], there["pose"]], 1).numpy())
        print(f"\rpriors placed on {start + len(images)} of {len(rows)} pictures", end="", flush=True)
    print()
    temporary = out.with_suffix(".tmp.npz")
    np.savez(temporary, rows=rows, shape=np.concatenate(shapes), pose=np.concatenate(poses), crop=np.array(crops, np.float32))
    temporary.replace(out)


class PlacedPriors:
    """Closed heads (S, 3) in sprite pixels from a file of :func:`place`: the mean of both looks, as the exported network gives it."""

    def __init__(self, file: Path, prior: Path):
        data = np.load(file)
        self.rows, self.shape, self.pose, self.crop = (data[k] for k in ("rows", "shape", "pose", "crop"))
        self.prior = HeadPrior(prior, self.shape.shape[2])
        self.tris = self.prior.tris.numpy().astype(np.int32)

    @torch.no_grad()
    def head(self, index: int) -> np.ndarray:
        here, there = self.prior(torch.from_numpy(self.shape[index]), torch.from_numpy(self.pose[index]))
        there = there[self.prior.mirror] * torch.tensor([-1., 1., 1.]) + torch.tensor([1., 0., 0.])
        x, y, side = self.crop[index]
        return ((here + there).numpy() / 2 * side + np.array([x - side / 2, y - side / 2, 0], np.float32)).astype(np.float32)
