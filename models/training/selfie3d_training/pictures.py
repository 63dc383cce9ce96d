"""Pictures for people: the sample selfie of the repository and the contact sheet of the documentation.

    python3 -m selfie3d_training selfie --faces FOLDER --out samples/selfie.jpg [--seed N] [--yaw DEGREES]
    python3 -m selfie3d_training sheet  --faces FOLDER --out docs/photographer.jpg
"""
from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

from . import backgrounds, faces
from .camera import Crop, developed, lit_alike, photograph
from .landmarks.data import FAULTY, MARGIN
from .photographer import Photographer, PhotographerConfig


def _over(image: np.ndarray, background: np.ndarray) -> np.ndarray:
    alpha = image[..., 3:] / 255.
    return (image[..., :3] * alpha + background * (1 - alpha)).astype(np.uint8)


def selfie(faces_folder: Path, out: Path, seed: int, yaw: float = 12., width: int = 1200, height: int = 1500):
    """One person at arm's length, head and shoulders, before a blurred wall; rendered at twice the size."""
    library = faces.load(faces_folder, "heldout")
    photographer = Photographer(library, seed, PhotographerConfig(selfie=(45., 60.), portrait=(45., 60.), nod_sd=3., elevation=1.5))
    rng = np.random.default_rng(seed)
    shot = photographer.shoot(rng, yaw=yaw, size=width * 2)
    wall = Image.fromarray(backgrounds.make(rng, library, 192)).resize((width, height), Image.Resampling.BICUBIC)
    wall = ImageEnhance.Color(wall).enhance(.25)
    photo = np.array(wall.filter(ImageFilter.GaussianBlur(14)))
    sprite = np.asarray(Image.fromarray(shot.rgba).resize((width, width), Image.Resampling.LANCZOS))
    photo[height - width:] = _over(sprite, photo[height - width:])
    Image.fromarray(photo).save(out, quality=90)


def sheet(faces_folder: Path, out: Path, seed: int = 3, columns: int = 10, rows: int = 6):
    """Sprites above, the same people as training crops below."""
    library = faces.load(faces_folder, "train")
    photographer, rng = Photographer(library, seed), np.random.default_rng(seed)
    shots = [photographer.shoot(rng) for _ in range(columns * rows // 2)]
    walls = np.stack([backgrounds.natural(rng, library, 192) for _ in range(24)])
    tiles = [_over(shot.rgba, np.full(3, 90)) for shot in shots]
    for shot in shots:
        low, high = shot.landmarks[:, :2].min(0), shot.landmarks[:, :2].max(0)
        faults = rng.random() < FAULTY
        photo = photograph(rng, shot.rgba, walls, Crop((low + high) / 2, MARGIN * (high - low).max(), rng.normal() * 12), 192, faults,
                           lit_alike(rng, walls[rng.integers(len(walls))], shot.rgba))
        tiles.append(photo if faults else developed(rng, photo))
    lines = [np.concatenate(tiles[i:i + columns], 1) for i in range(0, len(tiles), columns)]
    Image.fromarray(np.concatenate(lines)).resize((columns * 128, len(lines) * 128), Image.Resampling.LANCZOS).save(out, quality=85)
