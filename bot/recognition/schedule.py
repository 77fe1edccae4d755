"""Whose turn it is: a plain data structure without clock, threads or event loop."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Job = TypeVar("Job", bound=Hashable)
Group = tuple[str, int]
"""What takes turns: a server, or a person who writes to the bot directly."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and in which server; None in a direct message."""

    user_id: int
    guild_id: int | None = None

    @property
    def group(self) -> Group:
        """The server whose turn is used; in direct messages everybody is one of their own."""
        return ("user", self.user_id) if self.guild_id is None else ("guild", self.guild_id)


@dataclass(frozen=True, slots=True, eq=False)
class QueueEntry(Generic[Job]):
    """One asker's place in line for one job; equal only to itself."""

    job: Job
    asker: Asker


class QueueFull(Exception):
    """There is no place left.

    Attributes:
        waiting: places taken: the asker's own, or all.
        own: whether it is the asker's own share that is used up.
    """

    def __init__(self, waiting: int, *, own: bool) -> None:
        super().__init__(f"{waiting} waiting")
        self.waiting, self.own = waiting, own


Queue = OrderedDict[QueueEntry[Job], None]


class Schedule(Generic[Job]):
    """Places in line, taken in turn: among servers, and in each among its people; each person's own in their order.

    A job for which several wait is taken once, when the first of its places has its turn.

    Args:
        max_waiting: places in all.
        max_per_user: places of one person, in all servers together.
    """

    def __init__(self, max_waiting: int, max_per_user: int) -> None:
        self._max_waiting, self._max_per_user = max_waiting, max_per_user
        # The first key is whose turn is next; whoever had it goes to the end.
        self._groups: OrderedDict[Group, OrderedDict[int, Queue[Job]]] = OrderedDict()
        self._places: dict[Job, set[QueueEntry[Job]]] = {}
        self._of_user: dict[int, int] = {}
        self._waiting = 0

    def __len__(self) -> int:
        """Places taken."""
        return self._waiting

    def add(self, job: Job, asker: Asker) -> QueueEntry[Job]:
        """Put ``asker`` in line for ``job``, which may wait there already for somebody else.

        Raises:
            QueueFull: no place left, in all or for this person.
        """
        own = self._of_user.get(asker.user_id, 0)
        if own >= self._max_per_user:
            raise QueueFull(own, own=True)
        if self._waiting >= self._max_waiting:
            raise QueueFull(self._waiting, own=False)
        place = QueueEntry(job, asker)
        people = self._groups.setdefault(asker.group, OrderedDict())
        people.setdefault(asker.user_id, OrderedDict())[place] = None
        self._places.setdefault(job, set()).add(place)
        self._of_user[asker.user_id] = own + 1
        self._waiting += 1
        return place

    def leave(self, place: QueueEntry[Job]) -> None:
        """Free a place; nothing happens where its job was taken, or it was left before."""
        of_job = self._places.get(place.job, set())
        if place not in of_job:
            return
        of_job.remove(place)
        if not of_job:
            del self._places[place.job]
        self._free(place)

    def take(self) -> Job | None:
        """Return the job whose turn it is and free all its places; None where nobody waits."""
        if not self._groups:
            return None
        group, people = next(iter(self._groups.items()))
        user, line = next(iter(people.items()))
        job = next(iter(line)).job
        people.move_to_end(user)
        self._groups.move_to_end(group)
        for place in self._places.pop(job):
            self._free(place)
        return job

    def _free(self, place: QueueEntry[Job]) -> None:
        asker = place.asker
        people = self._groups[asker.group]
        line = people[asker.user_id]
        del line[place]
        if not line:
            del people[asker.user_id]
        if not people:
            del self._groups[asker.group]
        self._of_user[asker.user_id] -= 1
        if not self._of_user[asker.user_id]:
            del self._of_user[asker.user_id]
        self._waiting -= 1
