"""Finds the card queries in a message's text.

``[[Name]]``, ``[[Name|SET]]``, ``[[Name|SET|NUM]]``, ``[[!image]]``, ``[[$price]]``, ``[[#legality]]``.

Linear in the text's length. Code and quotes are skipped: people write about the syntax, and quote those who used it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

MAX_QUERIES = 10
"""Queries answered per message: more wouldn't fit into the 40 components of a reply."""
MAX_NAME = 100
"""Letters of a name."""
MAX_CODE = 12
"""Letters of a set code or a collector number; Scryfall's longest have 6 and 10."""

_BRACKETS = re.compile(rf"\[\[([^\[\]\n]{{1,{MAX_NAME + 2 * MAX_CODE + 40}}})\]\]")
"""The length is limited (with room for spaces) because each opening bracket is searched that far."""
_TICKS = re.compile(r"(`+)")
_QUOTES = re.compile(r"^[ \t]*(?:>>> (?:.|\n)*|> .*)", re.MULTILINE)
"""A quoted line, or ``>>>`` and everything after it."""


class LookupKind(StrEnum):
    """What to show of a card; the values are in the custom ids of old messages."""

    CARD = "c"
    IMAGE = "i"
    PRICE = "p"
    LEGALITY = "l"


MARKS = {"!": LookupKind.IMAGE, "$": LookupKind.PRICE, "#": LookupKind.LEGALITY}


@dataclass(frozen=True, slots=True)
class CardQuery:
    """One look-up: a card, and a printing if one is given (set and number in lower case, else "")."""

    kind: LookupKind
    name: str
    set: str = ""
    number: str = ""


def find_queries(text: str) -> list[CardQuery]:
    """Return a message's queries in order, without duplicates, at most :data:`MAX_QUERIES`."""
    plain = _QUOTES.sub("", _remove_code(text))
    found: dict[CardQuery, CardQuery] = {}
    for match in _BRACKETS.finditer(plain):
        query = parse_query(match[1])
        if query is not None:
            found.setdefault(CardQuery(query.kind, query.name.casefold(), query.set, query.number), query)
            if len(found) == MAX_QUERIES:
                break
    return list(found.values())


def parse_query(body: str) -> CardQuery | None:
    """Return the query between two pairs of brackets; None if a part is missing or too long."""
    name, _, printing = body.partition("|")
    set_code, _, number = printing.partition("|")
    name, set_code, number = name.strip(), set_code.strip().lower(), number.strip().lower()
    kind = MARKS.get(name[:1], LookupKind.CARD)
    if kind is not LookupKind.CARD:
        name = name[1:].strip()
    fits = 0 < len(name) <= MAX_NAME and max(len(set_code), len(number)) <= MAX_CODE
    return CardQuery(kind, name, set_code, number if set_code else "") if fits else None


def _remove_code(text: str) -> str:
    """Return the text without what is between equally long runs of backticks, as in Markdown."""
    parts = _TICKS.split(text)  # text and runs of backticks in turn
    closing: dict[int, int | None] = {}
    next_run: dict[str, int] = {}
    for at in range(len(parts) - 2, 0, -2):
        closing[at] = next_run.get(parts[at])
        next_run[parts[at]] = at
    kept: list[str] = []
    at = 0
    while at < len(parts):
        end = closing.get(at)
        if end is None:
            kept.append(parts[at])
        at = (end or at) + 1
    return "".join(kept)
