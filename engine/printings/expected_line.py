"""What is printed at the foot of a printing's cards, by the catalogue. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine.catalogue.catalogue import PrintingRow
from engine.printings.line_parser import LIKE_DIGITS

ILLUSTRATED_UNTIL = "2003-07-01"
"""Eighth Edition: the first set with a brush in place of ``Illus.``."""
NUMBERED_SINCE, CODED_SINCE = "1998-06-01", "2014-07-01"
"""Exodus and Magic 2015: the first sets that print the number, and the set code, on their cards."""
REPRINT_SETS = frozenset({"plst", "mb1"})
"""The List and Mystery Booster: another set's card with a small planeswalker symbol in the corner."""

_LIKE_LETTERS = str.maketrans("OQDILTSBZG", "0001115826")
_LAST_DIGITS = re.compile(r"(\d+)\D*$")
_PREFIX = re.compile(r"^([A-Z0-9]{2,5})-\d+")


def is_coded(row: PrintingRow, dates: Mapping[str, str]) -> bool:
    """Return whether the printing's foot has the set code at the left, as since Magic 2015."""
    return printed_at(row, dates) >= CODED_SINCE


def codes_of(row: PrintingRow) -> tuple[str, ...]:
    """Return the set codes the printing may bear, upper case: a promotion has its set's, a reprint the first one's."""
    if row.set in REPRINT_SETS and (match := _PREFIX.match(row.collector_number)):
        return (match[1],)
    code = row.set.upper()
    return (code, code[1:]) if len(code) == 4 and code.startswith("P") else (code,)


def number_of(row: PrintingRow) -> str:
    """Return the number as printed: digits only, no leading zeros; "" where there are none."""
    match = _LAST_DIGITS.search(row.collector_number)
    return str(int(match[1])) if match else ""


def folded(code: str) -> str:
    """Return a set code with those letters that readers take for digits as digits."""
    return code.upper().translate(LIKE_DIGITS).translate(_LIKE_LETTERS)


def printed_at(row: PrintingRow, dates: Mapping[str, str]) -> str:
    """Return the date the printing's foot is of: The List repeats the older card's, where that is known."""
    if row.set in REPRINT_SETS and (match := _PREFIX.match(row.collector_number)):
        return dates.get(match[1].lower(), row.released_at)
    return row.released_at
