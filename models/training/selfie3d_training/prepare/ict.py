"""ICT Face Model Light (repository ICT-VGL/ICT-FaceKit, folder ``FaceXModel``) -> ``ict.npz``."""
from __future__ import annotations

import json
from multiprocessing import Pool
from pathlib import Path

import numpy as np

STEP = 5e-4          # centimetres per unit of the quantised displacements
SKIN_QUADS = 11144   # the first quads: face, head and neck

# Vertices of the parts, half open, in the order that the transfer of displacements counts them (faces.py).
REGIONS = {
    "face": (0, 9409), "head_and_neck": (9409, 11248), "mouth_socket": (11248, 13294), "eye_socket_left": (13294, 13678),
    "eye_socket_right": (13678, 14062), "gums_and_tongue": (14062, 17039), "teeth": (17039, 21451), "eyeball_left": (21451, 23021),
    "eyeball_right": (23021, 24591), "lacrimal_fluid_left": (24591, 24795), "lacrimal_fluid_right": (24795, 24999),
    "eye_blend_left": (24999, 25023), "eye_blend_right": (25023, 25047), "eye_occlusion_left": (25047, 25199),
    "eye_occlusion_right": (25199, 25351), "eyelashes_left": (25351, 26035), "eyelashes_right": (26035, 26719),
    "narrow_face": (0, 6706), "sclera_left": (21451, 22221), "iris_left": (22221, 23021), "sclera_right": (23021, 23791),
    "iris_right": (23791, 24591)}
REGION_QUADS = {"narrow_face": (0, 6560), "face": (0, 9230), "head_and_neck": (9230, SKIN_QUADS)}

# The 68 points in the definition of AFLW2000-3D: jaw, brows and nose where the mean of its annotations lies on the mean face,
# eyes and mouth as the source marks them.
AFLW68 = (
    8130, 7831, 7441, 8841, 8859, 779, 790, 817, 969, 3058, 3031, 3020, 9182, 9164, 6714, 7104, 7403, 267, 1009, 1031, 1416, 2000,
    4200, 3630, 3251, 3229, 2508, 971, 1348, 4839, 4841, 4559, 4987, 5, 5441, 5024, 1507, 1542, 1537, 1528, 1518, 1511, 3742, 3751,
    3756, 3721, 3725, 3732, 5708, 5695, 2081, 0, 4275, 6200, 6213, 6346, 6461, 5518, 5957, 5841, 5702, 5711, 5533, 6216, 6207, 6470,
    5517, 5966)


def vertices(path: Path) -> np.ndarray:
    """(V, 3) the vertices of an OBJ file."""
    lines = [line[2:] for line in path.read_bytes().split(b"\n") if line.startswith(b"v ")]
    return np.array(b" ".join(lines).split(), np.float64).reshape(len(lines), -1)[:, :3]


def polygons(path: Path) -> np.ndarray:
    """(Q, 4) vertices of the faces of an OBJ file, -1 pads a triangle."""
    rows = []
    for line in path.read_text(encoding="ascii").splitlines():
        if line.startswith("f "):
            corners = [int(word.split("/")[0]) - 1 for word in line.split()[1:]]
            rows.append(corners + [-1] * (4 - len(corners)))
    return np.array(rows, np.int32)


def triangles(quads: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(T, 3) triangles of (Q, 4) quads in their order, and the quad of each."""
    both = np.stack([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]], 1)
    keep = np.stack([np.ones(len(quads), bool), quads[:, 3] >= 0], 1)
    return both[keep].astype(np.int32), np.repeat(np.arange(len(quads)), keep.sum(1)).astype(np.int32)


def build(clone: Path, out: Path, workers: int = 2) -> dict[str, np.ndarray]:
    """Reads the source's OBJ files and writes ``out``."""
    folder = clone / "FaceXModel"
    neutral = folder / "generic_neutral_mesh.obj"
    if not neutral.exists():
        raise SystemExit(f"{clone} is no clone of ICT-FaceKit: {neutral} is missing")
    listed = json.loads((folder / "vertex_indices.json").read_text(encoding="utf-8"))
    identities = sorted(folder.glob("identity*.obj"))
    every = {file.stem for file in folder.glob("*.obj")} - {file.stem for file in identities} - {neutral.stem}
    names = [*listed["expressions"], *sorted(every - set(listed["expressions"]))]
    files = [neutral, *identities, *(folder / f"{name}.obj" for name in names)]
    with Pool(workers) as pool:
        shapes = pool.map(vertices, files, chunksize=4)
    mean = shapes[0]
    quantised = np.round((np.array(shapes[1:]) - mean) / STEP).astype(np.int16)
    quads = polygons(neutral)
    tris, tri_to_quad = triangles(quads)
    data = dict(
        mean=mean.astype(np.float32), id_q=quantised[:len(identities)], id_step=np.float64(STEP),
        expr_q=quantised[len(identities):], expr_step=np.float64(STEP), expr_names=np.array(names),
        quads=quads, tris=tris, tri_to_quad=tri_to_quad, region_names=np.array(list(REGIONS)),
        region_vertex_range=np.array(list(REGIONS.values()), np.int32),
        lmk68=np.array(listed["idx_to_landmark_verts"], np.int32), lmk68_aflw=np.array(AFLW68, np.int32))
    np.savez_compressed(out, **data)
    print(f"{out}: {len(identities)} identity modes, {len(names)} expressions, {len(mean)} vertices")
    return data
