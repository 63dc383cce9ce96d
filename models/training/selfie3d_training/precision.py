"""Which precision a training is faster in on this machine."""

from __future__ import annotations

import time

import torch


def bf16_is_faster(device: torch.device, rounds: int = 4) -> bool:
    """Whether a convolution and its gradient take less time under bfloat16 autocast: on GPUs they do, on processors it depends on the model."""
    if device.type != "cpu":
        return True
    layer, image = torch.nn.Conv2d(64, 64, 3, padding=1), torch.rand(16, 64, 32, 32, requires_grad=True)
    layer, image = layer.to(memory_format=torch.channels_last), image.contiguous(memory_format=torch.channels_last)
    took = {True: [], False: []}
    for _ in range(rounds):
        for bf16, times in took.items():   # in turns: other work on the machine comes and goes
            before = time.process_time()
            with torch.autocast(device.type, torch.bfloat16, enabled=bf16):
                answer = layer(image)
            answer.float().sum().backward()
            times.append(time.process_time() - before)
    return min(took[True]) < min(took[False])
