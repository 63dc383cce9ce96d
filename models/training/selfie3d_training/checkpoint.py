"""Files of a training run that are always whole: written under another name, then renamed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import torch

CHECKPOINT = "checkpoint.pt"


def save_atomically(value: Any, path: Path) -> None:
    """Save ``value`` with PyTorch so that ``path`` is either the old file or the whole new one."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with open(temporary, "wb") as file:
        torch.save(value, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def write_json(path: Path, value: Any) -> None:
    """Write ``value`` as indented JSON, atomically."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    temporary.write_text(json.dumps(value, indent=1, default=str) + "\n", encoding="utf-8")
    os.replace(temporary, path)


def read_checkpoint(folder: Path, device: torch.device) -> dict[str, Any] | None:
    """The last checkpoint of a run, or None when there is none; leftovers of a killed write are removed."""
    for leftover in folder.glob("*.tmp"):
        leftover.unlink(missing_ok=True)
    path = folder / CHECKPOINT
    return torch.load(path, map_location=device) if path.exists() else None


def read_weights(path: str | Path) -> dict[str, Any]:
    """``weights.pt`` of a run folder (or the file itself), on the CPU: keys ``state``, ``model_config``, ``samples``."""
    path = Path(path)
    return torch.load(path / "weights.pt" if path.is_dir() else path, map_location="cpu")


def grow(state: dict[str, torch.Tensor], model: torch.nn.Module) -> dict[str, torch.Tensor]:
    """The weights of a narrower or shallower network of the same layout, filled up to the size of ``model``.

    The old channels compute what they did: nothing of theirs reads a new channel yet. New channels and layers keep the
    model's own start. Raises a ValueError when a given tensor has no place in the model or is wider than its place.
    """
    grown = {name: own.clone() for name, own in model.state_dict().items()}
    for name, old in state.items():
        own = grown.get(name)
        if own is None or old.ndim != own.ndim or any(a > b for a, b in zip(old.shape, own.shape)):
            raise ValueError(f"{name}: {tuple(old.shape)} in the given weights, {'no such tensor' if own is None else tuple(own.shape)} here; "
                             "start from weights of this network or of a smaller one")
        if old.ndim > 1 and old.shape != own.shape:
            own[:old.shape[0]] = 0
        own[tuple(slice(n) for n in old.shape)] = old
    return grown


def average(runs: list[dict[str, Any]], shares: list[float]) -> dict[str, Any]:
    """The mean of the weights (as of :func:`read_weights`) of runs that go back to the same one; the mean of strangers computes nothing.

    ``shares`` are brought to a sum of 1; whatever is no weight is the first run's. Raises a ValueError when the networks are not the same or the shares do not fit.
    Source: Wortsman et al., "Model soups", ICML 2022.
    """
    if len({run.get("folded", False) for run in runs}) > 1:
        raise ValueError("some of these weights were recovered from a published model, whose normalisations are folded into its layers, and others were trained since: "
                         "they cannot be averaged; average runs with runs")
    states = [run["state"] for run in runs]
    if len(shares) != len(states) or min(shares) < 0 or sum(shares) <= 0:
        raise ValueError(f"{len(shares)} shares {shares} for {len(states)} runs: give one for each run, none below 0, not all 0")
    shapes = [{name: tuple(value.shape) for name, value in state.items()} for state in states]
    for number, other in enumerate(shapes[1:], 2):
        wrong = sorted(name for name in {*shapes[0], *other} if shapes[0].get(name) != other.get(name))
        if wrong:
            raise ValueError(f"run {number} is of another network than run 1: {wrong[0]} is {other.get(wrong[0])} there and {shapes[0].get(wrong[0])} here")
    mean = {name: sum(share / sum(shares) * state[name] for share, state in zip(shares, states)) if first.is_floating_point() else first
            for name, first in states[0].items()}
    return {**runs[0], "state": mean}


def check_resumable(folder: Path, state: dict[str, Any], config: Any, model_config: Any, model: torch.nn.Module) -> None:
    """Raise a ValueError that says what differs when a checkpoint belongs to another model."""
    different = []
    if state["config"]["name"] != config.name:
        different.append(f"name: {state['config']['name']!r} there, {config.name!r} now")
    old, new = state["model_config"] or {}, model_config or {}
    for key in sorted({*old, *new}):
        if json.dumps(old.get(key)) != json.dumps(new.get(key)):  # tuples and lists are the same here
            different.append(f"{key}: {old.get(key)!r} there, {new.get(key)!r} now")
    shapes = {k: tuple(v.shape) for k, v in state["model"].items()}
    mine = {k: tuple(v.shape) for k, v in model.state_dict().items()}
    wrong = [k for k in {*shapes, *mine} if shapes.get(k) != mine.get(k)]
    if wrong:
        different.append(f"{len(wrong)} tensors, for instance {sorted(wrong)[0]}: "
                         f"{shapes.get(sorted(wrong)[0])} there, {mine.get(sorted(wrong)[0])} now")
    if different:
        raise ValueError(f"{folder / CHECKPOINT} was made for another model ({'; '.join(different)}). "
                         "Train in another folder, or give back the old configuration to go on with this one.")
