"""Command line: ``python3 -m selfie3d_training COMMAND --help``."""
from __future__ import annotations

import argparse
from pathlib import Path


def main():
    parser = argparse.ArgumentParser(prog="selfie3d_training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    c = commands.add_parser("render", help="make training pictures from the face library")
    c.add_argument("--faces", type=Path, required=True, help="folder with ict.npz, valid/ and valid_to_ict.npz")
    c.add_argument("--out", type=Path, required=True)
    c.add_argument("--count", type=int, default=60000)
    c.add_argument("--size", type=int, default=192)
    c.add_argument("--seed", type=int, default=1)
    c.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    if args.command == "render":
        from . import renders
        renders.render(args.faces, args.out, args.count, args.size, args.seed, args.workers)


if __name__ == "__main__":
    main()
