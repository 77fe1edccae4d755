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

from engine.core.artifacts import CATALOGUE, SHIPPED
from engine.core.errors import ArtifactError
from engine.retrieval.index import IndexKind
from training.data.face_list import FacesCsvError
from training.release.build import VECTORS, IndexReport, Sources, assemble
from training.release.self_retrieval import SelfRetrievalFailed, check_opens
from training.release.vector_cache import VectorCacheError
from training.release.versions import ArtifactPlace, FolderError

__all__ = ["IndexReport", "build_index"]

FACES_CSV, ARTIFACTS = "faces.csv", "artifacts"
"""In a folder of ``training sync``: the list of its pictures, and the artifact folder built from them."""
BUILD_ERRORS = (FacesCsvError, ArtifactError, FolderError, VectorCacheError, SelfRetrievalFailed, OSError)
"""What a build may raise; each message says why. OSError: a full disk, for example."""


def build_index(
    faces_csvs: Sequence[Path],
    out: Path,
    *,
    base: Path | None = None,
    embedder: Path | None = None,
    detector: Path | None = None,
    kind: IndexKind = IndexKind.FP16,
) -> IndexReport:
    """Build an artifact folder from lists of faces; ``out`` points to it only when it is complete.

    Args:
        faces_csvs, base, embedder, detector, kind: see :class:`Sources`.
        out: the artifact folder, a link as in :class:`ArtifactPlace`.

    Raises:
        FacesCsvError: a list can't be used, or no face of any could be read.
        ArtifactMissing: ``base`` lacks a model or the catalogue, or a given file is missing.
        ArtifactError: ``embedder`` is not an embedder.
        FolderError: ``out`` can't be written, or another process is working on it.
        SelfRetrievalFailed: the pictures do not find their own names in the index.
    """
    place = ArtifactPlace(out)
    with place.work() as folder:
        report = assemble(folder, Sources(faces_csvs, base or SHIPPED, embedder, detector, kind=kind))
        place.put(folder)
    return report


def synced_sources(data: Path, *, base: Path | None = None, kind: IndexKind = IndexKind.FP16) -> Sources:
    """Return the sources in a folder of ``python -m training sync``."""
    vectors = data / VECTORS
    return Sources((data / FACES_CSV,), base or SHIPPED, catalogue=data / CATALOGUE, kind=kind, vectors=vectors)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``python -m training index``."""
    pictures = parser.add_mutually_exclusive_group(required=True)
    pictures.add_argument(
        "--from", type=Path, dest="data", metavar="DIR", help="pictures and catalogue of: python -m training sync"
    )
    pictures.add_argument("--faces", type=Path, action="append", metavar="CSV", help="list of faces; may be repeated")
    parser.add_argument("--out", type=Path, metavar="DIR", help="artifact folder (default: artifacts in --from)")
    parser.add_argument(
        "--base",
        type=Path,
        metavar="DIR",
        help="gives models and, with --faces, the catalogue (default: shipped)",
    )
    parser.add_argument("--embedder", type=Path, metavar="FILE", help="network to use instead of the base's")
    parser.add_argument(
        "--detector",
        type=Path,
        metavar="DIR",
        help="folder with finder.onnx and corners.onnx",
    )
    parser.add_argument(
        "--kind", type=IndexKind, choices=list(IndexKind), default=IndexKind.FP16, help="of index (default: fp16)"
    )


def run(args: argparse.Namespace) -> int:
    """Build an artifact folder, check that it opens, put it in place, and report what was skipped."""
    if args.data is None and args.out is None:
        print("error: --faces needs --out", file=sys.stderr)
        return 2
    place = ArtifactPlace(args.out or args.data / ARTIFACTS)
    try:
        with place.work() as folder:
            report = assemble(folder, sources_of(args))
            check_opens(folder)
            changed = place.put(folder)
    except BUILD_ERRORS as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print_report(place, report, changed)
    return 0


def sources_of(args: argparse.Namespace) -> Sources:
    """Return the sources that the options name."""
    if args.data:
        sources = synced_sources(args.data, base=args.base, kind=args.kind)
    else:
        sources = Sources(tuple(args.faces), args.base or SHIPPED, kind=args.kind)
    return replace(sources, embedder=args.embedder, detector=args.detector)


def print_report(place: ArtifactPlace, report: IndexReport, changed: bool) -> None:
    """Print the result of a build, and on standard error what was skipped."""
    for path, reason in report.skipped:
        print(f"skipped {path}: {reason}", file=sys.stderr)
    found = report.self_retrieval
    counts = f"{report.rows} faces, {report.new_names} names new to the catalogue, {len(report.skipped)} skipped"
    print(f"{place.out}: {counts}")
    print(f"{report.embedded} pictures newly embedded; {found.hits} of {found.of} pictures find their own name")
    print(f"{place.out} leads to {place.out.resolve()}" if changed else "Nothing is new: the folder in place stays.")
