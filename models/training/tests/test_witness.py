"""How detector and landmark network tell a face together."""
import unittest

import numpy as np

from selfie3d_training.landmarks.witness import logistic


class WitnessTests(unittest.TestCase):
    def test_the_fit_finds_the_weights_that_the_labels_were_drawn_by(self):
        rng = np.random.default_rng(1)
        weights = np.array([1.2, -.5, .8])
        x = np.c_[rng.normal(size=20000), np.ones(20000), 3 * rng.normal(size=20000)]
        y = rng.random(20000) < 1 / (1 + np.exp(-x @ weights))
        np.testing.assert_allclose(logistic(x, y.astype(float)), weights, atol=.08)

    def test_labels_without_an_exception_give_finite_weights(self):
        x = np.c_[np.linspace(-1, 1, 50), np.ones(50)]
        self.assertTrue(np.isfinite(logistic(x, (x[:, 0] > 0).astype(float))).all())


if __name__ == "__main__":
    unittest.main()
