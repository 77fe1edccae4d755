"""Requests with photos and responses with the engine's values, as MessagePack, validated when they are read.

Never pickled: anyone who can write to the queue could then run code.
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
"""Most candidates that a request may ask for: more than is of any use would only take a worker's memory."""
_PHOTO_ERRORS: dict[str, type[PhotoError]] = {kind.__name__: kind for kind in (PhotoError, BadImage, ImageSizeError)}

Message = TypeVar("Message")


class MalformedMessage(EngineError):
    """A message from the queue is not ours, damaged, or from another version of this program."""

    def __init__(self, message: str) -> None:
        super().__init__("malformed_message", message)


class Task(StrEnum):
    """What a worker does with a photo."""

    IDENTIFY = "identify"
    SIMILAR = "similar"


@dataclass(frozen=True, slots=True)
class PhotoRequest:
    """A photo, and what to do with it.

    Attributes:
        id: repeated in the response.
        version: required version of the engine, see :attr:`engine.Engine.version`.
        bot: whose inbox gets the response.
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
        """Return the message for an error."""
        return cls(type(error).__name__, error.code, error.message)

    def error(self) -> PhotoError:
        """Return the error for the message."""
        return _PHOTO_ERRORS.get(self.kind, PhotoError)(self.code, self.message)


@dataclass(frozen=True, slots=True)
class PhotoResponse:
    """The result for a photo; exactly one of the last four is set.

    Attributes:
        id: the request's.
        version: of the worker's engine.
        named: result of :attr:`Task.IDENTIFY`.
        similar: result of :attr:`Task.SIMILAR`.
        refused: the photo can't be processed, or the worker has another version than required.
        incident: type of an unexpected error, whose details are in the worker's log.
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

    def to_python(value: Any) -> Any:
        if hasattr(value, "item"):  # a NumPy number
            return value.item()
        raise TypeError(f"{type(value).__name__} can't be packed")

    return msgspec.msgpack.encode(message, enc_hook=to_python)


def read_message(data: bytes, kind: type[Message]) -> Message:
    """Return a request or a response, validated like the values of this process; raises :class:`MalformedMessage`."""
    try:
        return msgspec.msgpack.decode(data, type=kind)
    except (msgspec.MsgspecError, ImageSizeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedMessage(f"{len(data)} bytes are no {kind.__name__}: {error}") from error
