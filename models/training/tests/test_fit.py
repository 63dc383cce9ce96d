"""What is fitted on a finished landmark network: the head's shape, and whether there is a face."""
import json
import re
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
import torch

from selfie3d_training.frames import REFERENCE
from selfie3d_training.landmarks import fit
from selfie3d_training.landmarks.candidates import files
from selfie3d_training.landmarks.model import CROP, LandmarkConfig, LandmarkNet
from selfie3d_training.renders import CHUNK, HEAD_STEP, RenderStore
from selfie3d_training.wardrobe import HEAD_CENTRE

from .test_landmarks import RANK, prior_file

SIZE, SCALE = 64, 2.   # pixels, pixels per cm


class FitTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.renders = Path(folder.name)
        torch.manual_seed(0)
        config = LandmarkConfig(widths=(8, 8, 8, 8, 8), depths=(0, 1, 1, 1, 1), maps=8, map_depth=0, hidden=16, rank=RANK)
        self.net = LandmarkNet(prior_file(self.renders), config).eval()

    def test_fit_shape_WhereEveryHeadHasTheSame_TellsIt(self):
        prior = dict(np.load(self.renders / "prior.npz"))
        half = len(prior["mean"]) // 2
        prior["basis"][:, half:] = prior["basis"][:, :half] * [-1, 1, 1]   # half of the crops are mirrored
        np.savez(self.renders / "prior.npz", **prior)
        self.net = LandmarkNet(self.renders / "prior.npz", self.net.config).eval()
        shape = np.array([1.5, -1., .5, 1.])[:RANK]
        head = prior["mean"] - HEAD_CENTRE + np.tensordot(shape, prior["basis"], 1)
        (self.renders / "meta.json").write_text(json.dumps(dict(rows=2 * CHUNK, size=SIZE, headVertices=len(head))))
        store = RenderStore(self.renders, "w+")
        store.rgba[:] = np.random.default_rng(1).integers(256, size=(SIZE, SIZE, 4))
        store.landmarks[:] = REFERENCE * .2 + [SIZE / 2, SIZE / 2, 0]
        store.head[:] = np.rint((head * [SCALE, -SCALE, SCALE] + [SIZE / 2, SIZE / 2, 0]) / HEAD_STEP)
        store.view[:] = 0, 0, 0, 400, SCALE
        store.split[CHUNK:], store.done[:] = 1, 1

        said = fit.fit_shape(self.net, self.renders, count=64, held_out=64)

        fitted, mean = (float(number) for number in re.findall(r"([\d.]+) mm", said))
        self.assertLess(fitted, .2 * mean, said)

    def test_fit_face_OnPicturesThatDifferPlainly_TellsThemApart(self):
        rng = np.random.default_rng(2)
        (self.renders / "candidates").mkdir()
        for split in (0, 1):
            labels = rng.integers(2, size=80).astype(np.uint8)
            crops, kinds = files(self.renders, split)
            (rng.integers(120, size=(80, CROP, CROP, 3)) + 120 * labels[:, None, None, None]).astype(np.uint8).tofile(crops)
            labels.tofile(kinds)

        self.net.coarse[1].weight.data *= 100   # an untrained network sees little
        with mock.patch.object(fit, "EPOCHS", 3000):   # there are few
            right, before = (float(number) for number in re.findall(r"([\d.]+) %", fit.fit_face(self.net, self.renders)))

        self.assertGreater(right, 85)
        self.assertLess(before, 65)


if __name__ == "__main__":
    unittest.main()
