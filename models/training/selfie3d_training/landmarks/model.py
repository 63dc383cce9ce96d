"""The landmark network.

Input  [B,3,128,128] RGB in 0..1: a crop with the face upright or nearly so.
Two ways to the 68 points, averaged with weights: heat maps (exact where the point is seen) and one regression from the coarsest
features (robust where it is not). A third output, rotation and nearness of the camera, brings the points into the frame of the
low-rank head prior; there they tell its shape, and then its scale and position, so that a whole closed head comes with the points.
"""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from ..camera import MIRROR
from ..detector.model import Residual, conv
from ..wardrobe import HEAD_CENTRE

CROP = 128
MAP = 32          # heat maps per side
HEAT_SHARE = (.85, .85, .5)   # of the heat maps in x, y and z; chosen on held-out people after a million crops
NEARNESS = 1 / 20.  # cm^-1, the nearest camera
BLENDED = 2         # stages after which training blends the look of crops (:func:`blend_looks`)
UNUSUAL = 20.       # landmarks in the head's frame differ from the mean head's by about 1 / UNUSUAL of their spread
MIRRORED = torch.as_tensor(MIRROR)   # order of the landmarks in the mirror image


@dataclass
class LandmarkConfig:
    widths: tuple[int, ...] = (32, 48, 80, 144, 208)   # at strides 2, 4, 8, 16, 32; multiples of 16 are fast
    depths: tuple[int, ...] = (0, 2, 3, 4, 1)
    maps: int = 64        # channels before the heat maps
    map_depth: int = 1    # residual blocks before the heat maps
    hidden: int = 512
    rank: int = 80


class HeadPrior(nn.Module):
    """Shape and pose -> closed head in crop units (x, y in 0..1, z in the same unit, 0 = middle of the skull).

    Raises a ValueError when ``path`` has fewer than ``rank`` components.
    """

    def __init__(self, path: Path | str, rank: int):
        super().__init__()
        data = np.load(path)
        if len(data["basis"]) < rank:
            raise ValueError(f"{path} has {len(data['basis'])} components of the head, and the network takes {rank}: the store is an older one; render "
                             "into another folder, or take a network of as many components (LandmarkConfig.rank)")
        keep = lambda name, value: self.register_buffer(name, torch.as_tensor(value), persistent=False)
        keep("mean", data["mean"] - HEAD_CENTRE)
        keep("basis", data["basis"][:rank].reshape(rank, -1))
        keep("tris", data["tris"].astype(np.int64))
        keep("mirror", data["mirror"].astype(np.int64))   # the vertex on the other side
        on_landmarks = lambda points: (points[:, data["landmark_vertices"]] * data["landmark_bary"][..., None]).sum(2).astype(np.float32)
        keep("landmark_basis", on_landmarks(data["basis"][:rank]).reshape(rank, -1))
        keep("landmark_mean", on_landmarks((data["mean"] - HEAD_CENTRE)[None])[0])
        keep("usual", _spread_out(self.landmark_mean[None])[0].flatten())

    def forward(self, shape: torch.Tensor, pose: torch.Tensor, subset: torch.Tensor | None = None) -> torch.Tensor:
        """shape [B,rank], pose [B,10] = (two rows of the rotation, log scale, x, y, nearness) -> [B,S,3]."""
        mean, basis = self.mean, self.basis
        if subset is not None:
            mean, basis = mean[subset], basis.view(len(basis), -1, 3)[:, subset].reshape(len(basis), -1)
        points = mean + (shape @ basis).view(-1, mean.shape[0], 3)  # no len(): the batch stays open in the ONNX file
        placed = points @ self.axes(pose) * self.scale(pose)[:, None, None]
        x, y, perspective = self.camera(pose).split(1, 1)
        near = 1 / (1 - perspective * placed[..., 2]).clamp(min=.1)
        return torch.stack([x + placed[..., 0] * near, y - placed[..., 1] * near, placed[..., 2]], 2)

    @staticmethod
    def axes(pose: torch.Tensor) -> torch.Tensor:
        """[B,3,3]: points @ axes turns them from the head's frame into the camera's (y up)."""
        a = F.normalize(pose[:, 0:3] + pose.new_tensor([1., 0, 0]), dim=1)
        b = pose[:, 3:6] + pose.new_tensor([0, 1., 0])
        b = F.normalize(b - (a * b).sum(1, keepdim=True) * a, dim=1)
        c = torch.stack([a[:, 1] * b[:, 2] - a[:, 2] * b[:, 1], a[:, 2] * b[:, 0] - a[:, 0] * b[:, 2],
                         a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]], 1)
        return torch.stack([a, b, c], 2)

    @staticmethod
    def scale(pose: torch.Tensor) -> torch.Tensor:
        """[B] crop units per centimetre at the middle of the skull."""
        return .07 * torch.exp(pose[:, 6])

    def camera(self, pose: torch.Tensor) -> torch.Tensor:
        """[B,3] crop units: the middle of the skull (x, y), and the perspective k: a point at depth z is seen 1 / (1 - k z) as large."""
        return torch.stack([.5 + pose[:, 7], .5 + pose[:, 8], NEARNESS * torch.sigmoid(pose[:, 9]) / self.scale(pose)], 1)

    @staticmethod
    def without_camera(points: torch.Tensor, camera: torch.Tensor) -> torch.Tensor:
        """[B,N,3] crop units, seen by a :meth:`camera` [B,3] -> the same unit about the middle of the skull, y up, without perspective."""
        x, y, perspective = camera.split(1, 1)
        far = (1 - perspective * points[..., 2]).clamp(min=.1)
        return torch.stack([(points[..., 0] - x) * far, -(points[..., 1] - y) * far, points[..., 2]], 2)

    def constellation(self, landmarks: torch.Tensor, pose: torch.Tensor) -> torch.Tensor:
        """[B,68,3] crop units -> [B,204]: what they differ by from the mean head's in the head's frame, whatever their size."""
        return UNUSUAL * (_spread_out(self.without_camera(landmarks, self.camera(pose)) @ self.axes(pose).transpose(1, 2)).flatten(1) - self.usual)

    def fitted(self, shape: torch.Tensor, pose: torch.Tensor, landmarks: torch.Tensor) -> torch.Tensor:
        """The pose [B,10] with the scale and position that bring the head's landmarks onto ``landmarks`` [B,68,3] in the picture (least squares)."""
        own = ((self.landmark_mean + (shape @ self.landmark_basis).view(-1, 68, 3)) @ self.axes(pose))[..., :2]
        seen = self.without_camera(landmarks, self.camera(pose))[..., :2]
        middle, target = own.mean(1), seen.mean(1)
        about = own - middle[:, None]
        scale = ((about * (seen - target[:, None])).sum((1, 2)) / about.square().sum((1, 2))).clamp(min=1e-3)
        away = target - scale[:, None] * middle
        return torch.cat([pose[:, :6], (scale / .07).log()[:, None], pose[:, 7:8] + away[:, :1], pose[:, 8:9] - away[:, 1:], pose[:, 9:]], 1)


