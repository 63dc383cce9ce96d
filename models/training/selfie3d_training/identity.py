"""Random people: identities, expressions and gaze on the topology of the face library."""
from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .faces import FaceLibrary


def rotation(yaw: float, pitch: float, roll: float) -> np.ndarray:
    """(3, 3) rotation of the head frame, degrees: yaw about +y, then pitch about +x, then roll about +z.

    With a camera that looks along -z: yaw > 0 turns the face to the image's right, roll > 0 counter-clockwise.
    """
    (cy, cp, cr), (sy, sp, sr) = (f(np.radians([yaw, pitch, roll])) for f in (np.cos, np.sin))
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return (about_z @ about_x @ about_y).astype(np.float32)


def angles_of(turn: np.ndarray) -> np.ndarray:
    """(3,) yaw, pitch, roll in degrees of which :func:`rotation` makes ``turn`` (3, 3)."""
    yaw, pitch, roll = np.arctan2(-turn[2, 0], turn[2, 2]), np.arcsin(np.clip(turn[2, 1], -1, 1)), np.arctan2(-turn[0, 1], turn[1, 1])
    return np.degrees([yaw, pitch, roll]).astype(np.float32)


CRANIUM = np.array([0, 3, -7.5], np.float32)   # middle of the braincase in the head frame, cm
AT_REST = .3                                    # share of the faces without an expression
BLENDS, MIXTURES = .1, .55                      # people made of avatars' heads alone, and of these with an ICT identity on top; the rest are ICT alone
WARP_SD, WARP_LENGTH = .22, (4., 9.)            # cm: smooth deformations that neither source has
LOPSIDED = .2                                   # how far the two sides of a deformation differ, 0 = not at all
CHILDREN = .15                                  # share of the people who get a child's proportions
CHILD_STRAIN = (.02, .12)                       # the upper end is a child of two or three


def grown_back(positions: np.ndarray, strain: float) -> np.ndarray:
    """(V, 3) an adult's head in centimetres with the proportions of a child: a small face under the same braincase.

    Cardioidal strain about the braincase: what lies at angle t from the vertical comes nearer by ``strain`` (1 - cos t).
    Todd, Mark, Shaw, Pittenger, "The perception of human growth", Scientific American 242 (1980).
    """
    out = positions - CRANIUM
    radius = np.linalg.norm(out, axis=1, keepdims=True)
    return CRANIUM + out * (1 - strain * (1 - out[:, 1:2] / np.maximum(radius, 1e-6)))


@dataclass
class Person:
    """One head before it is posed. ``neutral`` and ``positions`` are (V, 3) in centimetres."""
    head: int              # library head whose skin, clothes and joints are used
    second_skin: int       # head whose skin is blended in
    skin_blend: float      # share of the second skin, 0 = none
    neutral: np.ndarray
    positions: np.ndarray
    expression: dict[str, float] = field(default_factory=dict)


def smooth_warp(rng: np.random.Generator, positions: np.ndarray, waves: int = 12) -> np.ndarray:
    """(V, 3) a random smooth displacement of ``positions`` (V, 3), centimetres, nearly the mirror image of itself.

    A Gaussian process by random features: Rahimi, Recht, "Random features for large-scale kernel machines", NIPS 2007.
    """
    turns = rng.normal(size=(3, waves)) / rng.uniform(*WARP_LENGTH, waves)
    phases, heights = rng.uniform(0, 2 * np.pi, waves), rng.normal(size=(waves, 3)) * WARP_SD * np.sqrt(2 / waves)
    here, there = (np.cos((positions * side).astype(np.float32) @ turns.astype(np.float32) + phases.astype(np.float32)) @ heights.astype(np.float32)
                   for side in ([1, 1, 1], [-1, 1, 1]))
    mirrored = there * np.array([-1, 1, 1], np.float32)
    return (here * (1 + LOPSIDED) + mirrored * (1 - LOPSIDED)) / 2


