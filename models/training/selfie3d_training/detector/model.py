"""The detector network: one pass over the photo, three levels, every cell says whether it is the middle of a face.

Input  [B,3,H,W] RGB in 0..1, H and W multiples of 32 (320 usual).
Output one tensor [B,6,H/s,W/s] for each stride s of ``STRIDES``: score logit, offset of the face's centre from the
cell's centre (x, y; in cells), log(size / (4 s)), and cosine and sine of the roll (not normalised).
``DetectorExport`` turns that into ``faces`` [B,N,6] = (centreX, centreY, size, cos, sin, score) in input pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F

STRIDES = (8, 16, 32)
SIZE_UNIT = 4.0  # a face of SIZE_UNIT strides has log size 0 on that level


@dataclass
class DetectorConfig:
    """Widths and depths; the defaults cost 0.144 GMAC at 320 x 320 (see :func:`multiply_adds`).

    Plain 3x3 convolutions and a stride-4 stem: at this size they train three times faster on a CPU than depthwise
    ones of the same cost, and nothing is computed at half resolution.
    """

    stem: int = 24  # channels at stride 4
    stem_kernel: int = 5
    widths: tuple[int, ...] = (32, 64, 88)  # at strides 8, 16, 32
    depths: tuple[int, ...] = (1, 1, 2)  # residual blocks after the convolution that halves the resolution
    neck: int = 32
    head_depth: int = 1


def conv(inputs: int, outputs: int, kernel: int = 3, stride: int = 1, act: bool = True) -> nn.Sequential:
    layers = [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs)]
    return nn.Sequential(*layers, nn.ReLU(inplace=True)) if act else nn.Sequential(*layers)


class Residual(nn.Module):
    """Two 3x3 convolutions around a shortcut; at its start it does nothing, so a trained network can get more of them."""

    def __init__(self, width: int):
        super().__init__()
        self.body = nn.Sequential(conv(width, width), conv(width, width, act=False))
        nn.init.zeros_(self.body[1][1].weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.relu(x + self.body(x))


class Detector(nn.Module):
    """Backbone, top-down neck, and one head shared by the levels."""

    def __init__(self, config: DetectorConfig = DetectorConfig()):
        super().__init__()
        c = self.config = config
        self.stem = conv(3, c.stem, c.stem_kernel, 4)
        stages, width = [], c.stem
        for outputs, depth in zip(c.widths, c.depths):
            stages.append(nn.Sequential(conv(width, outputs, 3, 2), *(Residual(outputs) for _ in range(depth))))
            width = outputs
        self.stages = nn.ModuleList(stages)
        self.lateral = nn.ModuleList(conv(w, c.neck, 1, act=False) for w in c.widths)
        self.head = nn.Sequential(*(conv(c.neck, c.neck) for _ in range(c.head_depth)))
        self.predict = nn.ModuleList(nn.Conv2d(c.neck, 6, 1) for _ in STRIDES)
        for layer in self.predict:
            nn.init.normal_(layer.weight, std=0.01)
            nn.init.zeros_(layer.bias)
            layer.bias.data[0] = -4.6  # a face is rare: score 0.01 at the start

    def forward(self, image: torch.Tensor) -> list[torch.Tensor]:
        x = self.stem(image * 2 - 1)
        features = []
        for stage in self.stages:
            x = stage(x)
            features.append(x)
        maps = [lateral(f) for lateral, f in zip(self.lateral, features)]
        for level in (1, 0):
            maps[level] = maps[level] + F.interpolate(maps[level + 1], scale_factor=2.0, mode="nearest")
        return [predict(self.head(F.relu(m))) for m, predict in zip(maps, self.predict)]


def cell_centres(like: torch.Tensor, stride: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Pixel coordinates (x, y) of the centres of the cells of a map [B,C,h,w], each [h,w]."""
    ones = torch.ones_like(like[0, 0], dtype=torch.float32)  # counting ones exports to ONNX for any size
    return (ones.cumsum(1) - 0.5) * stride, (ones.cumsum(0) - 0.5) * stride


def decode(output: torch.Tensor, stride: int) -> torch.Tensor:
    """One level [B,6,h,w] -> [B,h*w,6] = (centreX, centreY, size, cos, sin, score logit), float32, input pixels."""
    output = output.float()
    x, y = cell_centres(output, stride)
    direction = output[:, 4:6] / (output[:, 4:6].square().sum(1, keepdim=True) + 1e-8).sqrt()
    size = output[:, 3].clamp(-4.0, 4.0).exp() * (SIZE_UNIT * stride)
    centre = output[:, 1:3] * stride + torch.stack([x, y])
    return torch.cat([centre, size[:, None], direction, output[:, :1]], dim=1).flatten(2).transpose(1, 2)


class DetectorExport(nn.Module):
    """What is exported: ``image`` [1,3,H,W] -> ``faces`` [1,N,6], the score after the sigmoid, before any suppression."""

    def __init__(self, detector: Detector):
        super().__init__()
        self.detector = detector

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        faces = torch.cat([decode(o, s) for o, s in zip(self.detector(image), STRIDES)], dim=1)
        return torch.cat([faces[..., :5], faces[..., 5:].sigmoid()], dim=-1)


def multiply_adds(model: nn.Module, *inputs: torch.Tensor) -> int:
    """Multiply-adds of the convolutions and linear layers of one forward pass."""
    total, hooks = [0], []

    def count(layer: nn.Module, _inputs, output: torch.Tensor) -> None:
        per_value = layer.weight[0].numel()
        total[0] += output.numel() // output.shape[0] * per_value

    for layer in model.modules():
        if isinstance(layer, (nn.Conv2d, nn.Conv3d, nn.Linear)):
            hooks.append(layer.register_forward_hook(count))
    training = model.training
    with torch.no_grad():
        model.eval()(*inputs)
    model.train(training)
    for hook in hooks:
        hook.remove()
    return total[0]
