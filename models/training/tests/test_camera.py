"""Crops: where a point of the sprite lands, and what is seen there."""
import unittest

import numpy as np

from selfie3d_training.camera import MIRROR, Crop, developed, lit_alike, photograph, with_bystander
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

    def test_lit_alike_makes_most_backgrounds_about_as_bright_as_the_head(self):
        sprite = np.full((192, 192, 4), 200, np.uint8)
        rng, dim = np.random.default_rng(2), np.full((192, 192, 3), 70, np.uint8)
        light = np.array([lit_alike(rng, dim, sprite).mean() for _ in range(200)])
        self.assertAlmostEqual((light == 70).mean(), .35, delta=.12)
        self.assertGreater(np.median(light[light != 70]), 140)

    def test_a_bystander_stands_before_the_background_where_there_is_something_of_them(self):
        background = np.random.default_rng(0).integers(0, 200, (192, 192, 3)).astype(np.uint8)
        nobody, somebody = np.zeros((192, 192, 4), np.uint8), np.full((192, 192, 4), 255, np.uint8)
        np.testing.assert_array_equal(with_bystander(np.random.default_rng(5), background, nobody), background)
        seen = with_bystander(np.random.default_rng(5), background, somebody)
        white = (seen == 255).all(2)
        self.assertTrue(white.any() and not white.all())
        np.testing.assert_array_equal(seen[~white], background[~white])

    def test_a_photograph_before_a_background_of_its_own_shows_that_one(self):
        green = np.zeros((192, 192, 3), np.uint8)
        green[..., 1] = 120
        image = photograph(np.random.default_rng(1), np.zeros_like(self.sprite), self.walls, Crop(np.array([96., 96.]), 100.), 64, False, green)
        self.assertTrue((image[..., 1] > image[..., 0] + 60).all())

    def test_developed_pictures_differ_little_from_what_the_lens_saw(self):
        squares = np.add.outer(np.arange(64) // 8, np.arange(64) // 8) % 2
        picture = (100 + 60 * squares).astype(np.uint8)[..., None].repeat(3, 2)
        rng = np.random.default_rng(4)
        away = [np.abs(developed(rng, picture).astype(float) - picture).mean() for _ in range(40)]
        self.assertLess(max(away), 20)
        self.assertGreater(np.mean(np.array(away) > 0), .5)


if __name__ == "__main__":
    unittest.main()
