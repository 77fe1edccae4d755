"""``python -m training index``: build an artifact folder from local card pictures, with the shipped models.

With ``--from``, pictures and catalogue are those of ``python -m training sync``, and each picture is embedded only once
for each network. With ``--faces`` they are any pictures, and the catalogue is the base's.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engine import Engine
from engine.core.artifacts import CATALOGUE, SHIPPED
from engine.retrieval.index import IndexKind
from training.data.errors import CommandError
from training.release.artifact_place import ArtifactPlace
from training.release.build import VECTORS, IndexReport, Sources, assemble

FACES_CSV, ARTIFACTS = "faces.csv", "artifacts"
"""In a folder of ``training sync``: the list of its pictures, and the artifact folder built from them."""


def build_index(faces_csvs: Sequence[Path], out: Path, base: Path = SHIPPED) -> IndexReport:
    """Build an artifact folder from lists of faces and put it in place; raises what :func:`assemble` does.

    Args:
        faces_csvs, base: see :class:`Sources`.
        out: the artifact folder, a link as in :class:`ArtifactPlace`.
    """
    place = ArtifactPlace(out)
    with place.work() as folder:
        report = assemble(folder, Sources(faces_csvs, base))
        place.put(folder)
    return report


def synced_sources(data: Path, base: Path = SHIPPED) -> Sources:
    """Return the sources in a folder of ``python -m training sync``."""
    return Sources((data / FACES_CSV,), base, catalogue=data / CATALOGUE, vectors=data / VECTORS)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``python -m training index``."""
    pictures = parser.add_mutually_exclusive_group(required=True)
    pictures.add_argument(
        "--from", type=Path, dest="data", metavar="DIR", help="pictures and catalogue of: python -m training sync"
    )
    pictures.add_argument("--faces", type=Path, action="append", metavar="CSV", help="list of faces; may be repeated")
    parser.add_argument("--out", type=Path, metavar="DIR", help="artifact folder (default: artifacts in --from)")
    base_help = "gives models and, with --faces, the catalogue (default: shipped)"
    parser.add_argument("--base", type=Path, default=SHIPPED, metavar="DIR", help=base_help)
    parser.add_argument("--embedder", type=Path, metavar="FILE", help="network to use instead of the base's")
    parser.add_argument("--detector", type=Path, metavar="DIR", help="output of training export-detector")
    parser.add_argument("--cost", type=Path, metavar="FILE", help="reader of mana costs to use instead of the base's")
    parser.add_argument(
        "--kind", type=IndexKind, choices=list(IndexKind), default=IndexKind.FP16, help="of index (default: fp16)"
    )


def run(args: argparse.Namespace) -> int:
    """Build an artifact folder, check that it opens, put it in place, and report what was skipped."""
    if args.data is None and args.out is None:
        raise CommandError("--faces needs --out")
    place = ArtifactPlace(args.out or args.data / ARTIFACTS)
    sources = synced_sources(args.data, args.base) if args.data else Sources(args.faces, args.base)
    with place.work() as folder:
        options = {"embedder": args.embedder, "detector": args.detector, "cost": args.cost, "kind": args.kind}
        report = assemble(folder, replace(sources, **options))
        Engine.open(folder).close()
        changed = place.put(folder)
    print_report(place, report, changed)
    return 0


def print_report(place: ArtifactPlace, report: IndexReport, changed: bool) -> None:
    """Print the result of a build, and on standard error what was skipped."""
    for path, reason in report.skipped:
        print(f"skipped {path}: {reason}", file=sys.stderr)
    found = report.self_retrieval
    counts = f"{report.rows} faces, {report.new_names} names new to the catalogue, {len(report.skipped)} skipped"
    print(f"{place.out}: {counts}")
    print(f"{report.embedded} pictures newly embedded; {found.hits} of {found.of} pictures find their own name")
    print(f"{place.out} leads to {place.out.resolve()}" if changed else "Nothing is new: the folder in place stays.")