def _spread_out(landmarks: torch.Tensor) -> torch.Tensor:
    """[B,68,3] about their middle, of unit size."""
    about = landmarks - landmarks.mean(1, keepdim=True)
    return about / about.square().mean((1, 2), keepdim=True).sqrt()


def blend_looks(x: torch.Tensor, share: float = .5, concentration: float = .2) -> torch.Tensor:
    """[B,C,H,W] features of which ``share`` get the mean and spread of each channel blended with another crop's: the same face in light and
    colours that no render has. Zhou et al., "Domain generalization with MixStyle", ICLR 2021."""
    mean = x.detach().mean((2, 3), keepdim=True)
    spread = (x.detach().square().mean((2, 3), keepdim=True) - mean.square()).clamp(min=0).add(1e-4).sqrt()
    other = torch.randperm(len(x), device=x.device)
    part = torch.distributions.Beta(concentration, concentration).sample((len(x), 1, 1, 1)).to(x)
    part = part * (torch.rand(len(x), 1, 1, 1, device=x.device) < share)
    ratio = 1 + part * (spread[other] / spread - 1)
    return x * ratio + (mean + part * (mean[other] - mean) - mean * ratio)


class LandmarkNet(nn.Module):
    def __init__(self, prior: Path | str, config: LandmarkConfig = LandmarkConfig()):
        super().__init__()
        c = self.config = config
        w = c.widths
        self.prior = HeadPrior(prior, c.rank)
        stage = lambda i: nn.Sequential(conv(w[i - 1] if i else 3, w[i], 3, 2), *(Residual(w[i]) for _ in range(c.depths[i])))
        self.stages = nn.ModuleList(stage(i) for i in range(5))
        self.lateral = nn.ModuleList(nn.Conv2d(w[i], w[i], 1) for i in (1, 2, 3))
        self.up = nn.ModuleList(nn.Conv2d(w[i + 1], w[i], 1) for i in (1, 2, 3))
        self.merge = nn.ModuleList([conv(w[1], c.maps), Residual(w[2]), conv(w[3], w[3])])
        self.sharpen = nn.Sequential(*(Residual(c.maps) for _ in range(c.map_depth)))
        self.heat = nn.Conv2d(c.maps, 136, 1)
        self.coarse = nn.Sequential(nn.Flatten(), nn.Linear(w[4] * 16, c.hidden), nn.ReLU())
        self.points = nn.Linear(c.hidden, 204)
        self.placed = nn.Linear(c.hidden, 10)
        self.placed_by_points = nn.Sequential(nn.Linear(204, 256), nn.ReLU(), nn.Linear(256, 10))
        self.shape = nn.Linear(204, c.rank)   # fitted once the rest is trained (``fit.py``)
        self.error = nn.Linear(c.hidden + 2, 1)
        self.face = nn.Sequential(nn.Linear(c.hidden + 4, 64), nn.ReLU(), nn.Linear(64, 1))
        for layer in (self.points, self.placed, self.error):
            nn.init.normal_(layer.weight, std=.003)
            nn.init.zeros_(layer.bias)
        for layer in (self.placed_by_points[2], self.shape):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
        self.register_buffer("axis", (torch.arange(MAP).float() + .5) / MAP, persistent=False)

    def forward(self, image: torch.Tensor, subset: torch.Tensor | None = None) -> dict[str, torch.Tensor]:
        """Crop units: heat, points [B,68,3]; head [B,S or subset,3]; camera [B,3]; error [B]; face [B], the log-odds that this is one; the prior's shape
        [B,rank] and pose [B,10]; and what shape and face are told by (``told`` [B,204], ``seen`` [B,hidden + 4])."""
        features, x = [], image * 2 - 1
        for i, stage in enumerate(self.stages):
            x = stage(x)
            if self.training and i < BLENDED:
                x = blend_looks(x)
            features.append(x)
        for i in (2, 1, 0):
            x = F.interpolate(self.up[i](x), scale_factor=2., mode="nearest")
            x = self.merge[i](F.relu(self.lateral[i](features[i + 1]) + x))
        maps, depths = self.heat(self.sharpen(x)).float().flatten(2).split(68, 1)
        heat = maps.softmax(2)
        depth = (heat * depths).sum(2)
        grid = heat.view(-1, 68, MAP, MAP)
        heat = torch.stack([(grid.sum(2) * self.axis).sum(2), (grid.sum(3) * self.axis).sum(2), depth], 2)
        hidden = self.coarse(features[4]).float()
        with torch.autocast(image.device.type, enabled=False):
            points = self.points(hidden).view(-1, 68, 3) + hidden.new_tensor([.5, .5, 0])
            landmarks = combine(dict(heat=heat, points=points)).detach()   # the head must not bend the landmarks
            pose = self.placed(hidden) + self.placed_by_points(_spread_out(landmarks).flatten(1))
            told = self.prior.constellation(landmarks, pose.detach())
            shape = self.shape(told)
            pose = self.prior.fitted(shape, pose, landmarks)
            head = self.prior(shape, pose, subset)
            apart = (heat - points)[..., :2].detach().abs()
            doubt = torch.stack([apart.mean((1, 2)), apart.amax((1, 2))], 1) * 20
            error = F.softplus(self.error(torch.cat([hidden.detach(), doubt], 1))[:, 0] - 3)
            peaks = grid.detach().amax((2, 3))
            seen = torch.cat([hidden, doubt, peaks.mean(1, keepdim=True), peaks.amin(1, keepdim=True)], 1)
            face = self.face(seen)[:, 0]
        return dict(heat=heat, points=points, head=head, camera=self.prior.camera(pose), error=error, face=face, shape=shape, pose=pose,
                    told=told, seen=seen)


