"""VALID avatars (repository c-frame/valid-avatars-glb) -> ``valid/`` and ``valid_to_ict.npz``.

There are 42 heads under 210 outfits; each head is written once, with three of its outfits.
"""
from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.ndimage import binary_dilation

from .gltf import Avatar
from .register import register
from .topology import PARTS, Topology, eye_middles

STEP, MORPH_STEP, COMPONENT_STEP = 2e-5, 5e-5, 2e-5   # metres per unit
MORPH_RANK = 12
OUTFITS = ("Busi", "Util", "Medi", "Milit")
SAME_HEAD = 6e-4              # metres by which the head may differ under another outfit
HEAD_CROP, HEAD_SIZE, BODY_SIZE, HAIR_SIZE = (1352, 1270), (1024, 962), 768, 512
HEAD_JOINT, TORSO_JOINT = 230, 230
JOINTS = ("Head", "Neck", "RightArm", "LeftArm", "RightShoulder", "LeftShoulder")


def avatars(clone: Path) -> dict[str, dict[str, Path]]:
    """File by head and outfit."""
    found: dict[str, dict[str, Path]] = {}
    for file in sorted((clone / "avatars").rglob("*.glb")):
        head, outfit = file.stem.rsplit("_", 1)
        found.setdefault(head, {})[outfit] = file
    complete = {head: outfits for head, outfits in found.items() if "Casual" in outfits}
    if not complete:
        raise SystemExit(f"{clone} is no clone of valid-avatars-glb: no avatars/**/*_Casual.glb in it")
    return complete


def short(name: str) -> str:
    """``h_expressions.MouthOpen_h`` -> ``MouthOpen``, ``h_teeth.t_MouthOpen_h`` -> ``t_MouthOpen``."""
    return name.split(".", 1)[-1].rsplit("_h", 1)[0]


class Heads:
    """What is read of the 42 heads in their casual outfit: positions, expressions, joints."""

    def __init__(self, files: dict[str, dict[str, Path]]):
        self.topology: Topology | None = None
        self.ids, self.positions, self.joints, morphs, teeth = sorted(files), [], [], [], []
        for head in self.ids:
            avatar = Avatar(files[head]["Casual"], targets=True)
            self.topology = self.topology or Topology(avatar)
            self.positions.append(self.topology.positions(avatar))
            self.joints.append(np.array([avatar.joints[name] for name in JOINTS]))
            morphs.append(self.topology.targets(avatar, "head"))
            teeth.append(self.topology.targets(avatar, "teeth_down"))
            print(f"\r{len(self.positions)} of {len(self.ids)} heads read", end="", flush=True)
        print()
        self.morph_names, self._teeth_names = [short(name) for name in morphs[0]], [short(name) for name in teeth[0]]
        self.morphs = np.array([list(m.values()) for m in morphs], np.float32)      # (42, 65, K, 3)
        self.teeth = np.array([list(t.values()) for t in teeth], np.float32)

    def mean(self) -> np.ndarray:
        """(V, 3) of all heads with 60 mm between the eyes, metres, origin between them."""
        out = []
        for positions in self.positions:
            left, right = eye_middles(positions, self.topology.ranges)
            out.append((positions - (left + right) / 2) * (.06 / np.linalg.norm(left - right)))
        return np.mean(out, 0)

    def expressions(self) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """The low-rank model of the expressions for ``topology.npz``, and its (42, MORPH_RANK) coefficients."""
        moved = np.where(np.abs(self.morphs).max((0, 1, 3)) > 2e-5)[0]
        morphs = self.morphs[:, :, moved]
        mean, count = morphs.mean(0), len(morphs)
        u, s, vt = np.linalg.svd((morphs - mean).reshape(count, -1), full_matrices=False)
        coefficients = u[:, :MORPH_RANK] * np.sqrt(count)
        components = (vt[:MORPH_RANK] * s[:MORPH_RANK, None] / np.sqrt(count)).reshape(MORPH_RANK, *mean.shape)
        pairs = [(self.morph_names.index(name[2:]), k) for k, name in enumerate(self._teeth_names)
                 if name.startswith("t_") and name[2:] in self.morph_names]
        arrays = dict(
            morph_names=np.array(self.morph_names), morph_verts=moved.astype(np.int32),
            morph_mean_q=np.round(mean / MORPH_STEP).astype(np.int16), morph_step=np.float64(MORPH_STEP),
            morph_comp_q=np.round(components / COMPONENT_STEP).astype(np.int16), morph_comp_step=np.float64(COMPONENT_STEP),
            teeth_morph_index=np.array([a for a, _ in pairs], np.int32),
            teeth_morph_q=np.round(self.teeth.mean(0)[[b for _, b in pairs]] / MORPH_STEP).astype(np.int16))
        return arrays, coefficients


def body_mask(topology: dict[str, np.ndarray]) -> np.ndarray:
    """(BODY_SIZE, BODY_SIZE) the texels of the body's texture that are used, with a rim."""
    from PIL import ImageDraw
    mask = Image.new("L", (BODY_SIZE, BODY_SIZE))
    draw = ImageDraw.Draw(mask)
    for corners in topology["uv"][topology["tris_uv"][topology["tri_tile"] == 1]] * BODY_SIZE:
        draw.polygon([tuple(corner) for corner in corners], fill=1)
    return binary_dilation(np.asarray(mask) > 0, iterations=6)


