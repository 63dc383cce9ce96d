"""Triangle surfaces: samples, nearest points, rigid alignment, and reading of binary PLY files."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import scipy.sparse as sp
from scipy.spatial import cKDTree

PLY_TYPES = {"float": "<f4", "uchar": "u1", "int": "<i4"}


def normals(points: np.ndarray, tris: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(F, 3) unit normals of triangles that are counter-clockwise from outside in a right-handed frame, and (F,) areas."""
    a, b, c = points[tris].transpose(1, 0, 2)
    cross = np.cross(b - a, c - a)
    length = np.linalg.norm(cross, axis=1)
    return cross / np.maximum(length, 1e-12)[:, None], length / 2


def vertex_normals(points: np.ndarray, tris: np.ndarray) -> np.ndarray:
    """(V, 3) unit normals, the mean of the triangles around a vertex by their areas."""
    a, b, c = points[tris].transpose(1, 0, 2)
    cross = np.cross(b - a, c - a)
    out = np.stack([np.bincount(tris.ravel(), np.repeat(cross[:, axis], 3), len(points)) for axis in range(3)], 1).astype(points.dtype)
    return out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-20)


def laplacians(tris: np.ndarray, count: int) -> tuple[sp.spmatrix, sp.spmatrix]:
    """The graph Laplacian of the first ``count`` vertices, whose edges all weigh the same, and what of it is relative to a vertex' number of neighbours."""
    edges = np.concatenate([tris[:, :2], tris[:, 1:], tris[:, [2, 0]]])
    edges = np.unique(np.sort(edges[(edges < count).all(1)], 1), axis=0)
    both = np.r_[edges[:, 0], edges[:, 1]], np.r_[edges[:, 1], edges[:, 0]]
    near = sp.coo_matrix((np.ones(len(both[0])), both), (count, count)).tocsr()
    degree = np.asarray(near.sum(1)).ravel()
    laplacian = sp.diags(degree) - near
    return laplacian, sp.diags(1 / np.maximum(degree, 1)) @ laplacian


