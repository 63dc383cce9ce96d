"""The preparation's parts on small made-up sources; the whole is compared with the library in docs/data.md."""
import ctypes
import ctypes.util
import json
import struct
import tempfile
import unittest
from pathlib import Path

import numpy as np

from selfie3d_training.prepare import ict, valid
from selfie3d_training.prepare.gltf import Avatar, Skinned
from selfie3d_training.prepare.register import first_hit, similarity
from selfie3d_training.prepare.topology import Topology, known_triangles

from .test_surface import ball


class IctTest(unittest.TestCase):
    def test_triangles_QuadsAndTriangles_KeepTheirOrder(self):
        tris, quad = ict.triangles(np.array([[0, 1, 2, 3], [4, 5, 6, -1], [7, 8, 9, 10]]))
        np.testing.assert_array_equal(tris, [[0, 1, 2], [0, 2, 3], [4, 5, 6], [7, 8, 9], [7, 9, 10]])
        np.testing.assert_array_equal(quad, [0, 0, 1, 2, 2])

    def test_build_SmallClone_QuantisesTheDifferences(self):
        with tempfile.TemporaryDirectory() as folder:
            model = Path(folder) / "FaceXModel"
            model.mkdir()
            obj = lambda points: "# c\n" + "".join(f"v {x} {y} {z}\n" for x, y, z in points) + "vt 0 0\nf 1/1 2/1 3/1 4/1\n"
            neutral = np.arange(12.).reshape(4, 3)
            for name, shift in (("generic_neutral_mesh", 0), ("identity000", .25), ("identity001", -1.5), ("jawOpen", 2), ("extra", 3)):
                (model / f"{name}.obj").write_text(obj(neutral + shift))
            (model / "vertex_indices.json").write_text(json.dumps({"expressions": ["jawOpen"], "idx_to_landmark_verts": [0] * 68}))
            data = ict.build(Path(folder), Path(folder) / "ict.npz", workers=1)
            self.assertEqual(data["expr_names"].tolist(), ["jawOpen", "extra"])
            self.assertTrue((Path(folder) / "ict.npz").exists())
        np.testing.assert_allclose(data["id_q"] * data["id_step"], np.array([.25, -1.5])[:, None, None] * np.ones((1, 4, 3)), atol=ict.STEP / 2)
        self.assertEqual(data["tris"].tolist(), [[0, 1, 2], [0, 2, 3]])

    def test_build_NoClone_SaysWhatIsMissing(self):
        with tempfile.TemporaryDirectory() as folder, self.assertRaisesRegex(SystemExit, "generic_neutral_mesh"):
            ict.build(Path(folder), Path(folder) / "ict.npz")


def mesh(points, faces, uv, targets=None) -> Skinned:
    return Skinned("m", np.asarray(points, float), np.asarray(faces), np.asarray(uv, float), {"Head": np.ones(len(points))}, 0, targets or {})


