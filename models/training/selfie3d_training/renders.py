"""The render store: shots on disk as flat arrays, written by several processes and read through memory maps.

    python3 -m selfie3d_training render --faces FOLDER --out STORE --count 60000

A store can be interrupted and continued at any moment: it is made in chunks of CHUNK rows, each from its own seed,
and a chunk counts once it is whole. Every HELD_OUT_EVERY-th chunk shows held-out people (``splits.json``).
"""
from __future__ import annotations

import json
import multiprocessing
import os
import time
from pathlib import Path

import numpy as np

CHUNK, HELD_OUT_EVERY = 250, 40
BACKGROUNDS = 1600
HEAD_STEP = 1 / 32   # pixels per unit of head.i16


class RenderStore:
    """Rows [0, count) are valid.

    rgba (N, size, size, 4) uint8; landmarks (N, 68, 3) and head (N, S, 3) in sprite pixels; view (N, 5): yaw, pitch,
    roll in degrees, camera distance in cm, pixels per cm; person (N,) library index within its split;
    split (N,) 0 = train, 1 = held out; backgrounds (M, size, size, 3).
    """

    def __init__(self, folder: Path | str, mode: str = "r"):
        self.folder = Path(folder)
        self.meta = json.loads((self.folder / "meta.json").read_text())
        n, size, s = self.meta["rows"], self.meta["size"], self.meta["headVertices"]
        arrays = dict(rgba=(np.uint8, (n, size, size, 4)), landmarks=(np.float32, (n, 68, 3)), head=(np.int16, (n, s, 3)),
                      view=(np.float32, (n, 5)), person=(np.int16, (n,)), split=(np.uint8, (n,)),
                      done=(np.uint8, (n // CHUNK,)), backgrounds=(np.uint8, (BACKGROUNDS, size, size, 3)))
        for name, (dtype, shape) in arrays.items():
            path = self.folder / f"{name}.{np.dtype(dtype).str[1:]}"
            if mode == "w+" and not path.exists():
                with open(path, "wb") as file:
                    file.truncate(int(np.prod(shape)) * np.dtype(dtype).itemsize)
            setattr(self, name, np.memmap(path, dtype, "r" if mode == "r" else "r+", shape=shape))

    @property
    def size(self) -> int:
        return self.meta["size"]

    @property
    def count(self) -> int:
        whole = np.asarray(self.done) == 1
        return CHUNK * (len(whole) if whole.all() else int(np.argmin(whole)))

    def rows(self, split: int) -> np.ndarray:
        return np.where(np.asarray(self.split[:self.count]) == split)[0]

    def head_points(self, row: int) -> np.ndarray:
        """(S, 3) float32 closed head in sprite pixels."""
        return self.head[row] * np.float32(HEAD_STEP)


def _work(store_folder, photographers, seed, todo):
    os.nice(5)
    store = RenderStore(store_folder, "r+")
    for chunk in todo:
        rng = np.random.default_rng([seed, int(chunk)])
        held_out = chunk % HELD_OUT_EVERY == 0
        photographer = photographers[held_out]
        for row in range(chunk * CHUNK, (chunk + 1) * CHUNK):
            shot = photographer.shoot(rng)
            store.rgba[row], store.landmarks[row] = shot.rgba, shot.landmarks
            store.head[row] = np.clip(np.rint(shot.head / HEAD_STEP), -32768, 32767)
            store.view[row] = [*shot.angles, shot.distance, shot.pixels_per_cm]
            store.person[row] = photographer.library.ids.index(shot.person)
            store.split[row] = held_out
        store.done[chunk] = 1


def render(faces_folder: Path, out: Path, count: int, size: int = 192, seed: int = 1, workers: int = 2):
    """Fills a store up to ``count`` rows (rounded up to whole chunks); continues where it was stopped."""
    from . import backgrounds, faces
    from .landmarks import prior
    from .photographer import Photographer, PhotographerConfig
    config = PhotographerConfig(size=size)
    libraries = [faces.load(faces_folder, split) for split in ("train", "heldout")]
    photographers = [Photographer(library, seed + i, config) for i, library in enumerate(libraries)]
    rows = -(-count // CHUNK) * CHUNK
    meta = dict(rows=rows, size=size, headVertices=photographers[0].sealed.vertex_count, seed=seed,
                people=[library.ids for library in libraries])
    out.mkdir(parents=True, exist_ok=True)
    if (out / "meta.json").exists():
        old = json.loads((out / "meta.json").read_text())
        if old != meta:
            raise SystemExit(f"{out} holds another store ({old['rows']} rows, size {old['size']}, seed {old['seed']}); "
                             "give the same --count, --size and --seed to continue it, or another --out")
    else:
        (out / "meta.json").write_text(json.dumps(meta))
    if not (out / "prior.npz").exists():
        prior.build(photographers[0], out / "prior.npz")
    store = RenderStore(out, "w+")
    if not np.any(store.backgrounds[-1]):
        rng = np.random.default_rng([seed, 77])
        for i in range(BACKGROUNDS):
            kind = backgrounds.make if i % 4 == 0 else backgrounds.natural
            store.backgrounds[i] = kind(rng, libraries[0], size)
    todo = np.where(np.asarray(store.done) == 0)[0]
    began, first = time.time(), len(todo)
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_work, args=(out, photographers, seed, todo[k::workers])) for k in range(workers)]
    for process in processes:
        process.start()
    while any(process.is_alive() for process in processes):
        time.sleep(5)
        left = int((np.asarray(store.done) == 0).sum())
        rate = (first - left) * CHUNK / (time.time() - began)
        print(f"\r{rows - left * CHUNK} of {rows} images, {rate:.0f} images/s", end="", flush=True)
    print()
    if any(process.exitcode for process in processes):
        raise SystemExit("a render process failed; its message is above. Start again to continue.")
