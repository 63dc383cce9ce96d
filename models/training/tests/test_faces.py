"""The way from the mean VALID head to the mean ICT head, on a bowl instead of a head."""
import unittest

import numpy as np

from selfie3d_training.faces import BENDING, NECK_FROM, between_means
from selfie3d_training.identity import rotation

SIDE = 21


class BetweenMeansTests(unittest.TestCase):
    def setUp(self):
        across = np.linspace(-8, 8, SIDE)
        x, y = (part.ravel() for part in np.meshgrid(across, across - 8))
        skin = np.stack([x, y, 8 - .05 * (x ** 2 + (y + 8) ** 2)], 1)
        self.eye = np.array([3, -6, 7.]) + .3 * np.random.default_rng(1).normal(size=(12, 3))
        self.mean = np.concatenate([skin, self.eye]).astype(np.float32)
        corner = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
        a, b, c, d = (part.ravel() for part in (corner[:-1, :-1], corner[:-1, 1:], corner[1:, :-1], corner[1:, 1:]))
        self.tris = np.concatenate([np.stack([a, b, d], 1), np.stack([a, d, c], 1)])
        self.bump = .5 * np.exp(-((x - 3) ** 2 + (y + 6) ** 2) / 18)[:, None] * [0, .6, .8]
        self.torso = np.flatnonzero(y < NECK_FROM - 3)
        count = len(skin)
        # every vertex of the second mesh belongs to that of the first with the same number
        triangle_of = np.array([np.flatnonzero((self.tris == k).any(1))[0] for k in range(count)])
        self.to_ict = dict(valid_vert_ok=np.ones(count, bool), valid_vert_ict_tri=triangle_of, valid_vert_region=np.where(np.hypot(x - 3, y + 6) > 6, 0, 9),
                           valid_vert_ict_bary=(self.tris[triangle_of] == np.arange(count)[:, None]).astype(np.float32))
        self.other = (skin + self.bump) @ rotation(4, -3, 2).T * 1.2 + [1, 2, 3]

    def step(self):
        ranges = np.array([[0, SIDE * SIDE], [SIDE * SIDE, len(self.mean)]])
        ict = dict(mean=self.other, tris=self.tris)
        return between_means(self.mean, self.tris, np.zeros(len(self.tris), int), ranges, self.torso, ict, self.to_ict)

    def test_shape_is_taken_over_without_place_size_and_turn(self):
        step, skin = self.step(), slice(SIDE * SIDE)
        above = self.mean[skin, 1] > NECK_FROM + 1
        np.testing.assert_allclose(step[skin][above], self.bump[above], atol=.06)

    def test_nothing_moves_at_the_shoulders(self):
        self.assertLess(np.abs(self.step()[self.torso]).max(), .03)

    def test_eyes_move_as_a_whole_with_the_skin_before_them(self):
        step = self.step()[SIDE * SIDE:]
        self.assertEqual(np.ptp(step, 0).max(), 0)
        np.testing.assert_allclose(step[0], [0, .3, .4], atol=.08)

    def test_what_has_no_counterpart_follows_its_neighbours(self):
        hole = np.hypot(self.mean[:SIDE * SIDE, 0] - 3, self.mean[:SIDE * SIDE, 1] + 6) < 1.5
        self.to_ict["valid_vert_ok"][hole] = False
        self.other[hole] = 1e3
        np.testing.assert_allclose(self.step()[:SIDE * SIDE][hole], self.bump[hole], atol=.1)

    def test_scatter_of_the_counterparts_is_smoothed(self):
        noise = .1 * np.random.default_rng(2).normal(size=self.bump.shape)
        smooth, self.other = self.step(), self.other + noise * 1.2
        left = (self.step() - smooth)[:SIDE * SIDE]
        self.assertLess(left.std(), noise.std() / np.sqrt(BENDING))


if __name__ == "__main__":
    unittest.main()
