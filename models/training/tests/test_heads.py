"""Measures of whole heads on ellipsoids, whose truth is known; photos of people where the face library is at hand."""
import os
import unittest
from pathlib import Path

import numpy as np

from selfie3d_training.frames import REFERENCE
from selfie3d_training.heads import score
from selfie3d_training.surface import Surface

from .test_surface import ball

FACES = os.environ.get("SELFIE3D_FACES", "")


def truth(scale: float = 2.) -> dict[str, np.ndarray]:
    """An egg of 80, 110 and 95 mm half axes, seen from the front at ``scale`` pixels per mm; y down as in the photo."""
    points, tris = ball(1, 60)
    metric = points * [80, 110, 95] * [1, -1, 1]
    marks = REFERENCE * (63 / np.linalg.norm(REFERENCE[36:42].mean(0) - REFERENCE[42:48].mean(0)))
    return dict(tris=tris, metric=metric[None], head=metric[None] * scale, metric_landmarks=marks[None], landmarks=marks[None] * scale,
                face=(metric[:, 2] > 60) & (np.abs(metric[:, 1]) < 60))


class CompareTest(unittest.TestCase):
    def compare(self, change):
        t = truth()
        made, marks = t["metric"][0] * [1, -1, 1], t["metric_landmarks"][0] * [1, -1, 1]
        turn = np.array([[0, 0, 1.], [0, 1, 0], [-1, 0, 0]])   # of the made head's own frame: must not matter
        return score.compare(t, 0, Surface(change(made) @ turn.T + 7, t["tris"]), marks @ turn.T + 7)

    def test_same_head_elsewhere_HasNoError(self):
        part, distance = self.compare(lambda p: p)
        self.assertLess(np.median(distance), .05)
        self.assertEqual(set(np.unique(part)), {-1, 0, 1, 2})
        self.assertAlmostEqual(float((part == 1).mean()), .5, delta=.08)   # half of an egg is hidden

    def test_swollen_back_ShowsInTheHiddenPartAlone(self):
        part, distance = self.compare(lambda p: p - np.where(p[:, 2:] < -5, [[0, 0, 6.]], 0))
        self.assertLess(np.median(distance[0][part == 0]), .2)
        self.assertAlmostEqual(float(np.percentile(distance[0][(part == 1)], 90)), 6, delta=.7)

    def test_other_size_IsNotForgiven(self):
        part, distance = self.compare(lambda p: p * 1.05)
        self.assertGreater(np.median(distance[0][part == 1]), 4)

    def test_figures_CountMissesAndLeaveOutWhatWasNotTried(self):
        scores = score.Scores.empty(4)
        scores.tried[:3] = True
        scores.found[:2], scores.nme[:2] = True, [2, 4]
        scores.part[:2], scores.distance[:2] = 0, 1.5
        out = score.figures(scores, np.arange(4))
        self.assertEqual((out["photos"], out["found"], out["nme"]), (3, 2, 3.0))
        self.assertEqual(out["face"], {"seen": [1.5, 1.5]})

    def test_largest_gap_NamesBothGroups(self):
        groups = {"a": {"nme": 3.}, "b": {"nme": 5.}, "c": {"nme": 4.}}
        self.assertEqual(score.largest_gap(groups, "nme"), ("a", "b", 2.))


@unittest.skipUnless(FACES and (Path(FACES) / "ict.npz").exists(), "SELFIE3D_FACES does not name a folder with the face library")
class PhotoTest(unittest.TestCase):
    def test_photo_AgreesWithItsMetricTruth(self):
        from selfie3d_training.heads.photos import OnePerson, PhotoMaker
        maker = PhotoMaker(Path(FACES), "heldout", 3)
        image, row = maker.make(np.random.default_rng(5), OnePerson(maker.library, 2), yaw=30.)
        self.assertEqual(image.shape, (480, 480, 3))
        self.assertEqual(row["person"], maker.library.ids[2])
        marks = row["metric_landmarks"]
        self.assertAlmostEqual(float(np.linalg.norm(marks[36:42].mean(0) - marks[42:48].mean(0))), 63, places=3)
        both = [np.corrcoef(row["head"][:, k], row["metric"][:, k])[0, 1] for k in range(3)]
        self.assertGreater(min(both), .9)


if __name__ == "__main__":
    unittest.main()
