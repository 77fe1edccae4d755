"""Entries of a server's lists that are not as expected: left out, counted, and told at the end of a sync."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from training.scryfall.errors import BulkDamaged
from training.scryfall.validation import shown

MOST_ODD = 0.01
"""Of a list's entries; a list of which more are odd is damaged, or made for another version of this program."""
TOLD = 5
"""So many are told in words; the others are alike, as a rule."""


@dataclass(slots=True)
class Oddities:
    """What was left out of all lists.

    Attributes:
        count: of entries.
        told: the first of them, each in words.
    """

    count: int = 0
    told: list[str] = field(default_factory=list)

    def note(self, entry: str) -> None:
        """Note that an entry was left out."""
        self.count += 1
        if len(self.told) < TOLD:
            self.told.append(entry)

    def sifted(
        self, what: str, rows: Iterable[object], odd_in: Callable[[object], Sequence[str]]
    ) -> Iterator[dict[str, Any]]:
        """Yield the objects in which nothing is odd, and note the others.

        Args:
            what: the rows are.
            rows: of one whole list.
            odd_in: tells what is odd about one.

        Raises:
            BulkDamaged: at the end, where too many were odd.
        """
        entries, before = 0, self.count
        for entries, row in enumerate(rows, 1):
            if odd := odd_in(row):
                self.note(f"{what} {entries}{_name_of(row)}: {', '.join(odd)}")
            elif isinstance(row, dict):
                yield row
        if not may_be_left_out(self.count - before, entries):
            raise BulkDamaged(
                f"{self.count - before:,} of {entries:,} {what}s are not as expected ({'; '.join(self.told)}): "
                "nothing is changed. Is there a newer version of this program?"
            )


def _name_of(row: object) -> str:
    return f" ({shown(row['name'])})" if isinstance(row, dict) and "name" in row else ""


def may_be_left_out(odd: int, entries: int) -> bool:
    """Return whether a list may be used without its odd entries: if that is one or a small share, and never all."""
    return odd <= max(1, MOST_ODD * entries) and odd < max(1, entries)
