"""The landmark network on annotated photos, cropped by the true boxes (no detector), with and without the second pass.

    python3 -m selfie3d_training evaluate --eval FOLDER --landmarks RUN --renders STORE
"""
from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from ..evaluate import Prediction, describe, score
from ..frames import face_rotation, roll_of
from ..metrics import Truth
from ..volume.priors import load_landmarks
from .data import MARGIN, upright_box
from .model import CROP
from .train import predict


def crop_photo(photo: Image.Image, centre, side: float, roll: float) -> np.ndarray:
    """(128,128,3) uint8: a square of the photo turned clockwise by ``roll`` degrees, black beyond its border."""
    over = max(1, round(side / CROP))   # average over several samples where the crop shrinks the photo
    n = CROP * over
    c, s = np.cos(np.radians(roll)) * side / n, np.sin(np.radians(roll)) * side / n
    matrix = (c, -s, centre[0] - (c - s) * n / 2, s, c, centre[1] - (s + c) * n / 2)
    big = photo.transform((n, n), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)
    return np.asarray(big.reduce(over) if over > 1 else big)


def to_photo(points: np.ndarray, centre, side: float, roll: float) -> np.ndarray:
    """(N, 3) crop units -> photo pixels."""
    c, s = np.cos(np.radians(roll)), np.sin(np.radians(roll))
    xy = (points[:, :2] - .5) @ np.array([[c, s], [-s, c]]) * side + centre
    return np.concatenate([xy, points[:, 2:] * side], 1)


def on_photos(net, truth: Truth, passes: int = 2) -> list[list[Prediction]]:
    """Predictions after each pass."""
    photos = [Image.open(file).convert("RGB") for file in truth.files]
    places = [(*upright_box(points, 0), 0.) for points in truth.landmarks]
    results = []
    for _ in range(passes):
        crops = np.stack([crop_photo(photo, c, side * MARGIN, roll) for photo, (c, side, roll) in zip(photos, places)])
        out = predict(net, torch.from_numpy(crops.transpose(0, 3, 1, 2).copy()))
        points = [to_photo(p, c, side * MARGIN, roll) for p, (c, side, roll) in zip(out["landmarks"], places)]
        results.append([Prediction(p, quality=float(1 - e)) for p, e in zip(points, out["error"])])
        rolls = [float(np.degrees(roll_of(face_rotation(p)))) for p in points]
        places = [(*upright_box(p, roll), roll) for p, roll in zip(points, rolls)]
    return results


def run(eval_folder: Path, weights: Path, prior: Path):
    truth, net = Truth.load(eval_folder), load_landmarks(weights, prior)
    for number, predictions in enumerate(on_photos(net, truth), 1):
        print(f"crops by the true boxes, pass {number}\n{describe(score(truth, predictions))}")
