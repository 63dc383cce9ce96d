"""The synthetic photographer on the real face library; SELFIE3D_FACES names its folder (see docs/data.md)."""
import os
import unittest
from collections import Counter
from pathlib import Path

import numpy as np

FACES = os.environ.get("SELFIE3D_FACES", "")


@unittest.skipUnless(FACES and (Path(FACES) / "ict.npz").exists(), "SELFIE3D_FACES does not name a folder with the face library")
class PhotographerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        from selfie3d_training import faces
        from selfie3d_training.photographer import Photographer
        cls.library, cls.held_out = faces.load(FACES, "train"), faces.load(FACES, "heldout")
        cls.photographer = Photographer(cls.library, 1)

    def test_split_shares_no_head(self):
        self.assertFalse(set(self.library.ids) & set(self.held_out.ids))
        self.assertEqual(len(self.library.ids) + len(self.held_out.ids), 42)
        self.assertEqual(len(set(self.held_out.ethnicities)), 7)
        self.assertNotIn("mouthFunnel", self.library.expressions)
        self.assertIn("mouthFunnel", self.held_out.expressions)

    def test_closed_head_is_closed_and_of_genus_zero(self):
        sealed = self.photographer.sealed
        edges = Counter((int(a), int(b)) for t in sealed.tris for a, b in zip(t, np.roll(t, -1)))
        self.assertTrue(all(edges[(b, a)] == n == 1 for (a, b), n in edges.items()))
        self.assertEqual(sealed.vertex_count - len(edges) // 2 + len(sealed.tris), 2)
        for positions in self.library.positions[:5]:
            a, b, c = sealed(positions)[sealed.tris].transpose(1, 0, 2)
            litres = (a * np.cross(b, c)).sum() / 6 / 1000
            self.assertTrue(2.5 < litres < 6, litres)

    def test_shots_agree_with_their_truth(self):
        from selfie3d_training.frames import face_rotation, facing
        from selfie3d_training.identity import rotation
        rng, image_axes = np.random.default_rng(4), np.diag([1, -1, 1])
        for yaw in (-80., -30., 0., 45., 85.):
            shot = self.photographer.shoot(rng, yaw=yaw)
            self.assertEqual(shot.rgba.shape, (192, 192, 4))
            turn = image_axes @ rotation(-shot.angles[0], *shot.angles[1:]) @ image_axes
            between = np.degrees(np.arccos((np.trace(face_rotation(shot.landmarks) @ turn.T) - 1) / 2))
            self.assertLess(between, 12)
            self.assertLess(abs(facing(turn) - np.cos(np.radians(yaw))), .45)
            marks = (shot.head[self.photographer.sealed.landmark_vertices] * self.library.landmark_bary[..., None]).sum(1)
            np.testing.assert_allclose(marks, shot.landmarks, atol=.8)
            inside = shot.landmarks[:, :2].astype(int).clip(0, 191)
            self.assertGreater((shot.rgba[inside[:, 1], inside[:, 0], 3] > 0).mean(), .9)
            self.assertTrue((shot.head[:, :2] > 0).all() and (shot.head[:, :2] < 192).all())

    def test_profiles_nod_in_the_picture_and_seldom_show_their_far_side_from_above(self):
        rng = np.random.default_rng(6)
        turns = np.stack([self.photographer.pose(rng, 80.)[0] for _ in range(600)])
        sideways, up = np.degrees(np.arcsin(turns[:, 1, 0])), np.degrees(np.arctan2(turns[:, 0, 1], turns[:, 1, 1]))
        self.assertLess(np.quantile(abs(sideways), .68), 12)
        self.assertGreater(np.quantile(abs(up), .68), 13)

    def test_natural_backgrounds_are_muted_and_the_same_for_the_same_seed(self):
        from selfie3d_training import backgrounds
        several = lambda kind: np.stack([kind(np.random.default_rng(k), self.library, 96) for k in range(40)]).astype(float)
        strength = lambda images: np.ptp(images.mean((1, 2)), axis=1).mean()   # of the mean colour, grey has none
        natural = several(backgrounds.natural)
        np.testing.assert_array_equal(natural, several(backgrounds.natural))
        self.assertLess(strength(natural), .6 * strength(several(backgrounds.make)))
        self.assertGreater(natural.mean((1, 2, 3)).std(), 30)   # dark ones and light ones

    def test_same_seed_same_picture(self):
        one, two = (self.photographer.shoot(np.random.default_rng(9)) for _ in range(2))
        np.testing.assert_array_equal(one.rgba, two.rgba)
        np.testing.assert_array_equal(one.head, two.head)

    def test_locks_lie_on_the_head_and_cover_the_scalp(self):
        from scipy.spatial import cKDTree
        from selfie3d_training import locks
        from selfie3d_training.surface import vertex_normals
        positions = self.library.positions[0]
        head = positions[:self.library.part_ranges[0][1]]
        normal, tree = vertex_normals(head, self.library.tris[self.library.parts == 0]), cKDTree(head)
        style = locks.Style(length=25, fringe=0, parting=0, forward=0, lift=.6, wave=0, turns=1, unruly=.1, width=3)
        vertices, tris, uv = locks.grow(np.random.default_rng(1), self.library, positions, style)

        self.assertEqual(uv.shape, (len(tris), 3, 2))
        self.assertEqual(int(tris.max()), len(vertices) - 1)
        _, nearest = tree.query(vertices)
        depth = ((head[nearest] - vertices) * normal[nearest]).sum(1)
        self.assertLess(np.quantile(depth, .98), .5)   # cm; ends may dip into a shoulder
        scalp = head[locks.scalp(self.library, head)]
        self.assertGreater((cKDTree(vertices).query(scalp)[0] < 1.5).mean(), .95)
        self.assertLess(vertices[:, 1].min(), -10)     # hair of 25 cm reaches below the chin
        brow = self.library.landmarks(positions)[17:27].mean(0)
        self.assertGreater(np.linalg.norm(vertices - brow, axis=1).min(), 1)   # and without a fringe leaves the brows free

    def test_long_hair_in_profile_covers_the_ear_and_leaves_the_face_free(self):
        from scipy.spatial import cKDTree
        from selfie3d_training import locks
        rng = np.random.default_rng(4)
        styles = [locks.random_style(rng, True) for _ in range(400)]
        falling = [s for s in styles if s.length >= 12 and -.45 <= s.forward <= .25]
        self.assertGreater(len(falling), .38 * len(styles))
        marks = self.library.landmarks(self.library.positions[0])
        grown = [locks.grow(rng, self.library, self.library.positions[0], s)[0] for s in falling if s.fringe == 0][:12]
        away = np.array([cKDTree(vertices).query(marks)[0] for vertices in grown])   # cm
        self.assertLess(away[:, [0, 16]].min(1).max(), 2)             # before the ears
        self.assertGreater(np.median(away[:, 27:36].min(1)), 1.5)     # the nose; a few strands may fall over it

    def test_hats_and_scarves_leave_nose_and_mouth_free(self):
        from selfie3d_training.faces import HAT
        from selfie3d_training.wardrobe import put_on_hat, put_on_scarf
        positions = self.library.positions[0]
        marks = self.library.landmarks(positions)
        rims = 0
        for seed in range(12):
            rng = np.random.default_rng(seed)
            *hat, brim = put_on_hat(rng, self.library, positions, self.library.slots)
            for shape, slots in (hat, put_on_scarf(rng, self.library, positions, self.library.slots)):
                covered = shape[self.library.tris[slots == HAT]].mean(1)
                self.assertGreater(len(covered), 200)
                self.assertGreater(np.linalg.norm(covered[:, None] - marks[[30, 33, 48, 54, 62]], axis=2).min(), .8)
                self.assertFalse(np.shares_memory(shape, positions))
            if brim is not None:
                rims += 1
                self.assertGreater(np.ptp(brim[0][:, 0]), np.ptp(positions[:9420, 0][positions[:9420, 1] > 3]))
        self.assertGreater(rims, 2)


if __name__ == "__main__":
    unittest.main()
