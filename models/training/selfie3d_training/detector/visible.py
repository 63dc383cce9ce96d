"""Finds sprites whose face cannot be seen, hidden behind hair: a detector should not be taught to find those.

    python3 -m selfie3d_training find-hidden --renders STORE --detector RUN --out hidden.npy

A first detector scores every sprite on plain grey at half size; what scores next to nothing there is left out of the
next training (``SpriteBook(..., hidden=...)``).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from ..frames import square_iou
from .model import Detector, DetectorExport
from .sprites import SpriteBook

GREYS = (90, 170)


def best_scores(detector: Detector, book: SpriteBook, rows: np.ndarray, side: int = 96, batch: int = 64) -> np.ndarray:
    """[n] the best score of a square that fits the sprite's face, over two shades of grey behind it."""
    export = DetectorExport(detector).eval()
    factor = book.size // side
    result = np.zeros(len(rows), np.float32)
    for start in range(0, len(rows), batch):
        some = rows[start:start + batch]
        rgba = np.stack([book.store.rgba[int(r)] for r in some])[:, :side * factor, :side * factor].astype(np.float32)
        alpha = rgba[..., 3:] / 255
        for grey in GREYS:
            picture = rgba[..., :3] * alpha + grey * (1 - alpha)
            picture = picture.reshape(len(some), side, factor, side, factor, 3).mean((2, 4))
            with torch.no_grad():
                faces = export(torch.from_numpy(picture).permute(0, 3, 1, 2) / 255).numpy()
            truth = np.stack([book.squares[int(r)] for r in some]) / factor
            fits = square_iou(faces, truth[:, None]) > 0.3
            result[start:start + batch] = np.maximum(result[start:start + batch], np.where(fits, faces[..., 5], 0).max(1))
    return result


def find_hidden(detector: Detector, book: SpriteBook, out: str | Path, limit: float = 0.06) -> np.ndarray:
    """Rows of ``book`` that score below ``limit``; also written to ``out`` (.npy)."""
    scores = best_scores(detector, book, book.faces)
    hidden = book.faces[scores < limit]
    np.save(out, hidden)
    return hidden
