"""The real engine with some methods replaced by ones that fail, wait, or answer at once."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Any

from engine import Engine, Identification
from tests.support.bot.results import card, result

PRIVATE = "hunter2"
NAME, OTHER = "Emberwing Matriarch", "Quillon Glassmage"
JPEG = b"\xff\xd8 never decoded"
PHOTO = ("one.jpg", JPEG)


class PatchedEngine:
    """``engine`` with the methods given by name replaced."""

    def __init__(self, engine: Engine, **methods: Callable[..., Any]) -> None:
        self._engine = engine
        vars(self).update(methods)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


def one_card(_: bytes, *, top_k: int) -> Identification:
    """Find one card in any photo."""
    return result(card(NAME, others=[OTHER]))


def two_cards(_: bytes, *, top_k: int) -> Identification:
    """Find two cards in any photo."""
    return result(card(NAME, others=[OTHER]), card(OTHER, others=[NAME]))


def broken(*_: Any, **__: Any) -> Any:
    """Fail unexpectedly."""
    raise RuntimeError(f"password: {PRIVATE}")


class Gate:
    """Blocks photos in their threads until it is opened."""

    def __init__(self) -> None:
        self._open = Event()
        self.entered: list[bytes] = []

    def open(self) -> None:
        self._open.set()

    def identify(self, image: bytes, *, top_k: int) -> Identification:
        self.entered.append(image)
        self._open.wait()
        return one_card(image, top_k=top_k)
