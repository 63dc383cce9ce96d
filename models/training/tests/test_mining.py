"""Which boxes show a face to the landmark network."""
import unittest

import numpy as np

from selfie3d_training.detector.scenes import LEFT_OUT, POSITIVE
from selfie3d_training.landmarks.mining import shows_face

FACES = np.array([[50, 60, 40, np.radians(170), POSITIVE], [150, 60, 40, 0, LEFT_OUT]], np.float32)


class MiningTests(unittest.TestCase):
    def label(self, x: float, y: float, side: float, roll: float, faces: np.ndarray = FACES):
        return shows_face(np.array([x, y]), side, roll, faces)

    def test_a_box_on_a_face_and_turned_like_it_shows_it_also_across_half_a_turn(self):
        self.assertIs(self.label(52, 58, 42, 180), True)
        self.assertIs(self.label(52, 58, 42, -175), True)

    def test_a_box_on_a_face_but_turned_against_it_shows_none(self):
        self.assertIs(self.label(50, 60, 40, 0), False)
        self.assertIs(self.label(50, 60, 40, 100), False)

    def test_half_turned_or_half_beside_it_is_neither(self):
        self.assertIsNone(self.label(50, 60, 40, 135))
        self.assertIsNone(self.label(70, 60, 40, 170))

    def test_a_face_that_training_leaves_out_is_neither(self):
        self.assertIsNone(self.label(150, 60, 40, 0))

    def test_elsewhere_is_no_face(self):
        self.assertIs(self.label(100, 20, 30, 0), False)
        self.assertIs(self.label(100, 20, 30, 0, FACES[:0]), False)


if __name__ == "__main__":
    unittest.main()
