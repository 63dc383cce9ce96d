"""What people wear: hair, hats, glasses and clothes, as geometry for the renderer."""
from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from . import locks
from .faces import BEARD, GLASSES, HAIR, HAT, LENS, FaceLibrary, Hair
from .identity import Person

HEAD_CENTRE = np.array([0, 0, -7.5], np.float32)   # middle of the skull, cm
LOCKS = .45                                          # share of the people whose hair is made of locks
HATS = .16


@dataclass
class Model:
    """Triangle soup with materials: vertices in cm, one slot and one cull flag per triangle."""
    vertices: list[np.ndarray] = field(default_factory=list)
    tris: list[np.ndarray] = field(default_factory=list)
    uv: list[np.ndarray] = field(default_factory=list)
    slots: list[np.ndarray] = field(default_factory=list)
    cull: list[np.ndarray] = field(default_factory=list)
    count: int = 0

    def add(self, vertices, tris, slots, uv=None, cull=0):
        tris = np.asarray(tris, np.int32)
        self.vertices.append(np.asarray(vertices, np.float32))
        self.tris.append(tris + self.count)
        self.uv.append(np.zeros((len(tris), 3, 2), np.float32) if uv is None else uv)
        self.slots.append(np.broadcast_to(np.asarray(slots, np.uint8), len(tris)))
        self.cull.append(np.full(len(tris), cull, np.uint8))
        self.count += len(vertices)


def fit_hair(library: FaceLibrary, hair: Hair, person: Person) -> np.ndarray:
    """(H, 3) hair moved with the scalp it sits on."""
    moved = (person.neutral - library.positions[hair.head])[hair.neighbours]
    return hair.positions + (moved * hair.weights[..., None]).sum(1)


def _pushed_out(library: FaceLibrary, positions: np.ndarray, slots: np.ndarray, weight: np.ndarray, by: float):
    """Positions and slots with the head pushed out by ``weight`` (H,) times ``by`` cm, in the hat's material where the weight is above 0."""
    head = positions[:len(weight)]
    out = head - HEAD_CENTRE
    out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-3)
    positions, slots = positions.copy(), slots.copy()
    positions[:len(weight)] = head + out * (weight * by)[:, None].astype(np.float32)
    slots[(library.parts == 0) & (weight[np.minimum(library.tris, len(weight) - 1)] > 0).all(1)] = HAT
    return positions, slots


def put_on_hat(rng, library: FaceLibrary, positions: np.ndarray, slots: np.ndarray):
    """A close-fitting hat, hood or band, for some with a brim all round or the peak of a cap.

    Positions, slots, and the brim's vertices and triangles or None.
    """
    head = positions[:library.part_ranges[0][1]]
    line, tilt = rng.uniform(3.6, 7.5), rng.uniform(-.5, .1)
    above = (head[:, 1] - (line + tilt * (head[:, 2] - 8) * .5)) * (library.joint_weights[:len(head), 0] > .5)
    edge = head[(np.abs(above) < .6) & (above != 0)]
    brim = None
    if rng.random() < .6 and len(edge) > 20:
        turn = np.linspace(0, 2 * np.pi, 48, endpoint=False)   # 0 = in front
        reach = np.stack([np.sin(turn), np.cos(turn)], 1)
        middle, half = (edge.max(0) + edge.min(0)) / 2, np.ptp(edge, axis=0) / 2
        peak = np.clip(np.cos(turn), 0, 1) ** .5 if rng.random() < .4 else np.ones(48)
        width, droop = peak * rng.uniform(2, 9), rng.uniform(-.3, .6)
        rings = []
        for share in (-.1, .5, 1):
            xz = middle[[0, 2]] + reach * (half[[0, 2]] + np.maximum(width * share, -1)[:, None])
            y = line + tilt * (xz[:, 1] - 8) * .5 - droop * width * share ** 2
            rings.append(np.stack([xz[:, 0], y, xz[:, 1]], 1))
        i, j = np.arange(48), (np.arange(48) + 1) % 48
        quad = np.concatenate([np.stack([i, j, j + 48], 1), np.stack([i, j + 48, i + 48], 1)])
        brim = np.concatenate(rings), np.concatenate([quad, quad + 48])
    return *_pushed_out(library, positions, slots, np.clip(above, 0, 1), rng.uniform(.4, 1.6 if brim is None else 3)), brim


