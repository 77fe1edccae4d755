"""Build an artifact folder from faces, a catalogue and networks, with bounded memory."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.names import name_key
from engine.core import artifacts
from engine.core.artifacts import (
    CATALOGUE,
    CORNERS,
    COST,
    EMBEDDER,
    FACES,
    FINDER,
    FRAMES,
    INDEX,
    JUDGE,
    PLATES,
    SHIPPED,
    SYMBOL_REFERENCES,
    SYMBOLS,
)
from engine.core.errors import ArtifactMissing
from engine.detection.detector import open_detector
from engine.printings.frame import FrameReader
from engine.printings.set_symbol import SymbolReader, SymbolReferences
from engine.reading.mana_cost import CostReader
from engine.retrieval.embedder import Embedder, Vectors
from engine.retrieval.index import FaceIndex, IndexKind
from engine.retrieval.indexed_faces import IndexedFace, write_faces
from training.catalogue.build import add_cards
from training.data.face_list import FaceRow, FacesCsvError, iterate_faces_csv
from training.release.embedding import SkippedPictures, embed_missing, picture_key
from training.release.self_retrieval import Sample, self_retrieval
from training.release.vector_cache import VectorCache
from training.scoring.results import Rate

PART = 4096
"""Vectors added to the index at a time."""
VECTORS = "vectors.sqlite"


DETECTOR = (FINDER, CORNERS, PLATES)
EDITIONS = (SYMBOLS, SYMBOL_REFERENCES, FRAMES)
"""The networks of which training export-detector writes one or more."""
SOURCES_REMEDY = (
    "--base takes an artifact folder, --embedder and --cost a model, --detector the output of training "
    "export-detector, --from the folder of training sync."
)


@dataclass(frozen=True, slots=True)
class Sources:
    """What an artifact folder is built from.

    Attributes:
        faces_csvs: lists of faces, with the columns ``file,name`` and where known the others of :class:`FaceRow`.
        base: artifact folder with networks and catalogue.
        embedder, cost, detector, catalogue: used instead of those of ``base``; ``detector`` is a folder with one or
            more of :data:`DETECTOR`.
        vectors: path of the vector cache for the next build; by default there is none.
    """

    faces_csvs: Sequence[Path]
    base: Path = SHIPPED
    embedder: Path | None = None
    cost: Path | None = None
    detector: Path | None = None
    catalogue: Path | None = None
    kind: IndexKind = IndexKind.FP16
    vectors: Path | None = None

    def rows(self) -> Iterator[FaceRow]:
        """Yield the rows of all lists, one at a time."""
        for path in self.faces_csvs:
            yield from iterate_faces_csv(path)

    def copy_to(self, folder: Path) -> None:
        """Copy networks, judge and catalogue; raises :class:`ArtifactMissing` if one is missing."""
        files = {name: self.base / name for name in (*DETECTOR, COST, *EDITIONS, EMBEDDER, JUDGE, CATALOGUE)}
        files |= {EMBEDDER: self.embedder} if self.embedder else {}
        files |= {COST: self.cost} if self.cost else {}
        files |= {CATALOGUE: self.catalogue} if self.catalogue else {}
        trained = [name for name in DETECTOR if self.detector and (self.detector / name).exists()]
        if self.detector and not trained:
            names = ", ".join(str(self.detector / name) for name in DETECTOR)
            raise ArtifactMissing(f"None of {names} is there. {SOURCES_REMEDY}")
        files |= {name: self.detector / name for name in trained} if self.detector else {}
        for name, source in files.items():
            if not source.is_file():
                raise ArtifactMissing(f"{source} is missing. {SOURCES_REMEDY}")
            shutil.copyfile(source, folder / name)


@dataclass(frozen=True, slots=True)
class IndexReport:
    """The result of building an index."""

    rows: int
    embedded: int
    """Pictures that were not in the vector cache."""
    new_names: int
    """Names added to the catalogue."""
    skipped: tuple[tuple[Path, str], ...]
    """File and reason for each face left out."""
    self_retrieval: Rate


def assemble(folder: Path, sources: Sources) -> IndexReport:
    """Fill an empty folder with everything an artifact folder has.

    Raises:
        FacesCsvError: a list can't be used, or no face of any could be read.
        ArtifactError: ``base`` lacks a part, or a part is unusable.
        CommandError: the vectors can't be stored, or the pictures don't find their own names in the index.
    """
    sources.copy_to(folder)
    open_detector(folder / FINDER, folder / CORNERS)  # as the engine will
    CostReader(folder / COST)
    SymbolReader(folder / SYMBOLS, SymbolReferences.open(folder / SYMBOL_REFERENCES))
    FrameReader(folder / FRAMES)
    embedder = Embedder(folder / EMBEDDER)
    total = sum(1 for _ in sources.rows())
    path = (sources.vectors or folder / VECTORS).resolve()
    with VectorCache(path, artifacts.sha256(folder / EMBEDDER), embedder.dimension) as cache:
        embedded, skipped = embed_missing(sources.rows(), cache, path.parent, embedder, total)
        faces = _FaceVectors(sources.rows(), cache, path.parent, skipped)
        _write_index(folder, faces, sources.kind, embedder.dimension)
        keys = (picture_key(row, path.parent) for row in sources.rows())
        cache.forget_unused(key for key in keys if key is not None)
    if sources.vectors is None:
        path.unlink()
    new_names, meta = _complete_catalogue(folder / CATALOGUE, faces.names.values())
    found = self_retrieval(folder, embedder, faces.sample.rows)
    index = {"rows": faces.count, "dimension": embedder.dimension, "kind": sources.kind}
    facts = {
        "created": datetime.now(UTC).date().isoformat(),
        "catalogue": meta,
        "embedder": embedder.describe(),
        "index": {**index, "embedder_sha256": artifacts.sha256(folder / EMBEDDER)},
        "self_retrieval": found.to_dict(),
    }
    artifacts.write_manifest(folder, facts)
    return IndexReport(faces.count, embedded, new_names, tuple(skipped.items()), found)


@dataclass(slots=True)
class _FaceVectors:
    """The rows that have a vector, to be iterated once; collects their number, a row of each name, and a sample."""

    rows: Iterable[FaceRow]
    cache: VectorCache
    folder: Path
    skipped: SkippedPictures
    count: int = 0
    names: dict[str, FaceRow] = field(default_factory=dict)
    sample: Sample = field(default_factory=Sample)

    def __iter__(self) -> Iterator[tuple[FaceRow, NDArray[np.float16]]]:
        for row in self.rows:
            if row.path in self.skipped:
                continue
            key = picture_key(row, self.folder)
            vector = None if key is None else self.cache.get(key)
            if vector is None:
                self.skipped[row.path] = "The file changed while the index was built; build it again."
                continue
            self.names.setdefault(row.name, row)
            self.sample.offer(row)
            self.count += 1
            yield row, vector


def _write_index(folder: Path, faces: _FaceVectors, kind: IndexKind, dimension: int) -> None:
    """Write list and index in the same order; vectors are spooled to a file, as the index is written after the list."""
    with tempfile.TemporaryFile(dir=folder) as spool:

        def spooled_faces() -> Iterator[IndexedFace]:
            for row, vector in faces:
                spool.write(vector.tobytes())
                yield IndexedFace(row.name, row.face, row.set, row.collector_number, row.scryfall_id)

        def parts() -> Iterator[Vectors]:
            while data := spool.read(PART * dimension * np.dtype(np.float16).itemsize):
                yield np.frombuffer(data, np.float16).reshape(-1, dimension).astype(np.float32)

        write_faces(folder / FACES, spooled_faces())
        if not faces.count:
            first = next(iter(faces.skipped.items()), None)
            raise FacesCsvError(f"None of {len(faces.skipped)} faces could be read; the first: {first}")
        spool.seek(0)
        FaceIndex.build_from_parts(parts(), kind).save(folder / INDEX)


def _complete_catalogue(path: Path, rows: Iterable[FaceRow]) -> tuple[int, dict[str, str]]:
    """Add to the catalogue the cards it does not know under any title; return their number, and its metadata."""
    with closing(Catalogue.open(path)) as catalogue:
        # By exact name first: searching by title builds an index of all titles, which few lists need.
        doubtful = [row for row in rows if name_key(row.name) not in catalogue.by_key]
        unknown = [row for row in doubtful if catalogue.find(row.name) is None]
    columns = ("name", "set", "collector_number", "scryfall_id")
    added = add_cards(path, ({column: getattr(row, column) for column in columns} for row in unknown))
    with closing(Catalogue.open(path)) as catalogue:
        return added, dict(catalogue.meta)
