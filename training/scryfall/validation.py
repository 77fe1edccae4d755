"""What the values in a server's JSON objects have to be like to be used: pure.

A server may send anything. What is checked here is what would break something further on, or be told to users as
it is; whatever nobody reads may be anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from reprlib import Repr
from typing import Any

Check = Callable[[object], bool]
"""Tells whether a value is as expected; one that is left out is None."""

LONGEST = 1000
"""Characters of a text; the longest name has 141."""
MOST_BYTES = 1 << 50
"""Of a file; a number that is larger is no size."""
_NO_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters, which begin other lines, rows and commands; and halves of characters, which no file takes."""
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PRICE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = 60


def is_line(value: object) -> bool:
    """Return whether a value is a text of one line, which may be empty."""
    return isinstance(value, str) and len(value) <= LONGEST and (value.isprintable() or _NO_LINE.search(value) is None)


def is_name(value: object) -> bool:
    """Return whether a value is a text of one line, and not of blanks alone."""
    return isinstance(value, str) and is_line(value) and not value.isspace() and value != ""


def is_uuid(value: object) -> bool:
    """Return whether a value is a UUID as Scryfall writes them."""
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def is_day(value: object) -> bool:
    """Return whether a value is a day, ISO."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_time(value: object) -> bool:
    """Return whether a value is a text of one line that begins with a day, ISO."""
    return isinstance(value, str) and is_line(value) and is_day(value[: len("2026-11-23")])


def is_price(value: object) -> bool:
    """Return whether a value is an amount of money: a text, or a number."""
    return _PRICE.fullmatch(str(value)) is not None if isinstance(value, str | float | int) else False


def is_size(value: object) -> bool:
    """Return whether a value is a number of bytes, or of anything else that is counted."""
    return type(value) is int and 0 <= value <= MOST_BYTES


def is_text(value: object) -> bool:
    """Return whether a value is any text at all."""
    return isinstance(value, str)


def maybe(check: Check) -> Check:
    """Return a check that a value passes also by being left out, null or an empty text."""
    return lambda value: value is None or value == "" or check(value)


def list_of(check: Check) -> Check:
    """Return a check for lists, which may be left out or null."""
    return lambda value: value is None or (isinstance(value, list) and all(map(check, value)))


def object_of(check: Check) -> Check:
    """Return a check for objects with any keys of one line; they may be left out or null."""
    return lambda value: (
        value is None or (isinstance(value, dict) and all(map(is_line, value)) and all(map(check, value.values())))
    )


def odd_in(value: object, checks: Mapping[str, Check]) -> list[str]:
    """Return what of an object is missing or not as expected: keys, or what stands in the object's place."""
    if not isinstance(value, dict):
        return [f"{_SHORT.repr(value)} in place of an object"]
    return [key for key, is_right in checks.items() if not is_right(value.get(key))]


def shown(value: Any) -> str:
    """Return a foreign value for a message: short, and without anything that a terminal would obey."""
    return _SHORT.repr(value)
