"""How good a detector is: on held-out synthetic scenes, and on photos with a known face.

    python3 -m selfie3d_training evaluate --eval FOLDER --detector RUN --threshold 0.5 [--landmarks RUN --renders STORE]

The threshold comes from held-out synthetic scenes alone; the photos are only scored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from ..frames import square_iou, upright_square
from .model import Detector, DetectorExport
from .run import Network, Witness, choose, detect, faces_by_pass, load_detector, network_of, suppress
from .scenes import POSITIVE, SceneConfig, SceneMaker


@dataclass
class Photo:
    """A photo with one annotated face."""

    name: str
    path: Path
    landmarks: np.ndarray  # [68, 3]
    yaw_bin: int

    def read(self) -> np.ndarray:
        return np.asarray(Image.open(self.path).convert("RGB"))


def photos(folder: str | Path) -> list[Photo]:
    """The photos of an evaluation folder (``images/`` and ``landmarks.npz``)."""
    folder = Path(folder)
    truth = np.load(folder / "landmarks.npz")
    return [Photo(str(n), folder / "images" / f"{n}.jpg", p, int(b)) for n, p, b in zip(truth["names"], truth["pts68"], truth["yaw_bin"])]


def score_photos(network: Network, listing: list[Photo], threshold: float, witness: Witness | None = None) -> dict:
    """Shares of photos whose chosen face is the annotated one (IoU of squares at least 0.4, 0.5), and errors of it."""
    rows = []
    for photo in listing:
        image = photo.read()
        face = choose(detect(network, image, threshold, witness=witness), image.shape[1], image.shape[0])
        truth = upright_square(photo.landmarks)
        if face is None:
            rows.append((0.0, np.nan, np.nan, np.nan, 0.0))
            continue
        roll = np.degrees(np.arctan2(face[4], face[3]) - truth[3])
        away = np.hypot(*(face[:2] - truth[:2])) / truth[2]
        rows.append((float(square_iou(face, truth)), abs((roll + 180) % 360 - 180), away, np.log(face[2] / truth[2]), face[5]))
    rows = np.array(rows, np.float64).reshape(-1, 5)
    found, bins = rows[:, 0] >= 0.4, np.array([photo.yaw_bin for photo in listing])
    return {
        "found": float(found.mean()), "found_at_half": float((rows[:, 0] >= 0.5).mean()), "nothing": float((rows[:, 4] == 0).mean()),
        "found_by_bin": [round(float(found[bins == k].mean()), 4) for k in range(3)],
        "roll": float(np.mean(rows[found, 1])), "centre": float(np.mean(rows[found, 2])),
        "size_bias": float(np.mean(rows[found, 3])), "size_spread": float(np.std(rows[found, 3])),
        "missed": [photo.name for photo, ok in zip(listing, found) if not ok],
    }


def face_free_crops(listing: list[Photo], number: int = 500, seed: int = 20) -> Iterator[tuple[str, np.ndarray]]:
    """Deterministic crops that do not touch the annotated face box enlarged 1.5 times; at most two from a photo."""
    rng = np.random.default_rng(seed)
    made = 0
    for photo in [listing[i] for _ in range(2) for i in rng.permutation(len(listing))]:
        if made == number:
            return
        image = photo.read()
        height, width = image.shape[:2]
        low, high = photo.landmarks[:, :2].min(0), photo.landmarks[:, :2].max(0)
        middle, half = (low + high) / 2, (high - low) / 2 * 1.5
        for _ in range(60):
            w, h = (int(v) for v in rng.uniform(64, 260, 2))
            x, y = int(rng.integers(0, width - w)), int(rng.integers(0, height - h))
            touches = x < middle[0] + half[0] and x + w > middle[0] - half[0] and y < middle[1] + half[1] and y + h > middle[1] - half[1]
            crop = image[y:y + h, x:x + w]
            if not touches and crop.std() > 8:
                made += 1
                yield f"{photo.name}_{x}_{y}_{w}_{h}", crop
                break


def score_crops(network: Network, listing: list[Photo], threshold: float, number: int = 500,
                witness: Witness | None = None) -> dict:
    """Share of face-free crops in which something is found."""
    alarms, seen = [], 0
    for name, crop in face_free_crops(listing, number):
        seen += 1
        faces = detect(network, crop, threshold, witness=witness)
        if len(faces):
            alarms.append((name, round(float(faces[0, 5]), 3)))
    return {"crops": seen, "alarms": len(alarms) / max(1, seen), "alarm_crops": alarms}


EMPTY = SceneConfig(faces=(1.0,), negatives=(0.4, 0.4, 0.2), outside=1.0)


def empty_alarms(network: Network, scenes: SceneMaker, witness: Witness | None = None, number: int = 600, seed: int = 6) -> np.ndarray:
    """[number] the best confirmed score, over all passes, in synthetic pictures without a face, sorted.

    Textures, things, hands, and heads whose face lies outside: what a photo without a face shows.
    """
    maker = SceneMaker(scenes.all_books, EMPTY, scenes.textures)
    rng, best = np.random.default_rng(seed), np.zeros(number)
    for i in range(number):
        picture, _ = maker.make(rng, int(rng.choice((64, 96, 128, 176, 224, 256))))
        best[i] = max(faces[:, 5].max(initial=0) for faces in faces_by_pass(network, picture, witness=witness))
    return np.sort(best)


def choose_threshold(network: Network, maker: SceneMaker, witness: Witness | None = None, alarms: float = 0.005) -> float:
    """The score that no more than the share ``alarms`` of the empty synthetic pictures reach: half-way between the last of these and the next below, within 0.25 and 0.8.

    These pictures are made of what is mistaken most; photos without a face give fewer alarms at the same score.
    """
    best = empty_alarms(network, maker, witness)
    allowed = round(alarms * len(best))
    return round(float(np.clip(best[-allowed - 1:][:2].mean(), 0.25, 0.8)), 3)


def scene_scores(detector: Detector, maker: SceneMaker, number: int = 400, seed: int = 5, side: int = 320, batch: int = 16) -> dict:
    """Faces of fresh scenes: recall and false faces a scene over thresholds, the best F1 and its threshold, and errors."""
    rng = np.random.default_rng(seed)
    export = DetectorExport(detector).eval()
    hits, wrong, total, errors = [], [], 0, []
    for _ in range(0, number, batch):
        scenes = [maker.make(rng, side) for _ in range(batch)]
        pictures = torch.from_numpy(np.stack([s[0] for s in scenes])).permute(0, 3, 1, 2).float() / 255
        with torch.no_grad():
            results = export(pictures).numpy()
        for faces, (_, truth) in zip(results, scenes):
            truth = truth[truth[:, 4] > 0]
            positive = truth[truth[:, 4] == POSITIVE]
            total += len(positive)
            free = np.ones(len(truth), bool)
            for face in suppress(faces, 0.05):
                iou = square_iou(face, truth) * free if len(truth) else np.zeros(0)
                best = int(iou.argmax()) if len(iou) else -1
                if best >= 0 and iou[best] >= 0.4:
                    free[best] = False
                    if truth[best, 4] == POSITIVE:
                        hits.append(face[5])
                        roll = np.degrees(np.arctan2(face[4], face[3]) - truth[best, 3])
                        errors.append((iou[best], abs((roll + 180) % 360 - 180)))
                elif not len(truth) or (square_iou(face, truth) * (truth[:, 4] > POSITIVE)).max() < 0.1:
                    wrong.append(face[5])
    hits, wrong = np.sort(hits), np.sort(wrong)
    grid = np.arange(0.06, 0.95, 0.01)
    right = len(hits) - np.searchsorted(hits, grid)
    false = len(wrong) - np.searchsorted(wrong, grid)
    f1 = 2 * right / np.maximum(1, right + false + total)
    best = int(f1.argmax())
    errors = np.array(errors).reshape(-1, 2)
    return {"f1": float(f1[best]), "threshold": float(grid[best]), "recall": float(right[best] / max(1, total)),
            "false_per_scene": float(false[best] / number), "iou": float(errors[:, 0].mean()) if len(errors) else 0.0,
            "roll": float(np.median(errors[:, 1])) if len(errors) else 180.0}


def run(eval_folder: Path, run_folder: Path, threshold: float, witness: Witness | None = None) -> None:
    """Prints the figures of a detector run on photos and on their face-free crops."""
    network, listing = network_of(load_detector(run_folder)), photos(eval_folder)
    for figures in (score_photos(network, listing, threshold, witness), score_crops(network, listing, threshold, witness=witness)):
        for name, value in figures.items():
            print(f"{name}: {value}")
