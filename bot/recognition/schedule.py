"""A fair queue: a data structure without clock, threads or event loop."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.core.errors import Busy

Job = TypeVar("Job", bound=Hashable)
Group = tuple[str, int]
"""What takes turns: a guild, or a user who writes to the bot directly."""


@dataclass(frozen=True, slots=True)
class Asker:
    """A user and the guild they ask in; None in a direct message."""

    user_id: int
    guild_id: int | None = None

    @property
    def group(self) -> Group:
        """The guild whose turn is used; in direct messages each user is a group of their own."""
        return ("user", self.user_id) if self.guild_id is None else ("guild", self.guild_id)


@dataclass(frozen=True, slots=True, eq=False)
class QueueEntry(Generic[Job]):
    """One asker's entry in the queue for one job; equal only to itself."""

    job: Job
    asker: Asker


Queue = OrderedDict[QueueEntry[Job], None]


class Schedule(Generic[Job]):
    """A queue served round-robin: among guilds, within each among its users, and for each user first in, first out.

    A job that several wait for is taken once, when the first of its entries has its turn.

    Args:
        max_waiting: entries in all.
        max_per_user: entries per user, in all guilds together.
    """

    def __init__(self, max_waiting: int, max_per_user: int) -> None:
        self._max_waiting, self._max_per_user = max_waiting, max_per_user
        # The first key is the next to be served; it then moves to the end.
        self._groups: OrderedDict[Group, OrderedDict[int, Queue[Job]]] = OrderedDict()
        self._entries: dict[Job, set[QueueEntry[Job]]] = {}
        self._of_user: Counter[int] = Counter()

    def __len__(self) -> int:
        """Return the number of entries."""
        return self._of_user.total()

    def add(self, job: Job, asker: Asker) -> QueueEntry[Job]:
        """Queue ``job`` for ``asker``; it may already be queued for somebody else.

        Raises:
            Busy: the queue, or this user's share of it, is full.
        """
        own, waiting = self._of_user[asker.user_id], len(self)
        if own >= self._max_per_user:
            raise Busy("busy", waiting=own)
        if waiting >= self._max_waiting:
            raise Busy("busy", waiting=waiting)
        entry = QueueEntry(job, asker)
        users = self._groups.setdefault(asker.group, OrderedDict())
        users.setdefault(asker.user_id, OrderedDict())[entry] = None
        self._entries.setdefault(job, set()).add(entry)
        self._of_user[asker.user_id] += 1
        return entry

    def leave(self, entry: QueueEntry[Job]) -> None:
        """Remove an entry; does nothing if its job was taken or the entry already removed."""
        entries = self._entries.get(entry.job, set())
        if entry in entries:
            entries.remove(entry)
            if not entries:
                del self._entries[entry.job]
            self._remove(entry)

    def take(self) -> Job | None:
        """Return the next job and remove all its entries; None if the queue is empty."""
        if not self._groups:
            return None
        group, users = next(iter(self._groups.items()))
        user, queue = next(iter(users.items()))
        job = next(iter(queue)).job
        users.move_to_end(user)
        self._groups.move_to_end(group)
        for entry in self._entries.pop(job):
            self._remove(entry)
        return job

    def _remove(self, entry: QueueEntry[Job]) -> None:
        asker = entry.asker
        users = self._groups[asker.group]
        queue = users[asker.user_id]
        del queue[entry]
        if not queue:
            del users[asker.user_id]
        if not users:
            del self._groups[asker.group]
        self._of_user -= {asker.user_id: 1}
