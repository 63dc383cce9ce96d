#!/usr/bin/python3
"""Our isosurface beside VTK's Flying Edges and scikit-image's marching cubes: same volumes, same run, time and error.

    apt-get install python3-vtk9 python3-skimage python3-numpy
    python3 tests/Selfie3D.Benchmarks/compare_surfaces.py [--size 128] [--rounds 15] [--threads 2]

Volumes are signed distances of shapes whose surface is known, cut off at 6 voxels as those of heads are. The three take turns
in random order, so that other work on the machine hits all alike, and those with two threads extract five times at once, of which the median of
the last three counts: a second core that fell asleep takes 2 to 4 ms to wake up on some machines, whoever asks for it. VTK's idle threads (TBB)
stay awake for some milliseconds; so do ours here, by a setting of the thread pool. The best of the rounds counts, and "paired", the median over
the rounds of our time by the program's in the same round. "work" is the median of the processor time of all threads, which other work on the
machine changes little, and "paired" after it the same quotient of that. Every program makes normals too. Error: distance of the
vertices, and of points inside the triangles, from the true surface, in voxels. Ours also evens
its triangles out and keeps the largest piece in the time that is shown.
"""
from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

TRUNCATION = 6.0
WARM_UPS = 6
REPEATS, WAKING_UP = 5, 2   # the same as in SurfaceServer.cs
STAY_AWAKE = {"DOTNET_ThreadPool_UnfairSemaphoreSpinLimit": "2000"}   # hexadecimal
PROJECT = Path(__file__).parent


def shapes(size: int):
    """name -> f(points (..., 3) in samples, x y z) -> signed distance."""
    c = np.full(3, size / 2 - .5 + .137)

    def sphere(p):
        return np.linalg.norm(p - c, axis=-1) - .38 * size

    def torus(p):
        q = p - c
        return np.hypot(np.hypot(q[..., 0], q[..., 1]) - .28 * size, q[..., 2]) - .11 * size

    def capsule(p):
        q = p - c
        a = np.array([.15, .25, .1]) * size
        t = np.clip((q @ a) / (a @ a), -1, 1)
        return np.linalg.norm(q - t[..., None] * a, axis=-1) - .12 * size

    def thin(p):
        # A plate three voxels thick, as an ear is.
        q = np.abs((p - c) @ np.array([[.8, .6, 0], [-.6, .8, 0], [0, 0, 1.]])) - np.array([1.5, .2 * size, .2 * size])
        return np.linalg.norm(np.maximum(q, 0), axis=-1) + np.minimum(q.max(-1), 0)

    return dict(sphere=sphere, torus=torus, capsule=capsule, plate=thin)


