"""Put the pipeline together from artifacts: the one place that knows which part needs which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.catalogue.catalogue import Catalogue
from engine.core.artifacts import Artifacts
from engine.core.errors import ArtifactMismatch
from engine.detection.detector import Detector, open_detector
from engine.detection.plates import PlateFinder
from engine.pipeline.recogniser import Recogniser
from engine.printings.frame import FrameReader
from engine.printings.identifier import PrintingIdentifier
from engine.printings.line_reader import CollectorLineReader
from engine.printings.number_witness import NumberWitness
from engine.printings.set_symbol import SymbolReader, SymbolReferences
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


@dataclass(frozen=True, slots=True, eq=False)
class Networks:
    """All networks, open; thread-safe."""

    detector: Detector
    plates: PlateFinder
    lines: LineFinder
    text: TextReader
    costs: CostReader
    symbols: SymbolReader
    frames: FrameReader
    embedder: Embedder


def open_networks(artifacts: Artifacts, *, threads: int | None = None) -> Networks:
    """Open all networks; may raise ArtifactError."""
    return Networks(
        detector=open_detector(artifacts.finder, artifacts.corners, threads=threads),
        plates=PlateFinder(artifacts.plates, threads=threads),
        lines=LineFinder(threads=threads),
        text=TextReader(threads=threads),
        costs=CostReader(artifacts.cost, threads=threads),
        symbols=SymbolReader(artifacts.symbols, SymbolReferences.open(artifacts.symbol_references), threads=threads),
        frames=FrameReader(artifacts.frames, threads=threads),
        embedder=Embedder(artifacts.embedder, threads=threads),
    )


def open_recogniser(
    artifacts: Artifacts,
    networks: Networks,
    catalogue: Catalogue,
    pictures: PictureWitness,
    *,
    knows_title: IsKnown | None = None,
) -> tuple[Recogniser, TitleReader]:
    """Put the recogniser together; return it with its reader of titles.

    ``knows_title`` tells whose titles and numbers may be known; all by default. May raise ArtifactError.
    """
    layouts = catalogue.layouts()
    all_titles = catalogue.titles
    # A title on a card's other face has an unreadable position in some layouts; most cards have one face.
    known = all_titles.faces == 0
    for n in np.flatnonzero(~known).tolist():
        known[n] = is_readable(layouts.get(int(all_titles.card_ids[n]), ""), int(all_titles.faces[n]))
    strangers: set[int] = set()
    if knows_title is not None:
        strangers = {
            card_id for card_id in set(all_titles.card_ids.tolist()) if not knows_title(catalogue.name(card_id))
        }
        known &= ~np.isin(all_titles.card_ids, list(strangers))
    titles = TitleReader(networks.lines, networks.text, TitleMatcher(all_titles, known))
    recogniser = Recogniser(
        detector=networks.detector,
        plates=networks.plates,
        plate_reader=PlateReader(titles, networks.costs),
        search=TitleSearch(titles, layouts),
        stray_titles=StrayTitles(networks.lines, titles),
        titles=titles,
        pictures=pictures,
        ranker=Ranker(Calibration.open(artifacts.judge)),
        printings=PrintingIdentifier(
            CollectorLineReader(networks.lines, networks.text), networks.symbols, networks.frames, catalogue
        ),
        numbers=NumberWitness(catalogue, strangers),
        catalogue=catalogue,
    )
    return recogniser, titles


def open_faces(artifacts: Artifacts, catalogue: Catalogue, *, knows_picture: IsKnown | None = None) -> KnownFaces:
    """Open the faces of the index; ``knows_picture`` tells whose may be known, all by default.

    May raise ArtifactError.
    """
    index = FaceIndex.open(artifacts.index)
    check_index_is_of_embedder(artifacts)
    rows = read_faces(artifacts.faces)
    card_ids = catalogue.find_all({face.name for face in rows})
    faces = KnownFaces.from_index(index, rows, card_ids.get)
    return faces if knows_picture is None else faces.subset(knows_picture)


def check_index_is_of_embedder(artifacts: Artifacts) -> None:
    """Raise :class:`ArtifactMismatch` unless the index was built with the embedder of the same folder."""
    if artifacts.manifest.get("index", {}).get("embedder_sha256") != embedder_sha256(artifacts):
        raise ArtifactMismatch(
            f"{artifacts.index} was built with a different embedder from {artifacts.embedder.name}; build it again."
        )


def embedder_sha256(artifacts: Artifacts) -> str:
    """Return the hash of the embedder: embeddings of different networks can't be compared."""
    return str(artifacts.manifest["files"][artifacts.embedder.name]["sha256"])
