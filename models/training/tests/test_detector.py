"""The detector: truth of scenes, targets, loss, decoding, suppression, export."""

import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
import onnx
import torch

from selfie3d_training.detector import score
from selfie3d_training.detector.loss import detector_loss, square_giou
from selfie3d_training.detector.model import STRIDES, Detector, DetectorConfig, DetectorExport, decode, multiply_adds
from selfie3d_training.detector.run import choose, detect, look, prepare, suppress
from selfie3d_training.detector.scenes import POSITIVE, SceneConfig, SceneMaker
from selfie3d_training.detector.sprites import SpriteBook, cut_plane, faceless
from selfie3d_training.frames import REFERENCE, upright_square
from selfie3d_training.onnx_export import export


class DrawnStore:
    """A stand-in for a render store: grey discs with a white forehead, at the place of reference landmarks."""

    def __init__(self, number: int = 24, size: int = 96):
        rng = np.random.default_rng(0)
        self.count, self.split = number, np.arange(number) % 2
        self.rgba = np.zeros((number, size, size, 4), np.uint8)
        self.landmarks = np.zeros((number, 68, 3), np.float32)
        self.backgrounds = rng.integers(0, 90, (4, size, size, 3)).astype(np.uint8)
        yy, xx = np.mgrid[:size, :size] + 0.5
        for i in range(number):
            angle = rng.normal() * 0.2
            turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
            self.landmarks[i] = REFERENCE @ turn.T * 0.3 + (size / 2, size / 2, 0)
            x, y, side, _ = upright_square(self.landmarks[i])
            inside = np.hypot(xx - x, yy - y) < side / 2
            top = (xx - x) * np.sin(angle) - (yy - y) * np.cos(angle) > 0
            self.rgba[i][inside] = 170, 130, 110, 255
            self.rgba[i][inside & top] = 250, 250, 250, 255


PLAIN = SceneConfig(faces=(0.0, 1.0), negatives=(1.0,), any_roll=1.0, occluder=0.0, bars=0.0, jpeg=0.0, smallest=20)


class SceneTests(unittest.TestCase):
    def setUp(self):
        self.store = DrawnStore()

    def test_make_OneFace_TruthIsWhereTheFaceIs(self):
        maker, rng, tops = SceneMaker([SpriteBook(self.store, 0)], PLAIN), np.random.default_rng(3), []
        for _ in range(40):
            picture, truth = maker.make(rng, 160)
            self.assertEqual((picture.shape, picture.dtype, truth.shape), ((160, 160, 3), np.uint8, (6, 5)))
            x, y, size, roll, state = truth[0]
            if state != POSITIVE or size > 90:
                continue
            up = np.array([np.sin(roll), -np.cos(roll)]) * size / 4
            points = [np.clip(np.array([x, y]) + s * up, 0, 159).astype(int) for s in (1, -1)]
            tops.append(picture[points[0][1], points[0][0]].mean() > picture[points[1][1], points[1][0]].mean() + 5)
        self.assertGreater(len(tops), 10)
        self.assertGreater(np.mean(tops), 0.8)  # the camera burns some out

    def test_make_SameSeed_SameScene(self):
        maker = SceneMaker([SpriteBook(self.store, 0)])
        first, second = (maker.make(np.random.default_rng(8), 128) for _ in range(2))
        np.testing.assert_array_equal(first[0], second[0])
        np.testing.assert_array_equal(first[1], second[1])

    def test_SpriteBook_Split_KeepsPeopleApart(self):
        self.assertEqual(set(SpriteBook(self.store, 1).faces), set(range(1, 24, 2)))

    def test_faceless_Sprite_ChangesTheFaceOnly(self):
        book, rng = SpriteBook(self.store, 0), np.random.default_rng(0)
        sprite = book.get(0)
        for _ in range(8):
            changed = faceless(rng, sprite)
            self.assertFalse(np.array_equal(changed, sprite.rgba))
            np.testing.assert_array_equal(changed[:4], sprite.rgba[:4])

    def test_cut_plane_Sprite_LeavesNoLandmarkFarInside(self):
        book, rng = SpriteBook(self.store, 0), np.random.default_rng(0)
        for _ in range(20):
            sprite = book.get(2)
            a, b, c = cut_plane(rng, sprite)
            depth = sprite.landmarks @ np.array([a, b]) + c
            self.assertLess(depth.max(), 0.07 * sprite.square[2])


