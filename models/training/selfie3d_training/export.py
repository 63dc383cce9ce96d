"""Weights -> ONNX: ``python3 -m selfie3d_training export landmarks --run RUN --renders STORE --out models``."""
from __future__ import annotations

from pathlib import Path

import torch

from .landmarks.model import LandmarkExport
from .onnx_export import export, write_sample
from .volume.model import VolumeConfig, VolumeNet
from .volume.priors import load_landmarks

SAMPLES = Path(__file__).resolve().parents[1] / "tests" / "samples"


def _crop(renders: Path) -> torch.Tensor:
    """One rendered crop of a held-out person [1,3,128,128]: the input of the check."""
    from .landmarks.train import held_out
    from .renders import RenderStore
    return held_out(RenderStore(renders), renders / "prior.npz", 1)[0].float() / 255


def _batch(*names: str) -> dict[str, dict[int, str]]:
    """The first axis of these is open: the regressor container runs several heads at once."""
    return {name: {0: "batch"} for name in names}


def landmarks(run: Path, renders: Path, out: Path) -> Path:
    net = LandmarkExport(load_landmarks(run / "weights.pt", renders / "prior.npz"))
    inputs, outputs = {"crop": _crop(renders)}, ["landmarks", "prior", "confidence", "face", "camera", "prior_triangles"]
    path = export(net, inputs, outputs, out / "head-landmarks.onnx", _batch("crop", *outputs[:5]), metadata=_told(run))
    write_sample(net, inputs, outputs[:5], SAMPLES, "head-landmarks")
    return path


def volume(run: Path, renders: Path, out: Path) -> Path:
    from .volume.train import held_out
    state = torch.load(run / "weights.pt", map_location="cpu")
    config = VolumeConfig(**{k: tuple(v) if isinstance(v, list) else v for k, v in state["model_config"].items()})
    net = VolumeNet(config)
    net.load_state_dict(state["state"])
    data, *_ = held_out(renders, run / "priors.npz", 1)
    inputs = {"crop": torch.from_numpy(data["image"]).float() / 255, "prior": torch.from_numpy(data["prior"]).float() * (3 / 127)}
    path = export(net, inputs, ["distance"], out / "head-volume.onnx", _batch("crop", "prior", "distance"), metadata=_told(run))
    write_sample(net, inputs, ["distance"], SAMPLES, "head-volume")
    return path


def _told(run: Path) -> dict[str, str]:
    state = torch.load(run / "weights.pt", map_location="cpu")
    return {"samples": str(state.get("samples", 0)), "licence": "MIT"}
