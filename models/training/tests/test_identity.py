"""Random people without the face library: what depends on numbers alone."""
import unittest

import numpy as np

from selfie3d_training.identity import CRANIUM, angles_of, grown_back, rotation


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


class RotationTest(unittest.TestCase):
    def test_angles_of_a_turn_make_it_again(self):
        for angles in ([0, 0, 0], [80, 35, -20], [-150, -40, 170], [5, 89, 30]):
            np.testing.assert_allclose(rotation(*angles_of(rotation(*angles))), rotation(*angles), atol=1e-5)
            np.testing.assert_allclose(angles_of(rotation(*angles)), angles, atol=.02)


if __name__ == "__main__":
    unittest.main()
