"""Put the pipeline together from artifacts: the one place that knows which part needs which."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.catalogue.catalogue import Catalogue
from engine.core.artifacts import Artifacts
from engine.core.errors import ArtifactMismatch
from engine.detection.detector import open_detector
from engine.detection.plates import PlateFinder
from engine.pipeline.recogniser import Recogniser
from engine.printings.identifier import PrintingIdentifier
from engine.printings.line_reader import CollectorLineReader
from engine.ranking.calibration import Calibration
from engine.ranking.ranker import Ranker
from engine.reading.mana_cost import CostReader
from engine.reading.ocr import LineFinder, TextReader
from engine.reading.plate_reader import PlateReader
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
"""Decides by a card's name whether the engine may know it: used to measure answers about unknown cards."""


def open_recogniser(
    artifacts: Artifacts,
    catalogue: Catalogue,
    pictures: PictureWitness,
    *,
    threads: int | None = None,
    knows_title: IsKnown | None = None,
) -> tuple[Recogniser, TitleReader]:
    """Load the remaining models and put the recogniser together; return it with its reader of titles.

    ``knows_title`` tells whose titles may be known; all by default. May raise ArtifactError.
    """
    detector, finder = open_detector(artifacts.finder, artifacts.corners, threads=threads), LineFinder(threads=threads)
    layouts = catalogue.layouts()
    all_titles = catalogue.titles
    # A title on a card's other face has an unreadable position in some layouts; most cards have one face.
    known = all_titles.faces == 0
    for n in np.flatnonzero(~known).tolist():
        known[n] = is_readable(layouts.get(int(all_titles.card_ids[n]), ""), int(all_titles.faces[n]))
    if knows_title is not None:
        strangers = {
            card_id for card_id in set(all_titles.card_ids.tolist()) if not knows_title(catalogue.name(card_id))
        }
        known &= ~np.isin(all_titles.card_ids, list(strangers))
    reader = TextReader(threads=threads)
    titles = TitleReader(finder, reader, TitleMatcher(all_titles, known))
    ranker = Ranker(Calibration.open(artifacts.judge))
    plates, costs = PlateFinder(artifacts.plates, threads=threads), CostReader(artifacts.cost, threads=threads)
    plate_reader = PlateReader(titles, costs)
    search, stray_titles = TitleSearch(titles, layouts), StrayTitles(finder, titles)
    printings = PrintingIdentifier(CollectorLineReader(finder, reader), catalogue)
    recogniser = Recogniser(
        detector=detector,
        plates=plates,
        plate_reader=plate_reader,
        search=search,
        stray_titles=stray_titles,
        titles=titles,
        pictures=pictures,
        ranker=ranker,
        printings=printings,
        catalogue=catalogue,
    )
    return recogniser, titles


def open_faces(
    artifacts: Artifacts, catalogue: Catalogue, *, threads: int | None = None, knows_picture: IsKnown | None = None
) -> tuple[Embedder, KnownFaces]:
    """Open the embedder and the faces of the index; ``knows_picture`` tells whose faces may be known, all by default.

    May raise ArtifactError.
    """
    embedder, index = Embedder(artifacts.embedder, threads=threads), FaceIndex.open(artifacts.index)
    check_index_is_of_embedder(artifacts)
    faces = KnownFaces.from_index(index, read_faces(artifacts.faces), catalogue.find)
    return embedder, faces if knows_picture is None else faces.subset(knows_picture)


def check_index_is_of_embedder(artifacts: Artifacts) -> None:
    """Raise :class:`ArtifactMismatch` unless the index was built with the embedder of the same folder."""
    if artifacts.manifest.get("index", {}).get("embedder_sha256") != embedder_sha256(artifacts):
        raise ArtifactMismatch(
            f"{artifacts.index} was built with a different embedder from {artifacts.embedder.name}; build it again."
        )


def embedder_sha256(artifacts: Artifacts) -> str:
    """Return the hash of the embedder: embeddings of different networks can't be compared."""
    return str(artifacts.manifest["files"][artifacts.embedder.name]["sha256"])