class TopologyTest(unittest.TestCase):
    def avatar(self, order: np.ndarray, turn: int) -> Avatar:
        """Two quads with a seam between them (both vertices of the seam twice), the vertices in any order, the corners turned."""
        points = np.array([[0, 2, 0], [1, 2, 0], [1, 3, 0], [0, 3, 0], [1, 2, 0], [2, 2, 0], [2, 3, 0], [1, 3, 0]]) * [.1, 1, 1]
        uv = np.array([[.1, .1], [.2, .1], [.2, .2], [.1, .2], [.5, .5], [.6, .5], [.6, .6], [.5, .6]])
        faces = np.array([[0, 1, 2], [0, 2, 3], [4, 5, 6], [4, 6, 7]])
        new = np.argsort(order)
        part = mesh(points[order], np.roll(new[faces], turn, 1)[::-1 if turn else 1], uv[order], {"up": np.ones((8, 3)) * order[:, None]})
        avatar = object.__new__(Avatar)
        avatar.meshes = {name: part for name in ("H_DDS_HighRes", "h_L_eye", "h_R_eye", "h_L_gland", "h_R_gland", "h_TeethUp", "h_TeethDown")}
        return avatar

    def test_known_triangles_CornersTurned_AreTheSame(self):
        uv, faces = np.random.default_rng(0).random((9, 2)), np.array([[0, 1, 2], [3, 4, 5]])
        one, corners = known_triangles(uv, faces)
        two, turned = known_triangles(uv, np.roll(faces, 1, 1))
        np.testing.assert_array_equal(one, two)
        np.testing.assert_array_equal(corners, turned)

    def test_positions_OtherVertexOrder_GivesTheSameHead(self):
        first, other = self.avatar(np.arange(8), 0), self.avatar(np.array([5, 2, 7, 0, 3, 6, 1, 4]), 1)
        topology = Topology(first)
        self.assertEqual(topology.arrays["part_vertex_range"].tolist()[0], [0, 6])   # the seam is welded
        self.assertEqual(len(topology.arrays["uv"]), 7 * 8)                          # but not in the texture
        np.testing.assert_allclose(topology.positions(first), topology.positions(other))
        self.assertEqual(topology.tris.shape, (28, 3))

    def test_gltf_PointerOfGitLfs_SaysSo(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "a.glb"
            file.write_bytes(b"version https://git-lfs.github.com/spec/v1\n")
            with self.assertRaisesRegex(ValueError, "git lfs pull"):
                Avatar(file)

    def test_gltf_SkinnedTriangle_IsPosedByItsJoints(self):
        points = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], "<f4")
        parts = [points.tobytes(), np.zeros((3, 2), "<f4").tobytes(), np.zeros((3, 4), "u1").tobytes(),
                 np.tile(np.array([1, 0, 0, 0], "<f4"), (3, 1)).tobytes(), np.eye(4, dtype="<f4").tobytes(), np.array([0, 1, 2], "<u2").tobytes()]
        kinds = [(5126, "VEC3", 3), (5126, "VEC2", 3), (5121, "VEC4", 3), (5126, "VEC4", 3), (5126, "MAT4", 1), (5123, "SCALAR", 3)]
        starts = np.cumsum([0, *map(len, parts)]).tolist()
        tree = dict(
            nodes=[dict(name="Head", translation=[1, 2, 3], scale=[2, 2, 2]), dict(name="m", mesh=0, skin=0)],
            skins=[dict(joints=[0], inverseBindMatrices=4)],
            meshes=[dict(primitives=[dict(attributes=dict(POSITION=0, TEXCOORD_0=1, JOINTS_0=2, WEIGHTS_0=3), indices=5)])],
            accessors=[dict(bufferView=k, componentType=c, type=t, count=n) for k, (c, t, n) in enumerate(kinds)],
            bufferViews=[dict(byteOffset=a, byteLength=len(p)) for a, p in zip(starts, parts)])
        text = json.dumps(tree).encode()
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "a.glb"
            file.write_bytes(b"glTF" + struct.pack("<II", 2, 0) + struct.pack("<II", len(text), 0x4E4F534A) + text + struct.pack("<II", starts[-1], 0x004E4942) + b"".join(parts))
            avatar = Avatar(file)
        np.testing.assert_allclose(avatar.meshes["m"].points, points * 2 + [1, 2, 3])
        np.testing.assert_allclose(avatar.joints["Head"], [1, 2, 3])
        np.testing.assert_array_equal(avatar.meshes["m"].faces, [[0, 1, 2]])


@unittest.skipUnless(ctypes.util.find_library("meshoptimizer"), "libmeshoptimizer is missing: apt-get install libmeshoptimizer2d")
class MeshoptTest(unittest.TestCase):
    def test_decode_WhatTheLibraryPacks_ComesBack(self):
        from selfie3d_training.prepare.gltf import _decode, decoder
        library, size = decoder(), ctypes.c_size_t
        library.meshopt_encodeVertexBufferBound.restype = library.meshopt_encodeVertexBuffer.restype = size
        points = np.round(np.random.default_rng(6).normal(size=(500, 4)) * 1000).astype("<i2")
        room = library.meshopt_encodeVertexBufferBound(size(500), size(8))
        packed = ctypes.create_string_buffer(room)
        used = library.meshopt_encodeVertexBuffer(packed, size(room), points.ctypes.data_as(ctypes.c_void_p), size(500), size(8))
        view = dict(count=500, byteStride=8, byteOffset=3, byteLength=used, mode="ATTRIBUTES")
        np.testing.assert_array_equal(np.frombuffer(_decode(view, b"abc" + packed.raw[:used] + b"z"), "<i2").reshape(500, 4), points)
        with self.assertRaisesRegex(ValueError, "could not be decoded"):
            _decode(view, b"abc" + bytes(used) + b"z")


class RegisterTest(unittest.TestCase):
    def test_first_hit_Ball_IsTheNearSide(self):
        points, tris = ball(10)
        for sign in (1, -1):
            triangle, place = first_hit(points, tris, (0, 1), [(3., 4.)], 2, sign)
            np.testing.assert_allclose(place[0], [3, 4, sign * np.sqrt(75)], atol=.05)
            self.assertGreater(sign * points[tris[triangle[0]]][:, 2].mean(), 0)

    def test_similarity_KnownMovement_IsFound(self):
        rng = np.random.default_rng(2)
        source, angle = rng.normal(size=(20, 3)), .7
        turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
        s, r, t = similarity(source, 3 * source @ turn.T + [1, 2, 3], rng.uniform(.5, 2, 20))
        self.assertAlmostEqual(s, 3)
        np.testing.assert_allclose(r, turn, atol=1e-9)
        np.testing.assert_allclose(t, [1, 2, 3], atol=1e-9)

    def test_short_NamesOfTheSource_LoseTheirWrapping(self):
        self.assertEqual(valid.short("h_expressions.MouthOpen_h"), "MouthOpen")
        self.assertEqual(valid.short("h_teeth.t_MouthOpen_h"), "t_MouthOpen")


if __name__ == "__main__":
    unittest.main()
