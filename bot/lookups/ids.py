"""What buttons and selects of look-ups carry: all state in a custom id, so that they work after a restart. Pure.

The first part is the form's version: messages stay for years, and an old one must not be read as a new one.
Cards are told by their key (:attr:`engine.CardEntry.key`), which holds in every catalogue.
"""

from __future__ import annotations

import re

from bot.lookups.syntax import Asked, Kind

MAX_ID = 100
"""Letters of a custom id."""
KEY = r"[A-Za-z0-9_-]{12}"
USER = r"[0-9]{1,20}"

OPEN = rf"v1:open:(?P<key>{KEY})"
"""Shows a card's printings to whoever presses it."""
PAGE = rf"v1:page:(?P<key>{KEY}):(?P<page>[0-9]{{1,4}}):(?P<asker>{USER})"
"""Turns a list of printings over."""
PICK = rf"v1:pick:(?P<kind>[cipl]):(?P<asker>{USER}):(?P<alone>[01]):(?P<place>[0-9])"
"""Chooses one of the cards that may be meant."""


def is_lookup_id(custom_id: str) -> bool:
    """Return whether an id is one of these."""
    return any(re.fullmatch(form, custom_id) for form in (OPEN, PAGE, PICK))


def open_id(key: str) -> str:
    """Return the id of the button that shows the printings of a card."""
    return f"v1:open:{key}"


def page_id(key: str, page: int, asker: int) -> str:
    """Return the id of the button that shows a page (from 0) of a list that ``asker`` asked for."""
    return f"v1:page:{key}:{page}:{asker}"


def pick_id(kind: Kind, asker: int, *, alone: bool, place: int) -> str:
    """Return the id of a select.

    Args:
        kind: what is wanted of the card that is chosen.
        asker: who asked.
        alone: whether the message has nothing but this question, so that the answer may take its place.
        place: which of the message's look-ups it is, 0 to 9: ids of one message differ.
    """
    return f"v1:pick:{kind}:{asker}:{int(alone)}:{place}"


def pick_value(key: str, asked: Asked) -> str:
    """Return the value of an option: the card, and the printing that was asked for."""
    return f"{key}|{asked.set}|{asked.number}"


def picked(value: str, kind: Kind) -> tuple[str, Asked]:
    """Return what an option's value says: the card's key, and what is asked of it (without its name)."""
    key, _, printing = value.partition("|")
    set_code, _, number = printing.partition("|")
    return key, Asked(kind, "", set_code, number)
