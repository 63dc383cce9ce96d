"""Training crops of the landmark network, made from the render store."""
from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ..camera import MIRROR, Crop, developed, lit_alike, photograph, with_bystander
from ..frames import face_rotation, roll_of, upright_square
from ..renders import RenderStore
from .candidates import CandidateStore
from .model import CROP

MARGIN = 1.45   # crop side over the larger side of the landmarks' bounding box
FAULTY = .4     # share of the crops with light, occluders and a camera that spoil them; most photos are sound
BYSTANDERS = .2    # share of the crops with somebody else behind
CANDIDATES = .16   # share of a batch that teaches what a face is
KNOWN = 2          # a face whose landmarks are known


def upright_box(landmarks: np.ndarray, roll: float) -> tuple[np.ndarray, float]:
    """(2,) centre and larger side of the landmarks' bounding box in the frame turned clockwise by ``roll`` degrees."""
    x, y, side, _ = upright_square(landmarks, np.radians(roll))
    return np.array([x, y]), float(side)


def random_crop(rng: np.random.Generator, landmarks: np.ndarray) -> Crop:
    """What the two passes meet: mostly well placed and upright crops, else those of a poor detection."""
    roll = np.degrees(roll_of(face_rotation(landmarks))) + (rng.normal() * 8 if rng.random() < .85 else rng.uniform(-45, 45))
    centre, side = upright_box(landmarks, roll)
    if rng.random() < .75:
        grow, shift = np.exp(rng.normal() * .06), rng.normal(size=2) * .03
    else:
        grow, shift = np.exp(rng.uniform(np.log(.75), np.log(1.5))), np.clip(rng.normal(size=2) * .09, -.22, .22)
    return Crop(centre + shift * side, side * MARGIN * grow, roll, bool(rng.random() < .5))


def sample(rng, store: RenderStore, row: int, mirror: np.ndarray, subset: np.ndarray, faults: bool = True,
           bystander: int | None = None):
    """(128,128,3) uint8 crop, (68,3) landmarks and (M,3) head vertices in crop units, and the perspective of :meth:`HeadPrior.camera`.
    ``bystander`` is the row of somebody else behind."""
    landmarks = np.array(store.landmarks[row])
    crop = random_crop(rng, landmarks)
    background = lit_alike(rng, store.backgrounds[rng.integers(len(store.backgrounds))], store.rgba[row])
    if bystander is not None:
        background = with_bystander(rng, background, store.rgba[bystander])
    image = photograph(rng, store.rgba[row], store.backgrounds, crop, CROP, faults, background)
    image = image if faults else developed(rng, image)
    points, head = crop.points(landmarks, CROP), store.head_points(row)
    if crop.mirror:
        points, head = points[MIRROR], head[mirror]
    distance, pixels_per_cm = store.view[row, 3:5]
    return image, points / CROP, crop.points(head[subset], CROP) / CROP, np.float32(crop.size / (distance * pixels_per_cm))


def hidden_rows(renders: Path) -> np.ndarray:
    """Rows whose face is behind hair, found by ``hide-sprites``; none before it."""
    file = Path(renders) / "detector" / "hidden.npy"
    return np.load(file) if file.exists() else np.zeros(0, int)


def batches(store_folder: Path, prior: Path, subset: np.ndarray, batch_size: int, split: int = 0, faults: bool = True):
    """``f(worker, seed)``: endless batches of image, landmarks, head, perspective, face.

    The last CANDIDATES of a batch are candidates of the detector: for them ``face`` says whether they are one (1 or 0)
    and landmarks, head and perspective are zero; for the rest ``face`` is KNOWN. There are none before ``prepare-candidates``.
    """
    mirror = np.load(prior)["mirror"]

    def generate(worker: int, seed: int) -> Iterator[dict[str, np.ndarray]]:
        rng, store, candidates = np.random.default_rng(seed), RenderStore(store_folder), CandidateStore.of(store_folder, split)
        others = round(CANDIDATES * batch_size) if candidates else 0
        hidden = hidden_rows(store_folder)
        for made in itertools.count():
            if made % 500 == 0:
                rows = np.setdiff1d(store.rows(split), hidden)   # the store may still be growing
            crops = [sample(rng, store, int(rng.choice(rows)), mirror, subset, faults and rng.random() < FAULTY,
                            int(rng.choice(rows)) if rng.random() < BYSTANDERS else None) for _ in range(batch_size - others)]
            image, landmarks, head, perspective = (list(part) for part in zip(*crops))
            face = np.full(batch_size, KNOWN, np.float32)
            for k in range(batch_size - others, batch_size):
                crop, face[k] = candidates.draw(rng)
                image.append(crop), landmarks.append(np.zeros_like(landmarks[0])), head.append(np.zeros_like(head[0])), perspective.append(0.)
            yield dict(image=np.stack(image).transpose(0, 3, 1, 2), landmarks=np.stack(landmarks),
                       head=np.stack(head).astype(np.float32), perspective=np.array(perspective, np.float32), face=face)
    return generate
