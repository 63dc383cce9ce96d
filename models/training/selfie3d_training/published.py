"""Training weights out of published ONNX files, for whoever has the models but not the runs that they came from.

    python3 -m selfie3d_training recover --models MODELS --faces FACES --renders STORE --out work/published

An export folds every batch normalisation into the convolution before it and rounds weights to half precision. What is
recovered computes what the file computes, with normalisations that do nothing; before training goes on from it,
:func:`restore_normalisation` measures what they have to do.
"""
from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

from .checkpoint import save_atomically
from .wardrobe import HEAD_CENTRE

MODELS = {"landmarks": "head-landmarks.onnx", "detector": "face-detector.onnx", "volume": "head-volume.onnx"}


class PublishedModel:
    """The tensors of an ONNX file that :func:`.onnx_export.export` wrote."""

    def __init__(self, file: Path):
        self.file, model = file, onnx.load(str(file))
        self._nodes = model.graph.node
        tensors = {tensor.name: tensor for tensor in model.graph.initializer}
        tensors |= {node.output[0]: node.attribute[0].t for node in self._nodes if node.op_type == "Constant" and node.attribute[0].name == "value"}
        self.tensors = {name: numpy_helper.to_array(tensor) for name, tensor in tensors.items()}
        for node in self._nodes:   # half-precision weights go through a Cast, equal ones share a tensor through an Identity
            if node.op_type in ("Cast", "Identity") and node.input[0] in self.tensors:
                self.tensors[node.output[0]] = self.tensors[node.input[0]]
        self._layers = {id(self.tensors[key]) for node in self._nodes if node.op_type in ("Conv", "Gemm") for key in node.input[1:3]}
        self.samples = int({entry.key: entry.value for entry in model.metadata_props}.get("samples", 0))

    def only(self, shape: tuple[int, ...]) -> np.ndarray:
        """The one tensor of this shape that is no layer's. Raises a ValueError when there is none or more than one."""
        found = list({id(values): values for values in self.tensors.values() if values.shape == shape and id(values) not in self._layers}.values())
        if len(found) != 1:
            raise ValueError(f"{self.file} has {len(found)} tensors of the shape {shape}, one was expected; it holds another model")
        return found[0]

    def state_of(self, model: nn.Module) -> dict[str, torch.Tensor]:
        """The state of ``model``, with this file's weights. Raises a ValueError when the file holds another model."""
        modules, state = dict(model.named_modules()), {name: value.clone() for name, value in model.state_dict().items()}
        missing = {name for name, layer in modules.items() if isinstance(layer, (nn.Conv2d, nn.Linear))}
        for node in self._nodes:
            if node.op_type not in ("Conv", "Gemm"):
                continue
            name = _module_of(node.name, modules)
            weight, bias = (torch.from_numpy(self.tensors[key].astype(np.float32)) for key in node.input[1:3])
            if name is None or modules[name].weight.shape != weight.shape:
                raise ValueError(f"{self.file}: {node.name} {tuple(weight.shape)} has no place in this {type(model).__name__}; the file holds another model")
            missing.discard(name)
            state[f"{name}.weight"] = weight
            if modules[name].bias is not None:
                state[f"{name}.bias"] = bias
                continue
            norm = f"{name[:-1]}1"   # conv() is a convolution, 0, and its normalisation, 1
            state[f"{norm}.weight"], state[f"{norm}.bias"] = torch.ones_like(bias), bias
            state[f"{norm}.running_mean"], state[f"{norm}.running_var"] = torch.zeros_like(bias), torch.full_like(bias, 1 - modules[norm].eps)
        if missing:
            raise ValueError(f"{self.file} has no weights for {', '.join(sorted(missing))}; it holds another model")
        return state

    def head_prior(self, rank: int) -> dict[str, np.ndarray]:
        """Mean, basis, triangles and mirror of the head prior in a landmark network's file, as in ``prior.npz``."""
        tris = self.tensors["prior_triangles"].astype(np.int32)
        count = int(tris.max()) + 1
        return dict(mean=self.only((count, 3)).astype(np.float32) + HEAD_CENTRE, tris=tris, mirror=self.only((count,)).astype(np.int32),
                    basis=self.only((rank, 3 * count)).astype(np.float32).reshape(rank, count, 3))