class Ours:
    name = "Selfie3D"

    def __init__(self, threads: int, folder: Path):
        subprocess.run(["dotnet", "build", "-m:1", "-c", "Release", "-v", "q", "-clp:NoSummary", str(PROJECT)], check=True)
        program = next(PROJECT.glob("bin/Release/*/Selfie3D.Benchmarks.dll"))
        self.mesh = folder / "mesh.bin"
        self.child = subprocess.Popen(["taskset", "-c", f"0-{threads - 1}", "dotnet", str(program), "surface"], text=True, env=os.environ | (STAY_AWAKE if threads > 1 else {}),
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def extract(self, path: Path, volume: np.ndarray):
        self.child.stdin.write(f"{path}\t{volume.shape[0]}\t{self.mesh}\n")
        self.child.stdin.flush()
        milliseconds, processor = self.child.stdout.readline().split("\t")
        raw = self.mesh.read_bytes()
        count = int.from_bytes(raw[:4], "little")
        return (float(milliseconds), float(processor), np.frombuffer(raw, "<f4", 3 * count, 4).reshape(-1, 3),
                np.frombuffer(raw, "<i4", offset=4 + 12 * count).reshape(-1, 3))


class FlyingEdges:
    def __init__(self, threads: int):
        import vtk
        from vtkmodules.util import numpy_support
        self.vtk, self.convert = vtk, numpy_support
        vtk.vtkSMPTools.Initialize(threads)
        self.name = f"VTK {vtk.vtkVersion.GetVTKVersion()} Flying Edges ({vtk.vtkSMPTools.GetBackend()}, {vtk.vtkSMPTools.GetEstimatedNumberOfThreads()} threads)"

    def extract(self, path: Path, volume: np.ndarray):
        vtk, convert = self.vtk, self.convert
        image = vtk.vtkImageData()
        image.SetDimensions(*volume.shape[::-1])
        values = convert.numpy_to_vtk(volume.ravel())
        image.GetPointData().SetScalars(values)
        taken = []
        for _ in range(REPEATS):
            edges = self._filter(image)
            start, used = time.perf_counter(), time.process_time()
            edges.Update()
            taken.append((1000 * (time.perf_counter() - start), 1000 * (time.process_time() - used)))
        milliseconds, processor = sorted(taken[WAKING_UP:])[(REPEATS - WAKING_UP) // 2]
        mesh = edges.GetOutput()
        return (milliseconds, processor, convert.vtk_to_numpy(mesh.GetPoints().GetData()),
                convert.vtk_to_numpy(mesh.GetPolys().GetConnectivityArray()).reshape(-1, 3))


    def _filter(self, image):
        edges = self.vtk.vtkFlyingEdges3D()
        edges.SetInputData(image)
        edges.SetValue(0, 0)
        edges.ComputeNormalsOn()
        edges.ComputeGradientsOff()
        edges.ComputeScalarsOff()
        return edges


class ScikitImage:
    def __init__(self):
        import skimage
        from skimage.measure import marching_cubes
        self.march, self.name = marching_cubes, f"scikit-image {skimage.__version__} marching cubes"

    def extract(self, path: Path, volume: np.ndarray):
        start, used = time.perf_counter(), time.process_time()
        points, triangles, _, _ = self.march(volume, 0)
        return 1000 * (time.perf_counter() - start), 1000 * (time.process_time() - used), points[:, ::-1], triangles


def quality(points: np.ndarray, triangles: np.ndarray, distance) -> dict:
    corner = points[triangles].astype(np.float64)
    # Inside the triangles, not only where they touch the surface: vertices of marching cubes lie on edges of the grid.
    inside = np.concatenate([corner.mean(1), *(np.tensordot(corner, w, (1, 0)) for w in ([.6, .2, .2], [.2, .6, .2], [.2, .2, .6]))])
    error = np.abs(distance(inside))
    sides = np.stack([np.linalg.norm(corner[:, i] - corner[:, i - 1], axis=1) for i in range(3)], 1)
    area = np.linalg.norm(np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]), axis=1)
    height = area / np.maximum(sides.max(1), 1e-12) / np.maximum(sides.max(1), 1e-12)
    return dict(triangles=len(triangles), mean=error.mean(), p99=np.quantile(error, .99), worst=error.max(),
                vertices=np.abs(distance(points)).mean(), slivers=100 * (height < .1).mean(), degenerate=int((height < 1e-6).sum()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        programs = [Ours(options.threads, Path(folder)), FlyingEdges(options.threads), ScikitImage()]
        size, order = options.size, np.random.default_rng(1)
        z, y, x = np.meshgrid(*[np.arange(size)] * 3, indexing="ij")
        grid = np.stack([x, y, z], -1).astype(np.float64)
        print(f"{size}^3 samples, best and median of {options.rounds} rounds in random turns, {options.threads} threads")
        print(f"{'shape':9}{'program':58}{'best ms':>9}{'median':>9}{'paired':>8}{'work':>8}{'paired':>8}{'triangles':>11}{'mean err':>10}{'99 %':>8}{'worst':>8}{'vertices':>10}{'slivers %':>11}{'degenerate':>12}")
        for name, distance in shapes(size).items():
            volume = np.clip(distance(grid), -TRUNCATION, TRUNCATION).astype(np.float32)
            path = Path(folder) / "volume.f32"
            volume.tofile(path)
            times, works, meshes = [[] for _ in programs], [[] for _ in programs], [None] * len(programs)
            for round_ in range(options.rounds + WARM_UPS):
                for k in order.permutation(len(programs)):
                    milliseconds, processor, *meshes[k] = programs[k].extract(path, volume)
                    if round_ >= WARM_UPS:
                        times[k].append(milliseconds)
                        works[k].append(processor)
            for program, taken, work, mesh in zip(programs, times, works, meshes):
                q = quality(*mesh, distance)
                print(f"{name:9}{program.name:58}{min(taken):9.2f}{np.median(taken):9.2f}{np.median(np.divide(times[0], taken)):8.2f}"
                      f"{np.median(work):8.2f}{np.median(np.divide(works[0], work)):8.2f}{q['triangles']:11}{q['mean']:10.4f}{q['p99']:8.3f}"
                      f"{q['worst']:8.3f}{q['vertices']:10.4f}{q['slivers']:11.2f}{q['degenerate']:12}", flush=True)


if __name__ == "__main__":
    main()
