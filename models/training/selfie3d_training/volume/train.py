"""Training of the volume network.

    python3 -m selfie3d_training train volume --renders STORE --landmarks RUN/weights.pt --out RUN --minutes 40
"""
from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from ..renders import RenderStore
from ..trainer import TrainConfig, TrainResult, train
from .data import batches, sample
from .grid import BAND, GRID
from .model import VolumeConfig, VolumeNet
from .priors import PlacedPriors, place

TRAIN_ROWS, HELD_OUT_ROWS = 14000, 300   # pictures that priors are placed on
SATURATED = .15      # weight of voxels farther than the band from the surface


def distance_loss(predicted: torch.Tensor, truth: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Voxels: L1 inside the band, a hinge beyond it (any value past the band is right). Returns loss and band error."""
    far = truth.abs() > BAND * .995
    near = (predicted - truth).abs()
    hinge = F.relu(BAND - predicted * truth.sign())
    weight = torch.where(far, SATURATED, 1.)
    band = torch.where(far, torch.zeros_like(near), near).sum() / (~far).sum().clamp(min=1)
    return (torch.where(far, hinge, near) * weight).sum() / weight.sum(), band


def step(model, batch):
    crop = batch["image"].float().div(255).contiguous(memory_format=torch.channels_last)
    prior, truth = (batch[k].float() * (BAND / 127) for k in ("prior", "truth"))
    loss, band = distance_loss(model(crop, prior).float(), truth)
    return loss, dict(band=band, prior_band=distance_loss(prior, truth)[1])


def held_out(renders: Path, placed: Path, count: int = 120, seed: int = 5):
    """A fixed set of held-out people: dict of arrays and, per picture, the true head in voxels and mm per voxel."""
    store, priors, rng = RenderStore(renders), PlacedPriors(placed, renders / "prior.npz"), np.random.default_rng(seed)
    mirror = np.load(renders / "prior.npz")["mirror"]
    index = np.where(np.asarray(store.split)[priors.rows] == 1)[0]
    index = index[np.linspace(0, len(index) - 1, min(count, len(index))).astype(int)]
    made = [sample(rng, store, priors, int(i), mirror, vary=False) for i in index]
    millimetres = [m[3].crop.size / GRID / store.view[priors.rows[i], 4] * 10 for m, i in zip(made, index)]
    return dict(image=np.stack([m[0] for m in made]).transpose(0, 3, 1, 2), prior=np.stack([m[1] for m in made]),
                truth=np.stack([m[2] for m in made])), [m[4] for m in made], np.array(millimetres), priors.tris


def surface_error(volume: np.ndarray, points: np.ndarray, tris: np.ndarray, millimetres: float) -> tuple[float, float]:
    """Median |distance| of the true surface's vertices in a predicted volume: (facing the camera, the rest), mm."""
    from scipy.ndimage import map_coordinates
    corner = points[tris]
    normal = np.cross(corner[:, 2] - corner[:, 0], corner[:, 1] - corner[:, 0])   # y down: clockwise is outward
    normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-9
    middle = corner.mean(1)
    value = np.abs(map_coordinates(volume, (middle[:, ::-1] - .5).T, order=1, mode="nearest")) * millimetres
    seen = normal[:, 2] > .2
    return float(np.median(value[seen])), float(np.median(value[~seen]))


@torch.no_grad()
def predict(model, crops: np.ndarray, priors: np.ndarray, batch: int = 24) -> np.ndarray:
    """uint8 crops [N,3,128,128] and int8 priors [N,64,64,64] -> distances in voxels, float32."""
    device, out = next(model.parameters()).device, []
    for i in range(0, len(crops), batch):
        crop = torch.from_numpy(crops[i:i + batch]).to(device).float().div(255).contiguous(memory_format=torch.channels_last)
        out.append(model(crop, torch.from_numpy(priors[i:i + batch]).to(device).float() * (BAND / 127)).float().cpu().numpy())
    return np.concatenate(out)


def run(renders: Path, landmarks: Path, out: Path, config: TrainConfig, model_config: VolumeConfig = VolumeConfig()) -> TrainResult:
    placed = out / "priors.npz"
    if not placed.exists():
        out.mkdir(parents=True, exist_ok=True)
        store = RenderStore(renders)
        place(renders, landmarks, placed, np.concatenate([store.rows(1)[:HELD_OUT_ROWS], store.rows(0)[:TRAIN_ROWS]]))
    data, points, millimetres, tris = held_out(renders, placed)

    def evaluate(model):
        guess, start = predict(model, data["image"], data["prior"]), data["prior"] * np.float32(BAND / 127)
        errors = {}
        for name, volumes in (("prior", start), ("volume", guess)):
            both = np.array([surface_error(v, p, tris, mm) for v, p, mm in zip(volumes, points, millimetres)])
            errors |= {f"{name}_seen_mm": float(both[:, 0].mean()), f"{name}_hidden_mm": float(both[:, 1].mean())}
        return errors

    return train(VolumeNet(model_config), batches(renders, placed, config.batch_size), step, config, out, evaluate, model_config)