class LossTests(unittest.TestCase):
    def perfect(self, faces: torch.Tensor, side: int) -> list[torch.Tensor]:
        """Outputs that answer right everywhere near a face."""
        outputs = []
        for stride in STRIDES:
            n = side // stride
            centres = (torch.arange(n) + 0.5) * stride
            out = torch.zeros(1, 6, n, n)
            out[:, 0] = -9
            x, y, size, roll, _ = faces[0, 0]
            out[0, 1], out[0, 2] = ((x - centres) / stride)[None, :], ((y - centres) / stride)[:, None]
            out[0, 3], out[0, 4], out[0, 5] = (size / (4 * stride)).log(), roll.cos(), roll.sin()
            near = torch.maximum(out[0, 1].abs(), out[0, 2].abs()) * stride < torch.clamp(0.2 * size, 0.6 * stride, 1.5 * stride)
            out[0, 0][near] = 9
            outputs.append(out)
        return outputs

    def test_detector_loss_RightAnswers_CostLittle(self):
        for size in (20.0, 60.0, 150.0, 300.0):
            faces = torch.tensor([[[150.0, 140.0, size, 2.0, 1.0], [0, 0, 0, 0, 0]]])
            parts = detector_loss(self.perfect(faces, 320), faces)[1]
            self.assertGreater(float(parts["iou"]), 0.99, size)
            self.assertLess(float(parts["square"] + parts["shape"] + parts["roll"]), 1e-3, size)
            wrong = detector_loss([-o for o in self.perfect(faces, 320)], faces)[1]
            self.assertGreater(float(wrong["score"]), float(parts["score"]))
            self.assertGreater(float(wrong["square"] + wrong["shape"] + wrong["roll"]), 0.5, size)

    def test_detector_loss_NoFace_HasAGradient(self):
        detector = Detector()
        loss, _ = detector_loss(detector(torch.rand(2, 3, 64, 64)), torch.zeros(2, 6, 5))
        loss.backward()
        self.assertTrue(all(torch.isfinite(p.grad).all() for p in detector.parameters() if p.grad is not None))

    def test_square_giou_KnownSquares_Agree(self):
        iou, giou = square_giou(torch.tensor([[0.0, 0, 10]]), torch.tensor([[5.0, 0, 10]]))
        self.assertAlmostEqual(float(iou), 1 / 3, places=5)
        self.assertAlmostEqual(float(giou), 1 / 3, places=5)


class ThresholdTests(unittest.TestCase):
    def test_chooseThreshold_LiesHalfWayBelowTheLastAlarmAllowed(self):
        for highest, expected in (((.6, .96, .98, .99), .78), ((.3, .4, .98, .99), .35), ((.9, .96, .98, .99), .8), ((.1, .2, .98, .99), .25)):
            with mock.patch.object(score, "empty_alarms", return_value=np.r_[np.zeros(596), highest]):
                self.assertAlmostEqual(score.choose_threshold(None, None), expected)


