"""The engine as others use it: opened once, asked from any thread."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.entries import CardEntry, PrintingEntry
from engine.core.artifacts import SHIPPED, Artifacts, fingerprint, open_artifacts, sha256
from engine.core.errors import ConfirmationRefused
from engine.core.gc_pause import pause_gc
from engine.core.values import Confirmation, Corners, Identification, Rgb, Witness
from engine.image.photo import open_photo
from engine.learning.confirmations import Confirmations, StoredConfirmation
from engine.learning.learner import Learner
from engine.learning.sqlite_confirmations import SqliteConfirmations
from engine.pipeline.build import embedder_sha256, open_faces, open_recogniser
from engine.pipeline.mirror import MirrorProof
from engine.reading.ocr import DETECTION_MODEL, MODEL_DIR, RECOGNITION_MODEL
from engine.retrieval.picture_match import PictureWitness
from engine.retrieval.similar import SimilarCards

DEFAULT_TOP_K = 5
DEFAULT_MAX_CARDS = 40


class Engine:
    """Names the cards in photos. Thread-safe; open one and share it."""

    def __init__(
        self,
        recogniser: MirrorProof,
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
            artifacts: a folder made by ``python -m training index``; the shipped one unless given.
            threads: threads one model may use; all cores unless given.
            overlay: the file of confirmed answers, searched beside the index; made where it is missing. Or another
                place where they are kept.

        Raises:
            ArtifactError: a part is missing, damaged, or doesn't fit the others.
            ConfirmationsError: the overlay is damaged, another program's, or can't be read and written.
        """
        # Hundreds of thousands of objects that stay: each search among them would keep a bot's event loop waiting.
        with pause_gc:
            return cls._open(Path(artifacts) if artifacts is not None else SHIPPED, threads, overlay)

    @classmethod
    def _open(cls, artifacts: Path, threads: int | None, overlay: str | Path | Confirmations | None) -> Engine:
        checked = open_artifacts(artifacts)
        catalogue = Catalogue.open(checked.catalogue)
        embedder, indexed = open_faces(checked, catalogue, threads=threads)
        learner = None
        if overlay is not None:
            kept = SqliteConfirmations.open(overlay) if isinstance(overlay, str | Path) else overlay
            learner = Learner(kept, embedder, embedder_sha256(checked), indexed, catalogue)
        pictures = PictureWitness(embedder, indexed, learner.known if learner else None)
        catalogue.complete("")  # its look-up index takes 0.3 s to make: now, not at the first question
        recogniser, titles = open_recogniser(checked, catalogue, pictures, threads=threads)
        proof = MirrorProof(recogniser, titles)
        return cls(proof, catalogue, checked, SimilarCards(proof, embedder, pictures, catalogue), learner)

    @property
    def catalogue(self) -> Catalogue:
        """The names, printings and titles the engine knows."""
        return self._catalogue

    @property
    def version(self) -> str:
        """Of code and artifacts, as one word: engines of different versions may say different things of a photo."""
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

    def confirm(
        self,
        image: bytes | str | Path | Rgb,
        corners: Corners | Sequence[Sequence[float]],
        name: str,
        *,
        printing: tuple[str, str] | None = None,
        origin: str,
    ) -> int:
        """Learn from a confirmed answer: from now on the card is found by what it looks like in this photo.

        A vector of the card's face is kept, never the photo.

        Args:
            image: the photo, as for :meth:`identify`.
            corners: where the card lies, as :attr:`Card.corners` says: four ``(x, y)``, photo pixels,
                clockwise from the card's own top left.
            name: the card's name; case, accents and punctuation don't matter.
            printing: set code and collector number, where they are confirmed, too.
            origin: who confirmed it and where, 1 to 200 printable letters; parts stand between ``" / "``:
                ``"guild 123 / message 456 / user 789"``.

        Returns:
            the confirmation's id; that of an earlier one if this says nothing new.

        Raises:
            ConfirmationRefused: no_overlay, unknown_name, unknown_printing, bad_corners, face_too_small,
                looks_like_another, overlay_full.
            PhotoError: the photo can't be processed.
            ConfirmationsError: what is kept can't be changed.
            ValueError: ``origin`` is empty, too long or not printable.
        """
        return self._learning().confirm(open_photo(image), corners, name, printing, origin)

    def revoke(self, confirmation_id: int) -> bool:
        """Forget a confirmation; returns whether it was there. Raises as :meth:`confirmations` does."""
        return self._learning().revoke(confirmation_id)

    def revoke_origin(self, part: str) -> int:
        """Forget all confirmations of an origin, and return how many they were.

        Args:
            part: a whole part of the origin, or several that follow each other: ``"user 789"``, ``"guild 123"``;
                ``"guild 12"`` is no part of ``"guild 123 / user 789"``.

        Raises:
            ConfirmationRefused: no_overlay.
            ConfirmationsError: what is kept can't be changed.
            ValueError: ``part`` is empty, too long or not printable.
        """
        return self._learning().revoke_origin(part)

    def confirmations(self) -> list[Confirmation]:
        """Return all confirmations, oldest first.

        Raises:
            ConfirmationRefused: no_overlay.
            ConfirmationsError: what is kept can't be read.
        """
        return self._learning().confirmations()

    def active_confirmations(self) -> tuple[StoredConfirmation, ...]:
        """Return the confirmations that are searched, with their vectors; none where the engine has nowhere to learn.

        The very same tuple until they change. Takes microseconds where they did not, and never waits for anybody.
        """
        return self._learner.active_confirmations() if self._learner else ()

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

    def by_key(self, key: str) -> CardEntry | None:
        """Return the card whose :attr:`CardEntry.key` this is, or None; the key holds in every catalogue."""
        card_id = self._catalogue.find_by_key(key)
        return None if card_id is None else self._catalogue.entry(card_id)

    def numbered(self, set_code: str, collector_number: str) -> tuple[CardEntry, PrintingEntry] | None:
        """Return what a set has under a number, card and printing, or None; case and leading zeros don't matter."""
        found = self._catalogue.find_by_number(set_code, collector_number)
        if found is None:
            return None
        card_id, place = found
        return self._catalogue.entry(card_id), self._catalogue.printing_entries(card_id)[place]

    def printings(self, name: str) -> list[PrintingEntry]:
        """Return the paper printings of the card of this name, newest first; none where there is no such card."""
        card_id = self._catalogue.find(name)
        return [] if card_id is None else self._catalogue.printing_entries(card_id)

    def legalities(self, name: str) -> Mapping[str, str]:
        """Return the status of the card of this name in each format in which it is known.

        Formats and statuses are Scryfall's words: ``commander``, ``legal``, ``not_legal``, ``restricted``,
        ``banned``. A format that is missing is not known: that says nothing of whether the card is legal in it.
        """
        card_id = self._catalogue.find(name)
        return {} if card_id is None else self._catalogue.legalities(card_id)

    @property
    def legalities_date(self) -> str | None:
        """Of when the legalities are, ISO, as exactly as it is known (``2025-09``); None where there are none."""
        return self._catalogue.legalities_date

    def similar(self, image_or_name: bytes | Path | Rgb | str, *, top_k: int = DEFAULT_TOP_K) -> list[CardEntry]:
        """Return the cards that look most alike, of distinct names, best first; ``score`` is the cosine, 0..1.

        Only cards with a picture in the index, or among the confirmations, can be found.

        Args:
            image_or_name: of an image (the file's bytes, its path, or uint8 (H, W, 3) RGB pixels) the largest card
                in it is looked up, or, where none is found, the whole as a card's face. A text is a card's
                name: that card's own pictures are looked up, and it is not among the answers.
            top_k: most cards, 1 and up.

        Raises:
            NotKnown: unknown_name, no_picture (of a name that the index has no picture of).
            PhotoError: the image can't be processed.
            ValueError: ``top_k`` is less than 1.
        """
        if top_k < 1:
            raise ValueError(f"top_k must be 1 or more, not {top_k}")
        if isinstance(image_or_name, str):
            return self._similar.find_by_name(image_or_name, top_k)
        return self._similar.find_by_photo(open_photo(image_or_name), top_k)

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
        """Let go of the catalogue's file and of what is learnt."""
        self._catalogue.close()
        if self._learner is not None:
            self._learner.close()

    def reopen(self) -> None:
        """Open again the catalogue that :meth:`close` let go of; all else has stayed in memory.

        SQLite forbids to carry an open file over a fork: close, fork, and open it again in the new process. Nothing
        else forbids it, where the engine was opened with ``threads=1`` and no library started a thread of its own.
        A file of confirmations stays closed: an engine that is to be forked borrows what is learnt elsewhere.

        Raises:
            ArtifactMismatch: another catalogue lies in the place of the one that was opened.
        """
        self._catalogue.reopen()

    def _learning(self) -> Learner:
        if self._learner is None:
            raise ConfirmationRefused("no_overlay", "The engine was opened without a place to learn into.")
        return self._learner


def _version(package: str) -> str:
    """Return the installed version: cardglass itself runs from a checkout too, cv2 comes in several packages."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
