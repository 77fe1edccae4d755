"""Confirmations as bots send them to workers: faces and names, but not who confirmed them, where and when."""

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
"""Limit for all confirmations of a bot; 20,000 faces of 192 numbers, with their names, take nine million."""
MAX_NAME, MAX_PRINTING = 200, 32
"""Letters of a name (the longest has 141), and of a set code or a collector number."""
MAX_NUMBERS = 4096
"""Numbers of a vector: more than any network here computes."""

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_NAME)]
Printed = Annotated[str, msgspec.Meta(max_length=MAX_PRINTING)]
Packed = Annotated[bytes, msgspec.Meta(min_length=NUMBER_BYTES, max_length=MAX_NUMBERS * NUMBER_BYTES)]


class SharedFace(NamedTuple):
    """A face; see :class:`engine.learning.confirmations.StoredConfirmation`."""

    name: Name
    set: Printed
    collector_number: Printed
    vector: Packed

    def to_stored(self, network: Network) -> StoredConfirmation:
        """Return the face as an entry without origin and date."""
        return StoredConfirmation(self.name, self.set, self.collector_number, "", "", network.sha256, self.vector)


class Network(NamedTuple):
    """A picture network; vectors of different networks are not comparable.

    Attributes:
        sha256: of its file.
        dimension: numbers per vector.
    """

    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    dimension: Annotated[int, msgspec.Meta(ge=1, le=MAX_NUMBERS)]


@dataclass(frozen=True, slots=True)
class SharedFaces:
    """All faces that one bot shares.

    Attributes:
        network: computed all the vectors.
        faces: sorted, so that bots with the same faces send the same bytes.
    """

    network: Network
    faces: Annotated[tuple[SharedFace, ...], msgspec.Meta(max_length=MAX_CONFIRMATIONS)]

    def __post_init__(self) -> None:
        unpack_vectors([face.to_stored(self.network) for face in self.faces], self.network.dimension)


def pack_shared_faces(confirmations: Sequence[StoredConfirmation]) -> bytes:
    """Return the message for a bot's confirmations, all of one network; no bytes if there are none."""
    if not confirmations:
        return b""
    faces = {SharedFace(one.name, one.set, one.collector_number, one.vector) for one in confirmations}
    first = confirmations[0]
    network = Network(first.embedder, len(first.vector) // NUMBER_BYTES)
    return msgspec.msgpack.encode(SharedFaces(network, tuple(sorted(faces))))


def read_shared_faces(data: bytes, digest: str) -> SharedFaces:
    """Return a bot's faces, validated.

    Args:
        data: the message.
        digest: the one under which it was stored.

    Raises:
        MalformedMessage: it is too long, does not match the digest, or is invalid.
    """
    if len(data) > MAX_BYTES or digest_of(data) != digest:
        raise MalformedMessage(f"{len(data)} bytes are too many, or not the ones announced")
    try:
        return msgspec.msgpack.decode(data, type=SharedFaces)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedMessage(f"{len(data)} bytes are no shared faces: {error}") from error


def digest_of(data: bytes) -> str:
    """Return the digest under which a message is stored in Redis."""
    return hashlib.sha256(data).hexdigest()


def merge_shared_faces(shared: Iterable[SharedFaces], network: Network) -> list[StoredConfirmation]:
    """Return the distinct faces of several bots with one network, within the limits for one bot.

    Beyond the limits the first faces count, so that the same order gives the same result in every worker.
    """
    faces = dict.fromkeys(face for one in shared if one.network == network for face in one.faces)
    per_card: Counter[str] = Counter()
    kept: list[StoredConfirmation] = []
    for face in faces:
        per_card[face.name] += 1
        if per_card[face.name] <= MAX_PER_CARD and len(kept) < MAX_CONFIRMATIONS:
            kept.append(face.to_stored(network))
    return kept
