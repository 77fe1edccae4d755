"""Local card pictures -> a complete artifact folder, with the shipped models."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from tqdm import tqdm

from engine.artifacts import CATALOGUE, CORNERS, EMBEDDER, FACES, FINDER, INDEX, JUDGE, SHIPPED, sha256, write_manifest
from engine.catalogue import Catalogue
from engine.detector import open_networks
from engine.embedder import BATCH, Embedder, Vectors
from engine.errors import ArtifactError, ArtifactMissing, PhotoError
from engine.faces import IndexedFace, write_faces
from engine.index import FaceIndex, IndexKind
from engine.values import Rgb
from training.catalogue_build import add_cards
from training.faces import FaceRow, FacesCsvError, read_faces_csv, read_picture


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What came of building an index.

    Attributes:
        rows: faces in the index.
        new_names: names that the catalogue did not have and now has.
        skipped: for each face left out, its file and why.
    """

    rows: int
    new_names: int
    skipped: tuple[tuple[Path, str], ...]


def build_index(
    faces_csvs: Sequence[Path],
    out: Path,
    *,
    base: Path | None = None,
    embedder: Path | None = None,
    detector: Path | None = None,
    kind: IndexKind = IndexKind.FP16,
) -> IndexReport:
    """Build an artifact folder from lists of faces; ``out`` appears, or is replaced, only when all is done.

    Args:
        faces_csvs: CSVs with the columns ``file,name`` and where known the others of :class:`FaceRow`.
        out: the artifact folder to make.
        base: where networks and catalogue come from; the shipped artifacts unless given.
        embedder: another network than that of ``base``.
        detector: a folder with other detector networks than those of ``base``.
        kind: how vectors are kept and searched.

    Raises:
        FacesCsvError: a list can't be used, no face of any could be read, or too few for this kind of index.
        ArtifactMissing: ``base`` lacks a model or the catalogue, or a file given is not there.
        ArtifactError: ``embedder`` is no embedder.
    """
    base = base or SHIPPED
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".index-", dir=out.parent) as temporary:
        folder = Path(temporary) / out.name
        folder.mkdir()
        taken = {name: base / name for name in (FINDER, CORNERS, EMBEDDER, JUDGE, CATALOGUE)}
        taken |= {EMBEDDER: embedder} if embedder else {}
        taken |= {name: detector / name for name in (FINDER, CORNERS)} if detector else {}
        for name, source in taken.items():
            if not source.is_file():
                raise ArtifactMissing(
                    f"{source} is not there: --base takes an artifact folder, --embedder a model, "
                    "--detector a folder of: training export-detector."
                )
            shutil.copyfile(source, folder / name)
        report = _fill(folder, [row for path in faces_csvs for row in read_faces_csv(path)], kind)
        _put_in_place(folder, out, Path(temporary) / "previous")
    return report


def _fill(folder: Path, rows: Sequence[FaceRow], kind: IndexKind) -> IndexReport:
    skipped: list[tuple[Path, str]] = []
    open_networks(folder / FINDER, folder / CORNERS)  # as the engine will
    kept, vectors = _embed(Embedder(folder / EMBEDDER), rows, skipped)
    if not kept:
        raise FacesCsvError(f"None of {len(rows)} faces could be read; the first: {skipped[:1]}")
    new_names = _add_unknown(folder / CATALOGUE, kept)
    try:
        FaceIndex.build(vectors, kind).save(folder / INDEX)
    except ValueError as error:
        raise FacesCsvError(str(error)) from error
    write_faces(folder / FACES, [IndexedFace(r.name, r.face, r.set, r.collector_number, r.scryfall_id) for r in kept])
    _note(folder, {"rows": len(kept), "dimension": vectors.shape[1], "kind": kind})
    return IndexReport(len(kept), new_names, tuple(skipped))


def _embed(
    embedder: Embedder, rows: Sequence[FaceRow], skipped: list[tuple[Path, str]]
) -> tuple[list[FaceRow], Vectors]:
    kept: list[FaceRow] = []
    vectors: list[Vectors] = []
    for batch in _batches(_pictures(rows, skipped)):
        kept.extend(row for row, _ in batch)
        vectors.append(embedder([picture for _, picture in batch]))
    return kept, np.concatenate(vectors) if vectors else np.zeros((0, 0), np.float32)


def _pictures(rows: Sequence[FaceRow], skipped: list[tuple[Path, str]]) -> Iterator[tuple[FaceRow, Rgb]]:
    for row in tqdm(rows, desc="faces", unit="face", file=sys.stderr):
        try:
            yield row, read_picture(row.path)
        except PhotoError as error:
            skipped.append((row.path, error.message))


def _batches(pairs: Iterable[tuple[FaceRow, Rgb]]) -> Iterator[list[tuple[FaceRow, Rgb]]]:
    batch: list[tuple[FaceRow, Rgb]] = []
    for pair in pairs:
        batch.append(pair)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _add_unknown(catalogue_path: Path, rows: Sequence[FaceRow]) -> int:
    """Add to the catalogue the cards it does not know under any title; return how many."""
    catalogue = Catalogue.open(catalogue_path)
    try:
        unknown = [_catalogue_row(row) for row in rows if catalogue.find(row.name) is None]
    finally:
        catalogue.close()
    return add_cards(catalogue_path, unknown)


def _catalogue_row(row: FaceRow) -> dict[str, str]:
    return {
        "name": row.name,
        "set": row.set,
        "collector_number": row.collector_number,
        "scryfall_id": row.scryfall_id,
    }


def _note(folder: Path, index: dict[str, str | int]) -> None:
    catalogue = Catalogue.open(folder / CATALOGUE)
    try:
        meta = catalogue.meta()
    finally:
        catalogue.close()
    write_manifest(
        folder,
        {
            "created": datetime.now(UTC).date().isoformat(),
            "catalogue": meta,
            "embedder": Embedder(folder / EMBEDDER).describe(),
            "index": {**index, "embedder_sha256": sha256(folder / EMBEDDER)},
        },
    )


def _put_in_place(folder: Path, out: Path, previous: Path) -> None:
    """Swap the finished folder in by renames, so that readers see the old or the new one, never half of one."""
    if out.exists():
        out.rename(previous)
    folder.rename(out)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``python -m training index``."""
    parser.add_argument(
        "--faces", type=Path, action="append", required=True, metavar="CSV", help="list of faces; may be repeated"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="artifact folder to make")
    parser.add_argument(
        "--base", type=Path, metavar="DIR", help="where models and catalogue come from (default: shipped)"
    )
    parser.add_argument("--embedder", type=Path, metavar="FILE", help="another network than the base's")
    parser.add_argument(
        "--detector", type=Path, metavar="DIR", help="a folder with another finder.onnx and corners.onnx"
    )
    parser.add_argument(
        "--kind", type=IndexKind, choices=list(IndexKind), default=IndexKind.FP16, help="of index (default: fp16)"
    )


def run(args: argparse.Namespace) -> int:
    """Build as the options say, and report what was skipped."""
    try:
        report = build_index(
            args.faces, args.out, base=args.base, embedder=args.embedder, detector=args.detector, kind=args.kind
        )
    except (FacesCsvError, ArtifactError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for path, reason in report.skipped:
        print(f"skipped {path}: {reason}", file=sys.stderr)
    print(
        f"{args.out}: {report.rows} faces, {report.new_names} names new to the catalogue, {len(report.skipped)} skipped"
    )
    return 0
