"""Distances between true heads and those that ``selfie3d reconstruct --format ply --json`` made of their photos.

Places spread evenly over the true surface; from each the distance to the nearest point of the made surface. Before, the true
head is moved (turn and shift, no scale: it has 63 mm between its pupils, and so has the made one) by its 68 landmarks
(``landmarks``), and then by ICP of the part of the face that is seen (``face``), of all that is seen (``visible``), or of all of
the head (``whole``). ``seen`` is the part of the face that the camera sees, ``hidden`` all of the head that it does not see (the
cover of the neck's cut left out), ``rest`` what it sees besides the face.
"""
from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..landmarks.train import normalised_error
from ..surface import Surface, align, normals, read_ply, rigid, sample
from .photos import PUPILS_MM, HeadSet

PLACES, ALIGNED = 2000, 250   # on a head; and those that the alignment looks at
BINS = (0, 30, 60, 91)
NAMES = ("seen", "hidden", "rest")
ALIGNMENTS = ("face", "landmarks", "visible", "whole")
BEHIND_MM = 12      # a place this far behind the nearest one in its direction is not seen
CELLS = 72          # of the map of nearest places, along the longer side of the head


def seen_from_camera(head: np.ndarray, facing: np.ndarray, pixels_per_mm: float) -> np.ndarray:
    """(N,) whether places of a surface are seen: ``head`` (N, 3) photo frame, ``facing`` (N,) normal towards the camera."""
    low = head[:, :2].min(0)
    cell = np.ptp(head[:, :2], axis=0).max() / CELLS
    column = ((head[:, :2] - low) / cell).astype(int)
    index = column[:, 1] * (CELLS + 2) + column[:, 0]
    nearest = np.full((CELLS + 2) ** 2, -np.inf)
    np.maximum.at(nearest, index, head[:, 2])
    return (facing > .05) & (head[:, 2] > nearest[index] - BEHIND_MM * pixels_per_mm)


