"""Finds sprites whose face cannot be seen, hidden behind hair: no network should be taught to find those.

A first detector scores every sprite on plain grey; the few that score lowest there are heads turned away behind long
hair, and are left out of the next trainings (``<renders>/detector/hidden.npy``, see ``train.extras`` and ``landmarks.data``).

    python3 -m selfie3d_training hide-sprites --run RUN --renders STORE
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from ..frames import square_iou
from ..renders import RenderStore
from .model import Detector, DetectorExport
from .run import load_detector
from .sprites import SpriteBook

GREY = 128
SHARE = 0.015  # left out; of the next few a profile's nose and mouth are mostly seen, as in photos


def best_scores(detector: Detector, book: SpriteBook, rows: np.ndarray, side: int = 64, batch: int = 64) -> np.ndarray:
    """[n] the best score of a square that fits the sprite's face, seen ``side`` pixels wide on grey."""
    export = DetectorExport(detector).eval()
    factor = book.size // side
    result = np.zeros(len(rows), np.float32)
    for start in range(0, len(rows), batch):
        some = rows[start:start + batch]
        rgba = np.stack([_shrink(book.store.rgba[int(r)], side, factor) for r in some])
        alpha = rgba[..., 3:] / 255
        picture = rgba[..., :3] * alpha + GREY * (1 - alpha)
        with torch.no_grad():
            faces = export(torch.from_numpy(picture).permute(0, 3, 1, 2) / 255).numpy()
        truth = np.stack([book.squares[int(r)] for r in some]) / factor
        fits = square_iou(faces, truth[:, None]) > 0.3
        result[start:start + batch] = np.where(fits, faces[..., 5], 0).max(1)
    return result


def _shrink(rgba: np.ndarray, side: int, factor: int) -> np.ndarray:
    part = rgba[:side * factor, :side * factor].reshape(side, factor, side, factor, 4)
    return part.mean((1, 3), dtype=np.float32)


def find_hidden(detector: Detector, book: SpriteBook, share: float) -> np.ndarray:
    """The ``share`` of the rows of ``book`` that score lowest."""
    scores = best_scores(detector, book, book.faces)
    return book.faces[np.argsort(scores, kind="stable")[: round(share * len(scores))]]


def hide(run: Path, renders: Path) -> None:
    """Writes ``hidden.npy`` and ``hidden-large.npy``: rows of both splits that the next training leaves out."""
    detector = load_detector(run)
    for folder, name in ((renders, "hidden"), (renders / "detector" / "large", "hidden-large")):
        if folder.exists():
            rows = [find_hidden(detector, SpriteBook(RenderStore(folder), split), SHARE) for split in (0, 1)]
            np.save(renders / "detector" / f"{name}.npy", np.sort(np.concatenate(rows)))
            print(f"{sum(len(r) for r in rows)} sprites of {folder} are left out from now on")
