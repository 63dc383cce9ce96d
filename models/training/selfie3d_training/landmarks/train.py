"""Training of the landmark network.

    python3 -m selfie3d_training train landmarks --renders STORE --out RUN --minutes 40
"""
from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from ..trainer import TrainConfig, TrainResult, train
from .candidates import CandidateStore
from .data import KNOWN, batches, sample
from .model import CROP, LandmarkConfig, LandmarkNet, both_ways, combine

SUBSET = 900   # head vertices that the loss looks at
AXES = (1., 1., .5)


def head_subset(prior: Path) -> np.ndarray:
    """(900,) vertex ids, spread evenly over the closed head; the same in every run."""
    count = len(np.load(prior)["mean"])
    return np.sort(np.random.default_rng(5).permutation(count)[:SUBSET])


@torch.no_grad()
def similarity(source: torch.Tensor, target: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Turn [B,3,3], scale [B,1,1] and shift [B,1,3] that take ``source`` to ``target`` [B,N,3]: target = scale * source @ turn + shift.

    Umeyama, "Least-squares estimation of transformation parameters between two point patterns", PAMI 13 (1991).
    """
    a, b = source.mean(1, keepdim=True), target.mean(1, keepdim=True)
    u, sizes, v = torch.linalg.svd((source - a).transpose(1, 2) @ (target - b))
    flip = torch.ones_like(sizes)
    flip[:, 2] = torch.det(u @ v).sign()
    turn = (u * flip[:, None]) @ v
    scale = ((sizes * flip).sum(1) / (source - a).square().sum((1, 2)))[:, None, None]
    return turn, scale, b - scale * (a @ turn)


def make_step(subset: torch.Tensor):
    def step(model, batch):
        image = batch["image"].float().div(255).contiguous(memory_format=torch.channels_last)
        out = model(image, subset.to(image.device))
        axes, label = image.new_tensor(AXES), batch["face"]
        known = int((label == KNOWN).sum())   # they come first
        seen = F.binary_cross_entropy_with_logits(out["face"][known:], label[known:]) if known < len(label) else out["face"].sum() * 0
        out = {key: value[:known] for key, value in out.items()}
        truth, head = batch["landmarks"][:known], batch["head"][:known]
        heat = ((out["heat"] - truth).abs() * axes).mean()
        points = ((out["points"] - truth).abs() * axes).mean()
        placed = ((out["head"] - head).abs() * axes).mean()
        with torch.autocast(image.device.type, enabled=False):   # the head's shape, wherever it lies
            turn, scale, shift = similarity(out["head"].detach(), head)
            shape = (scale * out["head"] @ turn + shift - head).abs().mean()
        with torch.no_grad():
            reached = (combine(out) - truth)[..., :2].norm(dim=2).mean(1)
        spread = out["error"] + 2e-3   # Laplace likelihood: the network says how wrong it expects to be
        doubt = (reached / spread + spread.log()).mean()
        regular = out["shape"].square().mean()
        perspective = (out["camera"][:, 2] - batch["perspective"][:known]).abs().mean()
        loss = 10 * (heat + points + placed + shape) + perspective + .02 * doubt + 1e-3 * regular + .2 * seen
        return loss, dict(heat=heat, points=points, head=placed, shape=shape, perspective=perspective, error=reached.mean(), face=seen)
    return step


def held_out(store, prior: Path, count: int = 600, seed: int = 5):
    """A fixed set of crops of held-out people: images [N,3,128,128] uint8 and landmarks (N,68,3)."""
    rng, rows = np.random.default_rng(seed), store.rows(1)
    mirror, subset = np.load(prior)["mirror"], np.arange(8)
    made = [sample(rng, store, int(rows[i * len(rows) // count]), mirror, subset) for i in range(min(count, len(rows)))]
    return torch.from_numpy(np.stack([m[0] for m in made]).transpose(0, 3, 1, 2).copy()), np.stack([m[1] for m in made])


@torch.no_grad()
def predict(model, images: torch.Tensor, batch: int = 64) -> dict[str, np.ndarray]:
    """[N,3,128,128] uint8 crops -> arrays in crop units as the exported network gives them: landmarks, heat, points, error, face, shape, pose."""
    device, parts = next(model.parameters()).device, []
    for i in range(0, len(images), batch):
        out = both_ways(model, images[i:i + batch].to(device).float().div(255).contiguous(memory_format=torch.channels_last),
                        torch.zeros(1, dtype=torch.long, device=device))
        parts.append({k: v.float().cpu().numpy() for k, v in out.items()})
    return {k: np.concatenate([p[k] for p in parts]) for k in parts[0]}


def normalised_error(predicted: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """(N,) 2D NME in per cent: mean distance over sqrt(width * height) of the true landmarks' box."""
    span = np.ptp(truth[..., :2], axis=1)
    return 100 * np.linalg.norm((predicted - truth)[..., :2], axis=2).mean(1) / np.sqrt(span.prod(1))


def run(renders: Path, prior: Path, out: Path, config: TrainConfig, model_config: LandmarkConfig = LandmarkConfig()) -> TrainResult:
    from ..renders import RenderStore
    subset = head_subset(prior)
    images, truth = held_out(RenderStore(renders), prior)

    candidates = CandidateStore.of(renders, 1)
    crops = torch.from_numpy(candidates.crops.transpose(0, 3, 1, 2).copy()) if candidates else None

    def evaluate(model):
        guess = predict(model, images)
        figures = {f"nme_{k}": float(normalised_error(guess[k], truth).mean()) for k in ("landmarks", "heat", "points")}
        if candidates is None:
            return figures
        odds = predict(model, crops)["face"]
        strict = np.quantile(odds[candidates.labels == 0], .99)   # what 1 in 100 false candidates reaches
        return {**figures, "faces_at_1_in_100": float((odds[candidates.labels == 1] > strict).mean())}

    result = train(LandmarkNet(prior, model_config), batches(renders, prior, subset, config.batch_size),
                   make_step(torch.from_numpy(subset)), config, out, evaluate, model_config)
    if result.finished:
        from .fit import fit_saved
        fit_saved(result.model, renders, out / "weights.pt")
    return result
