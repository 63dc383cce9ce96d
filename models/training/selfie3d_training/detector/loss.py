"""Which cells answer for which face, and what their answers cost.

A cell is positive when its centre lies near a face's centre and the face's size suits the level; it then learns the
face's square and angle, and its score learns how well the predicted square fits (quality focal loss, Li et al. 2020).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch.nn import functional as F

from .model import SIZE_UNIT, STRIDES, cell_centres
from .scenes import LEFT_OUT, POSITIVE


@dataclass
class LossConfig:
    """Sizes in units of ``SIZE_UNIT`` strides."""

    ranges: tuple[tuple[float, float], ...] = ((0.0, 2.25), (0.69, 2.75), (0.88, 1e9))  # sizes of each level
    near: float = 0.2  # positive within this share of the size of the centre ...
    near_cells: tuple[float, float] = (0.6, 1.5)  # ... but within these bounds, in cells
    score: float = 2.0
    square: float = 1.5
    shape: float = 1.0
    roll: float = 0.7


@dataclass
class Targets:
    """One level; B pictures, n = h w cells."""

    face: torch.Tensor  # [B, n] index of the face a cell answers for (0 where none)
    positive: torch.Tensor  # [B, n] bool
    counted: torch.Tensor  # [B, n] bool: the score has a cost here


@torch.no_grad()
def assign(faces: torch.Tensor, x: torch.Tensor, y: torch.Tensor, stride: int, level: int, config: LossConfig) -> Targets:
    """``faces`` [B, K, 5] as in scenes.py; ``x``, ``y`` [n] the centres of the cells in pixels."""
    state, size = faces[..., 4], faces[..., 2]
    away = torch.maximum((x[None, None] - faces[..., 0:1]).abs(), (y[None, None] - faces[..., 1:2]).abs())  # [B, K, n]
    units = size / (SIZE_UNIT * stride)
    low, high = config.ranges[level]
    reach = (config.near * size).clamp(config.near_cells[0] * stride, config.near_cells[1] * stride)[..., None]
    here = (state == POSITIVE) & (units >= low) & (units < high)
    close = (away < reach) & here[..., None]
    nearest = torch.where(close, away / size.clamp(min=1)[..., None], torch.full_like(away, 1e9)).argmin(1)
    positive = close.any(1)
    almost = (state == POSITIVE) & (units >= low / 1.5) & (units < high * 1.5)
    loose = (away < 1.6 * reach) & almost[..., None]
    hidden = (away < 0.6 * size[..., None]) & (state == LEFT_OUT)[..., None]
    return Targets(nearest, positive, positive | ~(loose | hidden).any(1))


def square_giou(a: torch.Tensor, b: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """IoU and generalised IoU of axis-aligned squares [m, 3] = (centre x, centre y, size)."""
    low_a, high_a = a[:, :2] - a[:, 2:3] / 2, a[:, :2] + a[:, 2:3] / 2
    low_b, high_b = b[:, :2] - b[:, 2:3] / 2, b[:, :2] + b[:, 2:3] / 2
    overlap = (torch.minimum(high_a, high_b) - torch.maximum(low_a, low_b)).clamp(min=0).prod(1)
    union = a[:, 2].square() + b[:, 2].square() - overlap
    hull = (torch.maximum(high_a, high_b) - torch.minimum(low_a, low_b)).prod(1)
    iou = overlap / union.clamp(min=1e-6)
    return iou, iou - (hull - union) / hull.clamp(min=1e-6)


def detector_loss(outputs: list[torch.Tensor], faces: torch.Tensor, config: LossConfig = LossConfig()) -> tuple[torch.Tensor, dict]:
    """``outputs`` of the network for a batch, ``faces`` [B, K, 5] -> loss and its parts."""
    logits, targets, predicted, truth = [], [], [], []
    for level, (output, stride) in enumerate(zip(outputs, STRIDES)):
        output = output.float()
        x, y = (c.flatten() for c in cell_centres(output, stride))
        found = assign(faces, x, y, stride, level, config)
        batch, cell = found.positive.nonzero(as_tuple=True)
        values = output.flatten(2)[batch, :, cell]  # [m, 6]
        face = faces[batch, found.face[batch, cell]]
        centre = torch.stack([x[cell], y[cell]], 1)
        predicted.append(torch.cat([centre + values[:, 1:3] * stride, values[:, 3:4].clamp(-4, 4).exp() * (SIZE_UNIT * stride), values[:, 4:6]], 1))
        truth.append(face)
        logits.append(output[:, 0].flatten(1)[found.counted])
        quality = torch.zeros_like(output[:, 0].flatten(1))
        quality[batch, cell] = square_giou(predicted[-1][:, :3].detach(), face)[0]
        targets.append(quality[found.counted])
    logit, target = torch.cat(logits), torch.cat(targets)
    mine, face = torch.cat(predicted), torch.cat(truth)
    number = max(1, len(face))
    score = F.binary_cross_entropy_with_logits(logit, target, reduction="none") * (logit.sigmoid() - target).detach().square()
    iou, giou = square_giou(mine[:, :3], face)
    size = face[:, 2:3].clamp(min=1)
    shape = F.smooth_l1_loss((mine[:, :2] - face[:, :2]) / size, torch.zeros_like(mine[:, :2]), reduction="sum", beta=0.05) \
        + F.smooth_l1_loss((mine[:, 2:3].clamp(min=1) / size).log(), torch.zeros_like(size), reduction="sum", beta=0.05)
    direction = torch.stack([face[:, 3].cos(), face[:, 3].sin()], 1)
    roll = F.smooth_l1_loss(mine[:, 3:5], direction, reduction="sum", beta=0.1)
    parts = {"score": score.sum() / number, "square": (1 - giou).sum() / number, "shape": shape / number, "roll": roll / number}
    loss = sum(getattr(config, name) * value for name, value in parts.items())
    return loss, {**parts, "iou": iou.detach().mean() if len(face) else 0.0}
