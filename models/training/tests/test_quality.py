"""What is measured in a face's photo, on pictures whose blur, light and colours are known."""
import unittest

import numpy as np
from PIL import Image, ImageFilter

from selfie3d_training.frames import REFERENCE
from selfie3d_training.quality import fit
from selfie3d_training.quality.measures import CROP, in_polygon, measure

FACE = 1.6 * REFERENCE * [1, 1, 1] + [250, 260, 0]


def checks(light: float = 1., skin=(190, 140, 115), size: int = 23, depth: float = .35) -> Image.Image:
    """Skin with darker blocks: sharp edges all over, the same colour everywhere."""
    y, x = np.mgrid[:500, :500]
    block = ((x // size + y // (size + 6)) % 2)[..., None]
    return Image.fromarray((np.array(skin) * (1 - depth * block) * light).astype(np.uint8))


def twin() -> tuple[Image.Image, np.ndarray]:
    """A picture that the tests of ``Selfie3D.Judging.FaceLook`` make too, and a face in it, turned and rolled."""
    y, x = np.mgrid[:300, :400]
    picture = np.stack([120 + 80 * np.sin(x / 9) * np.cos(y / 13), 100 + 60 * np.sin(x / 17 + y / 11), 80 + 50 * np.cos(y / 7)], -1) * (1 - .7 * ((x // 31 + y // 37) % 2))[..., None]
    picture[:, :240] *= .04
    yaw, roll = np.radians([20, 10])
    about_y = np.array([[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]])
    about_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    return Image.fromarray(np.round(picture).astype(np.uint8)), 1.2 * REFERENCE @ (about_z @ about_y).T + (210, 230, 0)


class MeasureTest(unittest.TestCase):
    def test_blur_IsItsSigmaWhateverTheLight(self):
        side = np.ptp(FACE[:, :2], axis=0).max()
        for sigma in (.01, .015, .025):
            for light in (1., .5):
                blurred = checks(light, size=90, depth=.95).filter(ImageFilter.GaussianBlur(sigma * side))
                self.assertAlmostEqual(measure(blurred, FACE).blur, sigma, delta=.3 * sigma)
        self.assertLess(measure(checks(), FACE).blur, .01)

    def test_dark_photo_LosesItsBrightness(self):
        bright, dark = (measure(checks(light), FACE) for light in (1., .1))
        self.assertGreater(bright.brightness, .5)
        self.assertLess(dark.brightness, .1)
        self.assertEqual(bright.black, 0)
        self.assertGreater(dark.black, .3)

    def test_half_in_shadow_IsBlackThere(self):
        half = np.array(checks())
        half[:, :250] = 3
        self.assertAlmostEqual(measure(Image.fromarray(half), FACE).black, .5, delta=.05)

    def test_cut_face_IsOutsideByItsArea(self):
        self.assertAlmostEqual(measure(checks().crop((250, 0, 500, 500)), FACE - [250, 0, 0]).outside, .5, delta=.05)
        self.assertLess(measure(checks(), FACE).outside, .01)

    def test_covered_mouth_IsUnlikeTheSkin(self):
        covered = np.array(checks())
        covered[300:400, 200:300] = (40, 90, 200)
        bare, cloth = measure(checks(), FACE).patches, measure(Image.fromarray(covered), FACE).patches
        self.assertGreater(cloth[15, 0], bare[15, 0] + 1)     # mouth
        self.assertAlmostEqual(cloth[0, 0], bare[0, 0], delta=.2)   # cheekbone

    def test_in_polygon_Square_HoldsItsPixels(self):
        self.assertEqual(in_polygon(np.array([[10., 20], [30, 20], [30, 50], [10, 50]])).sum(), 600)
        self.assertEqual(in_polygon(np.array([[-9., -9], [CROP + 9, -9], [CROP + 9, CROP + 9], [-9, CROP + 9]])).sum(), CROP ** 2)

    def test_twin_MeasuresWhatTheCoreMeasures(self):
        look = measure(*twin())
        np.testing.assert_allclose([look.blur, look.brightness, look.black, look.outside], TWIN, rtol=.02)


TWIN = [0.00464, 0.347, 0.550, 0.0747]


class FitTest(unittest.TestCase):
    def test_fit_error_KnownLaw_IsFound(self):
        rng = np.random.default_rng(3)
        x = np.concatenate([np.ones((400, 1)), rng.normal(size=(400, 3))], 1)
        error = np.exp(x @ [1., .6, -.3, 0]) * np.exp(rng.normal(size=400) * .05)
        np.testing.assert_allclose(fit.fit_error(x, error), [1, .6, -.3, 0], atol=.05)

    def test_logistic_Separable_RanksAll(self):
        rng = np.random.default_rng(4)
        x = np.concatenate([np.ones((300, 1)), rng.normal(size=(300, 2))], 1)
        y = (x[:, 1] > .5).astype(float)
        self.assertGreater(fit.auc(x @ fit.logistic(x, y), y > 0), .99)
        self.assertAlmostEqual(fit.auc(rng.random(3000), rng.random(3000) > .5), .5, delta=.05)


if __name__ == "__main__":
    unittest.main()
