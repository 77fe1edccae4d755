"""A deck list as text. Pure.

The form is the one MTG Arena writes: ``count name (SET) number``. Moxfield, Archidekt and ManaBox read it, too,
and all of them a line without set and number.

- There are no comments in it: no sign for them is known that all four skip, and Arena refuses a list of which it can't
  read a line. So tokens, which are no part of a deck and share names with cards, are left out without a word, and
  unsure names stand there as the others do: a wrong card is put right in the list more easily than a missing one
  is missed. :func:`bot.export.remarks` has what must be said of both, for the message that brings the list.
- A card with two names has both, as Scryfall writes them: ``Fire // Ice``. The three sites want that, and so does Arena
  for split cards. Users' reports of 2021 say that of a double-faced card Arena takes the front alone; the two can't
  be told apart by the name.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.export.lines import Kind, counted
from bot.store import AnsweredCard


def deck_list(cards: Sequence[AnsweredCard]) -> str:
    """Return a line for each kind of card in order of first appearance, "" where there is none; no unknown ones."""
    return "".join(f"{count} {_words(kind)}\n" for kind, count in counted(cards).items() if not kind.token)


def _words(kind: Kind) -> str:
    # A set without a number is more than Arena's form has room for.
    known = kind.set and kind.collector_number
    return f"{kind.name} ({kind.set.upper()}) {kind.collector_number}" if known else kind.name
