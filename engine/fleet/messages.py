"""What travels: a photo and what is asked of it, and the engine's values back; MessagePack, checked when it is read.

Never pickled: whoever can write into the queue must not be able to run code with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, TypeVar

import msgspec

from engine.catalogue.entries import CardEntry
from engine.core.constants import MAX_PHOTO_BYTES
from engine.core.errors import BadImage, EngineError, ImageSizeError, PhotoError
from engine.core.values import Identification
from engine.image.photo import too_large_error

MAX_TOP_K = 1000
"""Most candidates that may be asked for: a number beyond any use would only cost a worker's memory."""
_PHOTO_ERRORS: dict[str, type[PhotoError]] = {kind.__name__: kind for kind in (PhotoError, BadImage, ImageSizeError)}

Read = TypeVar("Read")


class MalformedMessage(EngineError):
    """What came over the queue is none of ours, damaged, or of another version of this program."""

    def __init__(self, message: str) -> None:
        super().__init__("malformed_message", message)


class Task(StrEnum):
    """What a worker does with a photo."""

    IDENTIFY = "identify"
    SIMILAR = "similar"


@dataclass(frozen=True, slots=True)
class PhotoRequest:
    """A photo, and what is asked of it.

    Attributes:
        id: the answer bears it, too.
        version: the engine's that is to answer, see :attr:`engine.Engine.version`.
        bot: whose inbox gets the answer.
        photo: the file's bytes.
        top_k: most candidates, 1 and up.
    """

    id: str
    version: str
    bot: str
    task: Task
    photo: bytes
    top_k: Annotated[int, msgspec.Meta(ge=1, le=MAX_TOP_K)]

    def __post_init__(self) -> None:
        if len(self.photo) > MAX_PHOTO_BYTES:
            raise too_large_error()


@dataclass(frozen=True, slots=True)
class Refusal:
    """The engine's own error about a photo."""

    kind: str
    code: str
    message: str

    @classmethod
    def of(cls, error: PhotoError) -> Refusal:
        """Return what is sent of an error."""
        return cls(type(error).__name__, error.code, error.message)

    def error(self) -> PhotoError:
        """Return the error again."""
        return _PHOTO_ERRORS.get(self.kind, PhotoError)(self.code, self.message)


@dataclass(frozen=True, slots=True)
class PhotoResponse:
    """What became of a photo; one of the last four is there.

    Attributes:
        id: of what was asked.
        worker: who answers.
        version: its engine's.
        named: of :attr:`Task.IDENTIFY`.
        similar: of :attr:`Task.SIMILAR`.
        refused: the photo can't be processed, or the worker is of another version than asked for.
        incident: what nobody foresaw, in the words that the worker's log has, too.
    """

    id: str
    worker: str
    version: str
    named: Identification | None = None
    similar: tuple[CardEntry, ...] | None = None
    refused: Refusal | None = None
    incident: str | None = None


def pack(message: PhotoRequest | PhotoResponse) -> bytes:
    """Return a message's bytes."""
    return msgspec.msgpack.encode(message, enc_hook=_plain)


def read_request(data: bytes) -> PhotoRequest:
    """Return what was asked; raises :class:`MalformedMessage` where it can't be read."""
    return _read(data, PhotoRequest)


def read_response(data: bytes) -> PhotoResponse:
    """Return an answer, its values checked as those of this process are; raises :class:`MalformedMessage`."""
    return _read(data, PhotoResponse)


def _read(data: bytes, kind: type[Read]) -> Read:
    try:
        return msgspec.msgpack.decode(data, type=kind)
    except (msgspec.MsgspecError, ImageSizeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedMessage(f"{len(data)} bytes are no {kind.__name__}: {error}") from error


def _plain(value: Any) -> Any:
    """Return NumPy's numbers as Python's; of all else MessagePack knows nothing."""
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{type(value).__name__} does not travel")
