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
from .identity import Casting, angles_of, rotation
from .sealed_head import SealedHead
from .wardrobe import HEAD_CENTRE, dress

TEXELS_PER_CM = 33.   # of the finest head texture, roughly
MARGIN = 1.15         # sprite side over the head's largest extent
TURN_CENTRE = np.array([0, -2, -3], np.float32)


@dataclass
class PhotographerConfig:
    """Ranges in degrees and centimetres.

    The head nods and tilts on its neck before it is seen from the side, and only the camera's elevation lifts the far
    side of a profile: people look down far more often than they are photographed from above.
    """
    yaw: float = 95.
    nod_sd: float = 15.          # of the head about its own left-right axis, > 0 looks down
    nod_max: float = 45.
    tilt_sd: float = 5.          # of the head towards a shoulder
    elevation: float = 6.        # of the camera, > 0 sees the face from above; scale of Student's t with 3 degrees of freedom
    elevation_max: float = 45.
    roll_sd: float = 6.          # of the camera
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

    def pose(self, rng, yaw: float) -> tuple[np.ndarray, np.ndarray]:
        """(3, 3) turn of the head before the camera and (3, 3) turn of the body against the head.

        The body follows the camera rather than the face, and nods and tilts less than the head.
        """
        cfg = self.config
        nod, tilt = np.clip(rng.normal() * cfg.nod_sd, -cfg.nod_max, cfg.nod_max), rng.normal() * cfg.tilt_sd
        elevation = np.clip(rng.standard_t(3) * cfg.elevation, -cfg.elevation_max, cfg.elevation_max)
        roll = np.clip(rng.normal() * cfg.roll_sd, -20, 20)
        turn = rotation(-yaw, elevation, roll) @ rotation(0, nod, tilt)
        body = rotation(np.clip(rng.normal() * 20 + .3 * yaw, -60, 60), np.clip(-.7 * nod + rng.normal() * 7, -28, 28),
                        -.7 * tilt + rng.normal() * 4)
        return turn, body

    def closed_head(self, rng: np.random.Generator) -> np.ndarray:
        """(S, 3) a random closed head in the head frame, centimetres, its neck bent towards a random body."""
        person = self.casting.draw(rng)
        dress(rng, self.library, person, 6., False)
        _, body_turn = self.pose(rng, rng.uniform(-self.config.yaw, self.config.yaw))
        return bend(self.sealed(person.positions), self._sealed_follows, self.library.joints[person.head][1], body_turn)

    def distance(self, rng, yaw: float) -> float:
        """Centimetres. Close up, perspective moves the far side of a profile by a tenth of the face: so no profile selfies."""
        selfie = rng.random() < self.config.selfies * max(0., np.cos(np.radians(yaw))) ** 2
        return float(np.exp(rng.uniform(*np.log(self.config.selfie if selfie else self.config.portrait))))

    def shoot(self, rng: np.random.Generator, yaw: float | None = None, size: int | None = None) -> Shot:
        lib, cfg = self.library, self.config
        size = size or cfg.size
        yaw = rng.uniform(-cfg.yaw, cfg.yaw) if yaw is None else yaw
        turn, body_turn = self.pose(rng, yaw)

        person = self.casting.draw(rng)
        eyes = [person.positions[a:b, 0].mean() for a, b in lib.part_ranges[1:3]]
        model, outfit, hair = dress(rng, lib, person, abs(eyes[0] - eyes[1]), abs(yaw) > 60)
        head = self.sealed(person.positions)

        neck = lib.joints[person.head][1]

        def posed(points, follows):
            return ((bend(points, follows, neck, body_turn) - TURN_CENTRE) @ turn.T).astype(np.float32)

        vertices = np.concatenate(model.vertices)
        follows = np.ones(len(vertices), np.float32)
        follows[:lib.vertex_count] = self._follows_head
        vertices, head = posed(vertices, follows), posed(head, self._sealed_follows)
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
        return Shot(image, project(marks), project(head), angles_of(turn) * np.array([-1, 1, 1], np.float32),
                    distance - float(centre[2]), float(scale), lib.ids[person.head])