def _module_of(node: str, modules: dict[str, nn.Module]) -> str | None:
    """``/net/stages.1/stages.1.0/stages.1.0.0_1/Conv`` -> ``stages.1.0.0``; None when there is no such module."""
    path: list[str] = []
    for scope in re.sub(r"_\d+$", "", node.rpartition("/")[0]).strip("/").split("/"):
        if path and scope.startswith(path[-1] + "."):
            path.pop()   # a child of a Sequential repeats its parent's name
        path.append(scope)
    names = (".".join(path[start:]) for start in range(len(path)))   # the exported wrapper may be around the model
    return next((name for name in names if name in modules), None)


@torch.no_grad()
def restore_normalisation(model: nn.Module, run: Callable[[], None]) -> None:
    """Give batch normalisations the statistics of their inputs, with the model's answers unchanged.

    ``run`` sends the batches to measure on through the model. Filters come out with unit norm: behind a normalisation
    their size says nothing, and an optimizer's steps suit it.
    """
    sums: dict[nn.Module, list[torch.Tensor]] = {}

    def measure(norm: nn.Module, inputs: tuple[torch.Tensor]) -> None:
        x = inputs[0].double()
        parts = torch.stack([torch.full_like(x[0, :, 0, 0], x[:, 0].numel()), x.sum((0, 2, 3)), x.square().sum((0, 2, 3))])
        sums[norm] = sums[norm] + parts if norm in sums else parts

    pairs = [(block[0], block[1]) for block in model.modules()
             if isinstance(block, nn.Sequential) and len(block) > 1 and isinstance(block[1], nn.BatchNorm2d)]
    hooks = [norm.register_forward_pre_hook(measure) for _, norm in pairs]
    model.eval()
    run()
    for hook in hooks:
        hook.remove()
    for layer, norm in pairs:
        count, total, squares = sums[norm]
        mean, size = total / count, layer.weight.flatten(1).norm(dim=1).clamp(min=1e-6)
        variance = (squares / count - mean.square()).clamp(min=0)
        gain = norm.weight / (norm.running_var + norm.eps).sqrt()
        norm.bias += gain * (mean - norm.running_mean)
        layer.weight /= size[:, None, None, None]
        norm.running_mean.copy_(mean / size)
        norm.running_var.copy_(variance / size.square())
        norm.weight.copy_(gain * size * (norm.running_var + norm.eps).sqrt())


def recover(models: Path, faces: Path, renders: Path, out: Path) -> None:
    """Writes ``out/landmarks``, ``out/detector`` and ``out/volume``, a ``weights.pt`` each, and the published head prior into the store."""
    from dataclasses import asdict

    from .detector.model import Detector, DetectorConfig
    from .faces import load
    from .landmarks.model import LandmarkConfig, LandmarkNet
    from .sealed_head import SealedHead
    from .volume.model import VolumeConfig, VolumeNet
    files = {name: PublishedModel(models / file) for name, file in MODELS.items()}
    library, config = load(faces, "train"), LandmarkConfig()
    prior = files["landmarks"].head_prior(config.rank)
    sealed = SealedHead(library)
    if not np.array_equal(sealed.tris, prior["tris"]):
        raise SystemExit(f"the closed head made of {faces} has other triangles than that of {files['landmarks'].file}: another face library, or another version of this package")
    np.savez(renders / "prior.npz", **prior, landmark_vertices=sealed.landmark_vertices, landmark_bary=library.landmark_bary)
    networks = {"landmarks": LandmarkNet(renders / "prior.npz", config), "detector": Detector(), "volume": VolumeNet()}
    configs = {"landmarks": config, "detector": DetectorConfig(), "volume": VolumeConfig()}
    for name, published in files.items():
        (out / name).mkdir(parents=True, exist_ok=True)
        save_atomically({"state": published.state_of(networks[name]), "model_config": asdict(configs[name]),
                         "samples": published.samples, "folded": True}, out / name / "weights.pt")
        print(f"{out / name / 'weights.pt'} holds {published.file}")
