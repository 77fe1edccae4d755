"""Confirmed answers -> known faces: what somebody says a card in a photo is, is found by its picture from then on."""

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
from engine.retrieval.embedder import Embedder, Vectors
from engine.retrieval.index import FaceIndex
from engine.retrieval.indexed_faces import IndexedFace
from engine.retrieval.picture_match import KnownFaces, extract_face

MIN_HEIGHT_PX = 100
"""Least height of a confirmed card in its photo: the picture network was taught down to this."""
MIN_INSIDE = 0.5
"""Share of the card that has to lie inside the photo: corners of another photo mostly don't."""
ANOTHER_CARD_SIMILARITY = 0.68
"""Cosine from which a face of the index that bears another name is believed more than whoever confirms.

Of 488 faces of names never trained on, through the close-up camera, none looked so much like another name's scan, and
100% (mild), 98% (medium) and 68% (hard) like their own. Of 3,858 scans, two look so much like another name's.
"""
MAX_ORIGIN_LETTERS = 200
"""Three of Discord's ids, with words before them, take 90."""


class Learner:
    """Takes in confirmations, and gives the picture witness what was learnt. Thread-safe.

    Args:
        kept: where confirmations are kept; closed with the learner.
        embedder: faces to vectors.
        network: SHA-256 of the embedder's file.
        indexed: the faces of the index.
        catalogue: which names and printings there are.

    Raises:
        ConfirmationsError: what is kept is damaged.
    """

    def __init__(
        self, kept: Confirmations, embedder: Embedder, network: str, indexed: KnownFaces, catalogue: Catalogue
    ) -> None:
        self._kept, self._embedder, self._network = kept, embedder, network
        self._indexed, self._catalogue = indexed, catalogue
        self._find = lru_cache(MAX_CONFIRMATIONS)(catalogue.find)
        # Held for what is kept, and so that of two snapshots the newer one stays.
        self._lock = threading.Lock()
        self._version: int | None = None
        self._catch_up()

    def known(self) -> KnownFaces:
        """Return the faces confirmed up to now, with what other processes added or revoked.

        Never waits and never fails: while a confirmation is taken in, or where what is kept was damaged
        since it was opened, it gives what was known before.
        """
        if self._lock.acquire(blocking=False):
            try:
                with suppress(ConfirmationsError):
                    self._catch_up()
            finally:
                self._lock.release()
        return self._known

    def active_confirmations(self) -> tuple[StoredConfirmation, ...]:
        """Return the entries that are searched, the very same tuple until they change; never waits and never fails."""
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
        card_id, face = self._confirmed(name, printing)
        quad = sound_quad(corners, photo)
        vectors = self._embedder.embed([extract_face(photo, quad, Stopwatch())])
        self._doubt(vectors, card_id, face.name)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        packed = vectors[0].astype(np.float16).tobytes()
        with self._lock:
            ident = self._kept.add(
                StoredConfirmation(face.name, face.set, face.collector_number, origin, now, self._network, packed)
            )
            self._load()
        return ident

    def revoke(self, ident: int) -> bool:
        """Forget a confirmation; returns whether it was there."""
        with self._lock:
            was_there = self._kept.revoke(ident)
            self._load()
        return was_there

    def revoke_origin(self, part: str) -> int:
        """Forget all confirmations with this part in their origin; returns how many."""
        check_origin(part)
        with self._lock:
            count = self._kept.revoke_origin(part)
            self._load()
        return count

    def confirmations(self) -> list[Confirmation]:
        """Return what is kept, oldest first."""
        with self._lock:
            self._catch_up()
            return list(self._confirmations)

    def close(self) -> None:
        """Let go of what is kept; nothing may be confirmed or revoked after that."""
        with self._lock:
            self._kept.close()

    def _catch_up(self) -> None:
        if self._kept.version() != self._version:
            self._load()

    def _load(self) -> None:
        """Make the snapshot that searches use."""
        # Before all else: what can't be understood is not read again for every search.
        self._version = self._kept.version()
        entries = self._kept.entries()
        searched = {ident: entry for ident, entry in entries.items() if self._is_searched(entry)}
        faces = [IndexedFace(entry.name, "", entry.set, entry.collector_number, "") for entry in searched.values()]
        vectors = self._unpacked(list(searched.values()))
        self._active = tuple(searched.values())
        self._known = KnownFaces(FaceIndex.build(vectors), faces, [self._find(face.name) or 0 for face in faces])
        self._confirmations = tuple(
            Confirmation(ident, one.name, one.set, one.collector_number, one.origin, one.created_at, ident in searched)
            for ident, one in entries.items()
        )

    def _unpacked(self, entries: Sequence[StoredConfirmation]) -> Vectors:
        try:
            return unpack_vectors(entries, self._embedder.dimension)
        except ValueError as error:
            raise self._kept.damaged() from error

    def _is_searched(self, entry: StoredConfirmation) -> bool:
        """Return whether a vector may be compared: another network's numbers mean other things."""
        return entry.embedder == self._network and self._find(entry.name) is not None

    def _confirmed(self, name: str, printing: tuple[str, str] | None) -> tuple[int, IndexedFace]:
        """Return the catalogue's card and printing of what was confirmed."""
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

    def _doubt(self, vectors: Vectors, card_id: int, name: str) -> None:
        """Raise where the index is surer that it is another card than a confirmation can be."""
        (seen,) = self._indexed.nearest(vectors) if len(self._indexed) else [[]]
        own = max((one.similarity for one in seen if one.card_id == card_id), default=ANOTHER_CARD_SIMILARITY)
        for other in seen:
            if other.card_id != card_id and other.similarity > max(own, ANOTHER_CARD_SIMILARITY):
                raise ConfirmationRefused(
                    "looks_like_another",
                    f"This card looks like {other.face.name}, not like {name}. See that the right card is confirmed.",
                )


def check_origin(origin: str) -> None:
    """Raise ValueError unless an origin, or a part of one, is a short printable text."""
    if not origin.strip() or len(origin) > MAX_ORIGIN_LETTERS or not origin.isprintable():
        raise ValueError(f"an origin has 1 to {MAX_ORIGIN_LETTERS} printable letters, not {origin!r}")


def sound_quad(corners: Corners | Sequence[Sequence[float]], photo: Photo) -> Quad:
    """Return the quad of a card in a photo.

    Args:
        corners: four ``(x, y)``, photo pixels, clockwise from the card's own top left.
        photo: the photo they are of.

    Raises:
        ConfirmationRefused: bad_corners, face_too_small.
    """
    try:
        with np.errstate(over="ignore"):  # what float32 can't hold becomes infinite, and is refused
            quad = Quad(np.asarray(corners, np.float32), 1.0)
    except (TypeError, ValueError) as error:
        raise _bad_corners("four finite points are wanted") from error
    if not cv2.isContourConvex(quad.corners) or (geometry.clockwise(quad.corners) != quad.corners).any():
        raise _bad_corners("they don't run clockwise around a card")
    frame = geometry.rectangle(photo.width, photo.height)
    if geometry.coverage(quad.corners, frame) < MIN_INSIDE:
        raise _bad_corners("the card lies outside the photo")
    if quad.height < MIN_HEIGHT_PX:
        raise ConfirmationRefused(
            "face_too_small",
            f"The card is {quad.height:.0f} pixels high in this photo, {MIN_HEIGHT_PX} are wanted. Take a closer one.",
        )
    return quad


def _bad_corners(why: str) -> ConfirmationRefused:
    return ConfirmationRefused("bad_corners", f"These are no corners of a card in this photo: {why}.")
