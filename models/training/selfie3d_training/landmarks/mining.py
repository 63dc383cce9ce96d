"""Collects the detector's candidates on synthetic scenes, true and false ones (``candidates.py``).

    python3 -m selfie3d_training prepare-candidates --renders STORE --detector RUN --landmarks RUN

A candidate is cropped as the product crops it: by the detector's box, and again by the landmarks found in that crop. Each
crop is judged by its own box: it shows a face where it lies on one and is turned as that is. Some are turned away on purpose, since
the witness (``witness.py``) looks at doubtful candidates from the other sides as well.
"""
from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from ..detector.run import candidates, confirmed, load_detector, network_of
from ..detector.scenes import POSITIVE, SceneConfig, SceneMaker
from ..detector.train import scene_maker
from ..frames import face_rotation, roll_of, square_iou
from .candidates import files
from .data import MARGIN, upright_box
from .model import CROP
from .score import crop_photo, to_photo
from .train import predict

LEAST = .12                      # score of a candidate
TRUE, FALSE = .45, .2            # overlap with a face: at least, at most
UPRIGHT, TURNED = 25., 50.       # degrees between a box and the face on it: at most, at least
ASTRAY_TRUE, ASTRAY_FALSE = .12, .4   # share of the true and of the other candidates that are looked at turned away
SIDES = (128, 176, 224, 320)     # of the scenes
PASSES = ((0, 0), (0, 0), (224, 0), (160, 48))   # long side (0 = the scene's own) and grey border: one of them for each scene
EMPTY = SceneConfig(faces=(.85, .15), negatives=(.3, .4, .3))
FULL = SceneConfig(faces=(0., .8, .2), negatives=(.6, .4), textures=.4)


def shows_face(centre, side: float, roll: float, truth: np.ndarray) -> bool | None:
    """Whether a box (pixels, degrees) shows one of the faces [K, 5] of the truth; None where it is neither one thing nor the other."""
    if not len(truth):
        return False
    overlap = square_iou(np.array([*centre, side]), truth)
    best = int(overlap.argmax())
    away = abs((roll - np.degrees(truth[best, 3]) + 180) % 360 - 180)
    if overlap[best] <= FALSE or (overlap[best] >= TRUE and away >= TURNED):
        return False
    return True if overlap[best] >= TRUE and away <= UPRIGHT and truth[best, 4] == POSITIVE else None


def candidate_crops(rng, maker: SceneMaker, detector, landmarks):
    """Yields ((128, 128, 3) uint8, is a face) for the candidates of one scene, most of them twice: both passes."""
    picture, truth = maker.make(rng, int(rng.choice(SIDES)))
    truth, photo = truth[truth[:, 4] > 0], Image.fromarray(picture)
    long_side, border = PASSES[rng.integers(len(PASSES))]
    for face in candidates(detector, picture, long_side or max(picture.shape[:2]), border, LEAST)[:4]:
        face = confirmed(detector, picture, face)
        centre, side, roll = face[:2], float(face[2]), float(np.degrees(np.arctan2(face[4], face[3])))
        if rng.random() < (ASTRAY_TRUE if shows_face(centre, side, roll, truth) else ASTRAY_FALSE):
            roll += rng.uniform(TURNED + UPRIGHT, 360 - TURNED - UPRIGHT)
        for _ in range(2):
            crop = crop_photo(photo, centre, side * MARGIN, roll)
            label = shows_face(centre, side, roll, truth)
            if label is not None:
                yield crop, label
            found = predict(landmarks, torch.from_numpy(crop.transpose(2, 0, 1)[None].copy()))["landmarks"][0]
            points = to_photo(found, centre, side * MARGIN, roll)
            roll = float(np.degrees(roll_of(face_rotation(points))))
            centre, side = upright_box(points, roll)
            if side < 8:
                break


def _collect(renders: Path, detector: Path, landmarks: Path, split: int, count: int, seed: int) -> None:
    from ..volume.priors import load_landmarks
    os.nice(5)
    torch.set_num_threads(1)
    network, net = network_of(load_detector(detector)), load_landmarks(landmarks, renders / "prior.npz")
    makers = [scene_maker(renders, split, config) for config in (EMPTY, FULL)]
    crops, labels = files(renders, split)
    there = np.fromfile(labels, np.uint8) if labels.exists() else np.zeros(0, np.uint8)
    wanted = [count // 2 - int((there == 0).sum()), count - count // 2 - int((there == 1).sum())]
    rng, made = np.random.default_rng([seed, split, len(there)]), len(there)
    with open(crops, "ab") as pictures, open(labels, "ab") as kinds:
        pictures.truncate(made * CROP * CROP * 3)   # what a stop left without its label
        while max(wanted) > 0:
            which = int(rng.random() * sum(np.maximum(wanted, 0)) > wanted[0])
            for crop, is_face in candidate_crops(rng, makers[which], network, net):
                if wanted[int(is_face)] > 0:
                    wanted[int(is_face)] -= 1
                    made += 1
                    pictures.write(np.ascontiguousarray(crop).tobytes())
                    pictures.flush()
                    kinds.write(bytes([is_face]))
                    kinds.flush()
                    if made % 1000 == 0:
                        print(f"candidates, split {split}: {made} of {count}", flush=True)


def prepare(renders: Path, detector: Path, landmarks: Path, count: int = 16000, held_out: int = 2000, seed: int = 9) -> None:
    """Writes ``candidates/`` beside the store: training people and held-out people. Stopped, it goes on; training takes what is there."""
    (renders / "candidates").mkdir(exist_ok=True)
    jobs = [multiprocessing.get_context("fork").Process(target=_collect, args=(
        renders, detector, landmarks, split, number, seed)) for split, number in ((0, count), (1, held_out))]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    if any(job.exitcode for job in jobs):
        raise SystemExit("collecting candidates failed; the message is above")
