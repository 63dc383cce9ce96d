"""Trains the face detector.

    python3 -m selfie3d_training train detector --renders STORE [--renders MORE] --out RUN --minutes 120 [--eval FOLDER]

Measured every quarter of an hour on held-out synthetic scenes and, where given, on photos (which nothing is chosen by).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import torch

from ..feed import images_to_float
from ..native import load
from ..trainer import TrainConfig, TrainResult, train
from . import scenes
from .loss import LossConfig, detector_loss
from .model import Detector, DetectorConfig
from .run import network_of
from .scenes import SceneConfig, SceneMaker
from .score import photos, scene_scores, score_crops, score_photos
from .sprites import SpriteBook, Store
from .textures import bank


@dataclass
class DetectorTraining:
    """Everything that decides what a detector becomes."""

    train: TrainConfig = field(default_factory=lambda: TrainConfig(
        name="detector", batch_size=32, learning_rate=2e-3, weight_decay=0.02, warmup_steps=300, ema_decay=0.9995))
    model: DetectorConfig = field(default_factory=DetectorConfig)
    scenes: SceneConfig = field(default_factory=SceneConfig)
    loss: LossConfig = field(default_factory=LossConfig)
    sizes: tuple[int, ...] = (224, 256, 320)  # sides of the training scenes, one for each batch
    score_scenes: int = 320
    score_photos: int = 250  # photos of each evaluation during training


def step(loss: LossConfig, model: torch.nn.Module, batch: dict[str, torch.Tensor]) -> tuple[torch.Tensor, dict]:
    return detector_loss(model(images_to_float(batch["image"])), batch["faces"], loss)


def train_detector(stores: Sequence[Store], out: str | Path, config: DetectorTraining | None = None,
                   eval_folder: str | Path | None = None, hidden: Sequence[np.ndarray | None] | None = None) -> TrainResult:
    """Trains on the training people of ``stores`` into the run folder ``out``; goes on from what is there.

    ``hidden``: for each store the rows to leave out (see visible.py), or None.
    """
    config = config or DetectorTraining()
    load(Path(scenes.__file__).with_name("scenes.c"))  # compiled once, before the workers start
    textures = bank()
    left_out = hidden or [None] * len(stores)
    maker, held_out = (SceneMaker([SpriteBook(store, split, rows) for store, rows in zip(stores, left_out)], config.scenes, textures)
                       for split in (0, 1))
    listing = photos(eval_folder) if eval_folder else []
    some = [listing[i] for i in np.random.default_rng(3).permutation(len(listing))[:config.score_photos]]

    def evaluate(detector: Detector) -> dict:
        result = scene_scores(detector, held_out, config.score_scenes)
        if some:
            network = network_of(detector)
            seen = score_photos(network, some, result["threshold"])
            result.update({f"photos_{k}": seen[k] for k in ("found", "found_at_half", "roll")})
            result["photos_alarms"] = score_crops(network, some, result["threshold"], config.score_photos)["alarms"]
        return result

    batches = partial(_batches, maker, config.train.batch_size, config.sizes)
    return train(Detector(config.model), batches, partial(step, config.loss), config.train, out, evaluate, config.model)


def _batches(maker: SceneMaker, batch_size: int, sizes: Sequence[int], worker: int, seed: int):
    return scenes.batches(maker, batch_size, sizes, seed)
