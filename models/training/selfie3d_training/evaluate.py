"""Scores predictions on a folder of annotated photos and writes a report.

    python3 -m selfie3d_training evaluate --eval FOLDER --results FOLDER --report report.html

``--results`` is the output folder of ``selfie3d reconstruct FOLDER/images --json``: one ``<photo>.json`` each, with no
file where no face was found. The training package's own networks are scored through :func:`predict_all`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from .metrics import Truth, summarise
from .report import write_report


@dataclass
class Prediction:
    """What was found in one photo, in its pixels."""

    landmarks: np.ndarray  # [68, 3]
    box: tuple[float, float, float] | None = None  # centre x, centre y, size of the face box
    pose: tuple[float, float, float] | None = None  # pitch, yaw, roll in degrees
    quality: float | None = None  # 0..1


def read_results(folder: str | Path, names: list[str]) -> list[Prediction | None]:
    """The predictions of a folder of result files; None for a photo without one, or without landmarks in it."""
    folder = Path(folder)
    if not any(folder.glob("*.json")):
        raise SystemExit(f"{folder} holds no .json files; make them with: selfie3d reconstruct PHOTOS --out {folder} --json")
    return [_read_result(folder / f"{name}.json") for name in names]


def _read_result(path: Path) -> Prediction | None:
    if not path.exists():
        return None
    result = json.loads(path.read_text(encoding="utf-8"))
    landmarks = np.array(result.get("landmarks68") or [], np.float64)
    if landmarks.shape != (68, 3):
        return None
    face, pose, quality = result.get("face"), result.get("pose"), result.get("quality")
    return Prediction(
        landmarks,
        (face["x"] + face["width"] / 2, face["y"] + face["height"] / 2, max(face["width"], face["height"])) if face else None,
        (pose["pitch"], pose["yaw"], pose["roll"]) if pose else None,
        quality.get("score") if quality else None)


def predict_all(truth: Truth, predict: Callable[[np.ndarray, int], Prediction | None]) -> list[Prediction | None]:
    """``predict(image, index)`` on every photo; the image is uint8 [h, w, 3] RGB."""
    return [predict(np.asarray(Image.open(file).convert("RGB")), index) for index, file in enumerate(truth.files)]


def score(truth: Truth, predictions: list[Prediction | None]) -> dict:
    """The figures of :func:`selfie3d_training.metrics.summarise` for a list of predictions."""
    def column(read: Callable[[Prediction], object], width: int) -> np.ndarray | None:
        values = [None if p is None else read(p) for p in predictions]
        if all(v is None for v in values):
            return None
        return np.array([np.full(width, np.nan) if v is None else np.reshape(v, width) for v in values], np.float64)

    landmarks = np.array([np.full((68, 3), np.nan) if p is None else p.landmarks for p in predictions], np.float64)
    quality = column(lambda p: p.quality, 1)
    return summarise(truth, landmarks, column(lambda p: p.box, 3), column(lambda p: p.pose, 3),
                     None if quality is None else quality[:, 0])


def describe(figures: dict) -> str:
    """The figures in plain words, a line each."""
    def line(key: str, title: str) -> str:
        value = figures[key]
        text = f"{title}: {' / '.join(f'{v:.2f}' for v in value['bins'])}, balanced {value['balanced']:.2f}, plain {value['plain']:.2f}"
        return text + (f" (95 % interval of the balanced mean {value['interval'][0]:.2f} to {value['interval'][1]:.2f})" if "interval" in value else "")

    lines = [f"photos {figures['photos']}, with a face found {100 * figures['found']:.1f} %"
             + (f", the annotated face {100 * figures['found_the_face']:.1f} %" if "found_the_face" in figures else ""),
             line("nme", "NME 2D over the found (yaw 0-30 / 30-60 / 60-90)"),
             line("nme_misses_100", "NME 2D with misses as 100 %"),
             line("nme_3d", "NME 3D over the found"),
             line("nme_second_annotation", "NME 2D against the re-annotation"),
             f"worse than 10 % or missed: {100 * figures['worse_than_10']:.1f} % of the photos"]
    if "pose" in figures:
        pose = figures["pose"]
        lines.append(f"pose, mean absolute error in degrees over {pose['photos']} photos: pitch {pose['pitch']:.2f}, "
                     f"yaw {pose['yaw']:.2f}, roll {pose['roll']:.2f}, mean {pose['mean']:.2f}")
    if "quality_rank_correlation" in figures:
        lines.append(f"rank correlation of 1 - quality with the error: {figures['quality_rank_correlation']:.2f}")
    return "\n".join(lines)


def evaluate(eval_folder: str | Path, predictions: list[Prediction | None], title: str, report: str | Path | None = None) -> dict:
    """Scores, prints, and writes the report where a path is given; returns the figures."""
    truth = Truth.load(eval_folder)
    figures = score(truth, predictions)
    print(describe(figures))
    if report is not None:
        write_report(Path(report), title, truth, predictions, figures, describe(figures))
        print(f"report: {report}")
    return figures


def evaluate_results(eval_folder: str | Path, results: str | Path, report: str | Path | None = None) -> dict:
    """``evaluate --results``: scores what the command ``selfie3d`` wrote."""
    return evaluate(eval_folder, read_results(results, Truth.load(eval_folder).names), f"results in {Path(results).name}", report)
