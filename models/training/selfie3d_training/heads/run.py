"""The heads of people that training never saw, and every scanned head for fairness, through the command ``selfie3d``.

    python3 -m selfie3d_training evaluate --heads WORK --faces FACES --selfie3d PATH

makes the photos in WORK once, runs the command on them, and writes ``heads.json`` with all figures and the list of people.
"""
from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import numpy as np

from . import photos, score
from .photos import HeadSet

BATCH = 20
SETS = {"heldout": photos.held_out_people, "everyone": photos.everyone}


def reconstruct(photos: list[Path], results: Path, command: list[str]) -> None:
    """Runs ``selfie3d reconstruct``; photos without a face are no failure."""
    done = subprocess.run([*command, "reconstruct", *map(str, photos), "--out", str(results), "--format", "ply", "--json"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode not in (0, 3):
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")


class Measuring:
    """A set of photos whose heads are made and measured a batch at a time; goes on where it was stopped.

    The photos come in random order, so that a part of them stands for all. Surfaces take 2.5 MB each and are not kept.
    """

    def __init__(self, folder: Path, command: list[str]):
        self.photos, self.command, self.file = HeadSet.load(folder), command, folder / "measured.npz"
        self.scores = score.Scores.load(self.file) if self.file.exists() else score.Scores.empty(len(self.photos))
        self.order = np.random.default_rng(0).permutation(len(self.photos))

    def batch(self) -> bool:
        """Measures the next batch; False when all is done."""
        rows = [int(row) for row in self.order if not self.scores.tried[row]][:BATCH]
        if not rows:
            return False
        results, before = self.photos.folder / "results", self.scores.models
        shutil.rmtree(results, ignore_errors=True)
        reconstruct([self.photos.folder / "images" / f"{self.photos.name(row)}.jpg" for row in rows], results, self.command)
        self.scores.add(self.photos, results, rows)
        shutil.rmtree(results)
        if before not in ("", self.scores.models):
            print("\nother models than before: the measures start again")
            self.scores = score.Scores.empty(len(self.photos))
        self.scores.save(self.file)
        return True


def line(name: str, figures: dict) -> str:
    if not figures["found"]:
        return f"{name}: nothing measured"
    parts = "; ".join(f"by {by}: " + ", ".join(f"{part} {median:.2f} mm (90 % within {far:.2f})" for part, (median, far) in figures[by].items())
                      for by in score.ALIGNMENTS)
    return f"{name}: {figures['found']} of {figures['photos']} found, landmarks {figures['nme']:.2f} %; {parts}"


def group_lines(title: str, groups: dict[str, dict]) -> list[str]:
    lines = [f"{title} {name}: {g['found']} of {g['photos']} found, landmarks {g['nme']:.2f} +- {g['nme_error']:.2f} %, "
             f"seen face {g['seen_mm']:.2f} +- {g['seen_error']:.2f} mm" for name, g in groups.items()]
    for key, unit in (("nme", "%"), ("seen_mm", "mm")):
        low, high, gap = score.largest_gap(groups, key)
        lines.append(f"largest gap by {title}, {key}: {gap:.2f} {unit} ({low} to {high})")
    return lines


def summary(never_seen: Measuring, scanned: Measuring) -> tuple[dict, str]:
    """All figures, and in words, of what was measured so far."""
    truth, out = never_seen.photos.truth, {}
    out["models"] = json.loads(never_seen.scores.models or "{}")
    out["heldout"] = score.by_yaw(never_seen.scores, truth["yaw"])
    out["heldout"]["0-90, nearer than 60 cm"] = score.figures(never_seen.scores, np.where(truth["distance"] < 60)[0])
    out["people"] = dict(Counter(f"{a}+{b}" if b else a for a, b in zip(truth["person"].tolist(), truth["second"].tolist())))
    words = [line(f"people never seen, yaw {key}", figures) for key, figures in out["heldout"].items()]
    for key in ("ethnicity", "sex"):
        groups = out[key] = score.by_group(scanned.scores, scanned.photos.truth[key])
        words += group_lines(key, groups) if len(groups) > 1 else []
    return out, "\n".join(words)


def run(work: Path, faces_folder: Path | None, command: list[str], count: int = 500, each: int = 10) -> dict:
    """Everything, in turn a batch of either set; prints the figures, writes ``heads.json`` after each batch, and returns them."""
    for name, make in SETS.items():
        if not (work / name / "truth.npz").exists():
            if faces_folder is None:
                raise SystemExit("evaluate --heads needs --faces FACES the first time, to make the photos")
            make(faces_folder, work / name, count if name == "heldout" else each)
    sets = [Measuring(work / name, command) for name in SETS]
    while any([measuring.batch() for measuring in sets]):
        out, words = summary(*sets)
        (work / "heads.json").write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")
        print("\r" + ", ".join(f"{m.photos.folder.name} {int(m.scores.tried.sum())} of {len(m.photos)}" for m in sets), end="", flush=True)
    out, words = summary(*sets)
    print("\n" + words)
    return out
