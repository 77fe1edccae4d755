"""Local card pictures -> a complete artifact folder, with the shipped models: ``python -m training index``.

With ``--from`` the pictures and the catalogue are those that ``python -m training sync`` keeps, and each picture
is embedded once for each network; with ``--faces`` they are any pictures, and the catalogue is the base's.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engine.core.artifacts import CATALOGUE, SHIPPED
from engine.core.errors import ArtifactError
from engine.retrieval.index import IndexKind
from training.data.face_list import FacesCsvError
from training.release.build import VECTORS, IndexReport, Sources, assemble
from training.release.self_retrieval import NotFoundAgain, prove
from training.release.vector_cache import StoreError
from training.release.versions import ArtifactPlace, FolderError

__all__ = ["IndexReport", "build_index"]

FACES_CSV, ARTIFACTS = "faces.csv", "artifacts"
"""In a synchronised folder: the list of its pictures, and the artifact folder made of them."""
REFUSALS = (FacesCsvError, ArtifactError, FolderError, StoreError, NotFoundAgain, OSError)
"""What a build may be refused for; each says why. OSError: a full disk, for one."""


def build_index(
    faces_csvs: Sequence[Path],
    out: Path,
    *,
    base: Path | None = None,
    embedder: Path | None = None,
    detector: Path | None = None,
    kind: IndexKind = IndexKind.FP16,
) -> IndexReport:
    """Build an artifact folder from lists of faces; ``out`` leads to it only when all is done.

    Args:
        faces_csvs, base, embedder, detector, kind: see :class:`Sources`.
        out: the artifact folder to make, a link as :class:`ArtifactPlace` says.

    Raises:
        FacesCsvError: a list can't be used, or no face of any could be read.
        ArtifactMissing: ``base`` lacks a model or the catalogue, or a file given is not there.
        ArtifactError: ``embedder`` is no embedder.
        FolderError: ``out`` can't be written, or another process works on it.
        NotFoundAgain: the pictures do not find themselves in the index.
    """
    place = ArtifactPlace(out)
    with place.work() as folder:
        report = assemble(folder, Sources(faces_csvs, base or SHIPPED, embedder, detector, kind=kind))
        place.put(folder)
    return report


def synchronised(data: Path, *, base: Path | None = None, kind: IndexKind = IndexKind.FP16) -> Sources:
    """Return what an artifact folder is made of where ``python -m training sync`` filled a folder."""
    vectors = data / VECTORS
    return Sources((data / FACES_CSV,), base or SHIPPED, catalogue=data / CATALOGUE, kind=kind, vectors=vectors)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``python -m training index``."""
    pictures = parser.add_mutually_exclusive_group(required=True)
    pictures.add_argument(
        "--from", type=Path, dest="data", metavar="DIR", help="pictures and catalogue of: python -m training sync"
    )
    pictures.add_argument("--faces", type=Path, action="append", metavar="CSV", help="list of faces; may be repeated")
    parser.add_argument("--out", type=Path, metavar="DIR", help="artifact folder to make (default: --from's artifacts)")
    parser.add_argument(
        "--base", type=Path, metavar="DIR", help="gives models and, with --faces, the catalogue (default: shipped)"
    )
    parser.add_argument("--embedder", type=Path, metavar="FILE", help="another network than the base's")
    parser.add_argument(
        "--detector", type=Path, metavar="DIR", help="a folder with another finder.onnx and corners.onnx"
    )
    parser.add_argument(
        "--kind", type=IndexKind, choices=list(IndexKind), default=IndexKind.FP16, help="of index (default: fp16)"
    )


def run(args: argparse.Namespace) -> int:
    """Build as the options say, prove it, put it in place; report what was skipped."""
    if args.data is None and args.out is None:
        print("error: --faces needs --out", file=sys.stderr)
        return 2
    place = ArtifactPlace(args.out or args.data / ARTIFACTS)
    try:
        with place.work() as folder:
            report = assemble(folder, sources_of(args))
            prove(folder)
            changed = place.put(folder)
    except REFUSALS as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    tell(place, report, changed)
    return 0


def sources_of(args: argparse.Namespace) -> Sources:
    """Return what the options of ``index`` name."""
    if args.data:
        sources = synchronised(args.data, base=args.base, kind=args.kind)
    else:
        sources = Sources(tuple(args.faces), args.base or SHIPPED, kind=args.kind)
    return replace(sources, embedder=args.embedder, detector=args.detector)


def tell(place: ArtifactPlace, report: IndexReport, changed: bool) -> None:
    """Print what came of a build, and on standard error what was skipped."""
    for path, reason in report.skipped:
        print(f"skipped {path}: {reason}", file=sys.stderr)
    again = report.found_again
    counts = f"{report.rows} faces, {report.new_names} names new to the catalogue, {len(report.skipped)} skipped"
    print(f"{place.out}: {counts}")
    print(f"{report.embedded} pictures newly embedded; {again.hits} of {again.of} pictures find their own name again")
    print(f"{place.out} leads to {place.out.resolve()}" if changed else "Nothing is new: the folder in place stays.")
