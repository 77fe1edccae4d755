"""A deck list as text.

The form is the one MTG Arena writes: ``count name (SET) number``. Moxfield, Archidekt and ManaBox read it too.
All four accept a line without set and number.

- It has no comments: no comment sign is known that all four skip, and Arena refuses a list with a line it can't read.
  So tokens, which are not part of a deck and share names with cards, are left out silently, and unsure names are
  listed like the others: a wrong card in the list is corrected more easily than a missing one is noticed. The message
  with the list mentions both.
- A card with two names has both, as Scryfall writes them: ``Fire // Ice``. The three sites want that, and so does Arena
  for split cards. Users' reports of 2021 say that for a double-faced card Arena takes the front's name only; the name
  doesn't tell which of the two a card is.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.export.lines import count_cards
from bot.store import AnsweredCard


def deck_list(cards: Sequence[AnsweredCard]) -> str:
    """Return a line for each distinct card in order of first appearance, "" if there is none; no unknown cards."""
    lines = []
    for card, count in count_cards(cards).items():
        if not card.token:
            # Arena's form has no place for a set without a number.
            printed = card.set and card.collector_number
            name = f"{card.name} ({card.set.upper()}) {card.collector_number}" if printed else card.name
            lines.append(f"{count} {name}\n")
    return "".join(lines)
