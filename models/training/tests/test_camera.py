"""Crops: where a point of the sprite lands, and what is seen there."""
import unittest

import numpy as np

from selfie3d_training.camera import MIRROR, Crop, photograph
from selfie3d_training.landmarks.data import upright_box


class CropTest(unittest.TestCase):
    def setUp(self):
        self.sprite = np.zeros((192, 192, 4), np.uint8)
        self.sprite[60:63, 120:123] = 255   # a white dot, its middle at (121.5, 61.5)
        self.walls = np.zeros((1, 192, 192, 3), np.uint8)

    def test_points_fall_where_the_image_shows_them(self):
        for crop in (Crop(np.array([100., 80.]), 120.), Crop(np.array([110., 70.]), 90., 30.), Crop(np.array([100., 80.]), 120., -20., True)):
            image = photograph(np.random.default_rng(0), self.sprite, self.walls, crop, 128, faults=False).astype(float).sum(2)
            rows, columns = np.mgrid[:128, :128] + .5
            seen = np.array([(image * columns).sum(), (image * rows).sum()]) / image.sum()
            told = crop.points(np.array([[121.5, 61.5, 10.]]), 128)[0]
            np.testing.assert_allclose(told[:2], seen, atol=.3)
            self.assertAlmostEqual(told[2], 10 * 128 / crop.size, places=4)

    def test_upright_box_is_tight_in_the_turned_frame(self):
        points = np.random.default_rng(1).normal(size=(68, 3)) * [20, 30, 5] + [90, 100, 0]
        centre, side = upright_box(points, 25)
        inside = Crop(centre, side, 25).points(points, 100)[:, :2]
        self.assertAlmostEqual(np.ptp(inside, axis=0).max(), 100, places=3)
        np.testing.assert_allclose(inside.min(0) + inside.max(0), [100, 100], atol=1e-3)

    def test_mirror_order_is_its_own_inverse(self):
        np.testing.assert_array_equal(MIRROR[MIRROR], np.arange(68))


if __name__ == "__main__":
    unittest.main()
