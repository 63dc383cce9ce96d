"""One HTML page about an evaluation: figures, error curve, and overlays of the best, middle and worst photos.

The page holds the photos themselves: it is for looking at and must not be published or committed.
"""

from __future__ import annotations

import base64
import html
import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from .metrics import BINS, Truth

if TYPE_CHECKING:
    from .evaluate import Prediction

SHOWN = 18
STROKES = [range(0, 17), range(17, 22), range(22, 27), range(27, 31), range(31, 36), [*range(36, 42), 36],
           [*range(42, 48), 42], [*range(48, 60), 48], [*range(60, 68), 60]]

STYLE = """body{font:15px/1.45 system-ui,sans-serif;margin:2em auto;max-width:1100px;padding:0 1em;color:#222}
table{border-collapse:collapse;margin:1em 0}td,th{padding:.25em .8em;border-bottom:1px solid #ddd;text-align:right}
td:first-child,th:first-child{text-align:left}pre{background:#f6f6f6;padding:1em;overflow:auto}
.photos{display:grid;grid-template-columns:repeat(auto-fill,minmax(170px,1fr));gap:8px}figure{margin:0}
figure img{width:100%;display:block}figcaption{font-size:12px;color:#555}"""


def overlay(photo: Image.Image, truth: np.ndarray, prediction: "Prediction | None", side: int = 260) -> Image.Image:
    """The face's surroundings with the true landmarks in green, the predicted in magenta, and the face box in yellow."""
    points = truth[:, :2] if prediction is None else np.concatenate([truth[:, :2], prediction.landmarks[:, :2]])
    low, high = points.min(0), points.max(0)
    middle, size = (low + high) / 2, min(float((high - low).max()) * 1.25, 2.0 * max(photo.size))
    corner, scale = middle - size / 2, side / size
    picture = photo.transform((side, side), Image.Transform.AFFINE, (1 / scale, 0, corner[0], 0, 1 / scale, corner[1]),
                              Image.Resampling.BILINEAR)
    draw = ImageDraw.Draw(picture)

    def strokes(landmarks: np.ndarray, colour: tuple[int, int, int]) -> None:
        for stroke in STROKES:
            draw.line([tuple((landmarks[i, :2] - corner) * scale) for i in stroke], fill=colour, width=1)

    strokes(truth, (60, 220, 60))
    if prediction is not None:
        strokes(prediction.landmarks, (255, 60, 220))
        if prediction.box is not None:
            x, y, size = prediction.box
            box = [(np.array(c) - corner) * scale for c in ((x - size / 2, y - size / 2), (x + size / 2, y + size / 2))]
            draw.rectangle([*box[0], *box[1]], outline=(240, 220, 0))
    return picture


def _inline(picture: Image.Image) -> str:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


def _gallery(title: str, rows: np.ndarray, truth: Truth, predictions: list, errors: np.ndarray) -> str:
    figures = []
    for row in rows:
        photo = Image.open(truth.files[row]).convert("RGB")
        missed = predictions[row] is None
        words = f"{truth.names[row]}, yaw {truth.pose[row, 1]:.0f}, " + ("missed" if missed else f"{errors[row]:.2f} %")
        figures.append(f'<figure><img alt="{html.escape(words)}" src="{_inline(overlay(photo, truth.landmarks[row], predictions[row]))}">'
                       f"<figcaption>{html.escape(words)}</figcaption></figure>")
    return f"<h2>{html.escape(title)}</h2><div class=photos>{''.join(figures)}</div>"


def _curve(errors: np.ndarray, bins: np.ndarray, width: int = 520, height: int = 220, limit: float = 15.0) -> str:
    """Share of photos (up) with at most an error (right, 0 to ``limit`` per cent), a line for each yaw bin."""
    lines = []
    for k, colour in enumerate(("#1b7f4b", "#c77d00", "#b3261e")):
        values = np.sort(errors[bins == k])
        if len(values):
            points = " ".join(f"{min(v, limit) / limit * width:.1f},{height - (i + 1) / len(values) * height:.1f}" for i, v in enumerate(values) if v <= limit)
            lines.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{points}"/>'
                         f'<text x="{width - 90}" y="{height - 60 + 18 * k}" fill="{colour}">yaw {BINS[k]}</text>')
    marks = "".join(f'<text x="{v / limit * width:.0f}" y="{height + 16}" font-size="12">{v} %</text>' for v in range(0, 15, 3))
    return (f'<svg width="{width + 20}" height="{height + 24}" role="img" aria-label="cumulative error">'
            f'<rect width="{width}" height="{height}" fill="#f6f6f6"/>{"".join(lines)}{marks}</svg>')


def write_report(path: Path, title: str, truth: Truth, predictions: list, figures: dict, words: str) -> None:
    """Writes the page to ``path``."""
    errors = figures["errors"]
    order = np.argsort(errors, kind="stable")
    found = [row for row in order if predictions[row] is not None]
    middle = max(0, len(found) // 2 - SHOWN // 2)
    galleries = [("Missed", [row for row in order if predictions[row] is None][:SHOWN * 2]), ("Worst of the found", found[::-1][:SHOWN * 2]),
                 ("Middle", found[middle:middle + SHOWN]), ("Best", found[:SHOWN])]
    rows = "".join(
        f"<tr><td>{name}</td>{''.join(f'<td>{v:.2f}</td>' for v in figures[key]['bins'])}<td>{figures[key]['balanced']:.2f}</td><td>{figures[key]['plain']:.2f}</td></tr>"
        for key, name in (("nme", "2D, found"), ("nme_misses_100", "2D, misses 100 %"), ("nme_3d", "3D, found"), ("nme_second_annotation", "2D, re-annotation")))
    body = "".join(_gallery(name, chosen, truth, predictions, errors) for name, chosen in galleries if len(chosen))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{html.escape(title)}</title><style>{STYLE}</style>"
        f"<h1>{html.escape(title)}</h1><p>Green: annotation. Magenta: prediction. Yellow: face box. "
        "The photos are for evaluation only; do not publish this page.</p>"
        f"<table><tr><th>NME, %</th>{''.join(f'<th>{b}</th>' for b in BINS)}<th>balanced</th><th>plain</th></tr>{rows}</table>"
        f"<pre>{html.escape(words)}</pre>{_curve(errors, truth.bins)}{body}</html>", encoding="utf-8")
