"""The volume network.

Inputs  ``crop`` [B,3,128,128] RGB in 0..1 and ``prior`` [B,64,64,64] the signed distance of the placed head prior in
the same cube, voxels, truncated at +-3. Output [B,64,64,64] signed distance in voxels: the prior plus a residual.
Depth slices are the channels of a 2D network (Jackson et al., ICCV 2017).
"""
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F

from ..detector.model import Residual, conv
from .grid import BAND, GRID


@dataclass
class VolumeConfig:
    image: int = 20        # channels of the image at 64 x 64
    prior: int = 24        # channels that the prior's slices are mixed down to
    widths: tuple[int, ...] = (40, 64, 112, 160)   # at 64, 32, 16, 8


class VolumeNet(nn.Module):
    def __init__(self, config: VolumeConfig = VolumeConfig()):
        super().__init__()
        c = self.config = config
        w = c.widths
        self.image = conv(3, c.image, 3, 2)
        self.mix = conv(GRID, c.prior, 1)
        self.stem = conv(c.image + c.prior, w[0])
        self.down = nn.ModuleList(nn.Sequential(conv(w[i], w[i + 1], 3, 2), Residual(w[i + 1])) for i in range(3))
        self.up = nn.ModuleList(nn.Conv2d(w[i + 1], w[i], 1) for i in range(3))
        self.merge = nn.ModuleList([conv(w[0], w[0]), Residual(w[1]), Residual(w[2])])
        self.out = nn.Conv2d(w[0], GRID, 1)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, crop: torch.Tensor, prior: torch.Tensor) -> torch.Tensor:
        x = self.stem(torch.cat([self.image(crop * 2 - 1), self.mix(prior / BAND)], 1))
        features = [x]
        for down in self.down:
            x = down(x)
            features.append(x)
        for i in (2, 1, 0):
            x = F.interpolate(self.up[i](x), scale_factor=2., mode="nearest")
            x = self.merge[i](F.relu(features[i] + x))
        return prior + self.out(x).to(prior.dtype) * BAND
