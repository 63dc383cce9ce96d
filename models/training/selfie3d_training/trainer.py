"""The training loop of all three models: resumable, averaged, and quiet about it.

Used through ``python3 -m selfie3d_training train detector|landmarks|volume``. A run lives in one folder:

* ``config.json``    the training and model configuration and the versions it ran on,
* ``checkpoint.pt``  everything needed to go on (weights, average, optimizer, counters, random state),
* ``weights.pt``     the averaged weights alone: ``{"state": ..., "model_config": ..., "samples": ...}``,
* ``train.log``      the progress lines, ``history.jsonl`` the results of every evaluation.

Both ``.pt`` files are written to a temporary name and renamed, so a kill at any moment leaves the last whole
checkpoint; starting the same command again goes on from there, on another machine too.
"""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import json
import math
import platform
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from .checkpoint import CHECKPOINT, check_resumable, grow, read_checkpoint, save_atomically, write_json
from .feed import Batches, Feed
from .precision import bf16_is_faster
from .published import restore_normalisation

MEASURED = 64  # batches that the normalisations of a published model are measured on
Step = Callable[[torch.nn.Module, dict[str, torch.Tensor]], tuple[torch.Tensor, dict[str, Any]]]
Evaluate = Callable[[torch.nn.Module], dict[str, Any]]


@dataclass
class TrainConfig:
    """How to train, for any model. The run ends when ``samples`` or ``minutes`` is used up, whichever is first."""

    name: str
    seed: int = 1
    batch_size: int = 64
    learning_rate: float = 2e-3
    final_learning_rate: float = 0.01  # as a fraction of learning_rate
    weight_decay: float = 2e-2  # on matrices and kernels only
    warmup_steps: int = 200
    samples: int | None = None  # training samples in all
    minutes: float | None = None  # minutes of training in all, evaluation not counted
    ema_decay: float = 0.999
    grad_clip: float = 5.0
    checkpoint_minutes: float = 3.0
    evaluate_minutes: float = 15.0
    log_steps: int = 100
    threads: int = 0  # of PyTorch on the CPU; 0 = as it is
    workers: int = 2  # processes that make batches; 0 = in this process (batches may then be tensors)
    bf16: bool | None = None  # autocast; None = if a trial on this machine says that it is faster
    device: str = ""  # "" = the GPU if there is one
    initial: str = ""  # a weights.pt to start from, of this network or of a narrower one; ignored when resuming


@dataclass
class TrainResult:
    """What a call of :func:`train` ended with. ``finished`` is False after an interruption."""

    finished: bool
    samples: int
    steps: int
    minutes: float
    model: torch.nn.Module  # the averaged weights, in evaluation mode


def train(
    model: torch.nn.Module,
    batches: Batches,
    step: Step,
    config: TrainConfig,
    out_dir: str | Path,
    evaluate: Evaluate | None = None,
    model_config: Any = None,
) -> TrainResult:
    """Train ``model`` until the budget is used up, resuming whatever ``out_dir`` already holds.

    ``batches(worker, seed)`` yields dicts of arrays whose first axis is the sample; each resumption gets new seeds.
    ``step(model, batch)`` runs under autocast and returns the loss and figures to show; ``evaluate`` gets the
    averaged model in evaluation mode without gradients. ``model_config`` (a dataclass or dict) is kept with the
    weights; a checkpoint made with another one is refused with a ValueError.
    """
    if config.samples is None and config.minutes is None:
        raise ValueError("set samples or minutes in the training configuration: without either the run has no end")
    return _Run(model, batches, step, config, Path(out_dir), evaluate, model_config).run()


