"""What is fitted on the finished landmark network: the head's shape and whether there is a face at all.

Both are small maps of what the network has found. Fitted alone, they come out better than as one loss among many: gradient
descent left the shape near the mean head's, and the log-odds of a face can learn from new candidates within minutes.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from ..checkpoint import read_weights, save_atomically
from ..renders import RenderStore
from .candidates import CandidateStore
from .data import FAULTY, hidden_rows, sample
from .model import HeadPrior, LandmarkNet
from .train import head_subset, similarity

SHRINK = 100.         # ridge
FACE_WEIGHT = 2.      # of the face's vertices against scalp and neck,
FACE_BEFORE = 2.      # cm before the middle of the skull
EPOCHS, RATE = 40, 1e-3


def fit_all(net: LandmarkNet, renders: Path, say: Callable[[str], None] = print) -> None:
    """Fits the shape on the store's training people, and the log-odds of a face where ``prepare-candidates`` has been run."""
    say(fit_shape(net, renders))
    if CandidateStore.of(renders, 0):
        say(fit_face(net, renders))


def fit_saved(net: LandmarkNet, renders: Path, file: Path) -> None:
    """Fits ``net`` and puts its weights into ``file``, the ``weights.pt`` that it came from."""
    fit_all(net, renders)
    save_atomically({**read_weights(file), "state": net.state_dict()}, file)


@torch.no_grad()
def fit_shape(net: LandmarkNet, renders: Path, count: int = 8000, held_out: int = 600, seed: int = 7) -> str:
    """Ridge regression of the prior's coefficients on the constellation of the landmarks that the network finds."""
    device, sums, kept = next(net.parameters()).device, None, []
    subset = torch.from_numpy(head_subset(renders / "prior.npz")).to(device)
    for split, number in ((0, count), (1, held_out)):
        for told, pose, head, perspective in _looks(net, renders, split, number, seed, subset.cpu().numpy()):
            truth = coefficients(net.prior, head.to(device), pose, perspective.to(device), subset)
            if split:
                kept.append((told, truth))
                continue
            one = torch.cat([told, torch.ones_like(told[:, :1])], 1).double()
            parts = one.T @ one, one.T @ truth.double()
            sums = parts if sums is None else tuple(a + b for a, b in zip(sums, parts))
    shrink = torch.full_like(sums[0][0], SHRINK)
    shrink[-1] = 0
    solved = torch.linalg.solve(sums[0] + shrink.diag(), sums[1]).float()
    net.shape.weight.copy_(solved[:-1].T)
    net.shape.bias.copy_(solved[-1])
    told, truth = (torch.cat(part) for part in zip(*kept))
    basis = net.prior.basis.view(len(net.prior.basis), -1, 3)[:, subset].flatten(1)
    mean, fitted = (10 * ((shape - truth) @ basis).view(len(truth), -1, 3).norm(dim=2).mean() for shape in (0 * truth, net.shape(told)))
    return f"shape by the landmarks, held-out people: {fitted:.2f} mm from the true one, the mean head {mean:.2f} mm"


def coefficients(prior: HeadPrior, head: torch.Tensor, pose: torch.Tensor, perspective: torch.Tensor, subset: torch.Tensor) -> torch.Tensor:
    """[B,rank] shape of true heads [B,S,3] (crop units, the vertices ``subset``), with their true perspective [B] taken out about the found middle."""
    flat = prior.without_camera(head, torch.cat([prior.camera(pose)[:, :2], perspective[:, None]], 1))
    mean, basis = prior.mean[subset], prior.basis.view(len(prior.basis), -1, 3)[:, subset]
    turn, scale, shift = similarity(flat, mean.expand_as(flat))
    weight = 1 + (FACE_WEIGHT - 1) * (mean[:, 2] > FACE_BEFORE).float()[:, None]
    unusual = ((scale * flat @ turn + shift - mean) * weight).flatten(1)
    return torch.linalg.lstsq((basis * weight).flatten(1).T, unusual.T).solution.T


def _looks(net, renders, split: int, count: int, seed: int, subset: np.ndarray) -> Iterator[tuple]:
    """Batches of what the network finds in crops like those of training: constellation, pose, true head and perspective."""
    device, store, rng = next(net.parameters()).device, RenderStore(renders), np.random.default_rng([seed, split])
    rows, mirror = np.setdiff1d(store.rows(split), hidden_rows(renders)), np.load(renders / "prior.npz")["mirror"]
    for start in range(0, count, 64):
        made = [sample(rng, store, int(rng.choice(rows)), mirror, subset, rng.random() < FAULTY) for _ in range(min(64, count - start))]
        images = torch.from_numpy(np.stack([m[0] for m in made]).transpose(0, 3, 1, 2).copy()).to(device)
        out = net(images.float().div(255).contiguous(memory_format=torch.channels_last), torch.zeros(1, dtype=torch.long, device=device))
        yield out["told"], out["pose"], torch.from_numpy(np.stack([m[2] for m in made])).float(), torch.tensor([m[3] for m in made])


def fit_face(net: LandmarkNet, renders: Path) -> str:
    """Trains the layers that tell a face on the candidates and their mirror images; what they see is worked out once."""
    features = {split: _seen(net, CandidateStore.of(renders, split)) for split in (0, 1)}
    before = _told_apart(net, *features[1])
    seen, label = features[0]
    net.face.requires_grad_(True)
    optimizer = torch.optim.AdamW(net.face.parameters(), lr=RATE, weight_decay=.02)
    order, steps = torch.Generator().manual_seed(1), EPOCHS * len(seen) // 256
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = RATE * .5 * (1 + np.cos(np.pi * step / steps))
        chosen = torch.randint(len(seen), (256,), generator=order).to(seen.device)
        loss = F.binary_cross_entropy_with_logits(net.face(seen[chosen])[:, 0], label[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return f"faces among held-out candidates: {100 * _told_apart(net, *features[1]):.1f} % right, {100 * before:.1f} % before"


@torch.no_grad()
def _seen(net: LandmarkNet, store: CandidateStore) -> tuple[torch.Tensor, torch.Tensor]:
    device, parts = next(net.parameters()).device, []
    for start in range(0, len(store.labels), 64):
        crops = torch.from_numpy(np.array(store.crops[start:start + 64]).transpose(0, 3, 1, 2)).to(device).float().div(255)
        both = torch.cat([crops, crops.flip(3)]).contiguous(memory_format=torch.channels_last)
        seen = net(both, torch.zeros(1, dtype=torch.long, device=device))["seen"]
        parts.append(torch.stack(seen.chunk(2), 1))
    label = torch.from_numpy(store.labels.astype(np.float32)).to(device)
    return torch.cat(parts).flatten(0, 1), label.repeat_interleave(2)


@torch.no_grad()
def _told_apart(net: LandmarkNet, seen: torch.Tensor, label: torch.Tensor) -> float:
    return float(((net.face(seen)[:, 0] > 0) == (label > 0)).float().mean())
