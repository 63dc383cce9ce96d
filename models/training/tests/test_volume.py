"""Voxelised surfaces against analytic spheres, and the network that starts as the prior."""
import unittest

import numpy as np
import torch
from scipy.spatial import ConvexHull

from selfie3d_training.volume.grid import BAND, Cube, voxelise
from selfie3d_training.volume.model import VolumeNet
from selfie3d_training.volume.train import SATURATED, DistanceLoss, surface_error


def sphere(count: int = 4000):
    """(N, 3) points of the unit sphere and triangles counter-clockwise from outside (right-handed)."""
    i = np.arange(count) + .5
    polar, around = np.arccos(1 - 2 * i / count), np.pi * (1 + 5 ** .5) * i
    points = np.stack([np.cos(around) * np.sin(polar), np.sin(around) * np.sin(polar), np.cos(polar)], 1)
    tris = ConvexHull(points).simplices
    a, b, c = points[tris].transpose(1, 0, 2)
    wrong = (np.cross(b - a, c - a) * (a + b + c)).sum(1) < 0
    tris[wrong] = tris[wrong][:, ::-1]
    return points, tris.astype(np.int32)


class VoxeliseTest(unittest.TestCase):
    def test_sphere_has_its_analytic_distance(self):
        points, tris = sphere()
        centre, radius = np.array([32.3, 31.1, 30.7]), 20.
        # y points down in the grid, so the right-handed sphere is mirrored in y
        grid = voxelise(centre + points * [1, -1, 1] * radius, tris).astype(float) * BAND / 127
        z, y, x = np.mgrid[:64, :64, :64] + .5
        truth = np.clip(np.sqrt((x - centre[0]) ** 2 + (y - centre[1]) ** 2 + (z - centre[2]) ** 2) - radius, -BAND, BAND)
        near = np.abs(truth) < 2
        self.assertLess(np.abs(grid - truth)[near].max(), .15)
        self.assertTrue(((grid < 0) == (truth < 0))[np.abs(truth) > .1].all())

    def test_surface_error_of_a_shifted_sphere_is_the_shift(self):
        points, tris = sphere()
        at = np.array([32., 32, 32]) + points * [1, -1, 1] * 20
        volume = voxelise(at + [0, 0, 1.], tris).astype(np.float32) * BAND / 127
        seen, hidden = surface_error(volume, at.astype(np.float32), tris, 2.)
        self.assertTrue(.8 < seen < 2.1 and hidden < 2.1, (seen, hidden))

    def test_cube_holds_the_whole_head(self):
        head = np.random.default_rng(0).normal(size=(500, 3)).astype(np.float32) * 30 + 100
        voxels = Cube.around(head, 17.).voxels(head)
        self.assertTrue((voxels > 0).all() and (voxels < 64).all())
        np.testing.assert_allclose(voxels.min(0) + voxels.max(0), 64, atol=1e-2)


class NetTest(unittest.TestCase):
    def test_untrained_network_returns_the_prior(self):
        prior = torch.rand(1, 64, 64, 64) * 6 - 3
        torch.testing.assert_close(VolumeNet().eval()(torch.rand(1, 3, 128, 128), prior), prior)

    def test_loss_accepts_any_value_past_the_band(self):
        truth = torch.full((1, 2, 2, 2), float(BAND))
        self.assertEqual(float(DistanceLoss.apply(truth + 5, truth)[0]), 0)
        self.assertGreater(float(DistanceLoss.apply(truth - 5, truth)[0]), 0)

    def test_loss_and_gradient_are_those_of_the_formula(self):
        torch.manual_seed(1)
        truth = (torch.randn(3, 4, 4, 4) * 100).round().clamp(-127, 127) * (BAND / 127)
        predicted = (torch.randn(3, 4, 4, 4) * 4).requires_grad_()
        far = truth.abs() > BAND * .995
        weight = torch.where(far, SATURATED, 1.)
        error = torch.where(far, (BAND - predicted * truth.sign()).relu(), (predicted - truth).abs())
        expected = (error * weight).sum() / weight.sum()
        loss, band = DistanceLoss.apply(predicted, truth)
        torch.testing.assert_close(loss, expected.detach())
        torch.testing.assert_close(band, error[~far].mean().detach())
        torch.testing.assert_close(torch.autograd.grad(loss, predicted)[0], torch.autograd.grad(expected, predicted)[0])


if __name__ == "__main__":
    unittest.main()
