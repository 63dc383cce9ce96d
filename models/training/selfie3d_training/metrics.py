"""Scores of 68-landmark predictions on annotated photos, after the protocol of AFLW2000-3D.

Errors are in per cent of sqrt(w h) of the axis-aligned box of the true landmarks. A prediction of NaN is a missed face;
it counts as 100 % wherever misses are counted, and no photo is ever left out of those figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .frames import face_rotation, pose_angles, square_iou, upright_square

MISS = 100.0
BINS = ("0-30", "30-60", "60-90")


@dataclass
class Truth:
    """Annotated photos: N names and files, landmarks [N,68,3], pose [N,3] = pitch, yaw, roll in degrees."""

    names: list[str]
    files: list[Path]
    landmarks: np.ndarray
    second: np.ndarray  # [N, 68, 2], another annotation of the same photos
    pose: np.ndarray
    pose_usable: np.ndarray  # [N] bool
    bins: np.ndarray  # [N] 0, 1, 2 by |yaw|

    @staticmethod
    def load(folder: str | Path) -> "Truth":
        folder = Path(folder)
        data = np.load(folder / "landmarks.npz")
        names = [str(name) for name in data["names"]]
        pose = data["pitch_yaw_roll_deg"].astype(np.float64)
        return Truth(names, [folder / "images" / f"{name}.jpg" for name in names], data["pts68"].astype(np.float64),
                     data["pts68_reannotated_xy"].astype(np.float64), pose, data["pose_usable"].astype(bool),
                     np.digitize(np.abs(pose[:, 1]), [30, 60], right=True))

    def norm(self) -> np.ndarray:
        """[N] sqrt(w h) of the box of the true landmarks, pixels."""
        return np.sqrt(np.ptp(self.landmarks[:, :, 0], 1) * np.ptp(self.landmarks[:, :, 1], 1))


def nme(predicted: np.ndarray, truth: np.ndarray, norm: np.ndarray, three: bool = False) -> np.ndarray:
    """[N,68,2 or 3] against [N,68,2 or 3] -> [N] per cent; NaN stays NaN.

    In three dimensions the mean of z_truth - z_predicted over the points is added to the predicted z first.
    """
    difference = predicted[..., :3 if three else 2] - truth[..., :3 if three else 2]
    if three:
        difference = difference.copy()
        difference[..., 2] -= difference[..., 2].mean(1, keepdims=True)
    return np.linalg.norm(difference, axis=-1).mean(1) / norm * 100


def balanced(errors: np.ndarray, bins: np.ndarray) -> dict:
    """Mean in each yaw bin, the mean of those means, and the plain mean; NaN errors are left out."""
    means = [float(np.nanmean(errors[bins == k])) if np.isfinite(errors[bins == k]).any() else float("nan") for k in range(3)]
    return {"bins": means, "balanced": float(np.mean(means)), "plain": float(np.nanmean(errors))}


def bootstrap(errors: np.ndarray, bins: np.ndarray, rounds: int = 2000, seed: int = 0) -> tuple[float, float]:
    """95 % interval of the balanced mean: photos drawn again with replacement within each bin."""
    rng = np.random.default_rng(seed)
    draws = np.zeros(rounds)
    for k in range(3):
        values = errors[(bins == k) & np.isfinite(errors)]
        if len(values):
            draws += values[rng.integers(0, len(values), (rounds, len(values)))].mean(1) / 3
    return tuple(float(v) for v in np.percentile(draws, [2.5, 97.5]))


def angle_difference(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Absolute difference of angles in degrees, 0..180."""
    return np.abs((a - b + 180) % 360 - 180)


def rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Spearman's: the correlation of the ranks."""
    ok = np.isfinite(a) & np.isfinite(b)
    if ok.sum() < 3:
        return float("nan")
    ranks = [np.argsort(np.argsort(v[ok], kind="stable"), kind="stable") for v in (a, b)]
    return float(np.corrcoef(*ranks)[0, 1])


def summarise(truth: Truth, landmarks: np.ndarray, boxes: np.ndarray | None = None, pose: np.ndarray | None = None,
              quality: np.ndarray | None = None) -> dict:
    """All figures of one set of predictions.

    ``landmarks`` [N,68,3] photo pixels, NaN where no face was found; ``boxes`` [N,3] = centre x, y, size of the face
    used; ``pose`` [N,3] pitch, yaw, roll (fitted to the landmarks when not given); ``quality`` [N], larger = better.
    """
    found = np.isfinite(landmarks[:, 0, 0])
    norm = truth.norm()
    flat, solid = nme(landmarks, truth.landmarks, norm), nme(landmarks, truth.landmarks, norm, three=True)
    second = nme(landmarks, truth.second, norm)
    counted = np.where(found, np.minimum(flat, MISS), MISS)
    figures: dict = {
        "photos": len(found), "found": float(found.mean()),
        "nme": {**balanced(flat, truth.bins), "interval": bootstrap(flat, truth.bins)},
        "nme_misses_100": {**balanced(counted, truth.bins), "interval": bootstrap(counted, truth.bins)},
        "nme_3d": balanced(solid, truth.bins), "nme_second_annotation": balanced(second, truth.bins),
        "worse_than_10": float((counted > 10).mean()),
    }
    if boxes is not None:
        squares = upright_square(truth.landmarks)
        figures["found_the_face"] = float((np.nan_to_num(square_iou(boxes, squares)) >= 0.4).mean())
    usable = found & truth.pose_usable
    if usable.any():
        if pose is None:
            pose = np.full((len(found), 3), np.nan)
            pose[found] = pose_angles(face_rotation(landmarks[found]))
        error = angle_difference(pose, truth.pose)[usable]
        figures["pose"] = {"pitch": float(error[:, 0].mean()), "yaw": float(error[:, 1].mean()), "roll": float(error[:, 2].mean()),
                           "mean": float(error.mean()), "photos": int(usable.sum())}
    if quality is not None:
        figures["quality_rank_correlation"] = rank_correlation(-quality, flat)
    figures["errors"] = counted
    return figures
