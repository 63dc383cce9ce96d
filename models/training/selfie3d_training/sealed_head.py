"""The closed head: one genus-0 surface of fixed topology over every head of the library.

The source mesh is open: a throat behind the lips, sockets behind the eyelids, a torso below. Here the mouth
bag is removed to just inside the lips and covered, the eyelid loops are covered by patches that lie on the
eyeballs, and the neck is cut by a tilted plane and covered. The result is what the networks learn as "the
head": sign and distance are well defined everywhere, and every head has the same vertices.
"""
from __future__ import annotations

from collections import Counter

import numpy as np

from .faces import FaceLibrary

MOUTH_RINGS_REMOVED = 6   # edge rings from the throat loop; what is left ends just inside the lips
NECK_FRONT_CM, NECK_BACK_CM = -14.0, -10.4   # height of the cut at z = -3 and z = -15 on the mean head


def boundary_loops(tris: np.ndarray) -> list[list[int]]:
    """Closed chains of edges that have a triangle on one side only, in the triangles' own direction."""
    edges = np.concatenate([tris[:, [0, 1]], tris[:, [1, 2]], tris[:, [2, 0]]])
    directed = set(map(tuple, edges.tolist()))
    following: dict[int, list[int]] = {}
    for a, b in directed:
        if (b, a) not in directed:
            following.setdefault(a, []).append(b)
    loops = []
    while following:
        loop = [next(iter(following))]
        while True:
            nxt = following[loop[-1]].pop()
            if not following[loop[-1]]:
                del following[loop[-1]]
            if nxt == loop[0] or nxt not in following:
                break
            loop.append(nxt)
        loops.append(loop)
    return loops


def _largest_component(tris: np.ndarray) -> np.ndarray:
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components
    n = tris.max() + 1
    rows, cols = np.r_[tris[:, 0], tris[:, 1]], np.r_[tris[:, 1], tris[:, 2]]
    _, label = connected_components(coo_matrix((np.ones(len(rows)), (rows, cols)), (n, n)), False)
    return tris[label[tris[:, 0]] == Counter(label[tris[:, 0]]).most_common(1)[0][0]]


def _without_pinches(tris: np.ndarray) -> np.ndarray:
    """Removes triangles at vertices where two boundary loops touch, until every loop is simple."""
    while True:
        tris = _largest_component(tris)
        starts = Counter(v for loop in boundary_loops(tris) for v in loop)
        pinched = [v for v, times in starts.items() if times > 1]
        if not pinched:
            return tris
        tris = tris[~np.isin(tris, pinched).any(1)]


