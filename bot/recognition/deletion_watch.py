"""Tracks which messages were deleted while they were being answered."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(slots=True, eq=False)
class Watch:
    """Some messages, and whether any of them was deleted."""

    message_ids: frozenset[int]
    gone: bool = False


class Deletions:
    """Notifies answers in progress about deletions. Not thread-safe: for the event loop only."""

    def __init__(self) -> None:
        self._watches: set[Watch] = set()

    @contextmanager
    def watch(self, *message_ids: int) -> Iterator[Watch]:
        """Watch messages for the duration of the block."""
        watch = Watch(frozenset(message_ids))
        self._watches.add(watch)
        try:
            yield watch
        finally:
            self._watches.discard(watch)

    def mark_deleted(self, message_ids: Collection[int]) -> None:
        """Note that messages were deleted."""
        for watch in self._watches:
            watch.gone = watch.gone or not watch.message_ids.isdisjoint(message_ids)
