"""Trains the face detector.

    python3 -m selfie3d_training prepare-detector --faces FACES --renders STORE
    python3 -m selfie3d_training train detector --renders STORE --out RUN --minutes 90

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
from ..renders import RenderStore
from ..trainer import TrainConfig, TrainResult, train
from . import scenes
from .backs import BackStore
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
        name="detector", batch_size=24, learning_rate=3e-3, weight_decay=0.02, warmup_steps=300, ema_decay=0.999))
    model: DetectorConfig = field(default_factory=DetectorConfig)
    scenes: SceneConfig = field(default_factory=SceneConfig)
    loss: LossConfig = field(default_factory=LossConfig)
    sizes: tuple[int, ...] = (160, 192, 224)  # sides of the training scenes, one for each batch
    score_scenes: int = 320
    score_photos: int = 250  # photos of each evaluation during training


def step(loss: LossConfig, model: torch.nn.Module, batch: dict[str, torch.Tensor]) -> tuple[torch.Tensor, dict]:
    return detector_loss(model(images_to_float(batch["image"])), batch["faces"], loss)


def extras(renders: Path) -> list[tuple[Store, np.ndarray | None]]:
    """The render store and what ``prepare detector`` put beside it (large sprites, backs of heads), with hidden rows."""
    found: list[tuple[Store, np.ndarray | None]] = []
    for folder, kind, hidden in ((renders, RenderStore, "hidden"), (renders / "detector" / "large", RenderStore, "hidden-large"),
                                 (renders / "detector" / "backs", BackStore, "")):
        if folder.exists():
            rows = renders / "detector" / f"{hidden}.npy"
            found.append((kind(folder), np.load(rows) if rows.exists() else None))
    return found


def scene_maker(renders: str | Path, split: int, config: SceneConfig | None = None) -> SceneMaker:
    """Scenes of one split (0 = training people, 1 = held-out people) of a render store and its extras."""
    load(Path(scenes.__file__).with_name("scenes.c"))  # compiled once, before workers start
    books = [SpriteBook(store, split, hidden) for store, hidden in extras(Path(renders))]
    return SceneMaker(books, config or SceneConfig(), bank())


def run(renders: str | Path, out: str | Path, train_config: TrainConfig | None = None, eval_folder: str | Path | None = None,
        config: DetectorTraining | None = None) -> TrainResult:
    """Trains on the training people of a render store into the run folder ``out``; goes on from what is there."""
    config = config or DetectorTraining()
    config.train = train_config or config.train
    maker, held_out = (scene_maker(renders, split, config.scenes) for split in (0, 1))
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
