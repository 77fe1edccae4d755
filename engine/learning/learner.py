"""Learn from confirmations: a confirmed card is recognised by its picture from then on."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache

import cv2
import numpy as np

from engine.catalogue.catalogue import Catalogue
from engine.core import geometry
from engine.core.errors import ConfirmationRefused, ConfirmationsError
from engine.core.timing import Stopwatch
from engine.core.values import Confirmation, Corners, Quad
from engine.image.photo import Photo
from engine.learning.confirmations import MAX_CONFIRMATIONS, Confirmations, StoredConfirmation, unpack_vectors
from engine.retrieval.embedder import Embedder
from engine.retrieval.index import FaceIndex
from engine.retrieval.indexed_faces import IndexedFace
from engine.retrieval.picture_match import KnownFaces, extract_face

MIN_HEIGHT_PX = 100
"""Least height of a confirmed card in its photo: the picture network was trained down to this."""
MIN_INSIDE = 0.5
"""Least share of the card inside the photo: corners of another photo are mostly outside."""
ANOTHER_CARD_SIMILARITY = 0.68
"""Cosine from which an indexed face with another name is believed more than the person who confirms.

Of 488 faces of names never trained on, photographed by the close-up camera, none looked so much like another name's
scan, and 100% (mild), 98% (medium) and 68% (hard) like their own. Of 3,858 scans, two look so much like another name's.
"""
MAX_ORIGIN_LETTERS = 200
"""Three Discord ids, each with a word before it, take 90."""


class Learner:
    """Takes confirmations, and provides the confirmed faces for the picture search. Thread-safe.

    Args:
        store: keeps the confirmations; closed with the learner.
        embedder: computes the vectors of faces.
        network: SHA-256 of the embedder's file.
        indexed: the faces of the index.
        catalogue: all names and printings.
    """

    def __init__(
        self, store: Confirmations, embedder: Embedder, network: str, indexed: KnownFaces, catalogue: Catalogue
    ) -> None:
        self._store, self._embedder, self._network = store, embedder, network
        self._indexed, self._catalogue = indexed, catalogue
        self._find = lru_cache(MAX_CONFIRMATIONS)(catalogue.find)
        # Protects the store, and makes sure that the newer of two snapshots stays.
        self._lock = threading.Lock()
        self._version: int | None = None
        self._refresh()

    def known(self) -> KnownFaces:
        """Return the faces confirmed so far, including changes by other processes.

        Never blocks and never fails: while a confirmation is being added, or if the store was damaged since it was
        opened, it returns the last known faces.
        """
        if self._lock.acquire(blocking=False):
            try:
                with suppress(ConfirmationsError):
                    self._refresh()
            finally:
                self._lock.release()
        return self._known

    def active_confirmations(self) -> tuple[StoredConfirmation, ...]:
        """Return the entries that are searched, the identical tuple until they change; never blocks, never fails."""
        self.known()
        return self._active

    def confirm(
        self,
        photo: Photo,
        corners: Corners | Sequence[Sequence[float]],
        name: str,
        printing: tuple[str, str] | None,
        origin: str,
    ) -> int:
        """Learn a card's face and return the confirmation's id; see :meth:`engine.Engine.confirm`."""
        check_origin(origin)
        card_id, face = self._find_face(name, printing)
        vectors = self._embedder.embed([extract_face(photo, check_quad(corners, photo), Stopwatch())])
        (similar,) = self._indexed.nearest(vectors) if len(self._indexed) else [[]]
        own = max((one.similarity for one in similar if one.card_id == card_id), default=ANOTHER_CARD_SIMILARITY)
        for other in similar:
            if other.card_id != card_id and other.similarity > max(own, ANOTHER_CARD_SIMILARITY):
                raise ConfirmationRefused(
                    "looks_like_another",
                    f"This card looks like {other.face.name}, not like {face.name}. "
                    "Check that the right card is confirmed.",
                )
        now = datetime.now(UTC).isoformat(timespec="seconds")
        vector = vectors[0].astype(np.float16).tobytes()
        entry = StoredConfirmation(face.name, face.set, face.collector_number, origin, now, self._network, vector)
        with self._lock:
            ident = self._store.add(entry)
            self._load()
        return ident

    def revoke(self, ident: int) -> bool:
        """Delete a confirmation; return whether it existed."""
        with self._lock:
            existed = self._store.revoke(ident)
            self._load()
        return existed

    def revoke_origin(self, part: str) -> int:
        """Delete all confirmations with this part in their origin; return how many."""
        check_origin(part)
        with self._lock:
            count = self._store.revoke_origin(part)
            self._load()
        return count

    def confirmations(self) -> list[Confirmation]:
        """Return all confirmations, oldest first."""
        with self._lock:
            self._refresh()
            return list(self._confirmations)

    def close(self) -> None:
        """Close the store; no method that changes it may be called after that."""
        with self._lock:
            self._store.close()

    def _refresh(self) -> None:
        if self._store.version() != self._version:
            self._load()

    def _load(self) -> None:
        """Make the snapshot that searches use."""
        # Read first, so that entries that can't be understood are not read again for every search.
        self._version = self._store.version()
        entries = self._store.entries()
        # Vectors of another network are not comparable.
        active = {
            ident: entry
            for ident, entry in entries.items()
            if entry.embedder == self._network and self._find(entry.name) is not None
        }
        faces = [IndexedFace(entry.name, "", entry.set, entry.collector_number, "") for entry in active.values()]
        try:
            vectors = unpack_vectors(list(active.values()), self._embedder.dimension)
        except ValueError as error:
            raise self._store.damage_error() from error
        self._active = tuple(active.values())
        self._known = KnownFaces(FaceIndex.build(vectors), faces, [self._find(face.name) or 0 for face in faces])
        self._confirmations = tuple(
            Confirmation(ident, one.name, one.set, one.collector_number, one.origin, one.created_at, ident in active)
            for ident, one in entries.items()
        )

    def _find_face(self, name: str, printing: tuple[str, str] | None) -> tuple[int, IndexedFace]:
        """Return the card's id, and name and printing as the catalogue spells them."""
        card_id = self._find(name)
        if card_id is None:
            raise ConfirmationRefused("unknown_name", f"The catalogue has no card named {name!r}.")
        name = self._catalogue.card(card_id).name
        if printing is None:
            return card_id, IndexedFace(name, "", "", "", "")
        wanted = tuple(text.strip().lower() for text in printing)
        for row in self._catalogue.printings(card_id):
            if (row.set.lower(), row.collector_number.lower()) == wanted:
                return card_id, IndexedFace(name, "", row.set, row.collector_number, "")
        raise ConfirmationRefused(
            "unknown_printing",
            f"The catalogue has no printing {' '.join(printing)} of {name}. Confirm the name alone.",
        )


