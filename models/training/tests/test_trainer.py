"""The training loop: counting, resuming after a kill, refusing another model. Run: python3 -m unittest discover -s tests -t ."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import numpy as np
import torch

from selfie3d_training.checkpoint import average, grow, read_weights
from selfie3d_training.trainer import TrainConfig, train


@dataclass
class LineConfig:
    width: int = 8


def line_model(config: LineConfig) -> torch.nn.Module:
    return torch.nn.Sequential(torch.nn.Linear(1, config.width), torch.nn.BatchNorm1d(config.width), torch.nn.Tanh(),
                               torch.nn.Linear(config.width, 1))


def line_batches(_worker: int, seed: int):
    g = np.random.default_rng(seed)
    while True:
        x = g.uniform(-1, 1, (16, 1)).astype(np.float32)
        yield {"x": x, "y": 2 * x}


def slow_batches(worker: int, seed: int):
    for batch in line_batches(worker, seed):
        time.sleep(0.01)
        yield batch


def line_step(model, batch):
    error = (model(batch["x"]).float() - batch["y"]).abs().mean()
    return error, {"error": error}


def line_config(**changes) -> TrainConfig:
    return TrainConfig(**{**dict(name="line", batch_size=16, samples=16 * 200, warmup_steps=5, workers=0, bf16=False,
                                 learning_rate=1e-2, device="cpu", log_steps=50), **changes})


class AverageTests(unittest.TestCase):
    def test_average_OfTwo_IsTheirMeanByShares(self):
        one, other = line_model(LineConfig()).state_dict(), line_model(LineConfig()).state_dict()
        mean = average([{"state": one, "samples": 7}, {"state": other, "samples": 9}], [3, 1])
        self.assertEqual(mean["samples"], 7)
        for name, value in mean["state"].items():
            self.assertEqual(value.dtype, one[name].dtype)
            torch.testing.assert_close(value, (3 * one[name] + other[name]) / 4 if value.is_floating_point() else one[name])

    def test_average_OfOtherNetworksOrShares_SaysWhat(self):
        one, wide = ({"state": line_model(LineConfig(width)).state_dict()} for width in (8, 9))
        with self.assertRaisesRegex(ValueError, "run 2 is of another network than run 1: 0.bias is \\(9,\\) there and \\(8,\\) here"):
            average([one, wide], [1, 1])
        with self.assertRaisesRegex(ValueError, "3 shares .* for 2 runs"):
            average([one, one], [1, 1, 1])
        with self.assertRaisesRegex(ValueError, "recovered from a published model"):
            average([one, {**one, "folded": True}], [1, 1])


class GrowTests(unittest.TestCase):
    def test_grow_OfANarrowerNetwork_ComputesTheSame(self):
        narrow, wide = line_model(LineConfig(5)).eval(), line_model(LineConfig(16)).eval()
        wide.load_state_dict(grow(narrow.state_dict(), wide))
        x = torch.linspace(-1, 1, 7)[:, None]
        self.assertLess(float((narrow(x) - wide(x)).abs().max()), 1e-6)
        self.assertTrue(bool((wide[0].weight[5:] != 0).all()), "new channels start at random, or they would never learn")

    def test_grow_OfAWiderNetwork_SaysWhatDiffers(self):
        with self.assertRaisesRegex(ValueError, r"0.weight: \(16, 1\) in the given weights, \(5, 1\) here"):
            grow(line_model(LineConfig(16)).state_dict(), line_model(LineConfig(5)))


class TrainTests(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.out = Path(self.folder.name) / "run"

    def test_train_ToTheEnd_LearnsAndWritesItsFiles(self):
        result = train(line_model(LineConfig()), line_batches, line_step, line_config(), self.out,
                       lambda m: {"at_half": float(m(torch.tensor([[0.5], [0.1]]))[0])}, LineConfig())
        self.assertTrue(result.finished)
        self.assertEqual((result.samples, result.steps), (3200, 200))
        history = [json.loads(line) for line in (self.out / "history.jsonl").read_text().splitlines()]
        self.assertAlmostEqual(history[-1]["at_half"], 1.0, delta=0.15)
        self.assertEqual(json.loads((self.out / "config.json").read_text())["model"], {"width": 8})
        self.assertEqual(read_weights(self.out)["model_config"], {"width": 8})
        again = train(line_model(LineConfig()), line_batches, line_step, line_config(), self.out, None, LineConfig())
        self.assertEqual(again.samples, 3200)

    def test_train_MoreSamples_GoesOnFromTheEnd(self):
        train(line_model(LineConfig()), line_batches, line_step, line_config(), self.out, None, LineConfig())
        result = train(line_model(LineConfig()), line_batches, line_step, line_config(samples=4000), self.out, None, LineConfig())
        self.assertEqual(result.steps, 250)
        self.assertIn("resumed at 3200 samples", (self.out / "train.log").read_text())

    def test_train_AnotherModel_IsRefusedWithTheDifference(self):
        train(line_model(LineConfig()), line_batches, line_step, line_config(), self.out, None, LineConfig())
        with self.assertRaisesRegex(ValueError, "width: 8 there, 9 now"):
            train(line_model(LineConfig(9)), line_batches, line_step, line_config(), self.out, None, LineConfig(9))

    def test_train_PrecisionLeftOpen_TakesTheFasterOne(self):
        for faster in (True, False):
            seen = []

            def step(model, batch):
                seen.append(torch.is_autocast_cpu_enabled())
                return line_step(model, batch)

            out = self.out / str(faster)
            with mock.patch("selfie3d_training.trainer.bf16_is_faster", return_value=faster):
                train(line_model(LineConfig()), line_batches, step, line_config(bf16=None, samples=160), out, None, LineConfig())
            self.assertEqual(set(seen), {faster})
            self.assertEqual(json.loads((out / "config.json").read_text())["versions"]["bf16"], faster)

    def test_train_WithoutABudget_IsRefused(self):
        with self.assertRaisesRegex(ValueError, "samples or minutes"):
            train(line_model(LineConfig()), line_batches, line_step, line_config(samples=None), self.out)

    def test_train_LossNeverFinite_Stops(self):
        with self.assertRaises(FloatingPointError):
            train(line_model(LineConfig()), line_batches, lambda m, b: (m(b["x"]).sum() * float("nan"), {}), line_config(), self.out)

    def test_train_Killed_ResumesAndGoesOnCounting(self):
        command = [sys.executable, "-c", "from tests.test_trainer import main; main()", str(self.out)]
        root = Path(__file__).resolve().parents[1]
        child = subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL, env={**os.environ, "OMP_NUM_THREADS": "1"})
        checkpoint = self.out / "checkpoint.pt"
        deadline = time.monotonic() + 60
        while not checkpoint.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        child.send_signal(signal.SIGKILL)
        child.wait()
        before = torch.load(checkpoint)["counters"]["samples"]
        self.assertGreater(before, 0)
        self.assertLess(before, 16 * 400)
        subprocess.run(command, cwd=root, check=True, stdout=subprocess.DEVNULL)
        log = (self.out / "train.log").read_text()
        self.assertIn(f"resumed at {before} samples", log)
        self.assertEqual(torch.load(checkpoint)["counters"]["samples"], 16 * 400)

    def test_train_Terminated_SavesAndSaysSo(self):
        command = [sys.executable, "-c", "from tests.test_trainer import main; main()", str(self.out)]
        child = subprocess.Popen(command, cwd=Path(__file__).resolve().parents[1], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not (self.out / "checkpoint.pt").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        child.terminate()
        self.assertEqual(child.wait(30), 0)
        self.assertIn("interrupted at", (self.out / "train.log").read_text())


def main():
    config = line_config(samples=16 * 400, checkpoint_minutes=0.005, workers=1)
    train(line_model(LineConfig()), slow_batches, line_step, config, sys.argv[1], None, LineConfig())


if __name__ == "__main__":
    unittest.main()
