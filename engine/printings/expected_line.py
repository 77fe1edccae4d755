"""The collector line that the catalogue expects on a printing's cards."""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine.catalogue.catalogue import PrintingRow
from engine.printings.line_parser import LIKE_DIGITS

ILLUSTRATED_UNTIL = "2003-07-01"
"""Eighth Edition: the first set with a brush instead of ``Illus.``."""
NUMBERED_SINCE, CODED_SINCE = "1998-06-01", "2014-07-01"
"""Exodus and Magic 2015: the first sets with the number, and with the set code, on the cards."""
REPRINT_SETS = frozenset({"plst", "mb1"})
"""The List and Mystery Booster: cards of other sets with a small planeswalker symbol in the corner."""

_LIKE_LETTERS = str.maketrans("OQDILTSBZG", "0001115826")
_LAST_DIGITS = re.compile(r"(\d+)\D*$")
_PREFIX = re.compile(r"^([A-Z0-9]{2,5})-\d+")


def is_coded(row: PrintingRow, dates: Mapping[str, str]) -> bool:
    """Return whether the printing has its set code at the left of the foot, as since Magic 2015."""
    return print_date(row, dates) >= CODED_SINCE


def printed_codes(row: PrintingRow) -> tuple[str, ...]:
    """Return the set codes a card of the printing may have, upper case: also a promotion's or a reprint's first set."""
    if row.set in REPRINT_SETS and (match := _PREFIX.match(row.collector_number)):
        return (match[1],)
    code = row.set.upper()
    return (code, code[1:]) if len(code) == 4 and code.startswith("P") else (code,)


def printed_number(row: PrintingRow) -> str:
    """Return the number as printed: digits only, no leading zeros; "" if it has none."""
    match = _LAST_DIGITS.search(row.collector_number)
    return str(int(match[1])) if match else ""


def fold_code(code: str) -> str:
    """Return a set code with the letters that are confused with digits replaced by these."""
    return code.upper().translate(LIKE_DIGITS).translate(_LIKE_LETTERS)


def print_date(row: PrintingRow, dates: Mapping[str, str]) -> str:
    """Return the date that decides the format of the foot: for The List that of the original printing, if known."""
    if row.set in REPRINT_SETS and (match := _PREFIX.match(row.collector_number)):
        return dates.get(match[1].lower(), row.released_at)
    return row.released_at
