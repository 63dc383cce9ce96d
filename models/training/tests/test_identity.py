"""Random people without the face library: what depends on numbers alone."""
import unittest
from unittest import mock

import numpy as np

from selfie3d_training import identity
from selfie3d_training.identity import CRANIUM, LOPSIDED, WARP_SD, angles_of, grown_back, rotation, smooth_warp


class GrownBackTest(unittest.TestCase):
    top, chin = CRANIUM + [[0, 9.5, 0]], CRANIUM + [[0, -14.5, 8.6]]

    def test_braincase_stays_and_chin_comes_nearer(self):
        np.testing.assert_allclose(grown_back(self.top, .1), self.top, atol=1e-5)
        distance = lambda p: np.linalg.norm(p - CRANIUM)
        self.assertAlmostEqual(distance(grown_back(self.chin, .1)) / distance(self.chin), 1 - .1 * (1 + 14.5 / np.hypot(14.5, 8.6)), 5)

    def test_without_strain_nothing_moves_and_sides_stay_mirrored(self):
        points = np.random.default_rng(1).normal(size=(50, 3)) * 8
        np.testing.assert_allclose(grown_back(points, 0.), points, atol=1e-5)
        np.testing.assert_allclose(grown_back(points * [-1, 1, 1], .1), grown_back(points, .1) * [-1, 1, 1], atol=1e-5)


class SmoothWarpTest(unittest.TestCase):
    points = np.random.default_rng(2).uniform(-8, 8, (300, 3))

    def warps(self, points, count=200):
        return np.stack([smooth_warp(np.random.default_rng(seed), points) for seed in range(count)])

    def test_size_is_that_of_half_a_mirrored_field(self):
        spread = self.warps(self.points).std()   # two fields, averaged: (1 + l)^2 + (1 - l)^2 over 4, and more where they agree, in the middle
        least = WARP_SD * np.sqrt((1 + LOPSIDED ** 2) / 2)
        self.assertTrue(.95 * least < spread < 1.05 * WARP_SD, spread)

    def test_neighbours_move_alike(self):
        near = self.points + [.2, -.1, .1]
        difference = self.warps(near) - self.warps(self.points)
        self.assertLess(difference.std(), .08 * WARP_SD)

    def test_sides_are_mirrored_but_for_what_is_lopsided(self):
        mirror = np.array([-1, 1, 1])
        with mock.patch.object(identity, "LOPSIDED", 0.):
            np.testing.assert_allclose(self.warps(self.points * mirror), self.warps(self.points) * mirror, atol=1e-5)
        self.assertGreater(np.abs(self.warps(self.points * mirror) - self.warps(self.points) * mirror).max(), .01)


class RotationTest(unittest.TestCase):
    def test_angles_of_a_turn_make_it_again(self):
        for angles in ([0, 0, 0], [80, 35, -20], [-150, -40, 170], [5, 89, 30]):
            np.testing.assert_allclose(rotation(*angles_of(rotation(*angles))), rotation(*angles), atol=1e-5)
            np.testing.assert_allclose(angles_of(rotation(*angles)), angles, atol=.02)


if __name__ == "__main__":
    unittest.main()
