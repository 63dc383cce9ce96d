"""The landmark network: its head prior's camera, its loss of shape, and growth from a shallower network."""
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

from selfie3d_training.camera import MIRROR
from selfie3d_training.checkpoint import grow
from selfie3d_training.frames import REFERENCE, face_rotation, roll_of
from selfie3d_training.identity import rotation
from selfie3d_training.landmarks.data import random_crop
from selfie3d_training.landmarks.fit import coefficients
from selfie3d_training.landmarks.model import HeadPrior, LandmarkConfig, LandmarkNet, blend_looks, both_ways
from selfie3d_training.landmarks.train import similarity
from selfie3d_training.wardrobe import HEAD_CENTRE

RANK = 4


def prior_file(folder: Path, vertices: int = 90) -> Path:
    """A cloud of points in the place of a head, symmetric about x = 0."""
    rng = np.random.default_rng(3)
    half = rng.normal(size=(vertices // 2, 3)) * [6, 9, 8]
    mean = np.concatenate([half, half * [-1, 1, 1]]).astype(np.float32)
    np.savez(folder / "prior.npz", mean=mean + HEAD_CENTRE, basis=rng.normal(size=(RANK, vertices, 3)).astype(np.float32),
             tris=np.arange(vertices).reshape(-1, 3), landmark_vertices=rng.integers(vertices, size=(68, 1)).repeat(3, 1),
             landmark_bary=np.full((68, 3), 1 / 3, np.float32), mirror=np.roll(np.arange(vertices), vertices // 2))
    return folder / "prior.npz"


class LandmarkNetworkTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.prior = prior_file(Path(folder.name))
        torch.manual_seed(0)

    def config(self, **changes) -> LandmarkConfig:
        return LandmarkConfig(**{**dict(widths=(8, 8, 8, 8, 8), depths=(0, 1, 1, 1, 1), maps=8, map_depth=0, hidden=16, rank=RANK), **changes})

    def test_HeadPrior_UnderPerspective_IsWhatItsCameraSays(self):
        prior, pose = HeadPrior(self.prior, RANK), torch.randn(3, 10) * .2
        head = prior(torch.zeros(3, RANK), pose)
        x, y, perspective = prior.camera(pose).unbind(1)
        self.assertGreater(float(perspective.min()), .1)
        shrink = 1 - perspective[:, None] * head[..., 2]
        flat = torch.stack([(head[..., 0] - x[:, None]) * shrink, -(head[..., 1] - y[:, None]) * shrink, head[..., 2]], 2)
        true = prior.mean * prior.scale(pose)[:, None, None]
        torch.testing.assert_close(torch.cdist(flat, flat), torch.cdist(true, true), atol=2e-3, rtol=1e-3)

    def test_HeadPrior_OfTooFewComponents_SaysHowMany(self):
        with self.assertRaisesRegex(ValueError, f"{RANK} components .* takes {RANK + 1}"):
            HeadPrior(self.prior, RANK + 1)

    def test_constellation_OfAPlacedHead_TellsItsShapeWhateverItsPose(self):
        prior, pose = HeadPrior(self.prior, RANK), torch.randn(3, 10) * .2
        shape = .3 * torch.randn(1, RANK).expand(3, RANK)
        mean, own = (prior.constellation(self.on_landmarks(prior(k * shape, pose)), pose) for k in (0, 1))
        torch.testing.assert_close(mean, torch.zeros(3, 204), atol=1e-3, rtol=0)
        torch.testing.assert_close(own[1:], own[:1].expand(2, 204), atol=1e-3, rtol=0)
        self.assertGreater(float(own.abs().mean()), .1)

    def test_fitted_ToTheLandmarksOfAPlacedHead_FindsScaleAndPosition(self):
        prior, pose, shape = HeadPrior(self.prior, RANK), torch.randn(3, 10) * .2, .3 * torch.randn(3, RANK)
        pose[:, 9] = -20   # a camera far away
        astray = pose + torch.tensor([0., 0, 0, 0, 0, 0, .3, -.2, .1, 0])
        torch.testing.assert_close(prior.fitted(shape, astray, self.on_landmarks(prior(shape, pose))), pose, atol=1e-4, rtol=1e-4)

    def test_coefficients_OfAPlacedHead_AreItsShape(self):
        prior, pose, shape = HeadPrior(self.prior, RANK), torch.randn(3, 10) * .2, .01 * torch.randn(3, RANK)
        subset = torch.arange(0, 90, 2)
        found = coefficients(prior, prior(shape, pose)[:, subset], pose, prior.camera(pose)[:, 2], subset)
        torch.testing.assert_close(found - found.mean(0), shape - shape.mean(0), atol=4e-3, rtol=0)

    def on_landmarks(self, head: torch.Tensor) -> torch.Tensor:
        return head[:, np.load(self.prior)["landmark_vertices"]].mean(2)

    def test_both_ways_OfAPictureAndItsMirrorImage_AreMirrorImages(self):
        net, image = LandmarkNet(self.prior, self.config()).eval(), torch.rand(2, 3, 128, 128)
        with torch.no_grad():
            here, there = both_ways(net, image), both_ways(net, image.flip(3))
        turned = torch.tensor([1., 0, 0]) + torch.tensor([-1., 1, 1]) * there["camera"]
        torch.testing.assert_close(here["camera"], turned)
        turned = torch.tensor([1., 0, 0]) + torch.tensor([-1., 1, 1]) * there["head"][:, net.prior.mirror]
        torch.testing.assert_close(here["head"], turned, atol=1e-4, rtol=1e-4)

    def test_blend_looks_ChangesOnlyMeanAndSpreadOfEachChannel_TowardsAnotherCrops(self):
        x = torch.randn(40, 3, 8, 8) * torch.linspace(.5, 3, 40)[:, None, None, None] + torch.arange(40.)[:, None, None, None]
        y = blend_looks(x)
        own = lambda values: (values - values.mean((2, 3), keepdim=True)) / values.std((2, 3), keepdim=True)
        torch.testing.assert_close(own(y), own(x), atol=2e-3, rtol=2e-3)
        moved = ((y - x).abs().amax((1, 2, 3)) > 1e-3).float().mean()
        self.assertTrue(.2 < moved < .7, moved)   # half of them, less those that take next to nothing of the other
        self.assertLessEqual(float(y.mean((1, 2, 3)).max()), float(x.mean((1, 2, 3)).max()) + 1e-3)

    def test_random_crop_OfALyingHead_IsMostlyUprightByTheHead(self):
        turned = rotation(0, 0, -70)
        lying = (REFERENCE @ turned.T + [96, 96, 0]).astype(np.float32)
        rng = np.random.default_rng(2)
        crops = [random_crop(rng, lying) for _ in range(300)]
        rolls = np.array([np.degrees(roll_of(face_rotation(crop.points(lying[MIRROR] if crop.mirror else lying, 128)))) for crop in crops])
        self.assertGreater((abs(rolls) < 16).mean(), .7)
        self.assertGreater((abs(rolls) > 20).mean(), .03)

    def test_grow_OfAShallowerNetwork_ComputesTheSame(self):
        shallow = LandmarkNet(self.prior, self.config()).eval()
        deep = LandmarkNet(self.prior, self.config(depths=(0, 2, 3, 2, 1), map_depth=1)).eval()
        deep.load_state_dict(grow(shallow.state_dict(), deep))
        image = torch.rand(2, 3, 128, 128)
        with torch.no_grad():
            a, b = shallow(image), deep(image)
        for key in a:
            torch.testing.assert_close(a[key], b[key], atol=1e-5, rtol=1e-5)

    def test_similarity_OfAMovedHead_TakesItBack(self):
        source = torch.randn(2, 40, 3)
        turn = torch.from_numpy(np.stack([rotation(20, -30, 5), rotation(-70, 10, 40)]))
        target = 1.7 * source @ turn + torch.tensor([[[3., -1, 2]], [[0., 4, 1]]])
        found, scale, shift = similarity(source, target)
        torch.testing.assert_close(scale * source @ found + shift, target, atol=1e-4, rtol=1e-4)
        mirrored = similarity(source, target * torch.tensor([-1., 1, 1]))[0]
        torch.testing.assert_close(torch.det(mirrored), torch.ones(2))


if __name__ == "__main__":
    unittest.main()
