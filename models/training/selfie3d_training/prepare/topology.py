"""One vertex order for all VALID avatars: the files hold the same mesh, each in an order of its own, cut along the seams of its texture.

A triangle is known by the texture coordinates of its corners, which all files share. The reference file's order is taken,
vertices that lie in the same place are welded, and head, neck and upper torso are kept.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from .gltf import Avatar, Skinned

PARTS = {"head": "H_DDS_HighRes", "eye_left": "h_L_eye", "eye_right": "h_R_eye", "gland_left": "h_L_gland", "gland_right": "h_R_gland",
         "teeth_up": "h_TeethUp", "teeth_down": "h_TeethDown"}
JOINTS = {"head": ("Head", "HeadEnd"), "neck": ("Neck",), "arm_right": ("RightArm", "RightForeArm"), "arm_left": ("LeftArm", "LeftForeArm"),
          "shoulder_right": ("RightShoulder",), "shoulder_left": ("LeftShoulder",)}
LOWEST, WIDEST = 1.26, .34     # metres: what lies lower, or farther to the side, is cut off
HEAD_TILE = (.66, .62)         # the head's part of the atlas: u and v below
SAME_PLACE = 1e-6


def known_triangles(uv: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A number for each triangle that all files share, and its corners (F, 3) beginning with the same one."""
    grid = np.round(uv * 65535).astype(np.int64)
    corner = (grid[:, 0] * 100000 + grid[:, 1])[faces]
    turn = (corner.argmin(1)[:, None] + np.arange(3)) % 3
    corner, faces = np.take_along_axis(corner, turn, 1), np.take_along_axis(faces, turn, 1)
    return corner[:, 0] * 1000003 + corner[:, 1] * 7919 + corner[:, 2], faces


@dataclass
class Part:
    """The reference of one mesh: which welded vertex each of its vertices is, and which welded vertices are kept."""
    mesh: Skinned
    known: np.ndarray      # sorted numbers of its triangles
    corners: np.ndarray    # (F, 3) in the same order
    welded: np.ndarray     # (V,)
    kept: np.ndarray       # (K,) welded vertices in the library's order
    faces: np.ndarray      # (F', 3) reference vertices of the kept triangles, in the file's order