def compare(truth: dict[str, np.ndarray], row: int, surface: Surface, landmarks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One made head (millimetres, head frame) against row ``row`` of the truth.

    Returns (PLACES,) the part that each place belongs to (index of NAMES, -1 = none) and (4, PLACES) distances in mm for ALIGNMENTS.
    """
    tris, metric, head = truth["tris"], truth["metric"][row].astype(np.float64), truth["head"][row].astype(np.float64)
    chosen, weights = sample(metric, tris, PLACES)
    corners = tris[chosen]
    y_up = np.array([1., -1, 1])   # the made head's frame is right-handed
    pixels = truth["landmarks"][row].astype(np.float64)
    pixels_per_mm = np.linalg.norm(pixels[36:42].mean(0) - pixels[42:48].mean(0)) / PUPILS_MM
    in_photo = (head[corners] * weights[..., None]).sum(1)
    seen = seen_from_camera(in_photo, normals(head * y_up, tris)[0][chosen, 2], pixels_per_mm)
    face, height = truth["face"][corners].all(1), -(metric[corners] * weights[..., None]).sum(1)[:, 1]
    cut = (normals(metric * y_up, tris)[0][chosen, 1] < -.5) & (height < np.quantile(height, .12))
    places = (metric[corners] * weights[..., None]).sum(1) * y_up
    start = rigid(truth["metric_landmarks"][row] * y_up, landmarks)
    distance = np.zeros((len(ALIGNMENTS), PLACES))
    for k, by in enumerate(ALIGNMENTS):
        turn, shift = start
        if by != "landmarks":
            fitted = {"face": seen & face, "visible": seen & ~cut, "whole": ~cut}[by]
            turn, shift = align(places[fitted][:ALIGNED], surface, start)
        distance[k] = surface.nearest(places @ turn.T + shift, 8)[3]
    return np.where(cut, -1, np.where(seen, np.where(face, 0, 2), 1)), distance


def read_head(results: Path, name: str):
    """Points and triangles in mm, 68 landmarks in the head frame in mm and in the photo, the models; None without a result."""
    if not (results / f"{name}.json").exists():
        return None
    facts = json.loads((results / f"{name}.json").read_text(encoding="utf-8"))
    points, tris = read_ply(results / f"{name}.ply")
    matrix, photo = np.array(facts["headToPhoto"]).reshape(4, 4).T, np.array(facts["landmarks68"])
    landmarks = np.linalg.solve(matrix, np.c_[photo, np.ones(len(photo))].T).T
    return points * 1000., tris, landmarks[:, :3] / landmarks[:, 3:] * 1000, photo, facts["models"]


@dataclass
class Scores:
    """Of N photos: ``tried`` and ``found`` (N,), ``nme`` (N,) per cent, ``part`` (N, PLACES), ``distance`` (N, 4, PLACES) mm."""
    tried: np.ndarray
    found: np.ndarray
    nme: np.ndarray
    part: np.ndarray
    distance: np.ndarray
    models: str = ""     # versions of the models, as JSON

    @staticmethod
    def empty(count: int) -> "Scores":
        return Scores(np.zeros(count, bool), np.zeros(count, bool), np.full(count, np.nan), np.full((count, PLACES), -1, np.int8),
                      np.zeros((count, len(ALIGNMENTS), PLACES), np.float16))

    @staticmethod
    def load(file: Path) -> "Scores":
        data = np.load(file)
        return Scores(*(data[name] for name in ("tried", "found", "nme", "part", "distance")), str(data["models"]))

    def save(self, file: Path) -> None:
        np.savez(file, tried=self.tried, found=self.found, nme=self.nme, part=self.part, distance=self.distance, models=self.models)

    def add(self, photos: HeadSet, results: Path, rows: Iterable[int]) -> None:
        """Measures the heads of some rows of a set from the files of the command."""
        for row in rows:
            made = read_head(results, photos.name(row))
            self.tried[row] = True
            if made is None:
                continue
            points, tris, landmarks, in_photo, models = made
            self.models = json.dumps(models, sort_keys=True)
            self.found[row] = True
            self.nme[row] = normalised_error(in_photo[None], photos.truth["landmarks"][row][None])[0]
            self.part[row], self.distance[row] = compare(photos.truth, row, Surface(points, tris), landmarks)

    def at(self, row: int, alignment: int, part: int) -> np.ndarray:
        """Distances of one head's part, mm; empty where no head was made."""
        return self.distance[row, alignment][self.part[row] == part].astype(np.float64) if self.found[row] else np.zeros(0)

    def median(self, alignment: int, part: int) -> np.ndarray:
        """(N,) median distance of each head, NaN where there is none."""
        each = (self.at(row, alignment, part) for row in range(len(self.found)))
        return np.array([np.median(d) if len(d) else np.nan for d in each])


def figures(scores: Scores, rows: np.ndarray) -> dict:
    """Pooled over the places of the given photos: 50th and 90th percentile by part, landmark error, and how many were found."""
    rows = rows[scores.tried[rows]]
    out = dict(photos=len(rows), found=int(scores.found[rows].sum()), nme=float(np.nanmean(scores.nme[rows])) if scores.found[rows].any() else None)
    for k, by in enumerate(ALIGNMENTS):
        out[by] = {}
        for part, name in enumerate(NAMES):
            pooled = np.concatenate([np.zeros(0), *(scores.at(row, k, part) for row in rows)])
            if len(pooled):
                out[by][name] = [round(float(v), 3) for v in np.percentile(pooled, [50, 90])]
    return out


def by_yaw(scores: Scores, yaw: np.ndarray) -> dict[str, dict]:
    """The figures of all photos and of each bin of \|yaw\|."""
    out = {"0-90": figures(scores, np.arange(len(yaw)))}
    for low, high in zip(BINS, BINS[1:]):
        out[f"{low}-{min(high, 90)}"] = figures(scores, np.where((np.abs(yaw) >= low) & (np.abs(yaw) < high))[0])
    return out


def by_group(scores: Scores, labels: np.ndarray) -> dict[str, dict]:
    """For each label: photos, found, and the mean with its standard error of landmark error and of each head's seen median."""
    out, seen_mm = {}, scores.median(0, 0)
    for label in np.unique(labels[scores.tried]):
        rows = np.where((labels == label) & scores.found)[0]
        nme, seen = scores.nme[rows], seen_mm[rows]
        error = lambda values: float(np.nanstd(values) / np.sqrt(max(1, np.isfinite(values).sum())))
        out[str(label)] = dict(photos=int(((labels == label) & scores.tried).sum()), found=len(rows), nme=float(nme.mean()),
                               nme_error=error(nme), seen_mm=float(np.nanmean(seen)), seen_error=error(seen))
    return out


def largest_gap(groups: dict[str, dict], key: str) -> tuple[str, str, float]:
    """The groups with the least and the largest figure, and the difference."""
    ordered = sorted(groups, key=lambda name: groups[name][key])
    return ordered[0], ordered[-1], groups[ordered[-1]][key] - groups[ordered[0]][key]
