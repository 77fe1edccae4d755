"""The real engine with some of its methods replaced: by what breaks, waits, or answers at once."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Any

from engine import Engine, Identification
from tests.support.bot.results import card, result

PRIVATE = "hunter2"
NAME, OTHER = "Emberwing Matriarch", "Quillon Glassmage"
JPEG = b"\xff\xd8 not looked at by anybody"
PHOTO = ("one.jpg", JPEG)


class Bent:
    """Answers as ``engine`` does, but for the methods given by name."""

    def __init__(self, engine: Engine, **methods: Callable[..., Any]) -> None:
        self._engine = engine
        vars(self).update(methods)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


def one_card(_: bytes, *, top_k: int) -> Identification:
    """See one card in any photo."""
    return result(card(NAME, others=[OTHER]))


def two_cards(_: bytes, *, top_k: int) -> Identification:
    """See two cards in any photo."""
    return result(card(NAME, others=[OTHER]), card(OTHER, others=[NAME]))


def broken(*_: Any, **__: Any) -> Any:
    """Fail as no one foresaw."""
    raise RuntimeError(f"password: {PRIVATE}")


class Gate:
    """Keeps photos waiting in their threads until it is opened."""

    def __init__(self) -> None:
        self._open = Event()
        self.entered: list[bytes] = []

    def open(self) -> None:
        self._open.set()

    def identify(self, image: bytes, *, top_k: int) -> Identification:
        self.entered.append(image)
        self._open.wait()
        return one_card(image, top_k=top_k)
