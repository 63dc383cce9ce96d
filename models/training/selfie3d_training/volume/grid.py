"""Voxelising closed heads, and the cube around a head that the volume network works in."""
from __future__ import annotations

import ctypes
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .. import native
from ..camera import Crop

GRID, BAND = 64, 3     # voxels per side; truncation of the distance in voxels
CUBE_MARGIN = 1.1      # cube side over the largest extent of the prior


@dataclass
class Cube:
    """A crop with a depth: the cube of side ``crop.size`` whose middle lies at depth ``z``."""
    crop: Crop
    z: float

    @classmethod
    def around(cls, head: np.ndarray, roll: float, mirror: bool = False, grow: float = 1.) -> "Cube":
        """The cube of a (S, 3) head for a crop turned by ``roll`` degrees."""
        c, s = np.cos(np.radians(roll)), np.sin(np.radians(roll))
        turn = np.array([[c, -s], [s, c]])
        local = np.concatenate([head[:, :2] @ turn, head[:, 2:]], 1)
        low, high = local.min(0), local.max(0)
        middle = (low + high) / 2
        return cls(Crop(turn @ middle[:2], float((high - low).max()) * CUBE_MARGIN * grow, roll, mirror), float(middle[2]))

    def voxels(self, points: np.ndarray, grid: int = GRID) -> np.ndarray:
        """(N, 3) sprite points -> voxel coordinates."""
        p = self.crop.points(points - np.array([0, 0, self.z], np.float32), grid)
        p[:, 2] += grid / 2
        return p


def voxelise(points: np.ndarray, tris: np.ndarray, grid: int = GRID, band: int = BAND) -> np.ndarray:
    """(S, 3) voxel coordinates of a closed surface -> [z, y, x] int8, signed distance, 127 = ``band`` voxels."""
    points, tris = np.ascontiguousarray(points, np.float32), np.ascontiguousarray(tris, np.int32)
    out = np.empty((grid, grid, grid), np.int8)
    native.load(Path(__file__).parents[1] / "native/voxelise.c").voxelise(
        ctypes.c_void_p(points.ctypes.data), len(points), ctypes.c_void_p(tris.ctypes.data), len(tris), grid, band,
        ctypes.c_void_p(out.ctypes.data))
    return out
