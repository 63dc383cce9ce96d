"""Head sprites for scenes: the rows of render stores with their upright squares, and sprites with no face left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..frames import face_rotation, facing, upright_square


class Store(Protocol):
    """What a scene needs of a render store (``selfie3d_training.renders.RenderStore``)."""

    rgba: np.ndarray  # uint8 [N, s, s, 4], straight alpha
    landmarks: np.ndarray  # float32 [N, 68, 3], sprite pixels
    split: np.ndarray  # uint8 [N], 0 = training people, 1 = held-out people
    backgrounds: np.ndarray  # uint8 [M, s, s, 3]
    count: int


@dataclass
class Sprite:
    rgba: np.ndarray  # uint8 [s, s, 4]
    landmarks: np.ndarray  # float32 [68, 2]
    square: np.ndarray  # centre x, centre y, size, roll in radians; sprite pixels


class SpriteBook:
    """All sprites of one split of one store, split again into faces and backs of heads; ``hidden`` rows are left out."""

    def __init__(self, store: Store, split: int, hidden: np.ndarray | None = None, face_limit: float = 105.0, back_limit: float = 125.0):
        rows = np.flatnonzero(np.asarray(store.split[: store.count]) == split)
        if hidden is not None:
            rows = np.setdiff1d(rows, hidden)
        landmarks = np.asarray(store.landmarks[: store.count])[rows]
        forward = facing(face_rotation(landmarks)) if len(rows) else np.zeros(0)
        squares = upright_square(landmarks) if len(rows) else np.zeros((0, 4))
        self.store, self.size = store, store.rgba.shape[1]
        self.squares = dict(zip(rows.tolist(), squares))
        self.faces = rows[forward > np.cos(np.radians(face_limit))]
        self.backs = rows[forward < np.cos(np.radians(back_limit))]
        self.backgrounds = store.backgrounds

    def get(self, row: int) -> Sprite:
        row = int(row)
        return Sprite(self.store.rgba[row], self.store.landmarks[row, :, :2], self.squares[row])


def faceless(rng: np.random.Generator, sprite: Sprite) -> np.ndarray:
    """A copy [s, s, 4] of the sprite without a face: shuffled, overgrown, wiped, or with a hole in its place."""
    rgba = np.array(sprite.rgba)
    cx, cy, size, _ = sprite.square
    side = rgba.shape[0]
    half = size * rng.uniform(0.5, 0.62)
    x0, y0 = (int(max(0, c - half)) for c in (cx, cy))
    x1, y1 = (int(min(side, c + half)) for c in (cx, cy))
    if x1 - x0 < 12 or y1 - y0 < 12:
        rgba[...] = 0
        return rgba
    yy, xx = np.mgrid[y0:y1, x0:x1]
    inside = np.clip((1 - np.hypot(xx - cx, yy - cy) / half) * 6, 0, 1)[..., None]
    patch = rgba[y0:y1, x0:x1].astype(np.float32)
    kind = rng.random()
    if kind < 0.45:
        new = _shuffled(rng, patch)
    elif kind < 0.75:
        new = _overgrown(rng, rgba, sprite, patch)
    elif kind < 0.92:
        solid = patch[..., 3] > 128
        mean = patch[solid][:, :3].mean(0) if solid.any() else np.full(3, 128.0)
        slope = rng.normal(size=2) * 30 / half
        new = np.concatenate([mean + ((xx - cx) * slope[0] + (yy - cy) * slope[1])[..., None] + np.zeros(3), patch[..., 3:]], -1)
        new[..., :3] += rng.uniform(0, 0.35) * (patch.mean((0, 1))[:3] - mean) + rng.normal(size=new.shape[:2] + (1,)) * rng.uniform(0, 6)
    else:
        new = patch.copy()
        new[..., 3] = 0
    rgba[y0:y1, x0:x1] = np.clip(patch + inside * (new - patch), 0, 255)
    return rgba


def _overgrown(rng: np.random.Generator, rgba: np.ndarray, sprite: Sprite, patch: np.ndarray) -> np.ndarray:
    """The patch filled with mirrored tiles of a small piece of hair, neck, or cloth of the same person."""
    side, tile = rgba.shape[0], int(rng.integers(10, 30))
    for _ in range(20):
        x, y = rng.integers(0, side - tile, 2)
        away = np.hypot(x + tile / 2 - sprite.square[0], y + tile / 2 - sprite.square[1])
        piece = rgba[y:y + tile, x:x + tile]
        if away > 0.62 * sprite.square[2] and (piece[..., 3] > 128).all():
            break
    else:
        return _shuffled(rng, patch)
    piece = np.concatenate([piece, piece[::-1]])
    piece = np.concatenate([piece, piece[:, ::-1]], 1).astype(np.float32)
    new = np.tile(piece, (patch.shape[0] // piece.shape[0] + 1, patch.shape[1] // piece.shape[1] + 1, 1))[:patch.shape[0], :patch.shape[1]]
    new[..., 3] = patch[..., 3]
    return new


def _shuffled(rng: np.random.Generator, patch: np.ndarray) -> np.ndarray:
    """Blocks of the patch in another order, each perhaps mirrored."""
    n = int(rng.integers(3, 7))
    h, w = patch.shape[0] // n, patch.shape[1] // n
    out, order = patch.copy(), rng.permutation(n * n)
    for target, source in enumerate(order):
        (ty, tx), (sy, sx) = divmod(target, n), divmod(int(source), n)
        block = patch[sy * h:(sy + 1) * h, sx * w:(sx + 1) * w]
        out[ty * h:(ty + 1) * h, tx * w:(tx + 1) * w] = block[::-1] if rng.random() < 0.5 else block[:, ::-1]
    out[..., 3] = patch[..., 3]
    return out


def cut_plane(rng: np.random.Generator, sprite: Sprite) -> np.ndarray:
    """A half-plane (a, b, c) of the sprite without its face: a u + b v + c > 0 keeps hair, an ear, or the body."""
    angle = rng.uniform(0, 2 * np.pi)
    normal = np.array([np.cos(angle), np.sin(angle)])
    reach = (sprite.landmarks @ normal).max()
    return np.array([*normal, -(reach + rng.uniform(-0.06, 0.15) * sprite.square[2])], np.float32)
