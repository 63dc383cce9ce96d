"""Reads skinned glTF files under EXT_meshopt_compression; the decoder is Debian's libmeshoptimizer2d."""
from __future__ import annotations

import ctypes
import ctypes.util
import io
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image

COMPONENTS = {5120: np.int8, 5121: np.uint8, 5122: np.int16, 5123: np.uint16, 5125: np.uint32, 5126: np.float32}
WIDTH = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}
LIBRARY = "libmeshoptimizer.so.2d"


@lru_cache(maxsize=None)
def decoder() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError:
        found = ctypes.util.find_library("meshoptimizer")
        if found is None:
            raise SystemExit("libmeshoptimizer is missing; install it with: apt-get install libmeshoptimizer2d") from None
        library = ctypes.CDLL(found)
    size, data = ctypes.c_size_t, ctypes.c_void_p
    for name in ("meshopt_decodeVertexBuffer", "meshopt_decodeIndexBuffer", "meshopt_decodeIndexSequence"):
        getattr(library, name).argtypes = [data, size, size, ctypes.c_char_p, size]
        getattr(library, name).restype = ctypes.c_int
    for name in ("Oct", "Quat", "Exp"):
        getattr(library, "meshopt_decodeFilter" + name).argtypes = [data, size, size]
        getattr(library, "meshopt_decodeFilter" + name).restype = None
    return library


@dataclass
class Skinned:
    """One mesh in the pose that the file binds it in: vertices (V, 3) in metres, faces (F, 3), uv (V, 2) downwards."""
    name: str
    points: np.ndarray
    faces: np.ndarray
    uv: np.ndarray
    weights: dict[str, np.ndarray]        # (V,) by joint
    material: int
    targets: dict[str, np.ndarray]        # (V, 3) displacements by name


