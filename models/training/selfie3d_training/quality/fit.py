"""Fits what ``Selfie3D.SelfieQuality`` weighs, on spoiled photos of held-out synthetic people.

    python3 -m selfie3d_training fit-quality --faces FACES --renders STORE --landmarks RUN --out quality.json [--eval EVAL]

Prints the weights as the C# arrays of ``Selfie3D.Judging.QualityWeights``. ``--eval`` only measures: the rank correlation of
the foretold error with the error on annotated photos.
"""
from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

from ..evaluate import read_results
from ..frames import face_rotation, pose_angles, roll_of
from ..heads.photos import PhotoMaker
from ..landmarks.data import MARGIN, upright_box
from ..landmarks.score import crop_photo, to_photo
from ..landmarks.train import normalised_error, predict
from ..metrics import Truth, nme, rank_correlation
from ..volume.priors import load_landmarks
from .measures import Look, measure
from .scenes import KINDS, Scene, make

COVERED, BARE = .15, .02    # share of the face that counts as occluded, and as not
LEAST_DRIFT = .002
RIDGE = 1.


def two_passes(net, photo, centre, side: float, roll: float):
    """Landmarks of both passes in the photo (68, 3) and the expected error of the second, as the core does it."""
    found = []
    for _ in range(2):
        crop = crop_photo(photo, centre, side * MARGIN, roll)
        out = predict(net, torch.from_numpy(crop.transpose(2, 0, 1)[None].copy()))
        points = to_photo(out["landmarks"][0], centre, side * MARGIN, roll)
        found.append(points)
        roll = float(np.degrees(roll_of(face_rotation(points))))
        centre, side = upright_box(points, roll)
    drift = float(np.linalg.norm((found[1] - found[0])[:, :2], axis=1).mean() / side)
    return found[1], float(out["error"][0]), drift, side


def occlusion_features(look: Look) -> np.ndarray:
    """(65,) one, the patches row by row, and the size of each patch's lightness: both signs may be odd."""
    return np.concatenate([[1.], look.patches.ravel(), np.abs(look.patches[:, 1])])


def error_features(look: Look, error: float, drift: float, side: float, landmarks: np.ndarray) -> np.ndarray:
    """(9,) what the error is foretold from; the order of the C# constants."""
    pitch, yaw, _ = pose_angles(face_rotation(landmarks))
    return np.array([1., np.log(error), np.log(drift + LEAST_DRIFT), np.log(min(side, 160.)), min(look.blur, .06) * 50,
                     np.log(look.brightness + .05), look.black, look.outside, (yaw / 90) ** 2 + (pitch / 90) ** 2])


def logistic(x: np.ndarray, y: np.ndarray, ridge: float = RIDGE, rounds: int = 30) -> np.ndarray:
    """Newton steps; the first feature is constant and not shrunk."""
    w, shrink = np.zeros(x.shape[1]), np.full(x.shape[1], ridge)
    shrink[0] = 1e-6
    for _ in range(rounds):
        q = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        w -= np.linalg.solve((x.T * (q * (1 - q))) @ x + np.diag(shrink), x.T @ (q - y) + shrink * w)
    return w


def auc(score: np.ndarray, positive: np.ndarray) -> float:
    """Probability that a positive scores above a negative."""
    order = np.argsort(np.argsort(score))
    n = positive.sum()
    return float((order[positive].sum() - n * (n - 1) / 2) / max(1, n * (~positive).sum()))


def collect(net, maker: PhotoMaker, count: int, seed: int, kinds: tuple[str, ...], title: str) -> list[dict]:
    """Scenes of the kinds in turn: what was measured, and the error of the landmarks found from a box a little off the truth."""
    rows = []
    for k in range(count):
        rng = np.random.default_rng([seed, k])
        scene: Scene = make(rng, maker, kinds[k % len(kinds)])
        true_roll = float(np.degrees(roll_of(face_rotation(scene.landmarks))))
        centre, side = upright_box(scene.landmarks, true_roll)
        centre, side = centre + rng.normal(size=2) * .05 * side, side * np.exp(rng.normal() * .08)
        points, error, drift, found = two_passes(net, scene.image, centre, side, true_roll + rng.normal() * 6)
        look = measure(scene.image, points)
        rows.append(dict(kind=scene.kind, amount=scene.amount, yaw=scene.yaw, ethnicity=scene.ethnicity, look=look,
                         nme=float(normalised_error(points[None], scene.landmarks[None])[0]),
                         x=error_features(look, error, drift, found, points), covered=occlusion_features(look)))
        print(f"\r{title}: {k + 1} of {count} scenes", end="", flush=True)
    print()
    return rows


def foretell(weights: np.ndarray, x: np.ndarray) -> np.ndarray:
    """(N,) expected error in per cent."""
    return np.exp(x @ weights)