def combine(out: dict[str, torch.Tensor]) -> torch.Tensor:
    """The landmarks that count [B,68,3]: both ways, weighted."""
    share = out["heat"].new_tensor(HEAT_SHARE)
    return share * out["heat"] + (1 - share) * out["points"]


def both_ways(net: LandmarkNet, image: torch.Tensor, subset: torch.Tensor | None = None) -> dict[str, torch.Tensor]:
    """The answer for crops [B,3,128,128], with landmarks [B,68,3], the whole head, camera, error and face averaged over the crops and their mirror images."""
    out = net(torch.cat([image, image.flip(3)]), subset)
    halves = {key: value.view(2, -1, *value.shape[1:]) for key, value in {**out, "landmarks": combine(out)}.items()}

    def mean(key: str, there: torch.Tensor) -> torch.Tensor:
        return (halves[key][0] + torch.cat([1 - there[..., :1], there[..., 1:]], -1)) / 2

    answer = {key: value[0] for key, value in halves.items()}
    answer |= {"landmarks": mean("landmarks", halves["landmarks"][1][:, MIRRORED]), "camera": mean("camera", halves["camera"][1])}
    if subset is None:
        answer["head"] = mean("head", halves["head"][1][:, net.prior.mirror])
    return answer | {key: halves[key].mean(0) for key in ("error", "face")}


class LandmarkExport(nn.Module):
    """``crop`` -> ``landmarks`` [B,68,3] and ``prior`` [B,S,3] in crop pixels, ``confidence`` [B], ``face`` [B], ``camera`` [B,3]
    (:meth:`HeadPrior.camera`, crop pixels and 1 / pixel), ``prior_triangles`` [T,3]. The crop is seen as it is and mirrored (:func:`both_ways`).

    ``face`` is the log-odds that the crop shows a face. The confidence falls from 1 as the expected landmark error (share of the crop's side) grows; 0.5 at 3 %.
    """

    def __init__(self, net: LandmarkNet):
        super().__init__()
        self.net = net

    def forward(self, crop: torch.Tensor):
        out = both_ways(self.net, crop)
        confidence = 1 / (1 + (out["error"] / .03) ** 2)
        camera = out["camera"] * out["camera"].new_tensor([CROP, CROP, 1 / CROP])
        return out["landmarks"] * CROP, out["head"] * CROP, confidence, out["face"], camera, self.net.prior.tris + 0
