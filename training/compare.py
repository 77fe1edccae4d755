"""``python -m training compare``: recipes, losses and networks side by side, each trained on the same budget.

Every contender sees every face equally often, then looks for unseen names among all faces, as
``evaluate-embedder`` does. A contender already trained is not trained again, so that a comparison can be
interrupted, and one contender added later.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np

from engine.embedder import Embedder
from training.embedder.loop import Training
from training.embedder.measure import SEVERITIES
from training.embedder.pack import PACK_HEIGHT, PACK_WIDTH, FacePack, PackError, add_pack_option, read_packs
from training.embedder.settings import Settings, Stage, ancestor
from training.evaluate_embedder import measured
from training.export import export_embedder
from training.runs.checkpoints import NAME as CHECKPOINT
from training.runs.checkpoints import CheckpointError

SMALL, LARGE = (128, 92), (PACK_HEIGHT, PACK_WIDTH)
"""Faces, pixels: what all contenders see, and what the narrow network, which can afford it, sees."""
TIMED = 60
FIGURES = "figures.json"


def contenders(epochs: int) -> dict[str, Settings]:
    """Return the settings that are compared, by name: ours first, then other recipes, then other networks."""
    small = replace(Settings(), stages=(Stage(epochs, *SMALL),))
    return {
        "ours: lite0, circle": small,
        "ancestor's recipe": ancestor(small),
        "arcface": replace(small, loss="arcface", memory=0),
        "lite1": replace(small, backbone="efficientnet-lite1"),
        "mobilenet-v3-large, no weights": replace(small, backbone="mobilenet-v3-large"),
        "narrow, small face": replace(small, backbone="narrow", body_lr=small.head_lr),
        "narrow, large face": replace(
            small, backbone="narrow", body_lr=small.head_lr, stages=(Stage(epochs, *LARGE),)
        ),
    }  # fmt: skip


def contend(settings: Settings, pack: FacePack, out: Path, workers: int) -> dict[str, float]:
    """Train, export and measure one contender; what was done before is gone on from, or taken as it is.

    Raises:
        CheckpointError: ``out`` holds a contender of another budget or pack.
    """
    figures, budget = out / FIGURES, {"epochs": settings.epochs, "faces": len(pack.faces)}
    if not figures.exists():
        out.mkdir(parents=True, exist_ok=True)
        Training(settings, pack, out, workers=workers, resume=(out / CHECKPOINT).exists()).run()
        with tempfile.TemporaryDirectory() as folder:
            model = Path(folder) / "embedder.onnx"
            export_embedder(out / CHECKPOINT, model)
            found = _figures(Embedder(model), pack) | {"MB": model.stat().st_size / 1e6}
        figures.write_text(json.dumps(budget | found) + "\n", encoding="utf-8")
    known = dict(json.loads(figures.read_text(encoding="utf-8")))
    if {key: known[key] for key in budget} != budget:
        raise CheckpointError(f"{figures} holds figures of another budget or pack; give another --out")
    return known


def _figures(embedder: Embedder, pack: FacePack) -> dict[str, float]:
    by_severity = measured(embedder, pack, ()).figures(pack)
    found = {f"{key} {name}": one[key] for name, one in by_severity.items() for key in ("recall@1", "printing")}
    spent = []
    for _ in range(TIMED):
        begin = perf_counter()
        embedder([pack.pixels[0]])
        spent.append((perf_counter() - begin) * 1000)
    return {**found, "ms": float(np.median(spent))}


def table(results: Mapping[str, Mapping[str, float]]) -> str:
    """Return the figures of all contenders as a Markdown table."""
    heads = [*(f"recall@1 {name}" for name in SEVERITIES), *(f"scan {name}" for name in SEVERITIES), "ms a face", "MB"]
    lines = ["| | " + " | ".join(heads) + " |", "| --- |" + " ---: |" * len(heads)]
    for name, one in results.items():
        shares = [one[f"{key} {severity}"] for key in ("recall@1", "printing") for severity in SEVERITIES]
        cells = [*(f"{share:.1%}" for share in shares), f"{one['ms']:.1f}", f"{one['MB']:.1f}"]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training compare``."""
    add_pack_option(parser)
    parser.add_argument("--out", type=Path, default=Path("out/compare"), metavar="DIR", help="a folder a contender")
    parser.add_argument("--epochs", type=int, default=2, help="times each face is seen (default 2)")
    parser.add_argument("--workers", type=int, default=1, help="processes that degrade faces (default 1)")
    parser.add_argument("--only", action="append", metavar="NAME", help="one contender; may be repeated (default: all)")


def run(args: argparse.Namespace) -> int:
    """Compare and print a table; exit code 2 where a pack can't be used or a contender isn't known."""
    known = contenders(args.epochs)
    unknown = sorted(set(args.only or ()) - set(known))
    if unknown:
        print(f"error: no contender {', '.join(unknown)}; there are: {'; '.join(known)}", file=sys.stderr)
        return 2
    try:
        pack = comparable(read_packs(args.pack))
        chosen = {name: known[name] for name in args.only or known}
        results = {name: contend(one, pack, args.out / _folder(name), args.workers) for name, one in chosen.items()}
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(table(results))
    return 0


def comparable(pack: FacePack) -> FacePack:
    """Return the pack; raises :class:`PackError` where it has nothing to compare networks by."""
    if not (pack.rows(held_out=True) and pack.twins()):
        raise PackError("a comparison needs names that are held out, and one with two scans: pack more faces")
    return pack


def _folder(name: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in name).split())
