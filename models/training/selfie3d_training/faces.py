"""The face library: licence-clean head geometry, skin, hair and clothes that renders are made from.

Everything is brought into ONE topology (that of the VALID heads, V = 17992 vertices) and into
centimetres, origin midway between the eyeballs, +x the subject's left, +y up, +z forward.
The folder that is read is described in ``docs/data.md`` next to this package.
"""
from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.sparse import diags
from scipy.sparse.linalg import splu
from scipy.spatial import cKDTree

from .prepare.register import similarity
from .surface import laplacians

SPLITS = json.loads((Path(__file__).parent / "splits.json").read_text())

# Atlas crop of a head texture: u < 1352/2048, v < 1270/2048 of the source's full atlas.
HEAD_ATLAS_SCALE = np.array([2048 / 1352, 2048 / 1270], np.float32)

NECK_FROM = -11.   # cm: the two mean heads are not the same below
BENDING = 5.       # of the way from one to the other, against its distance from their counterparts

# Material slots of a triangle, the order of the renderer's material table.
SKIN, CLOTH, HAIR, GLASSES, LENS, HAT, EYES_TEETH, NECK_SKIN, BEARD = range(9)
SLOT_COUNT = 9


@dataclass
class Outfit:
    """A torso: its texture (H, W, 3) uint8 and the torso vertices it replaces, or None."""
    name: str
    texture: list[np.ndarray]
    torso: np.ndarray | None


@dataclass
class Hair:
    """A hair mesh with its own texture; it follows the scalp of any head through 16 neighbours."""
    head: int
    positions: np.ndarray      # (H, 3) on its own head
    tris: np.ndarray           # (F, 3)
    tris_uv: np.ndarray        # (F, 3, 2)
    texture: list[np.ndarray]
    neighbours: np.ndarray     # (H, 16) vertices of the head
    weights: np.ndarray        # (H, 16) rows sum to one


@dataclass
class FaceLibrary:
    """Heads, modes, expressions and textures of one split, all in one topology."""
    positions: np.ndarray      # (N, V, 3) neutral heads
    mean: np.ndarray           # (V, 3) mean of ALL heads, the same for both splits
    ids: list[str]
    sexes: list[str]
    ethnicities: list[str]
    joints: np.ndarray         # (N, 6, 3)
    joint_weights: np.ndarray  # (V, 6) head, neck, arm_right, arm_left, shoulder_right, shoulder_left
    tris: np.ndarray           # (T, 3) int32
    tris_uv: np.ndarray        # (T, 3, 2) float32 in the texture of the triangle's slot
    slots: np.ndarray          # (T,) uint8 material slots
    parts: np.ndarray          # (T,) uint8
    part_ranges: np.ndarray    # (7, 2) head, eyes, glands, teeth
    torso_vertices: np.ndarray
    head_textures: list[list[np.ndarray]]   # mip pyramids, finest first
    outfits: list[list[Outfit]]
    hair: list[Hair]
    identity_modes: np.ndarray  # (100, V, 3) ICT identity, unit normal weights
    to_ict_mean: np.ndarray     # (V, 3) from the mean VALID head to the mean ICT head, cm
    expressions: dict[str, np.ndarray] = field(default_factory=dict)  # ICT expressions (V, 3)
    morph_names: list[str] = field(default_factory=list)
    morph_vertices: np.ndarray | None = None
    morph_mean: np.ndarray | None = None     # (65, M, 3)
    morph_basis: np.ndarray | None = None    # (12, 65, M, 3)
    morph_coefficients: np.ndarray | None = None  # (N, 12)
    held_out_morphs: frozenset[str] = frozenset()
    teeth_morphs: dict[int, np.ndarray] = field(default_factory=dict)  # morph -> (teeth_down, 3)
    landmark_tris: np.ndarray | None = None  # (68, 3) vertex ids
    landmark_bary: np.ndarray | None = None  # (68, 3)

    @property
    def vertex_count(self) -> int:
        return self.mean.shape[0]

    def landmarks(self, positions: np.ndarray) -> np.ndarray:
        """(V, 3) -> (68, 3) landmarks in the AFLW definition."""
        return (positions[self.landmark_tris] * self.landmark_bary[..., None]).sum(1)

    def morph(self, head: int, name: str) -> np.ndarray:
        """(M, 3) displacement of ``morph_vertices`` for a VALID expression on one head, cm."""
        i = self.morph_names.index(name)
        return self.morph_mean[i] + np.tensordot(self.morph_coefficients[head], self.morph_basis[:, i], 1)


