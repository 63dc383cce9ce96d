"""Using a trained detector as the product does: passes over the photo, second looks, and which face is meant.

A pass gives candidates. Each is looked at again three times, turned upright and brought to a given size, and its score
becomes the mean of the four: a face is a face from every look, a tangle of hair seldom is. Angles are told best of faces
that are nearly upright, so every look begins with what the one before has seen.

The twin of ``Selfie3D.Detection`` (FaceDetector, FaceDecoder, FaceChoice), so that what is measured is what ships.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from ..checkpoint import read_weights
from ..frames import square_iou
from .model import Detector, DetectorConfig, DetectorExport

GREY = 128
PASSES = ((224, 0), (448, 0), (160, 48), (896, 0))  # long side of the photo, grey border on each side
SAME_FACE, INSIDE = 0.35, 0.75
CANDIDATE, CANDIDATES = 0.25, 4  # least first score of a candidate, and how many of a pass are looked at again
SURE = 0.9  # a face of this score on the photo's upright middle line ends the search
LOOKS = ((56, True, 0.0), (80, False, 15.0), (64, True, -15.0))  # face size in pixels, mirrored, tilt in degrees
LOOK_SIDE, LOOK_FIT = 160, 0.45  # pixels of a look; least IoU with the place where the face has to be

Network = Callable[[np.ndarray], np.ndarray]  # float32 [1,3,H,W] -> faces [N,6]
Witness = Callable[[np.ndarray, np.ndarray], tuple[float, np.ndarray]]  # photo, face [6] -> log-odds that it is one, all told, and its box [5]


def load_detector(weights: str | Path) -> Detector:
    """The averaged network of a run folder or ``weights.pt``, in evaluation mode on the CPU."""
    saved = read_weights(weights)
    detector = Detector(config_from(saved["model_config"]))
    detector.load_state_dict(saved["state"])
    return detector.eval()


def config_from(values: dict) -> DetectorConfig:
    return DetectorConfig(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})


def network_of(detector: Detector) -> Network:
    """A detector as a function of one picture."""
    export = DetectorExport(detector).eval()

    def run(image: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return export(torch.from_numpy(image)).numpy()[0]

    return run


def prepare(image: np.ndarray, long_side: int, border: int) -> tuple[np.ndarray, float, np.ndarray]:
    """uint8 [h,w,3] -> float32 [1,3,H,W], the scale, and the corner (x, y): input = photo * scale + corner."""
    height, width = image.shape[:2]
    scale = long_side / max(height, width)
    w, h = max(1, round(width * scale)), max(1, round(height * scale))
    padded_w, padded_h = (-(-(n + 2 * border) // 32) * 32 for n in (w, h))
    x, y = (padded_w - w) // 2, (padded_h - h) // 2
    canvas = np.full((padded_h, padded_w, 3), GREY, np.uint8)
    canvas[y:y + h, x:x + w] = np.asarray(Image.fromarray(image).resize((w, h), Image.Resampling.BILINEAR))
    return np.ascontiguousarray(canvas.transpose(2, 0, 1)[None], np.float32) / 255, scale, np.array([x, y], np.float32)


def suppress(faces: np.ndarray, threshold: float) -> np.ndarray:
    """[N,6] -> the faces [M,6] above the threshold, best first, without those that show a better one again."""
    faces = faces[faces[:, 5] >= threshold]
    kept: list[np.ndarray] = []
    for face in faces[np.argsort(-faces[:, 5], kind="stable")][:400]:
        if not any(_same_face(face, other) for other in kept):
            kept.append(face)
    return np.array(kept, np.float32).reshape(-1, 6)


def _same_face(a: np.ndarray, b: np.ndarray) -> bool:
    half, smaller = (a[2] + b[2]) / 2, min(a[2], b[2])
    shared = np.prod([np.clip(min(half - abs(a[i] - b[i]), smaller), 0, None) for i in (0, 1)])
    return shared > SAME_FACE * (a[2] ** 2 + b[2] ** 2 - shared) or shared > INSIDE * smaller**2


def candidates(network: Network, image: np.ndarray, long_side: int, border: int, least: float = CANDIDATE) -> np.ndarray:
    """Faces [M,6] of one pass in photo pixels, best first."""
    picture, scale, corner = prepare(image, long_side, border)
    faces = suppress(network(picture), least)
    faces[:, :2] = (faces[:, :2] - corner) / scale
    faces[:, 2] /= scale
    return faces


def look(image: np.ndarray, face: np.ndarray, face_pixels: int, mirrored: bool, tilt: float) -> np.ndarray:
    """uint8 [LOOK_SIDE, LOOK_SIDE, 3]: the face upright (plus ``tilt`` degrees) in the middle, grey outside the photo."""
    step, roll = face[2] / face_pixels, np.arctan2(face[4], face[3]) + np.radians(tilt)
    right = np.array([np.cos(roll), np.sin(roll)]) * step * (-1 if mirrored else 1)
    down = np.array([-np.sin(roll), np.cos(roll)]) * step
    corner = face[:2] - (right + down) * (LOOK_SIDE / 2)
    shrink = max(1, int(step))  # whole steps of area filtering, the rest bilinear
    source = Image.fromarray(image).reduce(shrink) if shrink > 1 else Image.fromarray(image)
    affine = np.array([right[0], down[0], corner[0], right[1], down[1], corner[1]]) / shrink
    grey = (GREY,) * 3
    return np.asarray(source.transform((LOOK_SIDE, LOOK_SIDE), Image.Transform.AFFINE, tuple(affine), Image.Resampling.BILINEAR, fillcolor=grey))


def confirmed(network: Network, image: np.ndarray, face: np.ndarray) -> np.ndarray:
    """The candidate [6] with the mean of its score and of its scores in the second looks; each look that sees the face turns it further upright."""
    face, scores = face.copy(), [float(face[5])]
    for face_pixels, mirrored, tilt in LOOKS:
        picture = look(image, face, face_pixels, mirrored, tilt)
        seen = network(np.ascontiguousarray(picture.transpose(2, 0, 1)[None], np.float32) / 255)
        seen = seen[square_iou(seen, np.array([LOOK_SIDE / 2, LOOK_SIDE / 2, face_pixels])) > LOOK_FIT]
        best = seen[seen[:, 5].argmax()] if len(seen) else np.zeros(6)
        scores.append(float(best[5]))
        if best[5] >= CANDIDATE:
            turn = np.arctan2(best[4], best[3])
            roll = np.arctan2(face[4], face[3]) + np.radians(tilt) + (-turn if mirrored else turn)
            face[3:5] = np.cos(roll), np.sin(roll)
    face[5] = np.mean(scores)
    return face


def faces_by_pass(network: Network, image: np.ndarray, passes: Sequence[tuple[int, int]] = PASSES,
                  witness: Witness | None = None) -> Iterator[np.ndarray]:
    """For each pass that suits the photo its candidates [M,6] with confirmed scores."""
    for index, (long_side, border) in enumerate(passes):
        if index and border == 0 and long_side > 2 * max(image.shape[:2]):
            continue
        faces = candidates(network, image, long_side, border)[:CANDIDATES]
        for face in faces:
            face[:] = confirmed(network, image, face)
            if witness is not None:
                log_odds, seen = witness(image, face)
                face[:] = *seen, 1 / (1 + np.exp(-log_odds))
        yield faces


def detect(network: Network, image: np.ndarray, threshold: float, passes: Sequence[tuple[int, int]] = PASSES,
           witness: Witness | None = None) -> np.ndarray:
    """Faces [M,6] = (centre x, centre y, size, cos, sin, score) in photo pixels, best first; looks until one on the upright middle line is sure."""
    found = np.zeros((0, 6), np.float32)
    for faces in faces_by_pass(network, image, passes, witness):
        found = np.concatenate([found, faces[faces[:, 5] >= threshold]])
        if ((found[:, 5] >= SURE) & (np.abs(found[:, 0] - image.shape[1] / 2) <= found[:, 2] / 2)).any():
            break
    return suppress(found, threshold)


def choose(faces: np.ndarray, width: int, height: int) -> np.ndarray | None:
    """The face that the photo is of: large, certain, near the middle and not cut off. None when there is none."""
    if len(faces) == 0:
        return None
    away = np.hypot(faces[:, 0] - width / 2, faces[:, 1] - height / 2) / np.hypot(width / 2, height / 2)
    low, high = faces[:, :2] - faces[:, 2:3] / 2, faces[:, :2] + faces[:, 2:3] / 2
    inside = (np.minimum(high, [width, height]) - np.maximum(low, 0)).clip(0).prod(1) / faces[:, 2] ** 2
    return faces[np.argmax(np.sqrt(faces[:, 5]) * faces[:, 2] * (1 - 0.5 * np.clip(away, 0, 1)) * inside)]
