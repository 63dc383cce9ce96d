"""Training of the volume network.

    python3 -m selfie3d_training train volume --renders STORE --landmarks RUN/weights.pt --out RUN --minutes 40
"""
from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from ..camera import photograph
from ..landmarks.model import CROP
from ..renders import RenderStore
from ..trainer import TrainConfig, TrainResult, train
from .data import batches, voxelised
from .grid import BAND, GRID
from .model import VolumeConfig, VolumeNet
from .priors import PlacedPriors, place

TRAIN_ROWS, HELD_OUT_ROWS = 14000, 300   # pictures that priors are placed on
SATURATED = .15      # weight of voxels farther than the band from the surface


class DistanceLoss(torch.autograd.Function):
    """Mean error of predicted distances [B,G,G,G], and their error inside the band alone, both in voxels.

    L1 inside the band; beyond it any value past the band is right and the rest counts SATURATED. One volume at a time in
    the same few buffers: on a CPU the same sums over whole batches take three times as long as the network.
    """

    @staticmethod
    def forward(ctx, predicted: torch.Tensor, truth: torch.Tensor):
        gradient = torch.empty_like(predicted)
        error = weight = band = inside = 0.
        for p, t, g in zip(predicted, truth, gradient):
            far = t.abs() > BAND * .995
            difference = torch.sub(p, t, out=g)
            difference.masked_fill_(far & (p * t > BAND * BAND), 0.)
            size = difference.abs()
            every, beyond = float(size.sum()), float(size.mul_(far).sum())
            far_count, count = int(far.sum()), far.numel()
            error, weight = error + every - (1 - SATURATED) * beyond, weight + count - (1 - SATURATED) * far_count
            band, inside = band + every - beyond, inside + count - far_count
            difference.sign_().mul_(1 - (1 - SATURATED) * far)
        ctx.save_for_backward(gradient.div_(weight))
        figures = predicted.new_tensor(error / weight), predicted.new_tensor(band / max(1, inside))
        ctx.mark_non_differentiable(figures[1])
        return figures

    @staticmethod
    def backward(ctx, of_loss, of_band):
        return ctx.saved_tensors[0] * of_loss, None


def step(model, batch):
    crop = batch["image"].float().div(255).contiguous(memory_format=torch.channels_last)
    prior, truth = (batch[k].float() * (BAND / 127) for k in ("prior", "truth"))
    loss, band = DistanceLoss.apply(model(crop, prior).float(), truth)
    return loss, dict(band=band)


def held_out(renders: Path, placed: Path, count: int = 120, seed: int = 5):
    """A fixed set of held-out people: dict of arrays and, per picture, the true head in voxels and mm per voxel."""
    store, priors, rng = RenderStore(renders), PlacedPriors(placed, renders / "prior.npz"), np.random.default_rng(seed)
    index = spread(np.where(np.asarray(store.split)[priors.rows] == 1)[0], count)
    rows, made = priors.rows[index], [voxelised(store, priors, int(i)) for i in index]
    images = [photograph(rng, store.rgba[row], store.backgrounds, m[2].crop, CROP, False) for row, m in zip(rows, made)]
    millimetres = [m[2].crop.size / GRID / store.view[row, 4] * 10 for row, m in zip(rows, made)]
    return dict(image=np.stack(images).transpose(0, 3, 1, 2), prior=np.stack([m[0] for m in made]),
                truth=np.stack([m[1] for m in made])), [m[3] for m in made], np.array(millimetres), priors.tris


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


def spread(rows: np.ndarray, count: int) -> np.ndarray:
    """``count`` of the rows at even distances, or all of them."""
    return rows[np.linspace(0, len(rows) - 1, min(count, len(rows))).astype(int)]


def run(renders: Path, landmarks: Path, out: Path, config: TrainConfig, model_config: VolumeConfig = VolumeConfig()) -> TrainResult:
    placed = out / "priors.npz"
    if not placed.exists():
        out.mkdir(parents=True, exist_ok=True)
        store = RenderStore(renders)
        place(renders, landmarks, placed, np.concatenate([spread(store.rows(1), HELD_OUT_ROWS), spread(store.rows(0), TRAIN_ROWS)]))
    data, points, millimetres, tris = held_out(renders, placed)

    def evaluate(model):
        guess, start = predict(model, data["image"], data["prior"]), data["prior"] * np.float32(BAND / 127)
        errors = {}
        for name, volumes in (("prior", start), ("volume", guess)):
            both = np.array([surface_error(v, p, tris, mm) for v, p, mm in zip(volumes, points, millimetres)])
            errors |= {f"{name}_seen_mm": float(both[:, 0].mean()), f"{name}_hidden_mm": float(both[:, 1].mean())}
        return errors

    return train(VolumeNet(model_config), batches(renders, placed, config.batch_size), step, config, out, evaluate, model_config)
