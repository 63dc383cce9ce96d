"""PyTorch -> ONNX for all models: half-precision weights, and a sample of input and output to check a runtime with.

The exported graph computes in float32 and has float32 inputs and outputs; only the stored weights are float16, each
followed by a Cast that ONNX Runtime folds away when it loads the model. So the file is half as large and the speed is
that of float32. Measured on the detector, the rounding moves a box by 0.02 pixels.
"""

from __future__ import annotations

import gzip
import inspect
import json
import os
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

OPSET = 17


def export(
    model: torch.nn.Module,
    inputs: dict[str, torch.Tensor],
    outputs: list[str],
    path: str | Path,
    dynamic: dict[str, dict[int, str]] | None = None,
    half: bool = True,
    metadata: dict[str, str] | None = None,
) -> Path:
    """Export ``model`` (on the CPU) in evaluation mode; the file is checked and appears at once or not at all."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    warnings.filterwarnings("ignore", message="The shape inference of prim::Constant")
    more = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    torch.onnx.export(model.float().eval(), tuple(inputs.values()), str(temporary), input_names=list(inputs),
                      output_names=outputs, dynamic_axes=dynamic, opset_version=OPSET, **more)
    graph = onnx.load(str(temporary))
    with torch.no_grad():
        results = model(*inputs.values())
    for output, result in zip(graph.graph.output, results if isinstance(results, (tuple, list)) else (results,)):
        names = (dynamic or {}).get(output.name, {})
        sizes = [names.get(axis, size) for axis, size in enumerate(result.shape)]
        output.CopyFrom(helper.make_tensor_value_info(output.name, output.type.tensor_type.elem_type, sizes))
    if half:
        store_half(graph)
    for key, value in (metadata or {}).items():
        entry = graph.metadata_props.add()
        entry.key, entry.value = key, str(value)
    graph.producer_name, graph.producer_version = "selfie3d_training", ""
    onnx.checker.check_model(graph)
    onnx.save(graph, str(temporary))
    os.replace(temporary, path)
    return path


def store_half(graph: onnx.ModelProto, at_least: int = 64) -> None:
    """Store float32 weights of at least ``at_least`` values as float16 behind a Cast, in place."""
    _constants_to_initializers(graph, at_least)
    kept, casts = [], []
    for weight in graph.graph.initializer:
        values = numpy_helper.to_array(weight) if weight.data_type == TensorProto.FLOAT else None
        if values is None or values.size < at_least or np.abs(values).max() > 6e4:
            kept.append(weight)
            continue
        name = weight.name + "_half"
        kept.append(numpy_helper.from_array(values.astype(np.float16), name))
        casts.append(helper.make_node("Cast", [name], [weight.name], to=TensorProto.FLOAT))
    del graph.graph.initializer[:]
    graph.graph.initializer.extend(kept)
    nodes = list(graph.graph.node)
    del graph.graph.node[:]
    graph.graph.node.extend(casts + nodes)


def _constants_to_initializers(graph: onnx.ModelProto, at_least: int) -> None:
    """Buffers come out of the exporter as Constant nodes; the large ones are weights like any other."""
    nodes = []
    for node in graph.graph.node:
        tensor = node.attribute[0].t if node.op_type == "Constant" and node.attribute[0].name == "value" else None
        if tensor is not None and tensor.data_type == TensorProto.FLOAT and np.prod(tensor.dims) >= at_least:
            tensor.name = node.output[0]
            graph.graph.initializer.append(tensor)
        else:
            nodes.append(node)
    del graph.graph.node[:]
    graph.graph.node.extend(nodes)


def write_sample(model: torch.nn.Module, inputs: dict[str, torch.Tensor], outputs: list[str], folder: str | Path, name: str) -> Path:
    """Write ``<name>.json`` (names, shapes, order) and ``<name>.bin.gz`` (little-endian float32, one tensor after the other).

    The .NET tests feed the inputs to the ONNX file and compare the outputs with these, so the exported file is checked
    by the runtime that ships.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with torch.no_grad():
        results = model.float().eval()(*inputs.values())
    results = results if isinstance(results, (tuple, list)) else (results,)
    tensors = [*((k, v, "input") for k, v in inputs.items()), *((k, v, "output") for k, v in zip(outputs, results))]
    listing = [{"name": k, "kind": kind, "shape": list(v.shape)} for k, v, kind in tensors]
    (folder / f"{name}.json").write_text(json.dumps(listing, indent=1) + "\n", encoding="utf-8")
    values = b"".join(v.detach().float().contiguous().numpy().astype("<f4").tobytes() for _, v, _ in tensors)
    (folder / f"{name}.bin.gz").write_bytes(gzip.compress(values, 9, mtime=0))
    return folder / f"{name}.json"