class Avatar:
    """The file: ``meshes`` by node name, ``joints`` positions by name, ``texture(material)``."""

    def __init__(self, file: Path, targets: bool = False):
        data = Path(file).read_bytes()
        if data[:4] != b"glTF":
            raise ValueError(f"{file} is no binary glTF (a pointer of Git LFS? fetch the files with: git lfs pull)")
        length = int.from_bytes(data[12:16], "little")
        self.tree, self._binary, self._views = json.loads(data[20:20 + length]), data[28 + length:], {}
        nodes = self.tree["nodes"]
        self._world: dict[int, np.ndarray] = {}
        children = {child for node in nodes for child in node.get("children", [])}
        for root in set(range(len(nodes))) - children:
            self._place(root, np.eye(4))
        self.joints = {nodes[j]["name"]: self._world[j][:3, 3] for skin in self.tree["skins"] for j in skin["joints"]}
        self.meshes = {node["name"]: self._skinned(node, targets) for node in nodes if "mesh" in node and "skin" in node}

    def _place(self, index: int, parent: np.ndarray) -> None:
        node, local = self.tree["nodes"][index], np.eye(4)
        if "matrix" in node:
            local = np.array(node["matrix"], float).reshape(4, 4).T
        else:
            x, y, z, w = node.get("rotation", (0, 0, 0, 1))
            turn = np.array([[1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
                             [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
                             [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)]])
            local[:3, :3], local[:3, 3] = turn * np.array(node.get("scale", (1, 1, 1))), node.get("translation", (0, 0, 0))
        self._world[index] = parent @ local
        for child in node.get("children", []):
            self._place(child, self._world[index])

    def _view(self, index: int) -> tuple[bytes, int]:
        """Decoded bytes of a buffer view, and its stride (0 = packed)."""
        if index not in self._views:
            view = self.tree["bufferViews"][index]
            packed = view.get("extensions", {}).get("EXT_meshopt_compression")
            if packed is None:
                start = view.get("byteOffset", 0)
                self._views[index] = self._binary[start:start + view["byteLength"]], view.get("byteStride", 0)
            else:
                self._views[index] = _decode(packed, self._binary), packed["byteStride"]
        return self._views[index]

    def _read(self, index: int) -> np.ndarray:
        """(count, width) values of an accessor, normalised integers as floats."""
        accessor = self.tree["accessors"][index]
        kind, width, count = np.dtype(COMPONENTS[accessor["componentType"]]), WIDTH[accessor["type"]], accessor["count"]
        if "bufferView" in accessor:
            data, stride = self._view(accessor["bufferView"])
            values = np.ndarray((count, width), kind, data, accessor.get("byteOffset", 0), (stride or kind.itemsize * width, kind.itemsize))
        else:
            values = np.zeros((count, width), kind)
        if "sparse" in accessor:
            values = values.copy()
            few, at, what = accessor["sparse"]["count"], accessor["sparse"]["indices"], accessor["sparse"]["values"]
            rows = np.frombuffer(self._view(at["bufferView"])[0], COMPONENTS[at["componentType"]], few, at.get("byteOffset", 0))
            new, stride = self._view(what["bufferView"])
            values[rows] = np.ndarray((few, width), kind, new, what.get("byteOffset", 0), (stride or kind.itemsize * width, kind.itemsize))
        if accessor.get("normalized") and kind.kind in "iu":
            values = np.maximum(values.astype(np.float64) / np.iinfo(kind).max, -1)
        return values

    def _skinned(self, node: dict, targets: bool) -> Skinned:
        mesh, skin = self.tree["meshes"][node["mesh"]], self.tree["skins"][node["skin"]]
        part = mesh["primitives"][0]
        attributes = part["attributes"]
        inverse = self._read(skin["inverseBindMatrices"]).reshape(-1, 4, 4).transpose(0, 2, 1).astype(np.float64)
        bones = np.array([self._world[j] for j in skin["joints"]]) @ inverse
        joint, weight = self._read(attributes["JOINTS_0"]).astype(int), self._read(attributes["WEIGHTS_0"]).astype(np.float64)
        weight /= weight.sum(1, keepdims=True)
        bent = (bones[joint] * weight[..., None, None]).sum(1)
        points = np.einsum("nij,nj->ni", bent[:, :3, :3], self._read(attributes["POSITION"]).astype(np.float64)) + bent[:, :3, 3]
        by_joint: dict[str, np.ndarray] = {}
        for k, j in enumerate(skin["joints"]):
            amount = (weight * (joint == k)).sum(1)
            if amount.any():
                by_joint[self.tree["nodes"][j]["name"]] = amount
        moved = {}
        if targets:
            names = mesh.get("extras", {}).get("targetNames", [])
            for name, target in zip(names, part.get("targets", [])):
                moved[name] = np.einsum("nij,nj->ni", bent[:, :3, :3], self._read(target["POSITION"]).astype(np.float64))
        uv = self._read(attributes["TEXCOORD_0"]).astype(np.float64) if "TEXCOORD_0" in attributes else np.zeros((len(points), 2))
        return Skinned(node["name"], points, self._read(part["indices"]).reshape(-1, 3).astype(np.int64), uv, by_joint,
                       part.get("material", 0), moved)

    def texture(self, material: int) -> Image.Image:
        """The base colour, RGB."""
        index = self.tree["materials"][material]["pbrMetallicRoughness"]["baseColorTexture"]["index"]
        texture = self.tree["textures"][index]
        image = self.tree["images"][texture.get("extensions", {}).get("EXT_texture_webp", texture)["source"]]
        return Image.open(io.BytesIO(self._view(image["bufferView"])[0])).convert("RGB")


def _decode(packed: dict, binary: bytes) -> bytes:
    count, stride, start = packed["count"], packed["byteStride"], packed.get("byteOffset", 0)
    source, out = binary[start:start + packed["byteLength"]], ctypes.create_string_buffer(count * stride)
    function = {"ATTRIBUTES": "meshopt_decodeVertexBuffer", "TRIANGLES": "meshopt_decodeIndexBuffer", "INDICES": "meshopt_decodeIndexSequence"}
    failed = getattr(decoder(), function[packed["mode"]])(out, count, stride, source, len(source))
    if failed:
        raise ValueError(f"a buffer could not be decoded ({failed})")
    name = {"OCTAHEDRAL": "Oct", "QUATERNION": "Quat", "EXPONENTIAL": "Exp"}.get(packed.get("filter", "NONE"))
    if name:
        getattr(decoder(), "meshopt_decodeFilter" + name)(out, count, stride)
    return out.raw
