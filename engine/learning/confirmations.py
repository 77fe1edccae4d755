"""What is kept of confirmed answers, wherever it is kept: the entries, their bounds, and which of them gives way. Pure.

Knows nothing of photos and networks: entries are names, vectors, and the SHA-256 of the network that made them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from engine.core.errors import ConfirmationRefused, ConfirmationsError
from engine.retrieval.embedder import Vectors

MAX_PER_CARD = 8
"""Vectors of one card. Fewer than the rows looked at per face, so that no card can fill them all."""
MAX_CONFIRMATIONS = 20_000
"""Vectors in all. What is full refuses more: dropping the oldest would let one busy place forget all others'."""
SAME_SIMILARITY = 0.95
"""Cosine from which a vector says nothing that another of the same printing doesn't say."""
UNIT_TOLERANCE = 0.01
"""How far a vector's length may be from 1: float16 rounds by a thousandth, damage by anything."""
NUMBER_BYTES = np.float16().nbytes
"""Of one of a vector's numbers."""
PART = " / "
"""Stands between the parts of an origin."""


@dataclass(frozen=True, slots=True)
class StoredConfirmation:
    """What is kept of one confirmation.

    Attributes:
        name: the card's name, as the catalogue spells it.
        set, collector_number: the printing, empty where it was not confirmed.
        origin: where it came from, parts with :data:`PART` between them.
        created_at: UTC, ISO 8601.
        embedder: SHA-256 of the network that made the vector.
        vector: float16 numbers of length 1, as bytes.
    """

    name: str
    set: str
    collector_number: str
    origin: str
    created_at: str
    embedder: str
    vector: bytes


class Confirmations(Protocol):
    """Storage for confirmations. Need not be thread-safe: the engine makes one call at a time.

    Every method raises :class:`ConfirmationsError` when the storage can't be read, written or understood. Methods that
    change it raise :class:`ConfirmationRefused` with code overlay_borrowed when the storage is read-only here.
    """

    def entries(self) -> Mapping[int, StoredConfirmation]:
        """Return everything kept, by id, oldest first."""

    def version(self) -> int:
        """Return a number that is another one whenever others changed what is kept.

        Asked before each search: it has to take microseconds, and must wait for nobody.
        """

    def add(self, new: StoredConfirmation) -> int:
        """Keep a confirmation as :func:`admit` says; returns its id, or that of one which says the same.

        Raises:
            ConfirmationRefused: overlay_full, overlay_borrowed.
        """

    def revoke(self, ident: int) -> bool:
        """Forget one; returns whether it was there."""

    def revoke_origin(self, part: str) -> int:
        """Forget all whose origin has this part, or these parts in a row; returns how many."""

    def damaged(self) -> ConfirmationsError:
        """Return the error that tells people that what :meth:`entries` gave are no confirmations."""

    def close(self) -> None:
        """Let go; the engine asks for nothing more."""


class Admission(NamedTuple):
    """What becomes of a new entry; where neither is given it is simply added.

    Attributes:
        same_as: the id of an entry that says the same: nothing is added.
        replaces: the id of the entry that gives way to it.
    """

    same_as: int | None = None
    replaces: int | None = None


def admit(new: StoredConfirmation, known: Mapping[int, StoredConfirmation], count: Callable[[], int]) -> Admission:
    """Return what becomes of a new entry.

    A card that has :data:`MAX_PER_CARD` vectors loses the older of the two that are most alike.

    Args:
        known: the entries of the same card and network, by id, oldest first.
        count: gives how many entries there are, of all cards.

    Raises:
        ConfirmationRefused: overlay_full.
        ValueError: an entry has no vector, or one of another length.
    """
    vectors = unpack_vectors([*known.values(), new], len(new.vector) // NUMBER_BYTES)
    for (ident, one), near in zip(known.items(), vectors[:-1] @ vectors[-1], strict=True):
        if near >= SAME_SIMILARITY and (one.set, one.collector_number) == (new.set, new.collector_number):
            return Admission(same_as=ident)
    if len(known) >= MAX_PER_CARD:
        return Admission(replaces=list(known)[_to_give_way(vectors)])
    if count() >= MAX_CONFIRMATIONS:
        raise ConfirmationRefused(
            "overlay_full", f"There are {MAX_CONFIRMATIONS:,} confirmations, which is all there may be. Revoke some."
        )
    return Admission()


def has_part(origin: str, part: str) -> bool:
    """Return whether an origin has a part, or several in a row: whole ones, as they stand between :data:`PART`."""
    return f"{PART}{part}{PART}" in f"{PART}{origin}{PART}"


def unpack_vectors(entries: Sequence[StoredConfirmation], dimension: int) -> Vectors:
    """Return the vectors of some entries, float32 (N, dimension).

    Raises:
        ValueError: one is no vector of ``dimension`` numbers, or not of length 1.
    """
    if any(len(entry.vector) != dimension * NUMBER_BYTES for entry in entries):
        raise ValueError(f"vectors of {dimension} numbers are wanted")
    packed = b"".join(entry.vector for entry in entries)
    with np.errstate(invalid="ignore"):  # damage may look like a signalling NaN
        vectors = np.frombuffer(packed, np.float16).astype(np.float32).reshape(-1, dimension)
        are_units = np.abs(np.linalg.norm(vectors, axis=1) - 1) < UNIT_TOLERANCE
    if not are_units.all():
        raise ValueError("vectors of length 1 are wanted")
    return vectors


def _to_give_way(vectors: Vectors) -> int:
    """Return which of some vectors, oldest first, is the older of the two most alike; never the last."""
    nearness = np.triu(vectors @ vectors.T + 2, k=1)
    return int(np.unravel_index(np.argmax(nearness), nearness.shape)[0])