def put_on_scarf(rng, library: FaceLibrary, positions: np.ndarray, slots: np.ndarray):
    """A headscarf, a hood or a balaclava: all but an oval of the face, from the neck up. Positions and slots."""
    head = positions[:library.part_ranges[0][1]]
    marks = library.landmarks(positions)
    top, chin = rng.uniform(3.5, 8), marks[8, 1] + rng.uniform(-1, 1.2)
    half = np.array([abs(marks[0, 0] - marks[16, 0]) / 2 * rng.uniform(.72, .98), (top - chin) / 2])
    oval = np.hypot(head[:, 0] / half[0], (head[:, 1] - (top + chin) / 2) / half[1]) - 1
    weight = np.clip(np.where(head[:, 2] < marks[[0, 16], 2].mean() + 1, 1, oval / .12), 0, 1)
    weight *= (library.joint_weights[:len(head), 0] + library.joint_weights[:len(head), 1]) > .5
    return _pushed_out(library, positions, slots, weight, rng.uniform(.3, 1.5))


def grow_beard(rng, library: FaceLibrary, positions: np.ndarray, slots: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A full beard, a goatee or a moustache: lower face and cheeks without the lips are pushed out and given the beard's material."""
    marks = library.landmarks(positions)
    head = positions[:library.part_ranges[0][1]]
    mouth, lips = (marks[48] + marks[54]) / 2, np.ptp(marks[48:60], axis=0) / 2
    across, ear = np.abs(head[:, 0] - mouth[0]), np.abs(marks[[0, 16], 0] - mouth[0]).mean()
    kind = rng.choice(3, p=[.65, .2, .15])   # full, goatee, moustache
    cheek = mouth[1] + rng.uniform(-.6, 1.2)
    top = np.interp(across, [0, 1.8, 3.2, ear - 1.5, ear - .3], [marks[33, 1] - .25] * 2 + [cheek] * 2 + [mouth[1] + rng.uniform(1, 4.5)])
    weight = np.clip((top - head[:, 1]) / .5, 0, 1) * np.clip((head[:, 1] - marks[8, 1] + rng.uniform(.5, 2.5)) / .6, 0, 1)
    weight *= np.clip((head[:, 2] - marks[[0, 16], 2].mean() + .6) / .6, 0, 1) * (library.joint_weights[:len(head), 0] > .3)
    around = np.hypot((head[:, 0] - mouth[0]) / (lips[0] * 1.02), (head[:, 1] - marks[[51, 57], 1].mean()) / (lips[1] * 1.1))
    weight *= np.clip((around - 1) / .15, 0, 1)
    if kind:
        weight *= np.clip((rng.uniform(2, 3.4) - across) / .4, 0, 1)
    if kind == 2:
        weight *= head[:, 1] > mouth[1] - .2
    length = rng.uniform(.05, .4) if kind == 2 or rng.random() < .5 else rng.uniform(.4, 1.6)
    length = np.where(head[:, 1] > mouth[1], min(length, .35), length)
    out = (head - HEAD_CENTRE) * [1, .5, 1] + [0, -1.5, 0]
    out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-3)
    positions, slots = positions.copy(), slots.copy()
    positions[:len(head)] = head + out * (weight * length)[:, None].astype(np.float32)
    slots[(library.parts == 0) & (weight[np.minimum(library.tris, len(head) - 1)] > .3).all(1)] = BEARD
    return positions, slots


