"""Training scenes of the detector: up to a few heads of any size, angle and place on clutter, seen by a bad camera.

A scene is a list of layers (background, clutter, heads, heads without faces, hands and other things in front) that
``scenes.c`` draws and photographs. The truth of a scene is [K, 5]: centre x, centre y, size, roll in radians, and state
(1 = a face, 2 = leave these cells out: too small or mostly hidden, 0 = unused row).
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from ..native import load, pointer
from . import looks
from .sprites import Sprite, SpriteBook, cut_plane, faceless

LAYER = np.dtype([("pixels", "u8"), ("w", "i4"), ("h", "i4"), ("channels", "i4"), ("tile", "i4"), ("to_image", "f4", 6),
                  ("colour", "f4", 12), ("gamma", "f4"), ("opacity", "f4"), ("plane", "f4", 3), ("shape", "f4", 9)])
POSITIVE, LEFT_OUT = 1, 2


@dataclass
class SceneConfig:
    """What scenes contain. Sizes are the side of the upright landmark square."""

    size: int = 320
    rows: int = 6  # rows of the truth
    faces: tuple[float, ...] = (0.33, 0.49, 0.11, 0.05, 0.02)  # probability of 0, 1, 2, ... faces
    negatives: tuple[float, ...] = (0.5, 0.35, 0.15)  # probability of 0, 1, 2 heads without a face
    smallest: float = 14.0  # pixels
    small_limit: float = 17.0  # smaller faces are left out
    textures: float = 0.55  # share of backgrounds and things that are made-up textures
    outside: float = 0.4  # share of the heads without a face whose face lies outside the picture
    any_roll: float = 0.3  # share of faces at any in-plane angle
    occluder: float = 0.3
    bars: float = 0.3  # share of pictures that do not fill the canvas
    jpeg: float = 0.4
    large_sprites: float = 0.75  # share of upscaled heads that come from the store of large sprites, if there is one


class SceneMaker:
    """Draws scenes from one split of render stores; the store with the largest sprites serves the largest heads."""

    def __init__(self, books: Sequence[SpriteBook], config: SceneConfig = SceneConfig(), textures: np.ndarray | None = None):
        self.config, self.textures, self.all_books = config, textures, list(books)
        self.books = sorted((book for book in books if len(book.faces)), key=lambda book: book.size)
        self.backs = [book for book in books if len(book.backs)]
        self.backgrounds = np.asarray(next(book.backgrounds for book in books if len(book.backgrounds)))
        self.library = load(Path(__file__).with_name("scenes.c"))
        self.buffers: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def make(self, rng: np.random.Generator, size: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """One scene: picture uint8 [S, S, 3] and truth float32 [K, 5]."""
        side = size or self.config.size
        scene = _Scene(self, rng, side)
        scene.background()
        counts = rng.choice(len(self.config.faces), p=self.config.faces), rng.choice(len(self.config.negatives), p=self.config.negatives)
        kinds = rng.permutation([True] * counts[0] + [False] * counts[1])
        for is_face in kinds:
            scene.head(bool(is_face), alone=counts[0] <= 1)
        if rng.random() < 0.35:
            scene.clutter(int(rng.integers(1, 4)), front=True)
        return scene.photograph()


class _Scene:
    def __init__(self, maker: SceneMaker, rng: np.random.Generator, side: int):
        self.maker, self.rng, self.side, self.config = maker, rng, side, maker.config
        self.layers: list[np.ndarray] = []
        self.alive: list[np.ndarray] = []  # pixels that layers point to
        self.faces: list[list] = []  # square, landmarks on the canvas [68, 2], hidden [68]

    # ---- layers ------------------------------------------------------------------------------------------------

    def layer(self, pixels: np.ndarray | None = None) -> np.ndarray:
        layer = np.zeros((), LAYER)
        if pixels is not None:
            pixels = np.ascontiguousarray(pixels)
            self.alive.append(pixels)
            layer["pixels"], layer["h"], layer["w"], layer["channels"] = pixels.ctypes.data, *pixels.shape
        layer["gamma"] = layer["opacity"] = 1
        layer["colour"] = looks.IDENTITY
        self.layers.append(layer)
        return layer

    def texture(self) -> np.ndarray:
        """A background layer at a random place, angle and scale; mirrored for ever."""
        rng = self.rng
        made_up = self.maker.textures is not None and rng.random() < self.config.textures
        images = self.maker.textures if made_up else self.maker.backgrounds
        layer = self.layer(images[rng.integers(len(images))])
        scale, turn = np.exp(rng.uniform(np.log(0.4), np.log(2.2))), rng.uniform(0, 2 * np.pi) if rng.random() < 0.5 else 0
        c, s = np.cos(turn) * scale, np.sin(turn) * scale
        layer["to_image"] = c, -s, rng.uniform(0, 192), s, c, rng.uniform(0, 192)
        layer["tile"] = 1
        layer["colour"] = looks.colour_of_things(rng)
        return layer

    def background(self) -> None:
        self.texture()
        if self.rng.random() < 0.7:
            self.clutter(int(self.rng.integers(1, 6)), front=False)

    def shape(self, layer: np.ndarray, x: float, y: float, long: float, wide: float, turn: float) -> None:
        rng = self.rng
        layer["shape"] = (x, y, long, wide, np.cos(turn), np.sin(turn), rng.choice([2, 4]),
                          np.exp(rng.uniform(np.log(1.5), np.log(25))), rng.choice([0, 0.4, 1]))

    def clutter(self, number: int, front: bool) -> None:
        """Textured things: furniture, hands, balloons. In front they stay small against the faces there."""
        rng, side = self.rng, self.side
        largest = 0.5 if not front else 0.16
        for _ in range(number):
            layer = self.texture()
            long, wide = np.exp(rng.uniform(np.log(0.02), np.log(largest), 2)) * side
            x, y, turn = *(rng.uniform(-0.05, 1.05, 2) * side), rng.uniform(0, np.pi)
            if rng.random() < 0.4:
                layer["colour"] = looks.colour_of_skin(rng)
                if rng.random() < 0.4:
                    self.hand(layer, x, y, wide, turn)
                    continue
            self.shape(layer, x, y, long, wide, turn)
            self.hide(layer)

    def hand(self, first: np.ndarray, x: float, y: float, palm: float, turn: float) -> None:
        """A palm and fingers of one skin."""
        rng = self.rng
        palm = float(np.clip(palm, 4, 0.12 * self.side))
        self.shape(first, x, y, palm * 1.2, palm, turn)
        self.hide(first)
        for finger in range(int(rng.integers(2, 6))):
            layer = self.layer()
            layer[...] = first
            lean = turn + rng.normal() * 0.15 + (finger - 2) * 0.12
            offset = (finger - 1.5) * palm * 0.5
            reach = palm * rng.uniform(1.2, 1.8)
            px = x + np.cos(turn) * reach - np.sin(turn) * offset
            py = y + np.sin(turn) * reach + np.cos(turn) * offset
            self.shape(layer, px, py, palm * rng.uniform(0.8, 1.3), palm * 0.24, lean)
            self.hide(layer)

    # ---- heads -------------------------------------------------------------------------------------------------

    def face_size(self, alone: bool) -> float:
        rng, side, u = self.rng, self.side, self.rng.random()
        if u < (0.15 if alone else 0.4):
            return float(np.exp(rng.uniform(np.log(self.config.smallest), np.log(max(self.config.smallest, 0.15 * side)))))
        if u < (0.35 if alone else 0.75):
            return float(np.exp(rng.uniform(np.log(0.15 * side), np.log(0.35 * side))))
        if u < 0.9 or not alone:
            return float(rng.uniform(0.28, 0.75 if alone else 0.5) * side)
        return float(rng.uniform(0.75, 1.25) * side)

    def roll(self) -> float:
        rng = self.rng
        if rng.random() < self.config.any_roll:
            return float(rng.uniform(-np.pi, np.pi))
        return float(np.radians(rng.normal() * (12 if rng.random() < 0.6 else 35)))

    def pick(self, size: float) -> tuple[SpriteBook, Sprite]:
        rng, books = self.rng, self.maker.books
        book = books[0]
        if len(books) > 1 and size > 0.35 * book.size and rng.random() < self.config.large_sprites:
            book = books[-1]
        return book, book.get(rng.choice(book.faces))

    def head(self, is_face: bool, alone: bool) -> None:
        """Adds a head; without a face it is a back of a head, a mutilated head, or a part of a body."""
        rng, side = self.rng, self.side
        size = self.face_size(alone)
        _, sprite = self.pick(size)
        rgba, plane = sprite.rgba, np.zeros(3, np.float32)
        outside = not is_face and rng.random() < self.config.outside
        if not is_face and not outside:
            kind = rng.random()
            if kind < 0.3 and self.maker.backs:
                book = self.maker.backs[rng.integers(len(self.maker.backs))]
                sprite = book.get(rng.choice(book.backs))
                rgba = sprite.rgba
            elif kind < 0.65:
                rgba = faceless(rng, sprite)
            else:
                plane = cut_plane(rng, sprite)
                size *= np.exp(rng.uniform(0, 0.7))
        if outside:
            size = float(np.exp(rng.uniform(np.log(0.25), np.log(2.2)))) * side
            x, y = self.beyond(size)
        for _ in range(12 if not outside else 0):
            far = max(0.0, 0.5 - 0.35 * size / side)
            x, y = (0.5 + rng.uniform(-far, far, 2) * (1.15 if rng.random() < 0.3 else 0.9)) * side
            if all(np.hypot(x - f[0][0], y - f[0][1]) > 0.75 * (size + f[0][2]) / 2 for f in self.faces):
                break
        else:
            if not outside:
                return
        roll, mirrored = self.roll(), rng.random() < 0.5
        layer = self.layer(rgba)
        flip = -1.0 if mirrored else 1.0
        sx, sy, ss, sroll = sprite.square
        scale, turn = ss / size, flip * sroll - roll  # canvas -> upright sprite
        c, s = np.cos(turn) * scale, np.sin(turn) * scale
        layer["to_image"] = flip * c, -flip * s, sx - flip * (c * x - s * y), s, c, sy - (s * x + c * y)
        layer["plane"], layer["colour"], layer["gamma"] = plane, *looks.colour_of_heads(rng)
        self.hide(layer, rgba)
        if is_face:
            u, v = flip * (sprite.landmarks[:, 0] - sx), sprite.landmarks[:, 1] - sy
            points = np.stack([c * u + s * v, -s * u + c * v], 1) / scale**2 + (x, y)
            self.faces.append([(x, y, size, roll), points, np.zeros(68, bool)])
            if rng.random() < self.config.occluder:
                self.occlude(x, y, size)

    def beyond(self, size: float) -> tuple[float, float]:
        """A place where a face of that size is just outside the canvas, so that only the rest of the head is seen."""
        rng, side = self.rng, self.side
        past, along = rng.uniform(0.5, 0.85) * size, rng.uniform(-0.1, 1.1) * side
        edge = -past if rng.random() < 0.5 else side + past
        return (edge, along) if rng.random() < 0.4 else (along, edge)

    def occlude(self, x: float, y: float, size: float) -> None:
        """A hand, a mask, a microphone or hair over part of the newest face."""
        rng = self.rng
        away, turn = rng.uniform(0.15, 0.6) * size, rng.uniform(0, 2 * np.pi)
        layer = self.texture()
        px, py = x + np.cos(turn) * away, y + np.sin(turn) * away
        if rng.random() < 0.5:
            layer["colour"] = looks.colour_of_skin(rng)
        if rng.random() < 0.3:
            self.hand(layer, px, py, size * rng.uniform(0.06, 0.2), rng.uniform(0, 2 * np.pi))
        else:
            self.shape(layer, px, py, size * rng.uniform(0.08, 0.5), size * rng.uniform(0.05, 0.3), rng.uniform(0, np.pi))
            self.hide(layer)

    def hide(self, layer: np.ndarray, rgba: np.ndarray | None = None) -> None:
        """Notes which landmarks of the faces so far the layer covers."""
        for face in self.faces:
            points = face[1]
            if rgba is None:
                x, y, long, wide, c, s = layer["shape"][:6]
                dx, dy = points[:, 0] - x, points[:, 1] - y
                face[2] |= ((c * dx + s * dy) / long) ** 2 + ((-s * dx + c * dy) / wide) ** 2 < 1
            else:
                m = layer["to_image"].reshape(2, 3)
                u, v = (np.floor(points @ m[:, :2].T + m[:, 2])).astype(int).T
                inside = (u >= 0) & (v >= 0) & (u < rgba.shape[1]) & (v < rgba.shape[0])
                inside[inside] = rgba[v[inside], u[inside], 3] > 128
                if layer["plane"].any():
                    inside &= layer["plane"][0] * u + layer["plane"][1] * v + layer["plane"][2] > 0
                face[2] |= inside

    # ---- picture and truth -------------------------------------------------------------------------------------

    def photograph(self) -> tuple[np.ndarray, np.ndarray]:
        rng, side = self.rng, self.side
        if side not in self.maker.buffers:
            self.maker.buffers[side] = np.empty((side, side, 3), np.float32), np.empty((2, side, side, 3), np.float32)
        canvas, scratch = self.maker.buffers[side]
        picture = np.empty((side, side, 3), np.uint8)
        layers = np.array(self.layers, LAYER)
        camera = looks.camera(rng, side, self.config.bars)
        self.maker.library.compose(pointer(canvas), side, side, pointer(layers), len(layers))
        self.maker.library.photograph(pointer(canvas), pointer(scratch), side, side, pointer(camera), pointer(picture))
        if rng.random() < self.config.jpeg:
            buffer = io.BytesIO()
            Image.fromarray(picture).save(buffer, "JPEG", quality=int(rng.integers(15, 92)))
            picture = np.asarray(Image.open(buffer))
        return picture, self.truth(picture, camera["window"])

    def truth(self, picture: np.ndarray, window: np.ndarray) -> np.ndarray:
        truth = np.zeros((self.config.rows, 5), np.float32)
        row = 0
        for square, points, hidden in self.faces:
            inside = ((points >= window[:2]) & (points < window[2:])).all(1) & ~hidden
            if inside.mean() < 0.1 or row == len(truth):
                continue
            whole = inside.mean() >= 0.5 and square[2] >= self.config.small_limit and self.contrast(picture, square) >= 5
            truth[row] = *square, POSITIVE if whole else LEFT_OUT
            row += 1
        return truth


    def contrast(self, picture: np.ndarray, square: tuple) -> float:
        """Standard deviation of the green channel in the middle of a face: burnt out and black faces have none."""
        x, y, half = square[0], square[1], 0.4 * square[2]
        part = picture[max(0, int(y - half)):max(0, int(y + half) + 1), max(0, int(x - half)):max(0, int(x + half) + 1), 1]
        return float(part.std()) if part.size else 0.0


def batches(maker: SceneMaker, batch_size: int, sizes: Sequence[int], seed: int) -> Iterator[dict[str, np.ndarray]]:
    """Endless batches: ``image`` uint8 [B, S, S, 3] and ``faces`` float32 [B, K, 5]; each batch has one of ``sizes``."""
    rng = np.random.default_rng(seed)
    while True:
        size = int(rng.choice(sizes))
        scenes = [maker.make(rng, size) for _ in range(batch_size)]
        yield {"image": np.stack([s[0] for s in scenes]), "faces": np.stack([s[1] for s in scenes])}