def texture_pyramid(path: Path, levels: int) -> list[np.ndarray]:
    """The texture at full size, a half, a quarter..., each (H, W, 3) uint8, area filtered."""
    image = Image.open(path).convert("RGB")
    return [np.ascontiguousarray(np.asarray(image.reduce(2 ** k) if k else image)) for k in range(levels)]


def _transfer(deltas, step, tris, bary, ok, mean, part_ranges, ict_ranges, decay, follow_parts):
    """Moves ICT displacements onto the VALID head; where no counterpart exists they fade out."""
    out = np.zeros((len(deltas), len(mean), 3), np.float32)
    matched, lost = np.where(ok)[0], np.where(~ok)[0]
    tree = cKDTree(mean[matched])
    distance, _ = tree.query(mean[:len(ok)][lost])
    _, near = tree.query(mean[:len(ok)][lost], 8)
    fade = np.exp(-np.maximum(distance - 0.5, 0) / decay)[:, None].astype(np.float32)
    for k, delta in enumerate(deltas):
        moved = (delta[tris] * np.float32(step) * bary).sum(1)
        moved[lost] = moved[matched[near]].mean(1) * fade
        out[k, :len(ok)] = moved
        if follow_parts:
            # VALID part -> ICT region: eyes, glands (with the eyes), upper and lower teeth.
            for part, region in ((1, 18), (2, 20), (3, 18), (4, 20), (5, 6), (6, 6)):
                a, b = ict_ranges[region]
                first, last = part_ranges[part]
                out[k, first:last] = delta[a:b].mean(0) * step
    return out


def between_means(mean, tris, parts, part_ranges, torso, ict, to_ict) -> np.ndarray:
    """(V, 3) what makes the mean VALID head the mean ICT head of the same size and way up, smoothly: nothing below the neck, and without
    a counterpart as bent as needed; eyes and teeth move as a whole with the skin before them."""
    count = len(to_ict["valid_vert_ok"])
    own = mean[:count].astype(np.float64)
    known = to_ict["valid_vert_ok"] & (own[:, 1] > NECK_FROM)
    other = (ict["mean"][ict["tris"][to_ict["valid_vert_ict_tri"]]] * to_ict["valid_vert_ict_bary"][..., None]).sum(1).astype(np.float64)
    face = known & (to_ict["valid_vert_region"] <= 1)
    scale, turn, shift = similarity(other[face], own[face], np.ones(face.sum()))
    step = np.where(known[:, None], scale * other @ turn.T + shift - own, 0)

    laplacian, relative = laplacians(tris[parts == 0], count)
    held = known.astype(float)
    held[torso[torso < count]] = 1
    solver = splu((diags(held) + BENDING * relative.T @ relative + 1e-4 * laplacian).tocsc())
    out = np.zeros((len(mean), 3), np.float32)
    out[:count] = np.stack([solver.solve(step[:, k]) for k in range(3)], 1)
    tree = cKDTree(mean[:count])
    for first, last in part_ranges[1:]:
        _, skin = tree.query(mean[first:last])
        out[first:last] = out[skin].mean(0)
    return out


