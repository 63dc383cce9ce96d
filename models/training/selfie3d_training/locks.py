"""Hair made of locks: ribbons that grow from the scalp, fall, and lie on head, neck and shoulders.

The twelve hair meshes of the face library are too few for cheeks, jaws and foreheads that hair covers in ever other ways.
Lengths in centimetres, in the head frame.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from .faces import FaceLibrary
from .surface import vertex_normals

LOCKS, STEP, STEPS_MOST = 330, 1.4, 26
HAIRLINE = np.array([[-20, -7], [-12, -3.5], [-8, 1.5], [-4, 4], [-1, 6.2], [2, 6.8]])   # z, least y
ACROSS = np.array([-1, 0, 1.])                          # the places across a ribbon
TEXTURE = 64

# Gamma-space colours of hair: black, dark brown, brown, auburn, copper, dark blond, blond, platinum, grey, white.
PALETTE = np.array([[.06, .05, .05], [.16, .11, .08], [.3, .2, .13], [.36, .17, .1], [.55, .27, .13], [.5, .39, .25], [.72, .57, .36],
                    [.88, .8, .64], [.5, .5, .5], [.85, .85, .85]])


@dataclass
class Style:
    """How the locks fall."""
    length: float
    fringe: float      # length over the forehead, 0 = none
    parting: float     # x of the parting
    forward: float     # -1 swept back, 1 over the cheeks
    lift: float        # of the hair above the skin
    wave: float        # width of the waves
    turns: float       # waves a lock
    unruly: float      # how much each lock goes its own way
    width: float       # of a lock


def random_style(rng: np.random.Generator, in_profile: bool) -> Style:
    """From cropped to the waist, straight to curly; half have a fringe or something like it.

    Of those seen in profile two of five are swept back, and two of five fall over ear and jaw but leave the face free, so that the cheek's
    edge can be guessed.
    """
    length = float(np.exp(rng.uniform(np.log(3), np.log(40))))
    curly = rng.random() < .3
    forward = rng.uniform(-1, 1 if rng.random() < .3 else 0)   # few hide their face
    kind = rng.random() if in_profile else 1.
    if kind < .4:
        forward = rng.uniform(-1, -.5)
    elif kind < .8:
        length, forward = rng.uniform(12, 40), rng.uniform(-.45, .25)
    return Style(
        length, fringe=rng.uniform(2, 11) if rng.random() < .5 else 0, parting=rng.normal() * 2.5,
        forward=forward, lift=rng.uniform(.5, 1.8) if curly else rng.uniform(.2, 1),
        wave=rng.uniform(.3, 1.1) if curly else rng.uniform(0, .3), turns=rng.uniform(2, 7) if curly else rng.uniform(.5, 2),
        unruly=rng.uniform(.3, .9) if curly else rng.uniform(.02, .35), width=rng.uniform(1.2, 2.4) if curly else rng.uniform(1.4, 3.4))


def scalp(library: FaceLibrary, head: np.ndarray) -> np.ndarray:
    """(H,) true where hair grows on ``head`` (H, 3)."""
    return (head[:, 1] > np.interp(head[:, 2], *HAIRLINE.T)) & (library.joint_weights[:len(head), 0] > .5)


def _roots(rng, head, tris, count):
    """(count, 3) places spread evenly over the triangles, and the vertex next to each."""
    a, b, c = head[tris[:, 0]], head[tris[:, 1]], head[tris[:, 2]]
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    pick = rng.choice(len(tris), count, p=area / area.sum())
    share = rng.dirichlet(np.ones(3), count).astype(np.float32)
    return (head[tris[pick]] * share[..., None]).sum(1), tris[pick, 0]


def grow(rng: np.random.Generator, library: FaceLibrary, positions: np.ndarray, style: Style):
    """Ribbons on a person's ``positions`` (V, 3): vertices (N, 3), triangles (T, 3) and their texture coordinates (T, 3, 2)."""
    head = positions[:library.part_ranges[0][1]]
    own = library.tris[library.parts == 0]
    normal = vertex_normals(head, own)
    grows = scalp(library, head)
    place, nearest = _roots(rng, head, own[grows[own].all(1)], LOCKS)
    tree = cKDTree(head)

    front = np.clip((place[:, 2] + 5) / 4, 0, 1) * (np.abs(place[:, 0]) < 5.5)
    fringe = front * (style.fringe > 0)
    side = np.sign(place[:, 0] - style.parting + rng.normal(size=LOCKS) * .4)
    side = np.where(np.abs(place[:, 0]) > 5, np.sign(place[:, 0]), side)
    length = np.where(fringe > .5, style.fringe, style.length) * rng.uniform(.75, 1.1, LOCKS)
    drift = np.stack([side * (1 - .8 * fringe), np.full(LOCKS, -.35), style.forward * .6 + fringe * 1.4 - .25], 1)
    drift += rng.normal(size=(LOCKS, 3)) * style.unruly
    fall = np.stack([np.zeros(LOCKS), -np.ones(LOCKS), np.full(LOCKS, style.forward * .25)], 1) + rng.normal(size=(LOCKS, 3)) * .25 * style.unruly
    phase = place[:, 0] * .3 + rng.normal(size=LOCKS) * (.3 + 2 * style.unruly)
    lift = style.lift * rng.uniform(.5, 1.4, LOCKS)

    steps = int(np.clip(np.ceil(max(style.length, style.fringe) / STEP), 3, STEPS_MOST))
    stride = (length / steps)[:, None]
    way = drift / np.linalg.norm(drift, axis=1, keepdims=True)
    rows = []
    for t in range(steps + 1):
        out = normal[nearest]
        across = np.cross(way, out)
        across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-3)
        sway = style.wave * np.sin(2 * np.pi * style.turns * t / steps + phase)[:, None] * min(1, t / 3)
        taper = style.width / 2 * (1 - .6 * (t / steps) ** 3)
        rows.append((place + across * sway)[:, None] + across[:, None] * (ACROSS * taper)[:, None]
                    + out[:, None] * ((1 - ACROSS ** 2) * .25 * taper)[:, None])
        share = min(1, t * float(stride.mean()) / 6)   # gravity takes over as the lock leaves its root
        way = .6 * way + .4 * ((1 - share) * drift + share * fall)
        way /= np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-3)
        place = place + way * stride
        nearest = tree.query(place)[1]
        out = normal[nearest]
        deep = lift * min(1, (t + 1) / 3) + .15 - ((place - head[nearest]) * out).sum(1)
        place = place + out * np.clip(deep, 0, 4)[:, None]
        way = way - out * (np.minimum((way * out).sum(1), 0) * (deep > 0))[:, None]
    vertices = np.stack(rows, 1).reshape(-1, 3)

    # Each lock is a grid of (steps + 1) x 3 vertices.
    corner = np.arange(steps)[:, None] * 3 + np.arange(2)
    grid = np.stack([np.stack([corner, corner + 1, corner + 3], -1), np.stack([corner + 1, corner + 4, corner + 3], -1)]).reshape(-1, 3)
    tris = (np.arange(LOCKS)[:, None, None] * (steps + 1) * 3 + grid).reshape(-1, 3)
    row, column = np.divmod(np.arange((steps + 1) * 3), 3)
    uv = np.stack([np.broadcast_to(column * .08, (LOCKS, len(column))) + rng.random((LOCKS, 1)),
                   np.broadcast_to(.02 + .96 * row / steps, (LOCKS, len(row)))], -1).reshape(-1, 2)
    return vertices.astype(np.float32), tris.astype(np.int32), uv.astype(np.float32)[tris]


def streaks(rng: np.random.Generator) -> np.ndarray:
    """(64, 64, 3) uint8 grey strands that run along v, roots darker than tips."""
    strand = np.exp(rng.normal(size=(1, TEXTURE)) * rng.uniform(.1, .4) + rng.normal(size=(TEXTURE, TEXTURE)) * .06)
    strand *= np.linspace(rng.uniform(.5, 1), rng.uniform(.9, 1.3), TEXTURE)[:, None]
    return np.ascontiguousarray(np.repeat(np.clip(strand * 110, 0, 255)[..., None], 3, 2).astype(np.uint8))


def random_colour(rng: np.random.Generator) -> np.ndarray:
    """(3,) gamma-space: mostly what grows, seldom dyed."""
    if rng.random() < .03:
        return rng.random(3)
    weights = np.array([3, 3, 2.5, .8, .4, 1.5, 1.3, .4, .7, .4])
    return np.clip(PALETTE[rng.choice(len(PALETTE), p=weights / weights.sum())] * np.exp(rng.normal() * .2 + rng.normal(size=3) * .05), .02, 1)
