"""Artifacts -> the straight line, put together: the one place that knows which part needs which."""

from __future__ import annotations

from collections.abc import Callable

from engine.catalogue.catalogue import Catalogue
from engine.core.artifacts import Artifacts
from engine.core.errors import ArtifactMismatch
from engine.detection.detector import open_detector
from engine.pipeline.recogniser import Recogniser
from engine.printings.identifier import PrintingIdentifier
from engine.printings.line_reader import CollectorLineReader
from engine.ranking.calibration import Calibration
from engine.ranking.ranker import Judge
from engine.reading.ocr import LineFinder, TextReader
from engine.reading.stray_titles import StrayTitles
from engine.reading.title_matcher import TitleMatcher
from engine.reading.title_positions import is_readable
from engine.reading.title_reader import TitleReader
from engine.reading.title_search import TitleSearch
from engine.retrieval.embedder import Embedder
from engine.retrieval.index import FaceIndex
from engine.retrieval.indexed_faces import read_faces
from engine.retrieval.picture_match import KnownFaces, PictureWitness

IsKnown = Callable[[str], bool]
"""Tells of a card's name whether the engine may know it: what it says of cards it can't know is measured so."""


def open_recogniser(
    artifacts: Artifacts,
    catalogue: Catalogue,
    pictures: PictureWitness,
    *,
    threads: int | None = None,
    titled: IsKnown | None = None,
) -> tuple[Recogniser, TitleReader]:
    """Load the models that are left, and put the straight line together; the reader of titles comes beside it.

    Args:
        titled: whose titles may be known; all unless given.

    Raises:
        ArtifactError: a part is damaged, or doesn't fit the others.
    """
    detector, finder = open_detector(artifacts, threads=threads), LineFinder(threads=threads)
    layouts = catalogue.layouts()
    read = [title for title in catalogue.ranked_titles() if is_readable(layouts.get(title.card_id, ""), title.face)]
    known = [title for title in read if titled is None or titled(catalogue.name(title.card_id))]
    reader = TextReader(threads=threads)
    titles = TitleReader(finder, reader, TitleMatcher(known))
    judge = Judge(Calibration.open(artifacts.judge))
    search, loose = TitleSearch(titles, layouts), StrayTitles(finder, titles)
    printings = PrintingIdentifier(CollectorLineReader(finder, reader), catalogue)
    return Recogniser(detector, search, loose, titles, pictures, judge, printings, catalogue), titles


def open_faces(
    artifacts: Artifacts, catalogue: Catalogue, *, threads: int | None = None, pictured: IsKnown | None = None
) -> tuple[Embedder, KnownFaces]:
    """Open the picture network and the index's faces.

    Args:
        pictured: whose faces may be known; all unless given.

    Raises:
        ArtifactError: a part is damaged, or doesn't fit the others.
    """
    embedder, index = Embedder(artifacts.embedder, threads=threads), FaceIndex.open(artifacts.index)
    check_index_is_of_embedder(artifacts)
    faces = KnownFaces.from_index(index, read_faces(artifacts.faces), catalogue.find)
    return embedder, faces if pictured is None else faces.subset(pictured)


def check_index_is_of_embedder(artifacts: Artifacts) -> None:
    """Raise :class:`ArtifactMismatch` unless the index's vectors are of the embedder that lies beside it."""
    if artifacts.manifest.get("index", {}).get("embedder_sha256") != embedder_sha256(artifacts):
        raise ArtifactMismatch(
            f"{artifacts.index} was made with another embedder than {artifacts.embedder.name}; build it again."
        )


def embedder_sha256(artifacts: Artifacts) -> str:
    """Return the hash of the picture network: vectors of another one mean other things."""
    return str(artifacts.manifest["files"][artifacts.embedder.name]["sha256"])
