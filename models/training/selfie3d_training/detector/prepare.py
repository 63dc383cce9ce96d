"""What the detector needs beside the render store: large sprites for large faces, and heads from behind.

    python3 -m selfie3d_training prepare-detector --faces FACES --renders STORE
"""

from __future__ import annotations

import shutil
from pathlib import Path

from .. import renders as render_store
from .backs import render_backs


def prepare(faces: str | Path, renders: str | Path, large: int = 1500, backs: int = 1500, workers: int = 2) -> None:
    """Makes ``detector/large`` and ``detector/backs`` in the render store; what is there already is kept or continued."""
    folder = Path(renders) / "detector"
    (folder / "large").mkdir(parents=True, exist_ok=True)
    shutil.copy(Path(renders) / "prior.npz", folder / "large" / "prior.npz")   # the same heads: two minutes saved
    if not (folder / "backs" / "split.npy").exists():
        render_backs(faces, folder / "backs", backs)
    render_store.render(Path(faces), folder / "large", large, size=352, seed=21, workers=workers)
