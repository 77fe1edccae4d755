"""Which of the messages that are being answered were deleted meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(slots=True, eq=False)
class Watch:
    """Some messages, and whether any of them is gone."""

    message_ids: frozenset[int]
    gone: bool = False


class Deletions:
    """Tells answers under way of deletions. For the event loop alone."""

    def __init__(self) -> None:
        self._watches: set[Watch] = set()

    @contextmanager
    def watch(self, *message_ids: int) -> Iterator[Watch]:
        """Watch messages as long as the block lasts."""
        watch = Watch(frozenset(message_ids))
        self._watches.add(watch)
        try:
            yield watch
        finally:
            self._watches.discard(watch)

    def mark_deleted(self, message_ids: Collection[int]) -> None:
        """Take note of messages that were deleted."""
        for watch in self._watches:
            watch.gone = watch.gone or not watch.message_ids.isdisjoint(message_ids)