class Topology:
    """Brings any avatar into the library's vertex order. ``arrays`` is what goes into ``topology.npz`` about the mesh."""

    def __init__(self, reference: Avatar):
        self.parts = {name: self._part(reference.meshes[node], name == "head") for name, node in PARTS.items()}
        tris, tris_uv, uvs, parts, tiles, ranges, count, texels = [], [], [], [], [], [], 0, 0
        for k, part in enumerate(self.parts.values()):
            mesh, place = part.mesh, np.full(part.welded.max() + 1, -1)
            place[part.kept] = np.arange(len(part.kept))
            used = np.unique(part.faces)
            key = np.concatenate([np.round(mesh.uv[used] * 65535), part.welded[used][:, None]], 1).astype(np.int64)
            _, first, inverse = np.unique(key, axis=0, return_index=True, return_inverse=True)
            texel = np.full(len(mesh.uv), -1)
            texel[used] = inverse.ravel()
            tris.append(place[part.welded[part.faces]] + count)
            tris_uv.append(texel[part.faces] + texels)
            uvs.append(mesh.uv[used[first]])
            parts.append(np.full(len(part.faces), k))
            tiles.append(self._tiles(k, mesh, part.faces))
            ranges.append((count, count + len(part.kept)))
            count, texels = count + len(part.kept), texels + len(first)
        head = self.parts["head"]
        weights = np.zeros((count, len(JOINTS)))
        weights[ranges[0][1]:, 0] = 1
        first = self._first(head)[head.kept]
        for k, names in enumerate(JOINTS.values()):
            weights[:ranges[0][1], k] = sum(head.mesh.weights[name][first] for name in names if name in head.mesh.weights)
        self.ranges, self.tris, self.tri_part = np.array(ranges, np.int32), np.concatenate(tris).astype(np.int32), np.concatenate(parts).astype(np.uint8)
        self.arrays = dict(
            tris=self.tris, tris_uv=np.concatenate(tris_uv).astype(np.int32), uv=np.concatenate(uvs).astype(np.float32),
            tri_part=self.tri_part, tri_tile=np.concatenate(tiles).astype(np.uint8), part_names=np.array(list(PARTS)),
            part_vertex_range=self.ranges, joint_names=np.array(list(JOINTS)), joint_w=np.round(weights * 255).astype(np.uint8))

    @staticmethod
    def _first(part: Part) -> np.ndarray:
        """A vertex of the file for each welded vertex."""
        first = np.full(part.welded.max() + 1, -1)
        first[part.welded[::-1]] = np.arange(len(part.welded))[::-1]
        return first

    @staticmethod
    def _part(mesh: Skinned, cut: bool) -> Part:
        known, corners = known_triangles(mesh.uv, mesh.faces)
        order = np.argsort(known, kind="stable")
        _, welded = np.unique(np.round(mesh.points / SAME_PLACE).astype(np.int64), axis=0, return_inverse=True)
        welded, faces = welded.ravel(), mesh.faces
        if cut:
            corner = mesh.points[faces]
            faces = faces[((corner[..., 1] > LOWEST) & (np.abs(corner[..., 0]) < WIDEST)).all(1)]
            edges = np.concatenate([welded[faces][:, :2], welded[faces][:, 1:]])
            _, label = connected_components(coo_matrix((np.ones(len(edges)), edges.T), (welded.max() + 1,) * 2), directed=False)
            of_face = label[welded[faces[:, 0]]]
            faces = faces[of_face == np.bincount(label[np.unique(welded[faces])]).argmax()]
        return Part(mesh, known[order], corners[order], welded, np.unique(welded[faces]), faces)

    @staticmethod
    def _tiles(part: int, mesh: Skinned, faces: np.ndarray) -> np.ndarray:
        """0 where the triangle's skin is in the head's texture, else 1: the body's."""
        inside = (mesh.uv[faces] < HEAD_TILE).all((1, 2))
        if part == 0:
            return np.where(inside & (mesh.weights["Head"][faces].min(1) > .9), 0, 1)
        return np.where(inside, 0, 1) if part < 5 else np.ones(len(faces), int)

    def _carry(self, part: Part, mesh: Skinned, values: np.ndarray) -> np.ndarray:
        """(V of the file, ...) -> (kept, ...), NaN where the file has no such vertex."""
        known, corners = known_triangles(mesh.uv, mesh.faces)
        at = np.clip(np.searchsorted(part.known, known), 0, len(part.known) - 1)
        same = part.known[at] == known
        target, source = part.welded[part.corners[at[same]]].ravel(), corners[same].ravel()
        out = np.full((part.welded.max() + 1, *values.shape[1:]), np.nan)
        out[target] = values[source]
        return out[part.kept]

    def positions(self, avatar: Avatar) -> np.ndarray:
        """(V, 3) metres; a vertex that the file lacks lies amid its neighbours."""
        out = np.concatenate([self._carry(part, avatar.meshes[PARTS[name]], avatar.meshes[PARTS[name]].points) for name, part in self.parts.items()])
        for lost in np.where(np.isnan(out[:, 0]))[0]:
            near = np.unique(self.tris[(self.tris == lost).any(1)])
            out[lost] = np.nanmean(out[near[near != lost]], 0)
        return out

    def targets(self, avatar: Avatar, part: str) -> dict[str, np.ndarray]:
        """Displacements (K, 3) of a part's vertices by name."""
        mesh = avatar.meshes[PARTS[part]]
        return {name: np.nan_to_num(self._carry(self.parts[part], mesh, moved)) for name, moved in mesh.targets.items()}


def eye_middles(positions: np.ndarray, ranges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centres of the left and the right eyeball."""
    return tuple(positions[a:b].mean(0) for a, b in ranges[1:3])
