"""The trained detector as ``face-detector.onnx``.

    python3 -m selfie3d_training export detector --run RUN --out models/face-detector.onnx --threshold 0.35
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from ..checkpoint import read_weights
from ..onnx_export import export, write_sample
from .model import DetectorExport
from .run import load_detector

DYNAMIC = {"image": {2: "height", 3: "width"}, "faces": {1: "count"}}


def export_detector(run: str | Path, out: str | Path, threshold: float, sample_folder: str | Path | None = None) -> Path:
    """Writes the ONNX file with ``score_threshold`` in its properties.

    With ``sample_folder`` also a small input and its output, for the tests of the runtime that ships. Half-precision
    weights move a box by some hundredths of a pixel.
    """
    samples = read_weights(run)["samples"]
    network = DetectorExport(load_detector(run)).eval()
    image = torch.rand(1, 3, 128, 160, generator=torch.Generator().manual_seed(1))
    path = export(network, {"image": image}, ["faces"], out, DYNAMIC, metadata={
        "score_threshold": f"{threshold:g}", "samples": str(samples), "license": "MIT"})
    if sample_folder is not None:
        write_sample(network, {"image": smooth_picture()}, ["faces"], sample_folder, "face-detector")
    return path


def smooth_picture(height: int = 64, width: int = 96, seed: int = 4) -> torch.Tensor:
    """A made-up picture [1, 3, height, width] in 0..1, in steps of 1/255."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width] / 32.0
    waves = [np.sin(a * x + b * y + c) for a, b, c in rng.uniform(-3, 3, (3, 3))]
    return torch.from_numpy(np.round(127.5 + 120 * np.stack(waves)[None]).astype(np.float32) / 255)
