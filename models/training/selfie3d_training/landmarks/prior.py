"""The head prior: a low-rank model (principal components) of the closed head, identity and expression together."""
from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from ..photographer import Photographer


def build(photographer: Photographer, out: Path, seed: int = 11, heads: int = 3000, rank: int = 80) -> dict[str, np.ndarray]:
    """Writes ``out`` (npz): mean (S, 3) cm, basis (rank, S, 3) scaled to unit variance, tris, landmark tris and weights.

    The face counts four times as much as scalp and neck.
    """
    rng = np.random.default_rng(seed)
    sealed, library = photographer.sealed, photographer.library
    shapes = np.stack([photographer.closed_head(rng) for _ in range(heads)]).astype(np.float32)
    mean = shapes.mean(0)
    face = (mean[:, 2] > -7) & (mean[:, 1] > -12) & (mean[:, 1] < 5)
    weight = np.where(face, 2., 1.).astype(np.float32)[:, None]
    flat = ((shapes - mean) * weight).reshape(heads, -1)
    values, vectors = np.linalg.eigh(flat @ flat.T)
    values, vectors = values[::-1][:rank], vectors[:, ::-1][:, :rank]
    components = (vectors / np.sqrt(np.maximum(values, 1e-6))).T @ flat          # orthonormal rows
    scale = np.sqrt(np.maximum(values, 0) / heads)[:, None]
    basis = (components * scale).reshape(rank, -1, 3) / weight
    left = flat - (flat @ components.T) @ components
    error = np.linalg.norm(left.reshape(heads, -1, 3) / weight, axis=2) * 10
    print(f"head prior: rank {rank}, left over: {error[:, face].mean():.2f} mm on the face, {error.mean():.2f} mm overall")
    _, mirror = cKDTree(mean).query(mean * [-1, 1, 1])   # the vertex on the other side
    data = dict(mean=mean, basis=basis.astype(np.float32), tris=sealed.tris,
                landmark_vertices=sealed.landmark_vertices, landmark_bary=library.landmark_bary,
                mirror=mirror.astype(np.int32))
    out.parent.mkdir(parents=True, exist_ok=True)
    np.savez(out, **data)
    return data
