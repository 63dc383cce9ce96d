"""The face library from clones of its two sources.

    git clone https://github.com/ICT-VGL/ICT-FaceKit
    git clone https://github.com/c-frame/valid-avatars-glb
    python3 -m selfie3d_training prepare-faces --ict ICT-FaceKit --valid valid-avatars-glb --out FACES
"""
from __future__ import annotations

from pathlib import Path

from . import ict, valid

COMMITS = {"ICT-FaceKit": "da5f95a607f5e6b37755b38d3385d7f2853732e5", "valid-avatars-glb": "c4719df7a2b60a96cc7f56d67e247674b68c4ea7"}


def run(ict_clone: Path, valid_clone: Path, out: Path, workers: int = 2) -> None:
    """Writes the library, with the licence texts of both sources beside it."""
    out.mkdir(parents=True, exist_ok=True)
    model = ict.build(ict_clone, out / "ict.npz", workers)
    valid.build(valid_clone, out, model)
    texts = []
    for name, clone in zip(COMMITS, (ict_clone, valid_clone)):
        found = next((file for file in sorted(clone.glob("LICENSE*"))), None)
        texts.append(f"{name}, made from commit {COMMITS[name]} or later\n\n" + (found.read_text(encoding="utf-8") if found else "no LICENSE file was found\n"))
    (out / "LICENSES.txt").write_text(("\n" + "-" * 80 + "\n\n").join(texts), encoding="utf-8")
    print(f"{out} is ready: python3 -m selfie3d_training render --faces {out} --out STORE")
