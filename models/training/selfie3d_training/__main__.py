"""Command line: ``python3 -m selfie3d_training COMMAND --help``."""
from __future__ import annotations

import argparse
import shlex
from pathlib import Path


def parse():
    parser = argparse.ArgumentParser(prog="selfie3d_training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    c = commands.add_parser("render", help="make training pictures and the head prior from the face library")
    c.add_argument("--faces", type=Path, required=True, help="folder with ict.npz, valid/ and valid_to_ict.npz")
    c.add_argument("--out", type=Path, required=True, help="the render store to make or to continue")
    c.add_argument("--count", type=int, default=60000)
    c.add_argument("--size", type=int, default=192, help="pixels of a sprite's side")
    c.add_argument("--seed", type=int, default=1)
    c.add_argument("--workers", type=int, default=2)
    c = commands.add_parser("prepare-faces", help="make the face library from clones of its two public sources")
    c.add_argument("--ict", type=Path, required=True, help="clone of ICT-VGL/ICT-FaceKit")
    c.add_argument("--valid", type=Path, required=True, help="clone of c-frame/valid-avatars-glb")
    c.add_argument("--out", type=Path, required=True, help="folder of the face library")
    c.add_argument("--workers", type=int, default=2)
    c = commands.add_parser("fit-quality", help="fit the weights of the quality score on spoiled synthetic photos")
    c.add_argument("--faces", type=Path, required=True)
    c.add_argument("--renders", type=Path, required=True, help="the render store: its prior.npz")
    c.add_argument("--landmarks", type=Path, required=True, help="run folder of the landmark network")
    c.add_argument("--out", type=Path, required=True, help="JSON file to write")
    c.add_argument("--count", type=int, default=1000, help="photos to fit each of the two on")
    c.add_argument("--eval", type=Path, help="annotated photos, measured only")
    c.add_argument("--results", type=Path, help="output folder of: selfie3d reconstruct PHOTOS --json (with --eval)")
    c = commands.add_parser("train", help="train one model; continues where it was stopped")
    c.add_argument("model", choices=["detector", "landmarks", "volume"])
    c.add_argument("--renders", type=Path, required=True, help="the render store")
    c.add_argument("--out", type=Path, required=True, help="folder of the run")
    c.add_argument("--landmarks", type=Path, help="weights.pt of the landmark network (volume only)")
    c.add_argument("--minutes", type=float, help="training time in all")
    c.add_argument("--samples", type=int, help="training samples in all")
    c.add_argument("--threads", type=int, default=0)
    c.add_argument("--workers", type=int, default=2)
    c.add_argument("--batch-size", type=int)
    c.add_argument("--learning-rate", type=float)
    c.add_argument("--final-learning-rate", type=float, help="as a fraction of --learning-rate")
    c.add_argument("--ema-decay", type=float, help="of the average of the weights over the steps")
    c.add_argument("--initial", default="", help="weights.pt to start from")
    c = commands.add_parser("average", help="mean weights of several runs of one model that go back to the same run; the landmark network is fitted anew")
    c.add_argument("model", choices=["detector", "landmarks", "volume"])
    c.add_argument("--runs", type=Path, nargs="+", required=True, help="their folders, or weights.pt files")
    c.add_argument("--shares", type=float, nargs="+", help="how much each of them counts; the same if not given")
    c.add_argument("--renders", type=Path, help="the render store (landmarks only)")
    c.add_argument("--out", type=Path, required=True, help="folder for the weights.pt")
    c = commands.add_parser("export", help="write a trained model as ONNX, with a sample of its input and output")
    c.add_argument("model", choices=["detector", "landmarks", "volume"])
    c.add_argument("--run", type=Path, required=True, help="folder of the training run")
    c.add_argument("--renders", type=Path, required=True, help="the render store")
    c.add_argument("--out", type=Path, required=True, help="folder of the ONNX file")
    c.add_argument("--landmarks", type=Path, help="weights.pt of the landmark network (detector only: the second witness)")
    c.add_argument("--threshold", type=float, help="least score of a face (detector only); chosen on synthetic pictures if not given")
    c = commands.add_parser("prepare-detector", help="add large sprites and heads from behind to a render store")
    c.add_argument("--faces", type=Path, required=True)
    c.add_argument("--renders", type=Path, required=True)
    c = commands.add_parser("prepare-candidates", help="collect what a detector takes for faces, for the landmark network to judge")
    c.add_argument("--renders", type=Path, required=True)
    c.add_argument("--detector", type=Path, required=True, help="folder of the detector's run")
    c.add_argument("--landmarks", type=Path, required=True, help="weights.pt of a first landmark run")
    c.add_argument("--count", type=int, default=16000)
    c = commands.add_parser("fit-witness", help="fit how much detector and landmark network count in telling a face, on held-out synthetic scenes")
    c.add_argument("--renders", type=Path, required=True)
    c.add_argument("--detector", type=Path, required=True, help="folder of the detector's run")
    c.add_argument("--landmarks", type=Path, required=True, help="weights.pt of the landmark network")
    c.add_argument("--count", type=int, default=600, help="scenes to fit on")
    c = commands.add_parser("evaluate", help="score results, or a landmark run, on annotated photos")
    c.add_argument("--eval", type=Path, help="folder with landmarks.npz and images/ (for all but --heads)")
    c.add_argument("--results", type=Path, help="output folder of: selfie3d reconstruct PHOTOS --json")
    c.add_argument("--report", type=Path, help="HTML report to write")
    c.add_argument("--detector", type=Path, help="run folder of the detector, scored on the photos and on face-free crops")
    c.add_argument("--threshold", type=float, default=.5, help="least score of a face (with --detector)")
    c.add_argument("--landmarks", type=Path, help="run folder of the landmark network, scored on the true boxes, or the witness of --detector")
    c.add_argument("--renders", type=Path, help="the render store (with --landmarks)")
    c.add_argument("--heads", type=Path, help="work folder for the heads of people that training never saw, and every scanned head for fairness")
    c.add_argument("--faces", type=Path, help="folder of the face library (with --heads, the first time)")
    c.add_argument("--selfie3d", default="selfie3d", help="the command that makes the heads (with --heads)")
    c.add_argument("--count", type=int, default=500, help="people never seen (with --heads, the first time)")
    c.add_argument("--each", type=int, default=10, help="photos of every scanned head (with --heads, the first time)")
    c = commands.add_parser("recover", help="weights to train on from, out of the published ONNX files")
    c.add_argument("--models", type=Path, required=True, help="folder of the ONNX files")
    c.add_argument("--faces", type=Path, required=True)
    c.add_argument("--renders", type=Path, required=True, help="the render store, which gets their head prior")
    c.add_argument("--out", type=Path, required=True, help="folder for landmarks/, detector/ and volume/ with a weights.pt each")
    c = commands.add_parser("hide-sprites", help="leave out the sprites whose face a first detector cannot see")
    c.add_argument("--run", type=Path, required=True, help="folder of the detector's run")
    c.add_argument("--renders", type=Path, required=True)
    for name, help in (("selfie", "render the sample selfie"), ("sheet", "render a contact sheet")):
        c = commands.add_parser(name, help=help)
        c.add_argument("--faces", type=Path, required=True)
        c.add_argument("--out", type=Path, required=True)
        c.add_argument("--seed", type=int, default=2)
        if name == "selfie":
            c.add_argument("--yaw", type=float, default=12., help="degrees that the face is turned to the left edge of the picture")
    return parser.parse_args()


def train(args):
    from .trainer import TrainConfig
    given = {name: value for name in ("batch_size", "learning_rate", "final_learning_rate", "ema_decay")
             if (value := getattr(args, name)) is not None}
    config = TrainConfig(args.model, minutes=args.minutes, samples=args.samples, threads=args.threads,
                         workers=args.workers, initial=args.initial, **given)
    prior = args.renders / "prior.npz"
    if args.model == "landmarks":
        from .landmarks.train import run
        run(args.renders, prior, args.out, config)
    elif args.model == "volume":
        if args.landmarks is None:
            raise SystemExit("train volume needs --landmarks RUN/weights.pt: it learns to correct the priors that network places")
        from .volume.train import run
        run(args.renders, args.landmarks, args.out, config)
    else:
        from .detector.train import run
        run(args.renders, args.out, config)


def average(args):
    from . import checkpoint
    if args.model == "landmarks" and args.renders is None:
        raise SystemExit("average landmarks needs --renders STORE: shape and face are fitted anew on its crops")
    try:
        weights = checkpoint.average([checkpoint.read_weights(run) for run in args.runs], args.shares or [1.] * len(args.runs))
    except FileNotFoundError as missing:
        raise SystemExit(f"there are no weights at {missing.filename}; give folders of runs, or weights.pt files") from None
    except ValueError as problem:
        raise SystemExit(str(problem)) from None
    args.out.mkdir(parents=True, exist_ok=True)
    file = args.out / "weights.pt"
    checkpoint.save_atomically(weights, file)
    if args.model == "landmarks":
        from .landmarks.fit import fit_saved
        from .volume.priors import load_landmarks
        fit_saved(load_landmarks(file, args.renders / "prior.npz"), args.renders, file)


def export(args):
    if args.model == "detector":
        if args.landmarks is None:
            raise SystemExit("export detector needs --landmarks RUN/weights.pt: that network is the detector's second witness")
        from .detector.export import detector
        print(detector(args.run, args.renders, args.out, args.landmarks, args.threshold))
    else:
        from . import export as exports
        print(getattr(exports, args.model)(args.run, args.renders, args.out))


def witness_of(args):
    from .landmarks.witness import Witness
    from .volume.priors import load_landmarks
    return Witness(load_landmarks(args.landmarks / "weights.pt", args.renders / "prior.npz"))


def main():
    args = parse()
    if args.command == "render":
        from . import renders
        renders.render(args.faces, args.out, args.count, args.size, args.seed, args.workers)
    elif args.command == "prepare-faces":
        from .prepare.run import run
        run(args.ict, args.valid, args.out, args.workers)
    elif args.command == "fit-quality":
        from .quality.fit import run
        run(args.faces, args.renders, args.landmarks, args.out, args.count, args.eval, args.results)
    elif args.command == "train":
        train(args)
    elif args.command == "average":
        average(args)
    elif args.command == "export":
        export(args)
    elif args.command == "prepare-detector":
        from .detector.prepare import prepare
        prepare(args.faces, args.renders)
    elif args.command == "prepare-candidates":
        from .landmarks.mining import prepare
        prepare(args.renders, args.detector, args.landmarks, args.count)
    elif args.command == "fit-witness":
        from .landmarks.witness import fit
        fit(args.renders, args.detector, args.landmarks, args.count)
    elif args.command == "evaluate":
        if args.eval is None and args.heads is None:
            raise SystemExit("evaluate needs --eval FOLDER with annotated photos, or --heads WORK")
        if args.heads:
            from .heads.run import run
            run(args.heads, args.faces, shlex.split(args.selfie3d), args.count, args.each)
        elif args.detector:
            from .detector.score import run
            run(args.eval, args.detector, args.threshold, witness_of(args) if args.landmarks else None)
        elif args.landmarks:
            from .landmarks.score import run
            run(args.eval, args.landmarks / "weights.pt", args.renders / "prior.npz")
        elif args.results:
            from .evaluate import evaluate_results
            evaluate_results(args.eval, args.results, args.report)
        else:
            raise SystemExit("evaluate --eval needs --results FOLDER, --detector RUN, or --landmarks RUN --renders STORE")
    elif args.command == "recover":
        from .published import recover
        recover(args.models, args.faces, args.renders, args.out)
    elif args.command == "hide-sprites":
        from .detector.visible import hide
        hide(args.run, args.renders)
    else:
        from . import pictures
        getattr(pictures, args.command)(args.faces, args.out, args.seed, **({"yaw": args.yaw} if args.command == "selfie" else {}))


if __name__ == "__main__":
    main()
