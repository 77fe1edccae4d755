"""A message's text -> what it asks for.

``[[Name]]``, ``[[Name|SET]]``, ``[[Name|SET|NUM]]``, ``[[!image]]``, ``[[$price]]``, ``[[#legality]]``.

Pure, and linear in the text's length. What stands in code or is quoted is not asked: people write of the
syntax, and quote those who used it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

MAX_ASKED = 10
"""Look-ups of one message that are answered: with more, Discord's 40 components would not hold the reply."""
MAX_NAME = 100
"""Letters of a name."""
MAX_CODE = 12
"""Letters of a set's code or a collector number; Scryfall's longest have 6 and 10."""

_BRACKETS = re.compile(rf"\[\[([^\[\]\n]{{1,{MAX_NAME + 2 * MAX_CODE + 40}}})\]\]")
"""The longest body that can be one, with spaces to spare: bounded, so that each opening costs no more than that."""
_TICKS = re.compile(r"`+")
_QUOTES = re.compile(r"^[ \t]*(?:>>> (?:.|\n)*|> .*)", re.MULTILINE)
"""A quoted line, or three marks after which all that follows is quoted."""


class Kind(StrEnum):
    """What is wanted of a card; the values stand in custom ids of messages sent long ago."""

    CARD = "c"
    IMAGE = "i"
    PRICE = "p"
    LEGALITY = "l"


MARKS = {"!": Kind.IMAGE, "$": Kind.PRICE, "#": Kind.LEGALITY}


@dataclass(frozen=True, slots=True)
class Asked:
    """One look-up: what of which card, and of which printing where it is told (lower case, else empty)."""

    kind: Kind
    name: str
    set: str = ""
    number: str = ""


def find_asked(text: str) -> list[Asked]:
    """Return what a message asks for, in its order, each once, at most :data:`MAX_ASKED`."""
    spoken = _QUOTES.sub("", _without_code(text))
    found: dict[Asked, Asked] = {}
    for match in _BRACKETS.finditer(spoken):
        asked = _parsed(match[1])
        if asked is not None:
            found.setdefault(Asked(asked.kind, asked.name.casefold(), asked.set, asked.number), asked)
            if len(found) == MAX_ASKED:
                break
    return list(found.values())


def _parsed(body: str) -> Asked | None:
    name, _, printing = body.partition("|")
    set_code, _, number = printing.partition("|")
    name, set_code, number = name.strip(), set_code.strip().lower(), number.strip().lower()
    kind = MARKS.get(name[:1], Kind.CARD)
    if kind is not Kind.CARD:
        name = name[1:].strip()
    fits = 0 < len(name) <= MAX_NAME and max(len(set_code), len(number)) <= MAX_CODE
    return Asked(kind, name, set_code, number if set_code else "") if fits else None


def _without_code(text: str) -> str:
    """Return the text without what stands between equally long runs of backticks, as Markdown has it."""
    return "".join(_outside(text))


def _outside(text: str) -> Iterator[str]:
    runs = list(_TICKS.finditer(text))
    later: dict[int, list[int]] = {}
    for place in range(len(runs) - 1, -1, -1):
        later.setdefault(len(runs[place][0]), []).append(place)
    at, place = 0, 0
    while place < len(runs):
        closing = later[len(runs[place][0])]
        # The lists are read from their ends, each run once: that keeps it linear.
        while closing and closing[-1] <= place:
            closing.pop()
        if closing:
            yield text[at : runs[place].start()]
            place = closing[-1]
            at = runs[place].end()
        place += 1
    yield text[at:]
