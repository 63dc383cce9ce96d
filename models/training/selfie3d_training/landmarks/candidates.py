"""The detector's candidates on synthetic scenes: from these the landmark network learns what a face is."""
from __future__ import annotations

from pathlib import Path

import numpy as np

from .model import CROP


def files(renders: Path, split: int) -> tuple[Path, Path]:
    """Where the crops and the labels of one split lie; a crop is whole once its label is there."""
    folder = Path(renders) / "candidates"
    return folder / f"crops-{split}.u1", folder / f"labels-{split}.u1"


class CandidateStore:
    """Crops [N, 128, 128, 3] uint8 and labels [N] (1 = a face) beside a render store; half true, half false."""

    @staticmethod
    def of(renders: Path, split: int) -> "CandidateStore | None":
        """What is there so far; None before ``prepare-candidates`` has found some of both kinds."""
        if not files(renders, split)[1].exists():
            return None
        store = CandidateStore(renders, split)
        return store if all(map(len, store.rows)) else None

    def __init__(self, renders: Path, split: int):
        crops, labels = files(renders, split)
        self.labels = np.fromfile(labels, np.uint8)
        self.crops = np.memmap(crops, np.uint8, "r", shape=(len(self.labels), CROP, CROP, 3)) if len(self.labels) else None
        self.rows = [np.where(self.labels == label)[0] for label in (0, 1)]

    def draw(self, rng: np.random.Generator) -> tuple[np.ndarray, int]:
        """A crop, mirrored half of the time, and whether it is a face."""
        label = int(rng.random() < .5)
        crop = self.crops[rng.choice(self.rows[label])]
        return (crop[:, ::-1] if rng.random() < .5 else crop), label