def sample(points: np.ndarray, tris: np.ndarray, count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """``count`` places spread evenly over a surface: (count,) triangles and (count, 3) barycentric weights."""
    rng = np.random.default_rng(seed)
    _, area = normals(points, tris)
    chosen = rng.choice(len(tris), count, p=area / area.sum())
    u, v = rng.random((2, count))
    root = np.sqrt(u)
    return chosen, np.stack([1 - root, root * (1 - v), root * v], 1)


class Surface:
    """Nearest points on a triangle surface, searched among the triangles with the nearest middles."""

    def __init__(self, points: np.ndarray, tris: np.ndarray):
        self.points, self.tris = np.asarray(points, np.float64), np.asarray(tris)
        self._middles = cKDTree(self.points[self.tris].mean(1))
        self.normals, _ = normals(self.points, self.tris)

    def nearest(self, points: np.ndarray, candidates: int = 12, towards: np.ndarray | None = None, least_cosine: float = .3):
        """(N, 3) -> triangle (N,), barycentric weights (N, 3), nearest point (N, 3), distance (N,), whether it is valid (N,).

        With ``towards`` (N, 3) only triangles count whose normal makes at least ``least_cosine`` with it; a point without
        such a triangle among the candidates is not valid.
        """
        points = np.asarray(points, np.float64)
        _, near = self._middles.query(points, min(candidates, len(self.tris)))
        near = near.reshape(len(points), -1)
        a, b, c = self.points[self.tris[near]].transpose(2, 0, 1, 3)
        weights, squared = _nearest_on_triangles(points[:, None], a, b, c)
        if towards is not None:
            squared = np.where((self.normals[near] * towards[:, None]).sum(-1) > least_cosine, squared, squared + 1e6)
        best, row = squared.argmin(1), np.arange(len(points))
        weights, squared, tri = weights[row, best], squared[row, best], near[row, best]
        found = (weights[..., None] * self.points[self.tris[tri]]).sum(1)
        return tri, weights, found, np.linalg.norm(found - points, axis=1), squared < 1e6


def _nearest_on_triangles(p, a, b, c):
    """Barycentric weights of the nearest points of triangles, and squared distances; all arguments broadcast."""
    ab, ac, ap = b - a, c - a, p - a
    d1, d2, bb, bc, cc = ((x * y).sum(-1) for x, y in ((ab, ap), (ac, ap), (ab, ab), (ab, ac), (ac, ac)))
    whole = np.maximum(bb * cc - bc * bc, 1e-12)
    v, w = (cc * d1 - bc * d2) / whole, (bb * d2 - bc * d1) / whole
    inside = (v >= 0) & (w >= 0) & (v + w <= 1)

    def distance(v, w):
        return ((v[..., None] * ab + w[..., None] * ac - ap) ** 2).sum(-1)

    best = np.where(inside, distance(v, w), np.inf)
    edge = c - b
    along_ab, along_ac = np.clip(d1 / np.maximum(bb, 1e-12), 0, 1), np.clip(d2 / np.maximum(cc, 1e-12), 0, 1)
    along_bc = np.clip(((p - b) * edge).sum(-1) / np.maximum((edge ** 2).sum(-1), 1e-12), 0, 1)
    zero = np.zeros_like(along_ab)
    v, w = np.where(inside, v, 0), np.where(inside, w, 0)
    for other_v, other_w in ((along_ab, zero), (zero, along_ac), (1 - along_bc, along_bc)):
        other = distance(other_v, other_w)
        closer = other < best
        best, v, w = np.where(closer, other, best), np.where(closer, other_v, v), np.where(closer, other_w, w)
    return np.stack([1 - v - w, v, w], -1), best


def rigid(source: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(R, t) with target ~ source @ R.T + t, least squares without scale (Kabsch)."""
    middle, aim = source.mean(0), target.mean(0)
    u, _, vt = np.linalg.svd((target - aim).T @ (source - middle))
    turn = u @ np.diag([1, 1, np.sign(np.linalg.det(u @ vt))]) @ vt
    return turn, aim - turn @ middle


def align(points: np.ndarray, surface: Surface, start: tuple[np.ndarray, np.ndarray], rounds: int = 20, keep: float = .9):
    """Rigid ICP of (N, 3) points to a surface from ``start``; the farthest tenth is left out of each round. Returns (R, t)."""
    turn, shift = start
    for _ in range(rounds):
        _, _, found, distance, _ = surface.nearest(points @ turn.T + shift)
        near = distance <= np.quantile(distance, keep)
        before = points @ turn.T + shift
        turn, shift = rigid(points[near], found[near])
        if np.abs(points @ turn.T + shift - before).max() < 1e-3:
            break
    return turn, shift


def read_ply(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Vertices (V, 3) and triangles (F, 3) of a binary little-endian PLY file."""
    data = Path(path).read_bytes()
    end = data.index(b"end_header\n") + len(b"end_header\n")
    elements: list[tuple[str, int, list[tuple[str, str]]]] = []
    for line in data[:end].decode("ascii").splitlines():
        words = line.split()
        if words[0] == "format" and words[1] != "binary_little_endian":
            raise ValueError(f"{path}: {words[1]} is not read, only binary_little_endian")
        if words[0] == "element":
            elements.append((words[1], int(words[2]), []))
        elif words[0] == "property" and words[1] == "list":
            elements[-1][2].extend([("count", PLY_TYPES[words[2]]), ("corners", "3" + PLY_TYPES[words[3]])])
        elif words[0] == "property":
            elements[-1][2].append((words[2], PLY_TYPES[words[1]]))
    read = {}
    for name, count, fields in elements:
        kind = np.dtype(fields)
        read[name] = np.frombuffer(data, kind, count, end)
        end += kind.itemsize * count
    if (read["face"]["count"] != 3).any():
        raise ValueError(f"{path} holds faces that are no triangles")
    return np.stack([read["vertex"][axis] for axis in "xyz"], 1), read["face"]["corners"].astype(np.int64)
