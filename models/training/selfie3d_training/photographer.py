"""The synthetic photographer: random people, poses, cameras and light, with the truth beside every picture.

A :class:`Shot` is a sprite (straight alpha, transparent background) that holds the whole head; backgrounds,
in-plane rotation and camera artefacts come later (``camera.py``), so that one render serves many times.

Frame of the truth: pixels of the sprite, x right, y down, z in the same pixels, larger = nearer to the camera,
z = 0 at the middle of the skull. Under perspective x and y are those of the image; z is depth times the scale at
the middle of the skull.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import lighting
from .faces import FaceLibrary
from .identity import Casting, rotation
from .sealed_head import SealedHead
from .wardrobe import HEAD_CENTRE, dress

TEXELS_PER_CM = 33.   # of the finest head texture, roughly
MARGIN = 1.15         # sprite side over the head's largest extent
TURN_CENTRE = np.array([0, -2, -3], np.float32)


@dataclass
class PhotographerConfig:
    """Ranges in degrees and centimetres."""
    yaw: float = 95.
    pitch_sd: float = 16.
    pitch_max: float = 50.
    roll_sd: float = 6.
    selfie: tuple[float, float] = (28., 90.)       # distance at arm's length
    portrait: tuple[float, float] = (100., 800.)   # distance when someone else holds the camera
    selfies: float = .4                            # share of selfies among frontal faces; none in profile
    size: int = 192


@dataclass
class Shot:
    rgba: np.ndarray        # (size, size, 4) uint8
    landmarks: np.ndarray   # (68, 3) float32
    head: np.ndarray        # (S, 3) float32: the closed head
    angles: np.ndarray      # (3,) yaw, pitch, roll; yaw > 0 = face turned to the left edge of the image
    distance: float         # camera to the middle of the skull, cm
    pixels_per_cm: float    # at the middle of the skull
    person: str             # library id of the skin


def bend(points: np.ndarray, follows: np.ndarray, neck: np.ndarray, body_turn: np.ndarray) -> np.ndarray:
    """(N, 3) points of head and body after the body has turned about the neck; ``follows`` (N,) 1 = head."""
    body = (points - neck) @ body_turn.T + neck
    return points * follows[:, None] + body * (1 - follows[:, None])


class Photographer:
    def __init__(self, library: FaceLibrary, seed: int, config: PhotographerConfig | None = None):
        self.library, self.config = library, config or PhotographerConfig()
        self.casting, self.sealed = Casting(library, seed), SealedHead(library)
        neck = library.joint_weights
        self._follows_head = np.clip(neck[:, 0] + .5 * neck[:, 1], 0, 1)
        self._sealed_follows = self.sealed.weights(self._follows_head)

    @staticmethod
    def body_turn(rng, yaw: float, pitch: float) -> np.ndarray:
        """(3, 3) rotation of the body against the head: it follows the camera rather than the face."""
        return rotation(np.clip(rng.normal() * 20 + .3 * yaw, -60, 60), np.clip(-.5 * pitch + rng.normal() * 8, -25, 25),
                        rng.normal() * 5)

    def closed_head(self, rng: np.random.Generator) -> np.ndarray:
        """(S, 3) a random closed head in the head frame, centimetres, its neck bent towards a random body."""
        person = self.casting.draw(rng)
        dress(rng, self.library, person, 6., False)
        yaw, pitch = rng.uniform(-self.config.yaw, self.config.yaw), rng.normal() * self.config.pitch_sd
        return bend(self.sealed(person.positions), self._sealed_follows, self.library.joints[person.head][1],
                    self.body_turn(rng, yaw, pitch))

    def distance(self, rng, yaw: float) -> float:
        """Centimetres. Close up, perspective moves the far side of a profile by a tenth of the face: so no profile selfies."""
        selfie = rng.random() < self.config.selfies * max(0., np.cos(np.radians(yaw))) ** 2
        return float(np.exp(rng.uniform(*np.log(self.config.selfie if selfie else self.config.portrait))))

    def shoot(self, rng: np.random.Generator, yaw: float | None = None, size: int | None = None,
              pitch: float | None = None) -> Shot:
        lib, cfg = self.library, self.config
        size = size or cfg.size
        yaw = rng.uniform(-cfg.yaw, cfg.yaw) if yaw is None else yaw
        pitch = np.clip(rng.normal() * cfg.pitch_sd, -cfg.pitch_max, cfg.pitch_max) if pitch is None else pitch
        roll = np.clip(rng.normal() * cfg.roll_sd, -20, 20)

        person = self.casting.draw(rng)
        eyes = [person.positions[a:b, 0].mean() for a, b in lib.part_ranges[1:3]]
        model, outfit, hair = dress(rng, lib, person, abs(eyes[0] - eyes[1]), abs(yaw) > 60)
        head = self.sealed(person.positions)

        body_turn, neck = self.body_turn(rng, yaw, pitch), lib.joints[person.head][1]
        turn = rotation(-yaw, pitch, roll)

        def pose(points, follows):
            return ((bend(points, follows, neck, body_turn) - TURN_CENTRE) @ turn.T).astype(np.float32)

        vertices = np.concatenate(model.vertices)
        follows = np.ones(len(vertices), np.float32)
        follows[:lib.vertex_count] = self._follows_head
        vertices, head = pose(vertices, follows), pose(head, self._sealed_follows)
        marks = (head[self.sealed.landmark_vertices] * lib.landmark_bary[..., None]).sum(1)
        centre = ((HEAD_CENTRE - TURN_CENTRE) @ turn.T)

        # The camera sits on +z at ``distance`` from the turn centre; the sprite is framed around the head.
        distance = self.distance(rng, yaw) + float(centre[2])
        nearness = 1 / (distance - head[:, 2])
        x, y = head[:, 0] * nearness, -head[:, 1] * nearness
        extent = max(np.ptp(x), np.ptp(y)) * MARGIN
        focal = size / extent
        cx, cy = size / 2 - focal * (x.max() + x.min()) / 2, size / 2 - focal * (y.max() + y.min()) / 2
        scale = focal / (distance - centre[2])

        def project(p):
            w = focal / (distance - p[:, 2])
            return np.stack([cx + p[:, 0] * w, cy - p[:, 1] * w, (p[:, 2] - centre[2]) * scale], 1).astype(np.float32)

        level = int(np.clip(np.floor(np.log2(TEXELS_PER_CM / scale)), 0, len(lib.head_textures[0]) - 1))
        table = lighting.materials(rng, lib, person, outfit, hair, level)
        lamps, ambient = lighting.lights(rng)
        image = lighting.render(
            vertices, np.concatenate(model.tris), np.concatenate(model.uv), np.concatenate(model.slots),
            np.concatenate(model.cull), table, lamps, ambient, (144 if size <= 256 else 1024) if rng.random() < .6 else 0, size,
            (distance, focal, cx, cy), rng.uniform(6, 40))
        return Shot(image, project(marks), project(head), np.array([yaw, pitch, roll], np.float32),
                    distance - float(centre[2]), float(scale), lib.ids[person.head])