def load(folder: Path | str, split: str = "train", texture_levels: int = 4) -> FaceLibrary:
    """Reads the library. ``split`` is ``train``, ``heldout`` or ``all``; see ``splits.json``."""
    folder = Path(folder)
    topology = dict(np.load(folder / "valid/topology.npz"))
    to_ict = dict(np.load(folder / "valid_to_ict.npz"))
    ict = dict(np.load(folder / "ict.npz"))
    avatars = json.loads((folder / "valid/manifest.json").read_text())["avatars"]
    held_out = set(SPLITS["heldOutHeads"])

    tris = topology["tris"].astype(np.int32)
    tile, parts = topology["tri_tile"], topology["tri_part"]
    uv = topology["uv"].astype(np.float32)[topology["tris_uv"]]
    uv[tile == 0] *= HEAD_ATLAS_SCALE
    joint_weights = topology["joint_w"] / np.float32(255)
    neckness = (joint_weights[:, 0] + joint_weights[:, 1])[tris].min(1)
    slots = np.where(tile == 0, SKIN, np.where(parts > 0, EYES_TEETH, np.where(neckness > .35, NECK_SKIN, CLOTH)))

    positions, every = [], []
    library = FaceLibrary(
        positions=None, mean=None, ids=[], sexes=[], ethnicities=[], joints=None,
        joint_weights=joint_weights, tris=tris, tris_uv=np.ascontiguousarray(uv), slots=slots.astype(np.uint8),
        parts=parts, part_ranges=topology["part_vertex_range"], torso_vertices=topology["torso_verts"],
        head_textures=[], outfits=[], hair=[], identity_modes=None, to_ict_mean=None)
    joints, coefficients = [], []
    for avatar in avatars:
        data = dict(np.load(folder / "valid" / avatar["geometry"]))
        step = np.float32(float(data["step"]) * 100)
        p = data["pos_q"] * step
        every.append(p)
        if split != "all" and (avatar["id"] in held_out) != (split == "heldout"):
            continue
        index = len(positions)
        positions.append(p)
        library.ids.append(avatar["id"])
        library.sexes.append(avatar["sex"])
        library.ethnicities.append(avatar["ethnicity"])
        joints.append(data["joint_pos"] * 100)
        coefficients.append(data["morph_coef"])
        library.head_textures.append(texture_pyramid(folder / "valid" / avatar["head_texture"], texture_levels))
        outfits = []
        for name, file in avatar["body_textures"].items():
            torso = data.get(f"torso_{name}_q")
            outfits.append(Outfit(name, texture_pyramid(folder / "valid" / file, texture_levels),
                                  None if torso is None else torso * step))
        library.outfits.append(outfits)
        if "hair_pos_q" in data:
            hair = data["hair_pos_q"] * step
            distance, near = cKDTree(p[:topology["part_vertex_range"][0][1]]).query(hair, 16)
            weights = 1 / (distance ** 2 + 1e-2)
            library.hair.append(Hair(
                index, hair, data["hair_tris"].astype(np.int32), data["hair_uv"].astype(np.float32)[data["hair_tris"].astype(np.int64)],
                texture_pyramid(folder / "valid" / avatar["hair_texture"], texture_levels), near.astype(np.int32),
                (weights / weights.sum(1, keepdims=True)).astype(np.float32)))
    library.positions = np.array(positions, np.float32)
    library.mean = np.mean(every, 0).astype(np.float32)
    library.joints = np.array(joints, np.float32)

    ict_tris = ict["tris"][to_ict["valid_vert_ict_tri"]]
    bary = to_ict["valid_vert_ict_bary"][..., None].astype(np.float32)
    common = dict(tris=ict_tris, bary=bary, ok=to_ict["valid_vert_ok"], mean=library.mean,
                  part_ranges=library.part_ranges, ict_ranges=ict["region_vertex_range"])
    library.identity_modes = _transfer(ict["id_q"], float(ict["id_step"]), decay=8., follow_parts=True, **common)
    library.to_ict_mean = between_means(library.mean, tris, parts, library.part_ranges, library.torso_vertices, ict, to_ict)
    moved = _transfer(ict["expr_q"], float(ict["expr_step"]), decay=.8, follow_parts=False, **common)
    keep = lambda name: split != "train" or name not in SPLITS["heldOutExpressions"]
    library.expressions = {str(n): moved[i] for i, n in enumerate(ict["expr_names"]) if keep(str(n))}

    unit = np.float32(float(topology["morph_step"]) * 100)
    library.morph_names = [str(n) for n in topology["morph_names"]]
    library.held_out_morphs = frozenset(SPLITS["heldOutExpressions"] if split == "train" else ())
    library.morph_vertices = topology["morph_verts"]
    library.morph_mean = topology["morph_mean_q"] * unit
    library.morph_basis = topology["morph_comp_q"] * np.float32(float(topology["morph_comp_step"]) * 100)
    library.morph_coefficients = np.array(coefficients, np.float32)
    library.teeth_morphs = {int(k): topology["teeth_morph_q"][i] * unit for i, k in enumerate(topology["teeth_morph_index"])}
    library.landmark_tris = tris[topology["lmk68_aflw_tri"]]
    library.landmark_bary = topology["lmk68_aflw_bary"].astype(np.float32)
    return library
