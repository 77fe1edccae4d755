"""Stored confirmations, wherever they are kept: entries, limits, and which entry gives way to a new one.

Knows nothing of photos and networks: an entry has a name, a vector, and the SHA-256 of the network that computed it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from engine.core.errors import ConfirmationRefused, ConfirmationsError
from engine.retrieval.embedder import Vectors

MAX_PER_CARD = 8
"""Vectors per card; fewer than the rows searched per face, so that no card can fill them all."""
MAX_CONFIRMATIONS = 20_000
"""Vectors in all. A full store refuses more: dropping the oldest would let one busy guild push out all others'."""
SAME_SIMILARITY = 0.95
"""Cosine from which a vector adds nothing to another of the same printing."""
UNIT_TOLERANCE = 0.01
"""Greatest deviation of a vector's length from 1: rounding to float16 causes a thousandth, damage anything."""
NUMBER_BYTES = np.float16().nbytes
"""Bytes per number of a vector."""
PART = " / "
"""Separates the parts of an origin."""


@dataclass(frozen=True, slots=True)
class StoredConfirmation:
    """One confirmation as it is stored.

    Attributes:
        name: the card's name, as the catalogue spells it.
        set, collector_number: the printing, empty if it was not confirmed.
        origin: where it came from, parts separated by :data:`PART`.
        created_at: UTC, ISO 8601.
        embedder: SHA-256 of the network that computed the vector.
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
    change it raise :class:`ConfirmationRefused` when it is full (overlay_full) or read-only here (overlay_borrowed).
    """

    def entries(self) -> Mapping[int, StoredConfirmation]:
        """Return all entries by id, oldest first."""

    def version(self) -> int:
        """Return a number that changes whenever others change the entries.

        Called before each search: it has to take microseconds and must not block.
        """

    def add(self, new: StoredConfirmation) -> int:
        """Store a confirmation by the rules of :func:`admit`; return its id, or that of an equivalent entry."""

    def revoke(self, ident: int) -> bool:
        """Delete one; return whether it existed."""

    def revoke_origin(self, part: str) -> int:
        """Delete all whose origin has this part, or these consecutive parts; return how many."""

    def damage_error(self) -> ConfirmationsError:
        """Return the error to raise if :meth:`entries` turn out to be no confirmations."""

    def close(self) -> None:
        """Release resources; the engine makes no more calls."""


class Admission(NamedTuple):
    """What to do with a new entry; if both are None it is simply added.

    Attributes:
        same_as: id of an equivalent entry; nothing is added.
        replaces: id of the entry to delete in its favour.
    """

    same_as: int | None = None
    replaces: int | None = None


def admit(new: StoredConfirmation, known: Mapping[int, StoredConfirmation], count: Callable[[], int]) -> Admission:
    """Decide what to do with a new entry.

    A card with :data:`MAX_PER_CARD` vectors loses the older of the two most similar ones.

    Args:
        new: the new entry.
        known: the entries of the same card and network, by id, oldest first.
        count: returns the number of entries of all cards.

    Raises:
        ConfirmationRefused: overlay_full.
        ValueError: an entry has no vector, or one of another length.
    """
    vectors = unpack_vectors([*known.values(), new], len(new.vector) // NUMBER_BYTES)
    for (ident, entry), similarity in zip(known.items(), vectors[:-1] @ vectors[-1], strict=True):
        same_printing = (entry.set, entry.collector_number) == (new.set, new.collector_number)
        if similarity >= SAME_SIMILARITY and same_printing:
            return Admission(same_as=ident)
    if len(known) >= MAX_PER_CARD:
        # Oldest first, so a row above the diagonal is the older of its pair, and never the new entry.
        similarities = np.triu(vectors @ vectors.T + 2, k=1)
        older = int(np.unravel_index(np.argmax(similarities), similarities.shape)[0])
        return Admission(replaces=list(known)[older])
    if count() >= MAX_CONFIRMATIONS:
        raise ConfirmationRefused(
            "overlay_full", f"There are already {MAX_CONFIRMATIONS:,} confirmations, the maximum. Revoke some."
        )
    return Admission()


def has_part(origin: str, part: str) -> bool:
    """Return whether an origin has a whole part, or several consecutive ones."""
    return f"{PART}{part}{PART}" in f"{PART}{origin}{PART}"


def unpack_vectors(entries: Sequence[StoredConfirmation], dimension: int) -> Vectors:
    """Return the vectors of some entries, float32 (N, dimension); raises ValueError if one is not a unit vector."""
    if any(len(entry.vector) != dimension * NUMBER_BYTES for entry in entries):
        raise ValueError(f"expected vectors of {dimension} numbers")
    packed = b"".join(entry.vector for entry in entries)
    with np.errstate(invalid="ignore"):  # damage may look like a signalling NaN
        vectors = np.frombuffer(packed, np.float16).astype(np.float32).reshape(-1, dimension)
        are_units = np.abs(np.linalg.norm(vectors, axis=1) - 1) < UNIT_TOLERANCE
    if not are_units.all():
        raise ValueError("expected vectors of length 1")
    return vectors
