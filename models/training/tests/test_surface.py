"""Nearest points, alignment and PLY files against what is known by construction."""
import tempfile
import unittest
from pathlib import Path

import numpy as np

from selfie3d_training.surface import Surface, align, normals, read_ply, rigid, sample, vertex_normals


def ball(radius: float = 1., rings: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """A closed sphere of latitude rings, triangles counter-clockwise from outside."""
    n = 2 * rings
    theta, phi = np.meshgrid(np.linspace(0, np.pi, rings + 1), np.linspace(0, 2 * np.pi, n, endpoint=False), indexing="ij")
    points = np.stack([np.sin(theta) * np.cos(phi), np.cos(theta), -np.sin(theta) * np.sin(phi)], -1).reshape(-1, 3) * radius
    i, j = np.meshgrid(np.arange(rings), np.arange(n), indexing="ij")
    a, b = (i * n + j).ravel(), (i * n + (j + 1) % n).ravel()
    tris = np.concatenate([np.stack([a, a + n, b + n], 1), np.stack([a, b + n, b], 1)])
    _, area = normals(points, tris)
    return points, tris[area > 1e-12]


class SurfaceTest(unittest.TestCase):
    def test_normals_Ball_PointOutwards(self):
        points, tris = ball()
        normal, area = normals(points, tris)
        self.assertTrue(((normal * points[tris].mean(1)).sum(1) > .9).all())
        self.assertAlmostEqual(area.sum(), 4 * np.pi, delta=.05)
        self.assertTrue(((vertex_normals(points, tris)[200:300] * points[200:300]).sum(1) > .99).all())

    def test_nearest_PointsOutsideABall_LieTheirHeightAboveIt(self):
        points, tris = ball(10)
        direction = np.random.default_rng(1).normal(size=(50, 3))
        direction /= np.linalg.norm(direction, axis=1, keepdims=True)
        tri, weights, found, distance, _ = Surface(points, tris).nearest(direction * 13)
        np.testing.assert_allclose(distance, 3, atol=.03)
        np.testing.assert_allclose((points[tris[tri]] * weights[..., None]).sum(1), found, atol=1e-12)
        np.testing.assert_allclose(weights.sum(1), 1)

    def test_nearest_BesideATriangle_IsOnItsEdgeOrCorner(self):
        surface = Surface(np.array([[0., 0, 0], [1, 0, 0], [0, 1, 0]]), np.array([[0, 1, 2]]))
        _, _, found, distance, _ = surface.nearest(np.array([[.5, -2, 0], [-3, -4, 0], [1, 1, 1], [.2, .2, 5]]))
        np.testing.assert_allclose(found, [[.5, 0, 0], [0, 0, 0], [.5, .5, 0], [.2, .2, 0]], atol=1e-12)
        np.testing.assert_allclose(distance, [2, 5, np.sqrt(1.5), 5])

    def test_nearest_OnlyTrianglesThatFaceAway_IsNotValid(self):
        points, tris = ball()
        outside, towards = np.array([[0., 0, 1.2]]), np.array([[0., 0, 1]])
        self.assertTrue(Surface(points, tris).nearest(outside, towards=towards)[4].all())
        self.assertFalse(Surface(points, tris).nearest(outside, towards=-towards)[4].any())

    def test_sample_Ball_IsEven(self):
        points, tris = ball()
        chosen, weights = sample(points, tris, 20000)
        middle = (points[tris[chosen]] * weights[..., None]).sum(1)
        self.assertLess(np.abs(middle.mean(0)).max(), .02)
        self.assertAlmostEqual(float((middle[:, 1] > .5).mean()), .25, delta=.01)   # Archimedes

    def test_align_MovedEllipsoid_ComesBack(self):
        points, tris = ball()
        points = points * [90, 120, 150]
        turn = rigid(np.eye(3), np.array([[np.cos(.1), np.sin(.1), 0], [-np.sin(.1), np.cos(.1), 0], [0, 0, 1]]))[0]
        moved = points[::7] @ turn.T + [6, -3, 4.5]
        r, t = align(moved, Surface(points, tris), (np.eye(3), np.zeros(3)), rounds=80, keep=1)
        self.assertLess(np.linalg.norm(moved @ r.T + t - points[::7], axis=1).mean(), 2)

    def test_read_ply_WhatTheCommandWrites_ComesBack(self):
        header = ("ply\nformat binary_little_endian 1.0\ncomment c\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\n"
                  "property uchar red\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n")
        vertices = np.zeros(3, [("p", "<f4", 3), ("red", "u1")])
        vertices["p"] = [[0, 0, 0], [1, 0, 0], [0, 2, 0]]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "a.ply"
            file.write_bytes(header.encode() + vertices.tobytes() + b"\x03" + np.array([0, 1, 2], "<i4").tobytes())
            points, tris = read_ply(file)
        np.testing.assert_array_equal(points, vertices["p"])
        np.testing.assert_array_equal(tris, [[0, 1, 2]])


if __name__ == "__main__":
    unittest.main()