def add_glasses(rng, model: Model, eye_distance: float, ear_half_width: float):
    """Spectacles or sunglasses: super-elliptic rims, bridge and temples. Lengths in cm."""
    a, b, power = rng.uniform(2.2, 2.9), rng.uniform(1.5, 2.4), rng.uniform(2, 6)
    thick, z0, y0 = rng.uniform(.08, .5), rng.uniform(2.2, 3.0), rng.uniform(-.5, .1)
    tinted = rng.random() < .35
    n = 28
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    ux = np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** (2 / power)
    uy = np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** (2 / power)
    i, j = np.arange(n), (np.arange(n) + 1) % n
    half_width = max(ear_half_width + .3, eye_distance / 2 + a + .2)
    arm = rng.uniform(.15, .5)
    for side in (-1, 1):
        cx = side * (eye_distance / 2 + .1)

        def rim(grow, dz):
            x = cx + ux * (a + grow)
            return np.stack([x, y0 + uy * (b + grow), z0 - .02 * x ** 2 + dz], 1)

        rings = np.concatenate([rim(0, 0), rim(thick, 0), rim(thick * .5, -.3)])
        model.add(rings, np.concatenate([
            np.stack([i, j, j + n], 1), np.stack([i, j + n, i + n], 1),
            np.stack([i + n, j + n, j + 2 * n], 1), np.stack([i + n, j + 2 * n, i + 2 * n], 1)]), GLASSES)
        if tinted:
            model.add(np.concatenate([rim(0, -.05), [[cx, y0, z0 - .02 * cx * cx]]]),
                      np.stack([i, j, np.full(n, n)], 1), LENS)
        hinge = eye_distance / 2 + .1 + a + thick * .5
        za, yh = z0 - .02 * hinge * hinge, y0 + b * .3
        model.add([[side * hinge, yh + arm, za], [side * hinge, yh - arm, za],
                   [side * half_width, yh + arm, za - 2.5], [side * half_width, yh - arm, za - 2.5],
                   [side * half_width, yh + arm * .6, -9.5], [side * half_width, yh - arm * .6, -9.5]],
                  [[0, 1, 2], [1, 3, 2], [2, 3, 4], [3, 5, 4]], GLASSES)
    inner = eye_distance / 2 + .1 - a
    model.add([[-inner, y0 + b * .35 + thick, z0], [-inner, y0 + b * .35 - thick, z0],
               [inner, y0 + b * .35 + thick, z0], [inner, y0 + b * .35 - thick, z0]], [[0, 1, 2], [1, 3, 2]], GLASSES)


def dress(rng, library: FaceLibrary, person: Person, eye_distance: float, far_turned: bool):
    """The dressed model, the index of the outfit and the hair's texture pyramid (or None).

    The first V vertices of the model are the person's own; ``person.positions`` gets the outfit's torso and
    lowered arms, but neither hat, hair nor beard: those hide the head, they do not change it.
    """
    outfit = int(rng.integers(len(library.outfits[person.head])))
    torso = library.outfits[person.head][outfit].torso
    p = person.positions
    if torso is not None:
        p[library.torso_vertices] += torso - library.positions[person.head][library.torso_vertices]
    lower = np.radians(rng.uniform(35, 65))
    for joint, sign in ((2, 1), (3, -1)):
        w, pivot = library.joint_weights[:, joint:joint + 1], library.joints[person.head][joint]
        c, s = np.cos(sign * lower), np.sin(sign * lower)
        p = p * (1 - w) + ((p - pivot) @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]], np.float32).T + pivot) * w
    person.positions = p.astype(np.float32)

    own = [hair for hair in library.hair if hair.head == person.head]
    hair, grown, brim, r = None, None, None, rng.random()
    hat = rng.random() < HATS
    if r < LOCKS and not (hat and rng.random() < .5):
        grown = locks.random_style(rng, far_turned)
    elif own and not hat and r < .95:
        hair = own[0]
    elif not own and not hat and r < LOCKS + .1 and library.hair:
        hair = library.hair[rng.integers(len(library.hair))]
    if hair is not None and far_turned and rng.random() < .5:
        hair = None   # long hair hides most of a profile: half of those would teach nothing
    shape, slots = person.positions, library.slots
    if library.sexes[person.head] == "M" and rng.random() < .4:
        shape, slots = grow_beard(rng, library, shape, slots)
    if grown is not None:
        grows = locks.scalp(library, shape[:library.part_ranges[0][1]])
        slots = np.where((library.parts == 0) & grows[np.minimum(library.tris, len(grows) - 1)].all(1), HAIR, slots).astype(np.uint8)
    if hat and rng.random() < .3:
        shape, slots = put_on_scarf(rng, library, shape, slots)
    elif hat:
        shape, slots, brim = put_on_hat(rng, library, shape, slots)
    model = Model()
    model.add(shape, library.tris, slots, library.tris_uv, cull=1)
    if brim is not None:
        model.add(*brim, HAT)
    if rng.random() < .2:
        ears = library.landmarks(person.positions)[[0, 16], 0]
        add_glasses(rng, model, eye_distance, abs(ears[0] - ears[1]) / 2)
    if hair is not None:
        model.add(fit_hair(library, hair, person), hair.tris, HAIR, hair.tris_uv)
        return model, outfit, hair.texture
    if grown is not None:
        vertices, tris, uv = locks.grow(rng, library, person.positions, grown)
        model.add(vertices, tris, HAIR, uv)
        return model, outfit, [locks.streaks(rng)] * len(library.head_textures[0])
    return model, outfit, None