def write_body(avatar: Avatar, used: np.ndarray, file: Path) -> None:
    skin = avatar.meshes[PARTS["head"]].material
    texture = np.asarray(avatar.texture(skin).resize((BODY_SIZE, BODY_SIZE), Image.Resampling.LANCZOS)).copy()
    texture[~used] = texture[used].mean(0).astype(np.uint8)
    Image.fromarray(texture).save(file, quality=85, optimize=True)


def write_head(heads: Heads, index: int, coefficients: np.ndarray, files: dict[str, Path], used: np.ndarray, torso: np.ndarray, out: Path) -> dict:
    """``<id>.npz`` and the textures of one head; returns its entry of the manifest."""
    head, ranges = heads.ids[index], heads.topology.ranges
    left, right = eye_middles(heads.positions[index], ranges)
    origin = (left + right) / 2
    positions = heads.positions[index] - origin
    arrays = dict(pos_q=np.round(positions / STEP).astype(np.int16), step=np.float64(STEP), morph_coef=coefficients[index].astype(np.float32),
                  eye_distance=np.float32(np.linalg.norm(left - right)), joint_pos=(heads.joints[index] - origin).astype(np.float32))
    casual = Avatar(files["Casual"])
    skin = casual.meshes[PARTS["head"]].material
    casual.texture(skin).crop((0, 0, *HEAD_CROP)).resize(HEAD_SIZE, Image.Resampling.LANCZOS).save(
        out / f"{head}_head.jpg", quality=88, optimize=True)
    label = head.removeprefix("X_").split("_")
    entry = dict(id=head, sex=label[1], ethnicity=label[0], validated=not head.startswith("X_"), geometry=f"{head}.npz",
                 head_texture=f"{head}_head.jpg", body_textures={}, hair_texture=None, source_glb=str(Path(*files["Casual"].parts[-3:])))

    stiff = heads.topology.arrays["joint_w"][:ranges[0][1], 0] >= HEAD_JOINT
    others = [OUTFITS[(index + k) % len(OUTFITS)] for k in range(len(OUTFITS))]
    if "Default" in files:
        others.insert(1, "Default")
    for outfit in ["Casual", *others]:
        if len(entry["body_textures"]) == 3 or outfit not in files:
            continue
        avatar = casual if outfit == "Casual" else Avatar(files[outfit])
        if outfit != "Casual":
            worn = heads.topology.positions(avatar)
            worn -= sum(eye_middles(worn, ranges)) / 2
            if np.abs(worn - positions)[:ranges[0][1]][stiff].max() > SAME_HEAD:
                print(f"{head}: another head under {outfit}, left out")
                continue
            arrays[f"torso_{outfit.lower()}_q"] = np.round(worn[torso] / STEP).astype(np.int16)
        entry["body_textures"][outfit.lower()] = f"{head}_body_{outfit.lower()}.jpg"
        write_body(avatar, used, out / entry["body_textures"][outfit.lower()])
    if "h_wig" in casual.meshes:
        wig = casual.meshes["h_wig"]
        arrays |= dict(hair_pos_q=np.round((wig.points - origin) / STEP).astype(np.int16), hair_tris=wig.faces.astype(np.uint16),
                       hair_uv=wig.uv.astype(np.float32))
        entry["hair_texture"] = f"{head}_hair.jpg"
        casual.texture(wig.material).resize((HAIR_SIZE, HAIR_SIZE), Image.Resampling.LANCZOS).save(
            out / entry["hair_texture"], quality=85, optimize=True)
    np.savez_compressed(out / entry["geometry"], **arrays)
    return entry


def build(clone: Path, out: Path, ict: dict[str, np.ndarray]) -> None:
    """Reads the avatars and writes everything; ``ict`` is what :func:`selfie3d_training.prepare.ict.build` gave."""
    folder, files = out / "valid", avatars(clone)
    folder.mkdir(parents=True, exist_ok=True)
    heads = Heads(files)
    topology, mean = heads.topology.arrays, heads.mean()
    correspondence = register(topology, mean, ict)
    np.savez_compressed(out / "valid_to_ict.npz", **correspondence)
    marks = ict["lmk68_aflw"]
    morphs, coefficients = heads.expressions()
    torso = np.where(topology["joint_w"][:heads.topology.ranges[0][1], 0] < TORSO_JOINT)[0]
    np.savez_compressed(
        folder / "topology.npz", **topology, **morphs, torso_verts=torso.astype(np.int32), mean_pos=mean.astype(np.float32),
        lmk68_aflw_tri=correspondence["ict_vert_valid_tri"][marks], lmk68_aflw_bary=correspondence["ict_vert_valid_bary"][marks])
    used, entries = body_mask(topology), []
    for index, head in enumerate(heads.ids):
        entries.append(write_head(heads, index, coefficients, files[head], used, torso, folder))
        print(f"\r{index + 1} of {len(heads.ids)} heads written", end="", flush=True)
    print()
    (folder / "manifest.json").write_text(json.dumps(dict(
        units="metres", axes="+x subject left, +y up, +z forward", step=STEP, origin="midpoint of the two eyeball centres",
        avatars=entries), indent=1) + "\n", encoding="utf-8")
