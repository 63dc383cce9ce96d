"""The detector's candidates on synthetic scenes: from these the landmark network learns what a face is."""
from __future__ import annotations

from pathlib import Path

import numpy as np

from .model import CROP


class CandidateStore:
    """Crops [N, 128, 128, 3] uint8 and labels [N] (1 = a face) beside a render store; half true, half false."""

    @staticmethod
    def of(renders: Path, split: int) -> "CandidateStore | None":
        """None before ``prepare-candidates``."""
        return CandidateStore(renders, split) if (Path(renders) / "candidates" / f"labels-{split}.npy").exists() else None

    def __init__(self, renders: Path, split: int):
        folder = Path(renders) / "candidates"
        self.labels = np.load(folder / f"labels-{split}.npy")
        self.crops = np.memmap(folder / f"crops-{split}.u1", np.uint8, "r", shape=(len(self.labels), CROP, CROP, 3))
        self.rows = [np.where(self.labels == label)[0] for label in (0, 1)]

    def draw(self, rng: np.random.Generator) -> tuple[np.ndarray, int]:
        """A crop, mirrored half of the time, and whether it is a face."""
        label = int(rng.random() < .5)
        crop = self.crops[rng.choice(self.rows[label])]
        return (crop[:, ::-1] if rng.random() < .5 else crop), label
