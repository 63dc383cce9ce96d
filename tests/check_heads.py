#!/usr/bin/python3
"""Checks heads as GLB files with nothing of our own code: closed, manifold, one piece, positive volume, no degenerate triangle.

    selfie3d reconstruct PHOTOS --out HEADS --format glb --lods --json > heads.jsonl
    python3 tests/check_heads.py HEADS

Vertices at the same position (to the bit) are welded first, as a slicer does; every file also goes through the Khronos
validator (npm ci in tests/). Packed files (.meshopt.glb, .draco.glb) are unpacked by three.js. Ends with 1 when anything is wrong.
"""
from __future__ import annotations

import json
import struct
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np

DEGENERATE = 1e-6   # height over longest side
VALIDATED_AT_ONCE = 100
TESTS = Path(__file__).parent
PACKED = (".meshopt.glb", ".draco.glb")


def read(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """(V, 3) positions and (T, 3) indices of the only primitive."""
    data = path.read_bytes()
    length = struct.unpack_from("<I", data, 12)[0]
    document, binary = json.loads(data[20:20 + length]), data[28 + length:]
    primitive = document["meshes"][0]["primitives"][0]

    def values(index: int) -> np.ndarray:
        accessor = document["accessors"][index]
        start = document["bufferViews"][accessor["bufferView"]].get("byteOffset", 0) + accessor.get("byteOffset", 0)
        kind = {5123: "<u2", 5125: "<u4", 5126: "<f4"}[accessor["componentType"]]
        return np.frombuffer(binary, kind, accessor["count"] * {"SCALAR": 1, "VEC3": 3}[accessor["type"]], start)

    return values(primitive["attributes"]["POSITION"]).reshape(-1, 3), values(primitive["indices"]).astype(np.int64).reshape(-1, 3)


def read_packed(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """The same, each corner of each triangle as a vertex of its own."""
    output = subprocess.run(["node", str(TESTS / "read-gltf.mjs"), str(path)], check=True, capture_output=True, text=True).stdout
    points = np.array(json.loads(output)["corners"]).reshape(-1, 3)
    return points, np.arange(len(points)).reshape(-1, 3)


def problems(points: np.ndarray, triangles: np.ndarray) -> list[str]:
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components
    found = []
    points, welded = np.unique(points, axis=0, return_inverse=True)
    triangles = welded.reshape(-1)[triangles]
    count = len(points)
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    codes = edges[:, 0] * count + edges[:, 1]
    if (edges[:, 0] == edges[:, 1]).any():
        found.append("a triangle with a vertex twice")
    if len(np.unique(codes)) != len(codes) or not np.array_equal(np.sort(codes), np.sort(edges[:, 1] * count + edges[:, 0])):
        found.append("not closed")
    # Manifold: around each vertex the edges opposite to it make one ring. Corners are joined across edges; one group per vertex.
    corners = np.arange(triangles.size).reshape(-1, 3)
    vertex = triangles.reshape(-1)
    start = {code: k for k, code in enumerate(codes.tolist())}
    first, second, third = corners[:, 0], corners[:, 1], corners[:, 2]
    at_from, at_to = np.concatenate([first, second, third]), np.concatenate([second, third, first])
    across = np.array([start.get(code, -1) for code in (edges[:, 1] * count + edges[:, 0]).tolist()])
    both = across >= 0
    groups = connected_components(coo_matrix((np.ones(2 * both.sum()), (
        np.r_[at_from[both], at_to[both]], np.r_[at_to[across[both]], at_from[across[both]]])), (triangles.size, triangles.size)), False)[1]
    if len(np.unique(np.stack([vertex, groups]), axis=1).T) != len(np.unique(vertex)):
        found.append("not manifold")
    pieces = connected_components(coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), (count, count)), False)[0]
    if pieces != 1:
        found.append(f"{pieces} pieces")
    a, b, c = (points[triangles[:, k]].astype(np.float64) for k in range(3))
    cross = np.cross(b - a, c - a)
    if (a * cross).sum() / 6 <= 0:
        found.append("no positive volume")
    longest = np.maximum(np.maximum(((b - a) ** 2).sum(1), ((c - b) ** 2).sum(1)), ((a - c) ** 2).sum(1))
    flat = int((np.linalg.norm(cross, axis=1) <= DEGENERATE * longest).sum())
    if flat:
        found.append(f"{flat} degenerate triangles")
    size = points.max(0) - points.min(0)
    if not (.15 < size[1] < .5 and size[1] > size[0]):
        found.append(f"of a size of {size.round(3).tolist()} m")
    return found


def main() -> int:
    files = sorted(Path(sys.argv[1]).glob("*.glb"))
    wrong, kinds = {}, Counter()
    for file in files:
        kinds[".".join(file.name.split(".")[1:])] += 1
        if found := problems(*(read_packed if file.name.endswith(PACKED) else read)(file)):
            wrong.setdefault(file.name, []).extend(found)
    for start in range(0, len(files), VALIDATED_AT_ONCE):
        some = [str(file) for file in files[start:start + VALIDATED_AT_ONCE]]
        output = subprocess.run(["node", str(TESTS / "validate-gltf.mjs"), *some, some[0]], check=True, capture_output=True, text=True).stdout
        for line in output.splitlines():
            report = json.loads(line)
            if report["errors"] or report["warnings"]:
                wrong.setdefault(Path(report["file"]).name, []).append(f"{report['errors']} errors and {report['warnings']} warnings of the validator")
    for name, found in wrong.items():
        print(f"{name}: {', '.join(found)}")
    print(f"{len(files)} files ({', '.join(f'{n} {k}' for k, n in sorted(kinds.items()))}): {len(files) - len(wrong)} sound, {len(wrong)} not")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