def check_origin(origin: str) -> None:
    """Raise ValueError unless an origin, or a part of one, is a short printable text."""
    if not origin.strip() or len(origin) > MAX_ORIGIN_LETTERS or not origin.isprintable():
        raise ValueError(f"an origin has 1 to {MAX_ORIGIN_LETTERS} printable letters, not {origin!r}")


def check_quad(corners: Corners | Sequence[Sequence[float]], photo: Photo) -> Quad:
    """Return the quad of a card in a photo if the corners are plausible.

    Args:
        corners: four ``(x, y)``, photo pixels, clockwise from the card's own top left.
        photo: the photo.

    Raises:
        ConfirmationRefused: bad_corners, face_too_small.
    """
    try:
        with np.errstate(over="ignore"):  # what float32 can't hold becomes infinite, and is refused
            quad = Quad(np.asarray(corners, np.float32), 1.0)
    except (TypeError, ValueError) as error:
        raise _bad_corners("they must be four finite points") from error
    if not cv2.isContourConvex(quad.corners) or (geometry.clockwise(quad.corners) != quad.corners).any():
        raise _bad_corners("they don't run clockwise around a card")
    frame = geometry.rectangle(photo.width, photo.height)
    if geometry.coverage(quad.corners, frame) < MIN_INSIDE:
        raise _bad_corners("the card is outside the photo")
    if quad.height < MIN_HEIGHT_PX:
        raise ConfirmationRefused(
            "face_too_small",
            f"The card is {quad.height:.0f} pixels high in this photo, at least {MIN_HEIGHT_PX} are needed. "
            "Take a closer photo.",
        )
    return quad


def _bad_corners(why: str) -> ConfirmationRefused:
    return ConfirmationRefused("bad_corners", f"These are not the corners of a card in this photo: {why}.")