def fit_error(x: np.ndarray, nme_percent: np.ndarray) -> np.ndarray:
    """Ridge regression of the logarithm of the error."""
    scale = x.std(0) + 1e-9
    scale[0] = 1.
    a, shrink = x / scale, np.full(x.shape[1], .02 * len(x))
    shrink[0] = 0
    return np.linalg.solve(a.T @ a + np.diag(shrink), a.T @ np.log(np.clip(nme_percent, .5, 60))) / scale


def on_photos(net, eval_folder: Path, results: Path, weights: np.ndarray) -> dict:
    """Rank correlations with the error on annotated photos, from the boxes of ``results``; nothing is fitted here."""
    from PIL import Image
    truth = Truth.load(eval_folder)
    predictions, x = read_results(results, truth.names), []
    errors, kept = [], []
    for row, prediction in enumerate(predictions):
        if prediction is None:
            continue
        photo = Image.open(truth.files[row]).convert("RGB")
        roll = float(np.degrees(roll_of(face_rotation(prediction.landmarks))))
        centre, side = np.array(prediction.box[:2]), prediction.box[2]
        points, error, drift, found = two_passes(net, photo, centre, side, roll)
        x.append(error_features(measure(photo, points), error, drift, found, points))
        errors.append(nme(points[None], truth.landmarks[row][None], truth.norm()[row:row + 1])[0])
        kept.append(row)
    x, errors = np.array(x), np.array(errors)
    return dict(photos=len(errors), network=rank_correlation(x[:, 1], errors), drift=rank_correlation(x[:, 2], errors),
                foretold=rank_correlation(foretell(weights, x), errors), mean_foretold=float(foretell(weights, x).mean()),
                mean_error=float(errors.mean()))


def constants(weights: dict) -> str:
    """The fitted numbers as C#."""
    line = lambda values: ", ".join(f"{v:.4g}f" for v in values)
    return "\n".join(f"{name} = [{line(values)}]" for name, values in weights.items())


def foretold_by_others(x: np.ndarray, error: np.ndarray, folds: int = 5) -> np.ndarray:
    """(N,) errors that are foretold for each fifth of the scenes from the others."""
    fold, told = np.arange(len(x)) % folds, np.zeros(len(x))
    for k in range(folds):
        told[fold == k] = foretell(fit_error(x[fold != k], error[fold != k]), x[fold == k])
    return told


def fit_occlusion(features: np.ndarray, amount: np.ndarray, folds: int = 5) -> tuple[np.ndarray, dict]:
    """Weights of the log-odds that a face is covered; AUC and shares from folds that were not fitted on."""
    use = (amount >= COVERED) | (amount <= BARE)
    x, y = features[use], amount[use] >= COVERED
    fold, odds = np.arange(len(x)) % folds, np.zeros(len(x))
    for k in range(folds):
        odds[fold == k] = x[fold == k] @ logistic(x[fold != k], y[fold != k].astype(float))
    threshold = float(np.percentile(odds[~y], 97))
    return logistic(x, y.astype(float)), dict(faces=len(y), covered=int(y.sum()), auc=auc(odds, y), threshold_at_3_percent=threshold,
                                              covered_above=float((odds[y] > threshold).mean()))


def run(faces_folder: Path, renders: Path, landmarks: Path, out: Path, count: int, eval_folder: Path | None, results: Path | None) -> dict:
    net = load_landmarks(landmarks / "weights.pt", renders / "prior.npz")
    rows = collect(net, PhotoMaker(faces_folder, "heldout", 41), count, 42, KINDS, "all kinds")
    x, error = (np.array([r[key] for r in rows]) for key in ("x", "nme"))
    weights, told = fit_error(x, error), foretold_by_others(x, error)
    out_figures = dict(scenes=len(rows), rank_network=rank_correlation(x[:, 1], error), rank_foretold=rank_correlation(told, error))
    for kind in KINDS:
        part = [r for r in rows if r["kind"] == kind]
        out_figures[kind] = {name: np.round(np.percentile([getattr(r["look"], name) for r in part], [3, 50, 97]), 4).tolist()
                             for name in ("blur", "brightness", "black", "outside")} | dict(nme=float(np.median([r["nme"] for r in part])))
    more = collect(net, PhotoMaker(faces_folder, "heldout", 44), count, 44, ("occluded", "none", "occluded", "noise"), "covered and bare")
    covered, figures = fit_occlusion(np.array([r["covered"] for r in more]), np.array([r["amount"] if r["kind"] == "occluded" else 0. for r in more]))
    out_figures["occlusion"] = figures
    if eval_folder is not None and results is not None:
        out_figures["photos"] = on_photos(net, eval_folder, results, weights)
    print(json.dumps(out_figures, indent=1))
    print(constants(dict(Error=weights, Occlusion=covered)))
    out.write_text(json.dumps(dict(figures=out_figures, error_weights=weights.tolist(), occlusion_weights=covered.tolist()), indent=1) + "\n", encoding="utf-8")
    return out_figures