class _Run:
    def __init__(self, model, batches, step, config, out, evaluate, model_config):
        self.config, self.out, self.batches, self.step_fn, self.evaluate = config, out, batches, step, evaluate
        self.model_config = dataclasses.asdict(model_config) if dataclasses.is_dataclass(model_config) else model_config
        out.mkdir(parents=True, exist_ok=True)
        if config.threads:
            torch.set_num_threads(config.threads)
        self.device = torch.device(config.device or ("cuda" if torch.cuda.is_available() else "cpu"))
        self.bf16 = bf16_is_faster(self.device) if config.bf16 is None else config.bf16
        torch.manual_seed(config.seed)
        self.model = model.to(self.device).to(memory_format=torch.channels_last)
        self.folded = False  # weights of an ONNX file, whose normalisations are yet to be measured
        if config.initial:
            initial = torch.load(config.initial, map_location=self.device)
            self.folded = initial.get("folded", False)
            self.model.load_state_dict(grow(initial["state"], self.model))
        self.ema = copy.deepcopy(self.model).eval().requires_grad_(False)
        groups = [[], []]
        for parameter in self.model.parameters():
            groups[parameter.ndim <= 1].append(parameter)
        self.optimizer = torch.optim.AdamW(
            [{"params": groups[0], "weight_decay": config.weight_decay}, {"params": groups[1], "weight_decay": 0.0}],
            lr=config.learning_rate,
        )
        self.samples, self.steps, self.seconds, self.ema_steps, self.skipped = 0, 0, 0.0, 0, 0
        self.interrupted = False

    # ---- state -------------------------------------------------------------------------------------------------

    def resume(self) -> None:
        state = read_checkpoint(self.out, self.device)
        if state is None:
            return
        check_resumable(self.out, state, self.config, self.model_config, self.model)
        self.model.load_state_dict(state["model"])
        self.ema.load_state_dict(state["ema"])
        self.optimizer.load_state_dict(state["optimizer"])
        for group, decay in zip(self.optimizer.param_groups, (self.config.weight_decay, 0.0)):
            group["weight_decay"] = decay
        for key, value in state["counters"].items():
            setattr(self, key, value)
        torch.set_rng_state(state["random"].cpu())
        changed = {k: v for k, v in dataclasses.asdict(self.config).items() if state["config"].get(k, v) != v}
        self.say(f"resumed at {self.samples} samples, {self.seconds / 60:.1f} min" + (f", now with {changed}" if changed else ""))

    def save(self) -> None:
        counters = {k: getattr(self, k) for k in ("samples", "steps", "seconds", "ema_steps", "skipped")}
        state = {
            "model": self.model.state_dict(), "ema": self.ema.state_dict(), "optimizer": self.optimizer.state_dict(),
            "counters": counters, "random": torch.get_rng_state(),
            "config": dataclasses.asdict(self.config), "model_config": self.model_config,
        }
        save_atomically(state, self.out / CHECKPOINT)
        weights = {k: v.detach().cpu().contiguous() for k, v in self.ema.state_dict().items()}
        save_atomically({"state": weights, "model_config": self.model_config, **counters}, self.out / "weights.pt")

    def say(self, text: str) -> None:
        line = f"{time.strftime('%H:%M:%S')} {self.config.name}: {text}"
        print(line, flush=True)
        with open(self.out / "train.log", "a", encoding="utf-8") as log:
            print(line, file=log)

    # ---- progress ----------------------------------------------------------------------------------------------

    def progress(self) -> float:
        c = self.config
        by_samples = self.samples / max(1, c.samples) if c.samples is not None else 0.0
        by_minutes = self.seconds / max(1e-9, c.minutes * 60) if c.minutes is not None else 0.0
        return max(by_samples, by_minutes)

    def learning_rate(self) -> float:
        c = self.config
        cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, self.progress())))
        return c.learning_rate * min(1.0, (self.steps + 1) / max(1, c.warmup_steps)) * (
            c.final_learning_rate + (1 - c.final_learning_rate) * cosine)

    # ---- the loop ----------------------------------------------------------------------------------------------

    def run(self) -> TrainResult:
        self.resume()
        versions = {"torch": torch.__version__, "python": platform.python_version(), "device": str(self.device), "bf16": self.bf16}
        write_json(self.out / "config.json", {
            "train": dataclasses.asdict(self.config), "model": self.model_config, "versions": versions,
            "parameters": sum(p.numel() for p in self.model.parameters())})
        if self.progress() < 1:
            with self.catching_signals(), Feed(self.batches, self.config, self.samples, self.device) as feed:
                if self.folded and self.steps == 0:
                    restore_normalisation(self.model, lambda: [self.step_fn(self.model, next(feed)) for _ in range(MEASURED)])
                    self.ema.load_state_dict(self.model.state_dict())
                self.loop(feed)
            self.save()
        finished = self.progress() >= 1
        if finished and self.evaluate is not None:
            self.report("final")
        self.say(f"{'finished' if finished else 'interrupted'} at {self.samples} samples, {self.seconds / 60:.1f} min")
        return TrainResult(finished, self.samples, self.steps, self.seconds / 60, self.ema)

    def loop(self, feed: Iterator[dict[str, torch.Tensor]]) -> None:
        saved = evaluated = logged = self.seconds
        waited, shown, sums = 0.0, self.samples, {}
        bad_in_a_row = 0
        mark = time.monotonic()
        while self.progress() < 1 and not self.interrupted:
            before = time.monotonic()
            batch = next(feed)
            waited += time.monotonic() - before
            count = len(next(iter(batch.values())))
            if self.train_step(batch, sums):
                bad_in_a_row = 0
            else:
                bad_in_a_row += 1
                if bad_in_a_row >= 20:
                    raise FloatingPointError(f"20 steps in a row without a finite gradient at {self.samples} samples: lower the learning rate")
            self.samples, self.steps = self.samples + count, self.steps + 1
            now = time.monotonic()
            self.seconds, mark = self.seconds + now - mark, now
            if self.steps % self.config.log_steps == 0:
                elapsed = max(1e-9, self.seconds - logged)
                self.log(sums, (self.samples - shown) / elapsed, waited / elapsed)
                logged, waited, shown, sums = self.seconds, 0.0, self.samples, {}
            if self.seconds - saved >= self.config.checkpoint_minutes * 60:
                self.save()
                saved = self.seconds
            if self.evaluate is not None and self.seconds - evaluated >= self.config.evaluate_minutes * 60:
                self.report("evaluation")
                evaluated = self.seconds
            mark += time.monotonic() - now  # saving and evaluating are not training time

    def train_step(self, batch: dict[str, torch.Tensor], sums: dict[str, Any]) -> bool:
        """One optimizer step; False when the gradient was not finite and the step was left out."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate()
        self.model.train()
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16):
            loss, figures = self.step_fn(self.model, batch)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.config.grad_clip)
        if not math.isfinite(float(norm)):
            self.skipped += 1
            return False
        self.optimizer.step()
        self.average()
        for key, value in {"loss": loss, "gradient": norm, **figures}.items():
            value = value.detach().float() if torch.is_tensor(value) else float(value)
            total, number = sums.get(key, (0.0, 0))
            sums[key] = (total + value, number + 1)
        return True

    @torch.no_grad()
    def average(self) -> None:
        self.ema_steps += 1
        decay = min(self.config.ema_decay, self.ema_steps / (self.ema_steps + 10))
        mine, theirs = [], []
        for a, b in zip(self.ema.state_dict().values(), self.model.state_dict().values()):
            if a.is_floating_point():
                mine.append(a), theirs.append(b)
            else:
                a.copy_(b)
        torch._foreach_mul_(mine, decay)
        torch._foreach_add_(mine, theirs, alpha=1 - decay)

    # ---- words -------------------------------------------------------------------------------------------------

    def log(self, sums: dict[str, Any], rate: float, waiting: float) -> None:
        progress = self.progress()
        left = self.seconds * (1 - progress) / max(progress, 1e-9) / 60
        figures = " ".join(f"{key} {float(total) / number:.4g}" for key, (total, number) in sums.items())
        bad = f", {self.skipped} steps left out" if self.skipped else ""
        self.say(f"{100 * progress:5.1f} % {self.samples} samples, {rate:.1f}/s, {figures}, "
                 f"waiting for data {100 * waiting:.0f} %, {left:.0f} min left{bad}")

    def report(self, title: str) -> None:
        before = time.monotonic()
        with torch.no_grad():
            result = self.evaluate(self.ema)
        self.ema.eval()
        took = time.monotonic() - before
        line = {"samples": self.samples, "minutes": round(self.seconds / 60, 2), **result}
        with open(self.out / "history.jsonl", "a", encoding="utf-8") as history:
            history.write(json.dumps(line, default=float) + "\n")
        shown = " ".join(f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in result.items())
        self.say(f"{title} at {self.samples} samples ({took:.0f} s): {shown}")

    @contextlib.contextmanager
    def catching_signals(self):
        """SIGTERM and Ctrl-C end the run after the step at hand, with a checkpoint."""
        def stop(_number, _frame):
            self.interrupted = True
        try:
            old = {s: signal.signal(s, stop) for s in (signal.SIGTERM, signal.SIGINT)}
        except ValueError:  # not the main thread
            old = {}
        try:
            yield
        finally:
            for number, handler in old.items():
                signal.signal(number, handler)