class RunTests(unittest.TestCase):
    def test_decode_OneCell_GivesPixels(self):
        output = torch.zeros(1, 6, 2, 3)
        output[0, :, 1, 2] = torch.tensor([3.0, 0.5, -0.25, np.log(2.0), 0.0, -2.0])
        np.testing.assert_allclose(decode(output, 16)[0, 5], [48, 20, 128, 0, -1, 3], atol=1e-4)

    def test_prepare_WidePhoto_IsCentredOnGrey(self):
        picture, scale, corner = prepare(np.full((100, 200, 3), 255, np.uint8), 320, 0)
        self.assertEqual(picture.shape, (1, 3, 160, 320))
        self.assertEqual((scale, tuple(corner)), (1.6, (0, 0)))
        self.assertEqual(prepare(np.zeros((90, 200, 3), np.uint8), 320, 0)[0].shape, (1, 3, 160, 320))

    def test_suppress_SameFaceTwice_KeepsTheBetter(self):
        faces = np.array([[50, 50, 40, 1, 0, 0.6], [52, 50, 40, 1, 0, 0.9], [50, 55, 12, 1, 0, 0.7], [150, 50, 40, 1, 0, 0.8]], np.float32)
        np.testing.assert_allclose(suppress(faces, 0.5)[:, 5], [0.9, 0.8])

    def test_choose_LargeAndCentral_Wins(self):
        faces = np.array([[20, 20, 30, 1, 0, 0.95], [100, 100, 80, 1, 0, 0.8]], np.float32)
        self.assertEqual(choose(faces, 200, 200)[2], 80)
        self.assertIsNone(choose(faces[:0], 200, 200))

    def test_detect_FaceInPhoto_ComesBackInPhotoPixels(self):
        def network(image):  # sees a face of any size in the middle
            sizes = np.array([56, 64, 80], np.float32)
            middle = np.broadcast_to([image.shape[3] / 2, image.shape[2] / 2], (3, 2))
            return np.column_stack([middle, sizes, [1, 1, 1], [0, 0, 0], [0.7, 0.9, 0.7]]).astype(np.float32)
        photo = np.zeros((400, 800, 3), np.uint8)
        np.testing.assert_allclose(detect(network, photo, 0.5, ((320, 0),))[0], [400, 200, 160, 1, 0, 0.9], rtol=0.1, atol=1e-6)
        self.assertEqual(len(detect(network, photo, 0.95, ((320, 0),))), 0)

    def test_detect_SeenOnlyOnce_IsNoFace(self):
        def network(image):
            score = 0.9 if image.shape[2] != 160 or image.shape[3] != 160 else 0.1
            return np.array([[image.shape[3] / 2, image.shape[2] / 2, 64, 1, 0, score]], np.float32)
        self.assertEqual(len(detect(network, np.zeros((400, 800, 3), np.uint8), 0.5, ((320, 0),))), 0)

    def test_detect_SeenUprightHoweverItIsTilted_IsTurnedByTheTilts(self):
        def network(image):  # takes any face for an upright one
            return np.array([[image.shape[3] / 2, image.shape[2] / 2, size, 1, 0, 0.9] for size in (56, 64, 80)], np.float32)
        looks = ((56, True, 0.0), (80, False, 40.0), (64, True, -15.0))
        with mock.patch("selfie3d_training.detector.run.LOOKS", looks):
            face = detect(network, np.zeros((400, 800, 3), np.uint8), 0.5, ((320, 0),))[0]
        self.assertAlmostEqual(np.degrees(np.arctan2(face[4], face[3])), 25, places=4)

    def test_look_MirroredAndTurned_HasTheFaceUprightInTheMiddle(self):
        photo = np.zeros((200, 200, 3), np.uint8)
        photo[90:110, 130:150] = 255  # to the right of the middle: the top of a face that lies on its side
        face = np.array([100, 100, 80, 0, 1, 1], np.float32)
        for mirrored in (False, True):
            seen = look(photo, face, 80, mirrored, 0)
            y, x = (seen[..., 0] > 128).nonzero()
            np.testing.assert_allclose([x.mean(), y.mean()], [79.5, 39.5], atol=1)


class ExportTests(unittest.TestCase):
    def test_model_Cost_IsWithinTheBudget(self):
        self.assertLess(multiply_adds(Detector(), torch.zeros(1, 3, 320, 320)), 0.15e9)

    def test_export_Detector_HasTheContract(self):
        with tempfile.TemporaryDirectory() as folder:
            image = torch.rand(1, 3, 64, 96)
            path = export(DetectorExport(Detector(DetectorConfig())), {"image": image}, ["faces"], Path(folder) / "d.onnx",
                          {"image": {2: "height", 3: "width"}, "faces": {1: "count"}}, metadata={"score_threshold": "0.4"})
            model = onnx.load(str(path))
        shape = [d.dim_param or d.dim_value for d in model.graph.output[0].type.tensor_type.shape.dim]
        self.assertEqual(shape, [1, "count", 6])
        self.assertEqual({p.key: p.value for p in model.metadata_props}, {"score_threshold": "0.4"})
        self.assertTrue(any(w.data_type == onnx.TensorProto.FLOAT16 for w in model.graph.initializer))


if __name__ == "__main__":
    unittest.main()
