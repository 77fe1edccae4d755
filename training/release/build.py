"""Faces, a catalogue and networks -> a finished artifact folder, without holding more than a part in memory."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.names import name_key
from engine.core.artifacts import (
    CATALOGUE,
    CORNERS,
    EMBEDDER,
    FACES,
    FINDER,
    INDEX,
    JUDGE,
    SHIPPED,
    sha256,
    write_manifest,
)
from engine.core.errors import ArtifactMissing
from engine.detection.detector import open_networks
from engine.retrieval.embedder import Embedder, Vectors
from engine.retrieval.index import FaceIndex, IndexKind
from engine.retrieval.indexed_faces import IndexedFace, write_faces
from training.catalogue.build import add_cards
from training.data.face_list import FaceRow, FacesCsvError, iterate_faces_csv
from training.release.embedding import Skipped, embed_missing, key_of
from training.release.self_retrieval import Sample, self_retrieval
from training.release.vector_cache import VectorStore
from training.scoring.results import Rate

PART = 4096
"""Vectors added to the index at a time."""
VECTORS = "vectors.sqlite"


@dataclass(frozen=True, slots=True)
class Sources:
    """What an artifact folder is made of.

    Attributes:
        faces_csvs: lists of faces, with the columns ``file,name`` and where known the others of :class:`FaceRow`.
        base: where networks and catalogue come from; the shipped artifacts unless given.
        embedder, catalogue: other files than those of ``base``.
        detector: a folder with other detector networks than those of ``base``.
        kind: how vectors are kept and searched.
        vectors: where vectors are kept for the next build; nowhere unless given.
    """

    faces_csvs: Sequence[Path]
    base: Path = SHIPPED
    embedder: Path | None = None
    detector: Path | None = None
    catalogue: Path | None = None
    kind: IndexKind = IndexKind.FP16
    vectors: Path | None = None

    def rows(self) -> Iterator[FaceRow]:
        """Yield the rows of all lists, one at a time."""
        for path in self.faces_csvs:
            yield from iterate_faces_csv(path)

    def copy_to(self, folder: Path) -> None:
        """Copy networks, judge and catalogue; raises :class:`ArtifactMissing` where one is not there."""
        taken = {name: self.base / name for name in (FINDER, CORNERS, EMBEDDER, JUDGE, CATALOGUE)}
        taken |= {EMBEDDER: self.embedder} if self.embedder else {}
        taken |= {CATALOGUE: self.catalogue} if self.catalogue else {}
        taken |= {name: self.detector / name for name in (FINDER, CORNERS)} if self.detector else {}
        for name, source in taken.items():
            if not source.is_file():
                raise ArtifactMissing(
                    f"{source} is not there: --base takes an artifact folder, --embedder a model, --detector a folder "
                    "of: training export-detector, --from one of: training sync."
                )
            shutil.copyfile(source, folder / name)


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What came of building an index.

    Attributes:
        rows: faces in the index.
        embedded: pictures that were new to the store of vectors.
        new_names: names that the catalogue did not have and now has.
        skipped: for each face left out, its file and why.
        found_again: pictures of the list that find their own name in the index.
    """

    rows: int
    embedded: int
    new_names: int
    skipped: tuple[tuple[Path, str], ...]
    found_again: Rate


def assemble(folder: Path, sources: Sources) -> IndexReport:
    """Fill an empty folder with all that an artifact folder has.

    Raises:
        FacesCsvError: a list can't be used, or no face of any could be read.
        ArtifactError: ``base`` lacks a part, or a part is unusable.
        StoreError: the vectors can't be kept.
        NotFoundAgain: the pictures do not find themselves in the index.
    """
    sources.copy_to(folder)
    open_networks(folder / FINDER, folder / CORNERS)  # as the engine will
    embedder = Embedder(folder / EMBEDDER)
    total = sum(1 for _ in sources.rows())
    at = (sources.vectors or folder / VECTORS).resolve()
    with VectorStore(at, sha256(folder / EMBEDDER), embedder.dimension) as store:
        embedded, skipped = embed_missing(sources.rows(), store, at.parent, embedder, total)
        listed = _Listed(sources.rows(), store, at.parent, skipped)
        _write_index(folder, listed, sources.kind, embedder.dimension)
        keys = (key_of(row, at.parent) for row in sources.rows())
        store.forget_unused(key for key in keys if key is not None)
    if sources.vectors is None:
        at.unlink()
    new_names = _add_unknown(folder / CATALOGUE, listed.cards.values())
    found_again = self_retrieval(folder, embedder, listed.sample.taken)
    facts = {"rows": listed.count, "dimension": embedder.dimension, "kind": sources.kind}
    _note(folder, embedder, facts, found_again)
    return IndexReport(listed.count, embedded, new_names, tuple(skipped.items()), found_again)


@dataclass(slots=True)
class _Listed:
    """The rows that have a vector, going by once: what is noted of them on the way.

    Attributes:
        count: how many there were.
        cards: one row of each name.
        sample: some of them, drawn evenly.
    """

    rows: Iterable[FaceRow]
    store: VectorStore
    folder: Path
    skipped: Skipped
    count: int = 0
    cards: dict[str, FaceRow] = field(default_factory=dict)
    sample: Sample = field(default_factory=Sample)

    def __iter__(self) -> Iterator[tuple[FaceRow, NDArray[np.float16]]]:
        for row in self.rows:
            if row.path in self.skipped:
                continue
            key = key_of(row, self.folder)
            vector = None if key is None else self.store.get(key)
            if vector is None:
                self.skipped[row.path] = "The file changed while the index was built; build it again."
                continue
            self.cards.setdefault(row.name, row)
            self.sample.see(row)
            self.count += 1
            yield row, vector


def _write_index(folder: Path, listed: _Listed, kind: IndexKind, dimension: int) -> None:
    """Write list and index in one order; vectors go by way of a file, for the index may want them after the list."""
    with tempfile.TemporaryFile(dir=folder) as spool:

        def faces() -> Iterator[IndexedFace]:
            for row, vector in listed:
                spool.write(vector.tobytes())
                yield IndexedFace(row.name, row.face, row.set, row.collector_number, row.scryfall_id)

        write_faces(folder / FACES, faces())
        if not listed.count:
            first = next(iter(listed.skipped.items()), None)
            raise FacesCsvError(f"None of {len(listed.skipped)} faces could be read; the first: {first}")
        spool.seek(0)
        FaceIndex.build_from_parts(_parts(spool, dimension), kind).save(folder / INDEX)


def _parts(spool: BinaryIO, dimension: int) -> Iterator[Vectors]:
    while data := spool.read(PART * dimension * np.dtype(np.float16).itemsize):
        yield np.frombuffer(data, np.float16).reshape(-1, dimension).astype(np.float32)


def _add_unknown(catalogue_path: Path, rows: Iterable[FaceRow]) -> int:
    """Add to the catalogue the cards it does not know under any title; return how many."""
    catalogue = Catalogue.open(catalogue_path)
    try:
        # By its very name first: a look-up by title makes an index of all titles, which few lists need.
        doubtful = [row for row in rows if catalogue.find_by_key(name_key(row.name)) is None]
        unknown = [_catalogue_row(row) for row in doubtful if catalogue.find(row.name) is None]
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


def _note(folder: Path, embedder: Embedder, index: Mapping[str, object], found_again: Rate) -> None:
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
            "embedder": embedder.describe(),
            "index": {**index, "embedder_sha256": sha256(folder / EMBEDDER)},
            "self_retrieval": found_again.to_dict(),
        },
    )
