"""The engine as others use it: opened once, asked from any thread."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from engine.artifacts import SHIPPED, Artifacts, open_artifacts, sha256
from engine.catalogue import Catalogue
from engine.detector import open_detector
from engine.embedder import Embedder
from engine.errors import ArtifactMismatch
from engine.faces import read_faces
from engine.foot import FootReader
from engine.image import open_photo
from engine.index import FaceIndex
from engine.ocr import DETECTION_MODEL, MODEL_DIR, RECOGNITION_MODEL, LineFinder, TextReader
from engine.pictures import PictureWitness
from engine.printing_witness import PrintingWitness
from engine.reader import TitleWitness
from engine.recogniser import Recogniser
from engine.sighting import TitleSearch
from engine.titles import TitleMatcher
from engine.values import CardEntry, Identification, Rgb, Witness

DEFAULT_TOP_K = 5
DEFAULT_MAX_CARDS = 40


class Engine:
    """Names the cards in photos. Thread-safe; open one and share it."""

    def __init__(self, recogniser: Recogniser, catalogue: Catalogue, artifacts: Artifacts) -> None:
        self._recogniser, self._catalogue, self._artifacts = recogniser, catalogue, artifacts

    @classmethod
    def open(cls, artifacts: str | Path | None = None, *, threads: int | None = None) -> Engine:
        """Load models, index and catalogue.

        Args:
            artifacts: a folder made by ``python -m training index``; the shipped one unless given.
            threads: threads one model may use; all cores unless given.

        Raises:
            ArtifactError: a part is missing, damaged, or doesn't fit the others.
        """
        checked = open_artifacts(Path(artifacts) if artifacts is not None else SHIPPED)
        catalogue = Catalogue.open(checked.catalogue)
        detector = open_detector(checked, threads=threads)
        finder = LineFinder(threads=threads)
        reader = TextReader(threads=threads)
        titles = TitleWitness(finder, reader, TitleMatcher(catalogue.ranked_titles()))
        pictures = PictureWitness(*_open_pictures(checked, threads), find=catalogue.find)
        catalogue.complete("")  # its look-up index takes 0.3 s to make: now, not at the first question
        printings = PrintingWitness(FootReader(finder, reader), catalogue)
        recogniser = Recogniser(detector, TitleSearch(finder, titles), titles, pictures, printings, catalogue)
        return cls(recogniser, catalogue, checked)

    @property
    def catalogue(self) -> Catalogue:
        """The names, printings and titles the engine knows."""
        return self._catalogue

    def identify(
        self,
        image: bytes | str | Path | Rgb,
        *,
        top_k: int = DEFAULT_TOP_K,
        max_cards: int = DEFAULT_MAX_CARDS,
        witness: Witness = Witness.BOTH,
    ) -> Identification:
        """Name the cards in a photo.

        Args:
            image: the file's bytes, its path, or uint8 (H, W, 3) RGB pixels.
            top_k: most candidates a card, 1 and up.
            max_cards: most cards, the surest are kept; 1 and up.
            witness: which evidence counts.

        Raises:
            PhotoError: the photo can't be processed; ``code`` and message say why.
            ValueError: ``top_k`` or ``max_cards`` is less than 1.
        """
        if top_k < 1 or max_cards < 1:
            raise ValueError(f"top_k and max_cards must be 1 or more, not {top_k} and {max_cards}")
        return self._recogniser(open_photo(image), top_k=top_k, max_cards=max_cards, witness=Witness(witness))

    def lookup(self, text: str, *, top_k: int = DEFAULT_TOP_K) -> list[CardEntry]:
        """Return the cards whose names are nearest to a text, best first; one spelt right comes first with score 1."""
        return [self._catalogue.entry(card_id, score) for card_id, score in self._catalogue.lookup(text, top_k)]

    def complete(self, prefix: str, *, limit: int = 25) -> list[str]:
        """Return names for what someone has typed so far, likeliest first; milliseconds, from memory."""
        return self._catalogue.complete(prefix, limit)

    def card(self, name: str) -> CardEntry | None:
        """Return the card of this name (case, accents and punctuation don't matter), or None."""
        card_id = self._catalogue.find(name)
        return None if card_id is None else self._catalogue.entry(card_id)

    def info(self) -> dict[str, Any]:
        """Return versions, models, sizes, dates and hashes: what a bug report needs."""
        packages = ("cardglass", "faiss-cpu", "numpy", "onnxruntime", "opencv-python-headless", "pillow", "rapidocr")
        return {
            "versions": {"python": platform.python_version(), **{name: _version(name) for name in packages}},
            "artifacts": {"folder": str(self._artifacts.folder), **self._artifacts.manifest},
            "catalogue": self._catalogue.meta(),
            "text_models": {
                name: {"sha256": sha256(MODEL_DIR / name)} for name in (DETECTION_MODEL, RECOGNITION_MODEL)
            },
        }

    def close(self) -> None:
        """Let go of the catalogue's file."""
        self._catalogue.close()


def _version(package: str) -> str:
    """Return the installed version: cardglass itself runs from a checkout too, cv2 comes in several packages."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _open_pictures(artifacts: Artifacts, threads: int | None) -> tuple[Embedder, FaceIndex, list[Any]]:
    embedder = Embedder(artifacts.embedder, threads=threads)
    index = FaceIndex.open(artifacts.index)
    made_for = artifacts.manifest.get("index", {}).get("embedder_sha256")
    if made_for != artifacts.manifest["files"][artifacts.embedder.name]["sha256"]:
        raise ArtifactMismatch(
            f"{artifacts.index} was made with another embedder than {artifacts.embedder.name}; build it again."
        )
    return embedder, index, read_faces(artifacts.faces)
