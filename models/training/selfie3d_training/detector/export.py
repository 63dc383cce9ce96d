"""The trained detector as ``face-detector.onnx``.

    python3 -m selfie3d_training export detector --run RUN --landmarks RUN/weights.pt --renders STORE --out models
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from ..checkpoint import read_weights
from ..landmarks.witness import Witness
from ..onnx_export import export, write_sample
from ..volume.priors import load_landmarks
from .model import DetectorExport
from .run import load_detector, network_of
from .score import choose_threshold
from .train import scene_maker

DYNAMIC = {"image": {2: "height", 3: "width"}, "faces": {1: "count"}}
SAMPLES = Path(__file__).resolve().parents[2] / "tests" / "samples"


def detector(run: str | Path, renders: str | Path, out: str | Path, landmarks: Path, threshold: float | None = None) -> Path:
    """Writes ``face-detector.onnx`` into ``out``, with ``score_threshold`` in its properties, and a sample for the tests.

    The threshold is chosen on held-out synthetic pictures, with the landmark network as witness, unless it is given.
    """
    network = load_detector(run)
    if threshold is None:
        threshold = choose_threshold(network_of(network), scene_maker(renders, 1), Witness(load_landmarks(landmarks, Path(renders) / "prior.npz")))
    whole = DetectorExport(network).eval()
    image = torch.rand(1, 3, 128, 160, generator=torch.Generator().manual_seed(1))
    path = export(whole, {"image": image}, ["faces"], Path(out) / "face-detector.onnx", DYNAMIC, metadata={
        "score_threshold": f"{threshold:g}", "samples": str(read_weights(run)["samples"]), "licence": "MIT"})
    write_sample(whole, {"image": smooth_picture()}, ["faces"], SAMPLES, "face-detector")
    return path


def smooth_picture(height: int = 64, width: int = 96, seed: int = 4) -> torch.Tensor:
    """A made-up picture [1, 3, height, width] in 0..1, in steps of 1/255."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width] / 32.0
    waves = [np.sin(a * x + b * y + c) for a, b, c in rng.uniform(-3, 3, (3, 3))]
    return torch.from_numpy(np.round(127.5 + 120 * np.stack(waves)[None]).astype(np.float32) / 255)
