"""What bots learnt, as it travels to workers: faces and names, and nothing of who confirmed them, where and when."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple

import msgspec

from engine.fleet.messages import MalformedMessage
from engine.learning.confirmations import (
    MAX_CONFIRMATIONS,
    MAX_PER_CARD,
    NUMBER_BYTES,
    StoredConfirmation,
    unpack_vectors,
)

MAX_BYTES = 16 * 2**20
"""Of all that a bot learnt; 20,000 faces of 192 numbers, and their names, take nine million."""
MAX_NAME, MAX_PRINTING = 200, 32
"""Letters of a name, and of a set's code or a collector number; the longest name has 141."""
MAX_NUMBERS = 4096
"""Of a vector: more than any network here gives."""

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_NAME)]
Printed = Annotated[str, msgspec.Meta(max_length=MAX_PRINTING)]
Packed = Annotated[bytes, msgspec.Meta(min_length=NUMBER_BYTES, max_length=MAX_NUMBERS * NUMBER_BYTES)]


class SharedFace(NamedTuple):
    """A face; see :class:`engine.learning.confirmations.StoredConfirmation`."""

    name: Name
    set: Printed
    collector_number: Printed
    vector: Packed


class Network(NamedTuple):
    """A picture network: vectors of another one mean other things.

    Attributes:
        sha256: of its file.
        dimension: how many numbers it gives for a face.
    """

    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    dimension: Annotated[int, msgspec.Meta(ge=1, le=MAX_NUMBERS)]


@dataclass(frozen=True, slots=True)
class SharedFaces:
    """What one bot learnt.

    Attributes:
        network: that made all the vectors.
        faces: sorted, so that bots that know the same say the same.
    """

    network: Network
    faces: Annotated[tuple[SharedFace, ...], msgspec.Meta(max_length=MAX_CONFIRMATIONS)]

    def __post_init__(self) -> None:
        unpack_vectors([_learnt(face, self.network) for face in self.faces], self.network.dimension)


def pack_shared_faces(learnt: Sequence[StoredConfirmation]) -> bytes:
    """Return the bytes of what a bot learnt, all of one network; none where it learnt nothing."""
    if not learnt:
        return b""
    faces = {SharedFace(one.name, one.set, one.collector_number, one.vector) for one in learnt}
    network = Network(learnt[0].embedder, len(learnt[0].vector) // NUMBER_BYTES)
    return msgspec.msgpack.encode(SharedFaces(network, tuple(sorted(faces))))


def read_shared_faces(data: bytes, digest: str) -> SharedFaces:
    """Return what a bot learnt, its vectors checked; raises :class:`MalformedMessage` where it can't be.

    Args:
        digest: under which it lay.
    """
    if len(data) > MAX_BYTES or digest_of(data) != digest:
        raise MalformedMessage(f"{len(data)} bytes are too many, or not those that were announced")
    try:
        return msgspec.msgpack.decode(data, type=SharedFaces)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedMessage(f"{len(data)} bytes are no lessons: {error}") from error


def digest_of(data: bytes) -> str:
    """Return the name under which lessons lie in Redis."""
    return hashlib.sha256(data).hexdigest()


def merge_shared_faces(lessons: Iterable[SharedFaces], network: Network) -> list[StoredConfirmation]:
    """Return what several bots learnt with one network, each face once, and no more of a card and in all than of one.

    Where that is too much the first ones count: given in the same order, they are the same in every worker.
    """
    faces = dict.fromkeys(face for one in lessons if one.network == network for face in one.faces)
    of_card: Counter[str] = Counter()
    kept: list[StoredConfirmation] = []
    for face in faces:
        of_card[face.name] += 1
        if of_card[face.name] <= MAX_PER_CARD and len(kept) < MAX_CONFIRMATIONS:
            kept.append(_learnt(face, network))
    return kept


def _learnt(face: SharedFace, network: Network) -> StoredConfirmation:
    return StoredConfirmation(face.name, face.set, face.collector_number, "", "", network.sha256, face.vector)
