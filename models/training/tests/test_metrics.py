"""Scores against figures worked out by hand."""

import json
import tempfile
import unittest
from pathlib import Path

import numpy as np

from selfie3d_training.evaluate import Prediction, describe, read_results, score
from selfie3d_training.frames import REFERENCE, face_rotation, pose_angles, square_iou, upright_square
from selfie3d_training.metrics import Truth, balanced, bootstrap, nme, rank_correlation


def turned(yaw: float = 0.0, roll: float = 0.0, scale: float = 1.0) -> np.ndarray:
    """The reference face turned to the image's left by ``yaw`` and clockwise by ``roll`` (degrees)."""
    y, r = np.radians([yaw, roll])
    about_y = np.array([[np.cos(y), 0, -np.sin(y)], [0, 1, 0], [np.sin(y), 0, np.cos(y)]])
    about_z = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    return scale * REFERENCE @ (about_z @ about_y).T + (200, 180, 5)


def truth_of(landmarks: np.ndarray, yaws: list[float]) -> Truth:
    pose = np.array([[0.0, yaw, 0.0] for yaw in yaws])
    names = [f"p{i}" for i in range(len(landmarks))]
    return Truth(names, [Path(f"{n}.jpg") for n in names], landmarks, landmarks[..., :2].copy(), pose,
                 np.ones(len(names), bool), np.digitize(np.abs(pose[:, 1]), [30, 60], right=True))


class FrameTests(unittest.TestCase):
    def test_pose_angles_TurnedFace_GivesTheAngles(self):
        for yaw in (-80, -20, 0, 45):
            np.testing.assert_allclose(pose_angles(face_rotation(turned(yaw))), [0, yaw, 0], atol=1e-6)

    def test_upright_square_RolledFace_TurnsWithIt(self):
        upright, rolled = upright_square(turned()), upright_square(turned(roll=130))
        self.assertAlmostEqual(np.degrees(rolled[3]), 130, places=6)
        self.assertAlmostEqual(rolled[2], upright[2], places=6)
        np.testing.assert_allclose(rolled[:2], upright_square(turned(yaw=0, roll=130))[:2])

    def test_square_iou_HalfApart_IsAThird(self):
        self.assertAlmostEqual(float(square_iou(np.array([0, 0, 10.0]), np.array([5, 0, 10.0]))), 1 / 3)


class MetricTests(unittest.TestCase):
    def setUp(self):
        self.landmarks = np.stack([turned(yaw) for yaw in (0, 10, 45, 80)])
        self.truth = truth_of(self.landmarks, [0, 10, 45, 80])

    def test_nme_ShiftedBySomePixels_IsTheShiftOverTheNorm(self):
        errors = nme(self.landmarks + (3, 4, 0), self.landmarks, self.truth.norm())
        np.testing.assert_allclose(errors, 500 / self.truth.norm())

    def test_nme_ThreeDimensional_IgnoresAnOffsetInDepth(self):
        errors = nme(self.landmarks + (0, 0, 40), self.landmarks, self.truth.norm(), three=True)
        np.testing.assert_allclose(errors, 0, atol=1e-9)

    def test_balanced_UnequalBins_WeighsBinsEqually(self):
        result = balanced(np.array([1.0, 3.0, 5.0, 9.0]), self.truth.bins)
        self.assertEqual(result["bins"], [2.0, 5.0, 9.0])
        self.assertAlmostEqual(result["balanced"], 16 / 3)
        self.assertAlmostEqual(result["plain"], 4.5)

    def test_bootstrap_Interval_HoldsTheMean(self):
        rng = np.random.default_rng(1)
        errors, bins = rng.gamma(4, 1, 300), np.arange(300) % 3
        low, high = bootstrap(errors, bins)
        self.assertLess(low, balanced(errors, bins)["balanced"])
        self.assertGreater(high, balanced(errors, bins)["balanced"])

    def test_rank_correlation_MonotoneValues_IsOne(self):
        self.assertAlmostEqual(rank_correlation(np.array([1.0, 2, 3, 9]), np.array([0.1, 0.2, 5, 100])), 1)

    def test_score_MissedFace_CountsAsAHundredPerCent(self):
        square = upright_square(self.landmarks)
        predictions = [Prediction(self.landmarks[i], tuple(square[i, :3])) for i in range(3)] + [None]
        figures = score(self.truth, predictions)
        self.assertEqual(figures["found"], 0.75)
        self.assertEqual(figures["found_the_face"], 0.75)
        np.testing.assert_allclose(figures["errors"], [0, 0, 0, 100], atol=1e-9)
        self.assertEqual(figures["nme_misses_100"]["bins"][2], 100)
        self.assertAlmostEqual(figures["pose"]["mean"], 0, places=6)
        self.assertIn("75.0 %", describe(figures))

    def test_read_results_FolderOfTheCommand_IsRead(self):
        with tempfile.TemporaryDirectory() as folder:
            result = {"schemaVersion": 1, "landmarks68": self.landmarks[0].tolist(), "face": {"x": 10, "y": 20, "width": 30, "height": 30, "score": 0.9},
                      "pose": {"yaw": 1, "pitch": 2, "roll": 3}, "quality": {"score": 0.7, "warnings": []}}
            (Path(folder) / "p0.json").write_text(json.dumps(result))
            first, second = read_results(folder, ["p0", "p1"])
        self.assertEqual((first.box, first.pose, first.quality), ((25, 35, 30), (2, 1, 3), 0.7))
        self.assertIsNone(second)


if __name__ == "__main__":
    unittest.main()
