"""The engine as others use it: opened once, asked from any thread."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from engine.artifacts import SHIPPED, Artifacts, open_artifacts, sha256
from engine.assembly import embedder_sha256, open_faces, open_recogniser
from engine.catalogue import Catalogue
from engine.errors import ConfirmationRefused
from engine.image import open_photo
from engine.learning import Learner
from engine.mirror import MirrorProof
from engine.ocr import DETECTION_MODEL, MODEL_DIR, RECOGNITION_MODEL
from engine.overlay import Overlay
from engine.pictures import PictureWitness
from engine.values import CardEntry, Confirmation, Corners, Identification, Rgb, Witness

DEFAULT_TOP_K = 5
DEFAULT_MAX_CARDS = 40


class Engine:
    """Names the cards in photos. Thread-safe; open one and share it."""

    def __init__(
        self, recogniser: MirrorProof, catalogue: Catalogue, artifacts: Artifacts, learner: Learner | None = None
    ) -> None:
        self._recogniser, self._catalogue, self._artifacts = recogniser, catalogue, artifacts
        self._learner = learner

    @classmethod
    def open(
        cls, artifacts: str | Path | None = None, *, threads: int | None = None, overlay: str | Path | None = None
    ) -> Engine:
        """Load models, index and catalogue.

        Args:
            artifacts: a folder made by ``python -m training index``; the shipped one unless given.
            threads: threads one model may use; all cores unless given.
            overlay: the file of confirmed answers, searched beside the index; made where it is missing.

        Raises:
            ArtifactError: a part is missing, damaged, or doesn't fit the others.
            OverlayError: the overlay is damaged, another program's, or can't be read and written.
        """
        checked = open_artifacts(Path(artifacts) if artifacts is not None else SHIPPED)
        catalogue = Catalogue.open(checked.catalogue)
        embedder, indexed = open_faces(checked, catalogue, threads=threads)
        learner = None
        if overlay is not None:
            learner = Learner(Overlay.open(overlay), embedder, embedder_sha256(checked), indexed, catalogue)
        pictures = PictureWitness(embedder, indexed, learner.known if learner else None)
        catalogue.complete("")  # its look-up index takes 0.3 s to make: now, not at the first question
        recogniser, titles = open_recogniser(checked, catalogue, pictures, threads=threads)
        return cls(MirrorProof(recogniser, titles), catalogue, checked, learner)

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
            OverlayError: the file can't be written.
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
            OverlayError: the file can't be written.
            ValueError: ``part`` is empty, too long or not printable.
        """
        return self._learning().revoke_origin(part)

    def confirmations(self) -> list[Confirmation]:
        """Return all confirmations, oldest first.

        Raises:
            ConfirmationRefused: no_overlay.
            OverlayError: the file can't be read.
        """
        return self._learning().confirmations()

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
        """Let go of the catalogue's file and the overlay's."""
        self._catalogue.close()
        if self._learner is not None:
            self._learner.close()

    def _learning(self) -> Learner:
        if self._learner is None:
            raise ConfirmationRefused("no_overlay", "The engine was opened without an overlay file to learn into.")
        return self._learner


def _version(package: str) -> str:
    """Return the installed version: cardglass itself runs from a checkout too, cv2 comes in several packages."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
