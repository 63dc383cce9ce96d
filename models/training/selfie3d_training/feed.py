"""Batches made in niced single-thread worker processes (or in this one) and moved to the training device."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

Batches = Callable[[int, int], Iterator[dict[str, np.ndarray]]]  # (worker, seed) -> endless batches


class _Stream(IterableDataset):
    def __init__(self, batches: Batches, seed: int):
        self.batches, self.seed = batches, seed

    def __iter__(self) -> Iterator[dict[str, torch.Tensor]]:
        info = get_worker_info()
        worker = info.id if info is not None else 0
        if info is not None:
            os.nice(5)
            torch.set_num_threads(1)
        seed = int(np.random.SeedSequence([self.seed, worker]).generate_state(1)[0])
        for batch in self.batches(worker, seed):
            yield {k: torch.from_numpy(v) if isinstance(v, np.ndarray) else v for k, v in batch.items()}


class Feed:
    """An iterator over batches on ``device``; a context manager, so that its workers end with the run."""

    def __init__(self, batches: Batches, config: Any, samples: int, device: torch.device):
        seed = int(np.random.SeedSequence([config.seed, samples]).generate_state(1)[0])
        more = {"prefetch_factor": 4, "multiprocessing_context": "fork"} if config.workers else {}
        self.loader = DataLoader(_Stream(batches, seed), batch_size=None, num_workers=config.workers,
                                 pin_memory=device.type == "cuda" and config.workers > 0, **more)
        self.device = device
        self.iterator: Iterator[dict[str, torch.Tensor]] | None = None

    def __enter__(self) -> "Feed":
        self.iterator = iter(self.loader)
        return self

    def __exit__(self, *_: Any) -> None:
        shutdown = getattr(self.iterator, "_shutdown_workers", None)
        if shutdown is not None:
            shutdown()
        self.iterator = None

    def __iter__(self) -> "Feed":
        return self

    def __next__(self) -> dict[str, torch.Tensor]:
        try:
            batch = next(self.iterator)
        except StopIteration:
            raise RuntimeError("the batch source ended; it has to go on for ever") from None
        return {k: v.to(self.device, non_blocking=True) for k, v in batch.items()}


def images_to_float(images: torch.Tensor) -> torch.Tensor:
    """uint8 [B,H,W,C] -> float [B,C,H,W] in 0..1, in channels-last memory without a copy of the layout."""
    return images.permute(0, 3, 1, 2).float().div_(255)