class Casting:
    """Draws people: blends of avatars' heads, ICT identities, mixtures of both, and smooth deformations of them.

    ICT identities are about the mean of the scans, mixtures anywhere between it and that of the avatars, whose jaws and mouths are wider and
    whose faces are 3 % deeper.
    """

    def __init__(self, library: FaceLibrary, seed: int, bank: int = 1200):
        self.library = library
        rng = np.random.default_rng(seed)
        modes = library.identity_modes.reshape(len(library.identity_modes), -1)
        rows = [(rng.normal(size=(50, len(modes))) * .85).astype(np.float32) @ modes for _ in range(bank // 50)]
        identities = np.concatenate(rows).reshape(-1, library.vertex_count, 3)
        self._identities = np.stack([identity + smooth_warp(rng, library.mean) for identity in identities]).astype(np.float16)

    def draw(self, rng: np.random.Generator) -> Person:
        lib = self.library
        head, second, third = rng.integers(len(lib.ids), size=3)
        kind = rng.random()
        if kind < MIXTURES:
            shares = rng.dirichlet([.7, .7, .7]).astype(np.float32)
            neutral = sum(lib.positions[k] * w for k, w in zip((head, second, third), shares))
        else:
            neutral = lib.mean.copy()
        if kind >= BLENDS:
            neutral = neutral + lib.to_ict_mean * np.float32(rng.uniform(.5, 1.) if kind < MIXTURES else 1)
            neutral = neutral + self._identities[rng.integers(len(self._identities))] * np.float32(rng.uniform(.5, 1.) if kind < MIXTURES else rng.uniform(.8, 1.15))
        neutral = neutral * rng.uniform([.95, .95, .97], [1.05, 1.05, 1.03]).astype(np.float32)
        if rng.random() < CHILDREN:
            neutral = grown_back(neutral, np.float32(rng.uniform(*CHILD_STRAIN)))
        person = Person(int(head), int(second), 0. if rng.random() < .45 else rng.uniform(), neutral, neutral.copy())
        if rng.random() >= AT_REST:
            (self._valid_expression if rng.random() < .6 else self._ict_expression)(rng, person)
        self._gaze(rng, person)
        return person

    def _valid_expression(self, rng, person: Person):
        names, w = self.library.morph_names, person.expression
        r = rng.random()
        if r < .18:
            w["ReyeClose"] = rng.uniform(.7, 1)
            w["LeyeClose"] = w["ReyeClose"] * rng.uniform(.9, 1)
        elif r < .3:
            w["ReyeClose"], w["LeyeClose"] = rng.uniform(size=2)
        r = rng.random()
        if r < .25:
            w[str(rng.choice(["MouthOpen", "Shout", "AE_AA", "AO_a"]))] = rng.uniform(.2, 1)
        elif r < .55:
            smile, v = str(rng.choice(["smileClose", "smileOpen"])), rng.uniform(.2, 1)
            w["R" + smile], w["L" + smile] = v, v * rng.uniform(.6, 1)
        for _ in range(rng.integers(0, 5)):
            name = names[rng.integers(len(names))]
            if name != "Glotis" and "eyeClose" not in name and self.allowed(name):
                w.setdefault(name, rng.uniform(0, .8) * (.5 if name in ("MouthOpen", "Shout") else 1))
        lib, p = self.library, person.positions
        for name, v in w.items():
            p[lib.morph_vertices] += np.float32(v) * lib.morph(person.head, name)
            self._lower_teeth(p, name, v)

    def _ict_expression(self, rng, person: Person):
        shapes, w = self.library.expressions, person.expression
        if rng.random() < .2:
            v = rng.uniform(.7, 1)
            w.update(eyeBlink_L=v, eyeBlink_R=v)
        if rng.random() < .3:
            w["jawOpen"] = rng.uniform(.15, .9)
        if rng.random() < .45:
            v = rng.uniform(.2, 1)
            w.update(mouthSmile_L=v, mouthSmile_R=v * rng.uniform(.7, 1))
        names = list(shapes)
        for _ in range(rng.integers(0, 6)):
            name = names[rng.integers(len(names))]
            if not any(part in name for part in ("Blink", "Look", "Pupil")):
                w.setdefault(name, rng.uniform(0, .8) * (.5 if name == "jawOpen" else 1))
        for name, v in w.items():
            person.positions += np.float32(v) * shapes[name]
            if name == "jawOpen":
                self._lower_teeth(person.positions, "MouthOpen", v * .8)

    def allowed(self, morph: str) -> bool:
        """Held-out expressions never occur in training."""
        return morph not in self.library.held_out_morphs

    def _lower_teeth(self, positions, morph, weight):
        moved = self.library.teeth_morphs.get(self.library.morph_names.index(morph))
        if moved is not None:
            positions[self.library.part_ranges[6][0]:] += np.float32(weight) * moved

    def _gaze(self, rng, person: Person):
        if rng.random() < .7:
            turn = rotation(rng.normal() * 14, rng.normal() * 8, 0)
            for a, b in self.library.part_ranges[1:3]:
                eye = person.positions[a:b]
                centre = (eye.max(0) + eye.min(0)) / 2
                person.positions[a:b] = (eye - centre) @ turn.T + centre
