"""Weights out of the published ONNX files. Run: python3 -m unittest discover -s tests -t ."""

import gzip
import json
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

from selfie3d_training.detector.model import Detector, DetectorConfig, DetectorExport
from selfie3d_training.landmarks.model import LandmarkConfig, LandmarkExport, LandmarkNet
from selfie3d_training.onnx_export import export
from selfie3d_training.published import MODELS, PublishedModel, restore_normalisation
from selfie3d_training.volume.model import VolumeNet

SAMPLES, PUBLISHED = Path(__file__).with_name("samples"), Path(__file__).resolve().parents[2]


def sample(name: str) -> dict[str, torch.Tensor]:
    """The inputs and outputs that ``export`` wrote beside a published model."""
    values, place, tensors = np.frombuffer(gzip.decompress((SAMPLES / f"{name}.bin.gz").read_bytes()), "<f4"), 0, {}
    for entry in json.loads((SAMPLES / f"{name}.json").read_text()):
        count = int(np.prod(entry["shape"]))
        tensors[entry["name"]] = torch.from_numpy(values[place:place + count].reshape(entry["shape"]).copy())
        place += count
    return tensors


def published(name: str) -> PublishedModel:
    return PublishedModel(PUBLISHED / MODELS[name])


def landmark_net(folder: Path) -> LandmarkNet:
    file, config = published("landmarks"), LandmarkConfig()
    np.savez(folder / "prior.npz", **file.head_prior(config.rank), landmark_vertices=np.zeros((68, 3), np.int64), landmark_bary=np.zeros((68, 3), np.float32))
    net = LandmarkNet(folder / "prior.npz", config)
    net.load_state_dict(file.state_of(net))
    # The file does not tell on which triangles of the prior the landmarks lie, only where they are.
    for name, shape in (("landmark_mean", (68, 3)), ("landmark_basis", (config.rank, 204)), ("usual", (204,))):
        setattr(net.prior, name, torch.from_numpy(file.only(shape).astype(np.float32)))
    return net.eval()


class PublishedModelTests(unittest.TestCase):
    @torch.no_grad()
    def test_state_of_OfEveryPublishedModel_ComputesWhatWasTrained(self):
        with tempfile.TemporaryDirectory() as folder:
            landmarks = LandmarkExport(landmark_net(Path(folder)))
        tensors = sample("head-landmarks")
        for found, name in zip(landmarks(tensors["crop"]), ("landmarks", "prior", "confidence")):
            self.assertLess(float((found - tensors[name]).abs().max()), .25, f"{name}: half-precision weights move a point by less than a quarter of a pixel")

        tensors, volume = sample("head-volume"), VolumeNet()
        volume.load_state_dict(published("volume").state_of(volume))
        self.assertLess(float((volume.eval()(tensors["crop"], tensors["prior"]) - tensors["distance"]).abs().max()), .02)

        tensors, detector = sample("face-detector"), Detector()
        detector.load_state_dict(published("detector").state_of(detector))
        self.assertLess(float((DetectorExport(detector).eval()(tensors["image"]) - tensors["faces"]).abs().max()), .5)

    def test_state_of_OfAnotherModel_SaysSo(self):
        with self.assertRaisesRegex(ValueError, "another model"):
            published("detector").state_of(VolumeNet())
        with self.assertRaisesRegex(ValueError, "no weights for"):
            published("detector").state_of(Detector(DetectorConfig(depths=(1, 1, 3))))

    @torch.no_grad()
    def test_restore_normalisation_OfARecoveredDetector_TrainsOnWhereItWas(self):
        torch.manual_seed(1)
        images = torch.rand(16, 3, 96, 96)
        trained = Detector()
        for _ in range(3):
            trained.train()(images)   # statistics of its own
        trained.eval()
        recovered = Detector()
        with tempfile.TemporaryDirectory() as folder:
            file = export(DetectorExport(trained), {"image": images[:1]}, ["faces"], Path(folder) / "model.onnx")
            recovered.load_state_dict(PublishedModel(file).state_of(recovered))
        before = recovered.eval()(images)
        for a, b in zip(before, trained(images)):
            self.assertLess(float((a - b).abs().max()), 2e-3)

        restore_normalisation(recovered, lambda: recovered(images))

        for a, b in zip(recovered.eval()(images), before):
            self.assertLess(float((a - b).abs().max()), 1e-4, "the answers stay")
        for a, b in zip(recovered.train()(images), before):
            self.assertLess(float((a - b).abs().max()), 1e-2, "with the statistics of these images they are the same in training")


if __name__ == "__main__":
    unittest.main()
