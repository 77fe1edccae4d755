"""The engine's public face: open it once, use it from any thread."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.entries import CardEntry, Completion, PrintedName, PrintingEntry
from engine.catalogue.names import ENGLISH
from engine.core.artifacts import SHIPPED, Artifacts, fingerprint, open_artifacts, sha256
from engine.core.constants import MAX_CARDS
from engine.core.errors import ConfirmationRefused
from engine.core.gc_pause import pause_gc
from engine.core.values import Confirmation, Corners, Identification, Rgb, Witness
from engine.image.photo import open_photo
from engine.learning.confirmations import Confirmations, StoredConfirmation
from engine.learning.learner import Learner
from engine.learning.sqlite_confirmations import SqliteConfirmations
from engine.pipeline.build import embedder_sha256, open_faces, open_networks, open_recogniser
from engine.pipeline.mirror import MirrorAwareRecogniser
from engine.reading.ocr import DETECTION_MODEL, MODEL_DIR, RECOGNITION_MODEL
from engine.retrieval.picture_match import PictureWitness
from engine.retrieval.similar import SimilarCards

DEFAULT_TOP_K = 5
DEFAULT_MAX_CARDS = 100
"""A Commander deck."""


class Engine:
    """Names the cards in photos. Thread-safe; open one and share it."""

    def __init__(
        self,
        recogniser: MirrorAwareRecogniser,
        catalogue: Catalogue,
        artifacts: Artifacts,
        similar: SimilarCards,
        learner: Learner | None = None,
    ) -> None:
        self._recogniser, self._catalogue, self._artifacts = recogniser, catalogue, artifacts
        self._similar, self._learner = similar, learner

    @classmethod
    def open(
        cls,
        artifacts: str | Path | None = None,
        *,
        threads: int | None = None,
        overlay: str | Path | Confirmations | None = None,
    ) -> Engine:
        """Load models, index and catalogue.

        Args:
            artifacts: a folder made by ``python -m training index``; by default the one shipped.
            threads: how many threads one model may use; by default all cores.
            overlay: a file of confirmed answers to search beside the index, created if missing; or another store
                of confirmations.

        Raises:
            ArtifactError: a part is missing, damaged, or doesn't match the others.
            ConfirmationsError: the overlay is damaged, another program's, or can't be read and written.
        """
        # Loading creates hundreds of thousands of long-lived objects; collecting garbage among them stalls all threads.
        with pause_gc, ThreadPoolExecutor(1) as other:
            checked = open_artifacts(Path(artifacts) if artifacts is not None else SHIPPED)
            catalogue = Catalogue.open(checked.catalogue)
            # Networks are opened on one core while the other indexes the titles, which the first question would need.
            opening = other.submit(open_networks, checked, threads=threads)
            catalogue.complete("")
            indexed, networks = open_faces(checked, catalogue), opening.result()
            learner = None
            if overlay is not None:
                store = SqliteConfirmations.open(overlay) if isinstance(overlay, str | Path) else overlay
                learner = Learner(store, networks.embedder, embedder_sha256(checked), indexed, catalogue)
            pictures = PictureWitness(networks.embedder, indexed, learner.known if learner else None)
            plain, titles = open_recogniser(checked, networks, catalogue, pictures)
            recogniser = MirrorAwareRecogniser(plain, titles)
            similar = SimilarCards(recogniser.identify, networks.embedder, pictures, catalogue)
            return cls(recogniser, catalogue, checked, similar, learner)

    @property
    def catalogue(self) -> Catalogue:
        """The names, printings and titles the engine knows."""
        return self._catalogue

    @property
    def version(self) -> str:
        """Version of code and artifacts in one word: engines of different versions may answer differently."""
        return f"{_version('cardglass').replace(' ', '-')}-{fingerprint(self._artifacts.manifest)}"

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
            top_k: how many candidates a card may have, 1 and up.
            max_cards: how many cards to return, the surest first; 1 to 120 (:data:`~engine.core.constants.MAX_CARDS`).
            witness: which evidence counts.

        Raises:
            PhotoError: the photo can't be processed; ``code`` and message say why.
            ValueError: ``top_k`` or ``max_cards`` is out of range.
        """
        if top_k < 1:
            raise ValueError(f"top_k must be 1 or more, not {top_k}")
        if not 1 <= max_cards <= MAX_CARDS:
            raise ValueError(f"max_cards must be 1 to {MAX_CARDS}, not {max_cards}")
        return self._recogniser.identify(open_photo(image), top_k=top_k, max_cards=max_cards, witness=Witness(witness))

    def confirm(
        self,
        image: bytes | str | Path | Rgb,
        corners: Corners | Sequence[Sequence[float]],
        name: str,
        *,
        printing: tuple[str, str] | None = None,
        origin: str,
    ) -> int:
        """Learn from a confirmed answer: from now on the card is found by how it looks in this photo.

        The embedding of the card's face is stored, never the photo.

        Args:
            image: the photo, as for :meth:`identify`.
            corners: where the card is, as in :attr:`Card.corners`: four ``(x, y)``, photo pixels,
                clockwise from the card's own top left.
            name: the card's name; case, accents and punctuation don't matter.
            printing: set code and collector number, if they are confirmed too.
            origin: who confirmed it and where, 1 to 200 printable characters; parts are separated by ``" / "``:
                ``"guild 123 / message 456 / user 789"``.

        Returns:
            the confirmation's id; that of an earlier one if this adds nothing.

        Raises:
            ConfirmationRefused: no_overlay, unknown_name, unknown_printing, bad_corners, face_too_small,
                looks_like_another, overlay_full.
            PhotoError: the photo can't be processed.
            ConfirmationsError: the store can't be written.
            ValueError: ``origin`` is empty, too long or not printable.
        """
        return self._learning().confirm(open_photo(image), corners, name, printing, origin)

    def revoke(self, confirmation_id: int) -> bool:
        """Forget a confirmation; return whether it existed. Raises as :meth:`confirmations` does."""
        return self._learning().revoke(confirmation_id)

    def revoke_origin(self, part: str) -> int:
        """Forget all confirmations of an origin; return how many.

        Args:
            part: a whole part of the origin, or several consecutive ones: ``"user 789"``, ``"guild 123"``;
                ``"guild 12"`` does not match ``"guild 123 / user 789"``.

        Raises:
            ConfirmationRefused: no_overlay.
            ConfirmationsError: the store can't be written.
            ValueError: ``part`` is empty, too long or not printable.
        """
        return self._learning().revoke_origin(part)

    def confirmations(self) -> list[Confirmation]:
        """Return all confirmations, oldest first; raises ConfirmationRefused (no_overlay) or ConfirmationsError."""
        return self._learning().confirmations()

    def active_confirmations(self) -> tuple[StoredConfirmation, ...]:
        """Return the confirmations that are searched, with their embeddings; none without a store.

        Returns the same tuple object until they change, without waiting: microseconds if nothing has changed.
        """
        return self._learner.active_confirmations() if self._learner else ()

    def lookup(self, text: str, *, top_k: int = DEFAULT_TOP_K) -> list[CardEntry]:
        """Return the cards whose names are closest to a text, best first; an exact name comes first with score 1."""
        found = self._catalogue.lookup(text, top_k)
        return [self._catalogue.entry(title.card_id, score, title) for title, score in found]

    def complete(self, prefix: str, *, limit: int = 25) -> list[Completion]:
        """Return names that complete what someone has typed, likeliest first; takes milliseconds."""
        return [
            Completion(
                self._catalogue.name(title.card_id),
                None if title.lang == ENGLISH else PrintedName(title.text, title.lang),
            )
            for title in self._catalogue.complete(prefix, limit)
        ]

    def card(self, name: str) -> CardEntry | None:
        """Return the card of this name (case, accents and punctuation don't matter), or None."""
        title = self._catalogue.find_title(name)
        return None if title is None else self._catalogue.entry(title.card_id, title=title)

    def by_key(self, key: str) -> CardEntry | None:
        """Return the card with this :attr:`CardEntry.key`, or None; keys are the same in every catalogue."""
        card_id = self._catalogue.by_key.get(key)
        return None if card_id is None else self._catalogue.entry(card_id)

    def numbered(self, set_code: str, collector_number: str) -> tuple[CardEntry, PrintingEntry] | None:
        """Return the card and printing with this number in a set, or None; case and leading zeros don't matter."""
        found = self._catalogue.find_by_number(set_code, collector_number)
        if found is None:
            return None
        card_id, place = found
        return self._catalogue.entry(card_id), self._catalogue.printing_entries(card_id)[place]

    def printings(self, name: str) -> list[PrintingEntry]:
        """Return the paper printings of the card of this name, newest first; none if there is no such card."""
        card_id = self._catalogue.find(name)
        return [] if card_id is None else self._catalogue.printing_entries(card_id)

    def legalities(self, name: str) -> Mapping[str, str]:
        """Return the status of the card of this name in each format for which it is known.

        Formats and statuses are Scryfall's words: ``commander``, ``legal``, ``not_legal``, ``restricted``,
        ``banned``. For a format that is missing the status is unknown, not illegal.
        """
        card_id = self._catalogue.find(name)
        return {} if card_id is None else self._catalogue.legalities(card_id)

    @property
    def legalities_date(self) -> str | None:
        """Date of the legalities, ISO, as precise as it is known (``2025-09``); None if there are none."""
        return self._catalogue.legalities_date

    def similar(self, image_or_name: bytes | Path | Rgb | str, *, top_k: int = DEFAULT_TOP_K) -> list[CardEntry]:
        """Return the cards that look most alike, of distinct names, best first; ``score`` is the cosine, 0..1.

        Only cards with a picture in the index or among the confirmations can be found.

        Args:
            image_or_name: for an image (the file's bytes, its path, or uint8 (H, W, 3) RGB pixels) the largest card
                in it is looked up or, if none is found, the whole image as a face. A text is a card's name:
                its own pictures are looked up, and the card itself is not among the answers.
            top_k: how many cards at most, 1 and up.

        Raises:
            NotKnown: unknown_name, no_picture (the index has no picture of that name).
            PhotoError: the image can't be processed.
            ValueError: ``top_k`` is less than 1.
        """
        if top_k < 1:
            raise ValueError(f"top_k must be 1 or more, not {top_k}")
        if isinstance(image_or_name, str):
            return self._similar.find_by_name(image_or_name, top_k)
        return self._similar.find_by_photo(open_photo(image_or_name), top_k)

    def info(self) -> dict[str, Any]:
        """Return versions, models, sizes, dates and hashes, as needed in a bug report."""
        packages = ("cardglass", "faiss-cpu", "numpy", "onnxruntime", "opencv-python-headless", "pillow", "rapidocr")
        return {
            "versions": {"python": platform.python_version(), **{name: _version(name) for name in packages}},
            "artifacts": {"folder": str(self._artifacts.folder), **self._artifacts.manifest},
            "catalogue": self._catalogue.meta,
            "text_models": {
                name: {"sha256": sha256(MODEL_DIR / name)} for name in (DETECTION_MODEL, RECOGNITION_MODEL)
            },
        }

    def close(self) -> None:
        """Close the catalogue's file and the confirmations."""
        self._catalogue.close()
        if self._learner is not None:
            self._learner.close()

    def reopen(self) -> None:
        """Open the catalogue again after :meth:`close`; everything else has stayed in memory.

        An open SQLite file must not be carried over a fork: close, fork, and reopen it in the new process. The rest
        survives a fork if the engine was opened with ``threads=1`` and no library has started a thread of its own.
        A file of confirmations stays closed: an engine to be forked needs a remote store of confirmations.

        Raises:
            ArtifactMismatch: the file has been replaced by another catalogue.
        """
        self._catalogue.reopen()

    def _learning(self) -> Learner:
        if self._learner is None:
            raise ConfirmationRefused("no_overlay", "The engine was opened without a store for confirmations.")
        return self._learner


def _version(package: str) -> str:
    """Return the installed version; cardglass may run from a checkout, and cv2 comes in several packages."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