class SealedHead:
    """Builds the closed head of S vertices from any (V, 3) positions of the library's topology.

    ``tris`` (F, 3) int32, counter-clockwise from outside. ``weights(per_vertex)`` carries vertex weights over.
    """

    def __init__(self, library: FaceLibrary):
        mean, tris = library.mean, library.tris[library.parts == 0]
        throat = next(loop for loop in boundary_loops(tris) if len(loop) == 52)
        hops = self._hops(tris, throat, len(mean))
        cut = lambda p: NECK_FRONT_CM + (-3 - p[..., 2]) * (NECK_BACK_CM - NECK_FRONT_CM) / 12
        corner = mean[tris]
        keep = (~((hops[tris] >= 0) & (hops[tris] < MOUTH_RINGS_REMOVED)).any(1)
                & (corner[..., 1] > cut(corner)).all(1)
                & (np.abs(corner[..., 0]) < np.where(corner[..., 1] < -11.5, 8., 99.)).all(1))
        tris = _without_pinches(tris[keep])
        faces, count, self._covers = [tris], len(mean), []
        for loop in boundary_loops(tris):
            loop = np.array(loop)
            centre = mean[loop].mean(0)
            if centre[1] < -9:
                kind, rings = "neck", 9
            elif centre[2] > -1.5 and centre[1] > -2:
                kind, rings = ("eye_left" if centre[0] > 0 else "eye_right"), 4
            else:
                kind, rings = "mouth", 4
            k, outer = len(loop), loop
            i, j = np.arange(k), (np.arange(k) + 1) % k
            first = count
            for _ in range(1, rings):
                inner = np.arange(count, count + k)
                count += k
                faces += [np.stack([outer[j], outer[i], inner[i]], 1), np.stack([outer[j], inner[i], inner[j]], 1)]
                outer = inner
            faces.append(np.stack([outer[j], outer[i], np.full(k, count)], 1))
            count += 1
            self._covers.append((kind, loop, rings, first))
        self.kinds = [c[0] for c in self._covers]
        faces = np.concatenate(faces)
        self._used = np.unique(faces)
        remap = np.full(count, -1)
        remap[self._used] = np.arange(len(self._used))
        self.tris = np.ascontiguousarray(remap[faces], np.int32)
        self.vertex_count = len(self._used)
        self._eyes = {"eye_left": library.part_ranges[1], "eye_right": library.part_ranges[2]}
        self._neck = next(loop for kind, loop, _, _ in self._covers if kind == "neck")
        # Landmarks as vertices of the closed head: triangle corners survive the sealing.
        self.landmark_vertices = remap[library.landmark_tris]
        if (self.landmark_vertices < 0).any() or boundary_loops(self.tris):
            raise ValueError("the sealing does not fit this library: landmarks lost or holes left")

    @staticmethod
    def _hops(tris, start, n):
        edges = np.unique(np.sort(np.concatenate([tris[:, [0, 1]], tris[:, [1, 2]], tris[:, [2, 0]]]), 1), axis=0)
        hops = np.full(n, -1)
        hops[start] = 0
        for k in range(MOUTH_RINGS_REMOVED + 2):
            a, b = edges[:, 0], edges[:, 1]
            reached = np.r_[b[(hops[a] == k) & (hops[b] < 0)], a[(hops[b] == k) & (hops[a] < 0)]]
            hops[reached] = k + 1
        return hops

    def __call__(self, positions: np.ndarray) -> np.ndarray:
        """(V, 3) head in centimetres -> (S, 3) closed head."""
        positions = positions.copy()
        # Flat cut: the neck loop goes onto the plane y = a + b z that fits it best.
        p = positions[self._neck]
        design = np.stack([np.ones(len(p)), p[:, 2]], 1)
        positions[self._neck, 1] = design @ np.linalg.lstsq(design, p[:, 1], rcond=None)[0]
        out = [positions]
        for kind, loop, rings, _ in self._covers:
            edge = positions[loop]
            middle = edge.mean(0)
            if kind in self._eyes:
                a, b = self._eyes[kind]
                eye = positions[a:b]
                centre = (eye.max(0) + eye.min(0)) / 2
                pole = eye[np.argmax(eye[:, 2])]
                middle = centre + (middle - centre) * (np.linalg.norm(pole - centre) * .88 / np.linalg.norm(middle - centre))
                r0, r1 = np.linalg.norm(edge - centre, axis=1, keepdims=True), np.linalg.norm(middle - centre)
                for r in range(1, rings):
                    t = np.float32(r / rings)
                    q = edge + (middle - edge) * t - centre
                    out.append(centre + q * ((r0 + (r1 - r0) * t) / np.linalg.norm(q, axis=1, keepdims=True)))
            else:
                out += [edge + (middle - edge) * np.float32(r / rings) for r in range(1, rings)]
            out.append(middle[None])
        return np.concatenate(out)[self._used].astype(np.float32)

    def weights(self, per_vertex: np.ndarray) -> np.ndarray:
        """(V,) -> (S,): covers take the mean weight of their loop."""
        out = [per_vertex]
        for _, loop, rings, _ in self._covers:
            out.append(np.full(len(loop) * (rings - 1) + 1, per_vertex[loop].mean(), np.float32))
        return np.concatenate(out)[self._used].astype(np.float32)
