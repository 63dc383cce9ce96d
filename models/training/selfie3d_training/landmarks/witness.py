"""The landmark network as a second witness of a face.

The network has learned on the detector's own candidates what a face is, and it expects a small error on one. With the
detector's score they make the log-odds of a face. Twin of ``Selfie3D.Regression.FaceWitness``.
"""
from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from ..frames import face_rotation, roll_of, square_iou
from .data import MARGIN, upright_box
from .score import crop_photo, to_photo
from .train import predict

# Logistic regression on held-out synthetic scenes with and without faces (``fit`` below); FaceWitness.cs has the same.
PER_SCORE, BASE, PER_FACE, PER_ERROR = .496, -.527, .751, .452
USUAL_ERROR = .025
LIMITS = (-12., 12.)
LEAST_SCORE = 1e-3
DOUBTFUL_ERROR, WORTH = .025, .5   # share of the crop's side; score of the detector
SIDES, SMALL = (160, 224, 320), 24.   # pixels: the scenes of the fit, and the faces that it leaves out
FALSE, TRUE = .15, .4                 # overlap of a box with a face: at most, at least
OTHER_TURNS = (90., -90., 180.)    # degrees; the network finds faces up to 45 degrees to either side


class Witness:
    """``witness(image, face)`` for a box [6] = (x, y, size, cos, sin, score) of the photo: the log-odds of a face,
    and the box (x, y, size, cos, sin) as the landmark network sees it."""

    def __init__(self, net):
        self.net = net

    def measure(self, image: np.ndarray, face: np.ndarray) -> tuple[float, float, np.ndarray]:
        """The network's log-odds of a face (mean of both passes), the logarithm of the expected error over a usual one, and the box.

        Where the detector is sure of a face and the network is not, the box may be turned against it: it is looked at from the other sides as well.
        """
        photo, roll = Image.fromarray(image), float(np.degrees(np.arctan2(face[4], face[3])))
        best = self._look_twice(photo, face[:2], float(face[2]), roll)
        if face[5] >= WORTH and not (best[0] > 0 and best[1] < np.log(DOUBTFUL_ERROR / USUAL_ERROR)):
            best = max([best, *(self._look_twice(photo, face[:2], float(face[2]), roll + turn) for turn in OTHER_TURNS)], key=lambda seen: _weighed(*seen[:2]))
        return best

    def _look_twice(self, photo: Image.Image, centre, side: float, roll: float) -> tuple[float, float, np.ndarray]:
        odds = []
        for _ in range(2):
            crop = crop_photo(photo, centre, side * MARGIN, roll)
            out = predict(self.net, torch.from_numpy(crop.transpose(2, 0, 1)[None].copy()))
            points = to_photo(out["landmarks"][0], centre, side * MARGIN, roll)
            odds.append(float(out["face"][0]))
            roll = float(np.degrees(roll_of(face_rotation(points))))
            centre, side = upright_box(points, roll)
        turn = np.radians(roll)
        return float(np.mean(odds)), float(np.log(out["error"][0] / USUAL_ERROR)), np.array([*centre, side, np.cos(turn), np.sin(turn)], np.float32)

    def __call__(self, image: np.ndarray, face: np.ndarray) -> tuple[float, np.ndarray]:
        odds, error, box = self.measure(image, face)
        return float(np.clip(PER_SCORE * _score_odds(face) + _weighed(odds, error), *LIMITS)), box


def _weighed(odds: float, error: float) -> float:
    return BASE + PER_FACE * odds - PER_ERROR * error


def _score_odds(face: np.ndarray) -> float:
    score = np.clip(face[5], LEAST_SCORE, 1 - LEAST_SCORE)
    return float(np.log(score / (1 - score)))


def fit(renders: Path, detector: Path, landmarks: Path, scenes: int = 600, seed: int = 8) -> np.ndarray:
    """[4] weights of (score log-odds, 1, face log-odds, error) that tell true from false candidates of held-out synthetic scenes."""
    from ..detector.run import faces_by_pass, load_detector, network_of
    from ..detector.train import scene_maker
    from ..volume.priors import load_landmarks
    from .mining import EMPTY, FULL
    network, witness = network_of(load_detector(detector)), Witness(load_landmarks(landmarks, renders / "prior.npz"))
    makers = [scene_maker(renders, 1, config) for config in (EMPTY, FULL)]
    rng, rows, labels = np.random.default_rng(seed), [], []
    for i in range(scenes):
        picture, truth = makers[i % 2].make(rng, int(rng.choice(SIDES)))
        truth = truth[truth[:, 4] > 0]
        for face in np.concatenate(list(faces_by_pass(network, picture))):
            overlap = square_iou(face, truth).max() if len(truth) else 0.
            if FALSE < overlap < TRUE or face[2] < SMALL:
                continue
            rows.append((_score_odds(face), 1., *witness.measure(picture, face)[:2]))
            labels.append(overlap >= TRUE)
    x, y = np.array(rows), np.array(labels, float)
    w = logistic(x, y)
    told = np.array([PER_SCORE, BASE, PER_FACE, -PER_ERROR])
    print(f"{int(y.sum())} faces, {int((1 - y).sum())} false candidates; right {((x @ w > 0) == y).mean():.3f}, with today's weights "
          f"{((x @ told > 0) == y).mean():.3f}, by the detector alone {max(((x[:, 0] > t) == y).mean() for t in x[:, 0]):.3f}")
    print(f"PER_SCORE, BASE, PER_FACE, PER_ERROR = {w[0]:.3f}, {w[1]:.3f}, {w[2]:.3f}, {-w[3]:.3f}")
    return w


def logistic(x: np.ndarray, y: np.ndarray, ridge: float = .1) -> np.ndarray:
    """[K] weights of the columns of x [N,K] that tell y [N] (0 or 1): ridge regression of the log-odds, by Newton's method."""
    w = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ w))
        w -= np.linalg.solve((x.T * (p * (1 - p))) @ x + ridge * np.eye(len(w)), x.T @ (p - y) + ridge * w)
    return w
