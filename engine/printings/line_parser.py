"""Lines of text from a card's foot -> what its collector line says. Pure.

Three ways of printing it are known, and whatever is not read stays None:

- since about 2023 ``R 0123`` over ``MOM • EN``;
- 2014 to 2022 ``123/269 R`` over ``M15 • EN``;
- 1998 to 2014 ``™ & © 1993-2003 Wizards of the Coast, Inc. 123/350``; before, the same without a number.

Nothing here knows which printings there are: a misread line is told as it was read, and it is for
``printings.py`` to find out whose it may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

LANGUAGES = ("EN", "DE", "FR", "IT", "SP", "ES", "PT", "JP", "JA", "KR", "KO", "RU", "CS", "CT", "PH")
"""As cards print them; ``SP``, ``JP`` and ``KR`` are Scryfall's ``es``, ``ja`` and ``ko``."""
FIRST_YEAR, LAST_YEAR = 1993, 2049
LONG_TOTAL = 100
"""Cards of a set from which ``n/total`` can't be power and toughness."""

LIKE_DIGITS = str.maketrans("OoQDIilL|!SsBZzGg", "00001111115582266")
"""What a reader takes small digits for."""
_RARITY = "[CURMLSTP]"
_NUMERAL = r"[0-9OoQDIilL|!SsBZz]"
_WITH_TOTAL = re.compile(
    rf"(?<![0-9A-Za-z/])({_NUMERAL}{{1,4}})\s?/\s?({_NUMERAL}{{1,3}})(?![0-9])(?:\s*({_RARITY})\b)?"
)
_RARITY_FIRST = re.compile(rf"^({_RARITY})\s?({_NUMERAL}{{4}})\b")
_NUMBER_ALONE = re.compile(rf"^(\d{{3}})(?:\s*({_RARITY}))?$")
_CODE = re.compile(rf"^([A-Z0-9]{{2,6}}?)\s*(?:[^A-Z0-9\s]\s*)+({'|'.join(LANGUAGES)})")
_CODE_RUN_ON = re.compile(rf"^([A-Z0-9]{{3,4}}?)\s*({'|'.join(LANGUAGES)})(?![a-z])")
_COPYRIGHT = re.compile(r"[Ww][a-z]{2,3}[au]r?[dn]|[Cc][eo][aou][a-z]?[stn]t|[©™&]", re.ASCII)
_ILLUSTRATED = re.compile(r"^\W?[IlMNT1|][IlhtuL1|]{0,4}[ulnt]s[.,]")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class CollectorLine:
    """What a card's foot says of its printing; None where it was not read.

    Attributes:
        code: set code, upper case, as read: ``MHI`` may be MH1.
        number: collector number without leading zeros, digits only.
        total: number of cards of the set, where the line names it.
        rarity: C, U, R, M (mythic), L (land), S (special), T (token) or P (promo).
        language: one of :data:`LANGUAGES`.
        year: last year of the copyright.
        illustrated: whether the artist's name follows ``Illus.``, as up to 2003.
    """

    code: str | None = None
    number: str | None = None
    total: int | None = None
    rarity: str | None = None
    language: str | None = None
    year: int | None = None
    illustrated: bool = False

    @property
    def says_which(self) -> bool:
        """Whether it names a set or a number, and not a year at most."""
        return self.code is not None or self.number is not None

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.code, self.number, self.language, self.year) if part)


NOTHING_PRINTED = CollectorLine()


def parse(texts: Iterable[str]) -> CollectorLine:
    """Return what the lines of a card's foot say, the first that says something winning."""
    lines = [" ".join(text.split()) for text in texts]
    number, total, rarity = _first(map(_numbered, lines)) or (None, None, None)
    code, language = _first(map(_coded, lines)) or (None, None)
    years = [year for line in lines for year in _years(line)]
    illustrated = any(map(_is_credit, lines))
    return CollectorLine(code, number, total, rarity, language, max(years, default=None), illustrated)


Found = TypeVar("Found")


def _first(found: Iterator[Found | None]) -> Found | None:
    return next((one for one in found if one is not None), None)


def _numbered(line: str) -> tuple[str, int | None, str | None] | None:
    """Return number, total and rarity of a line that has a number."""
    if match := _RARITY_FIRST.match(line):
        return _plain(match[2]), None, match[1]
    if match := _NUMBER_ALONE.match(line):
        return _plain(match[1]), None, match[2]
    # The last: years and initials stand before it.
    for match in reversed(list(_WITH_TOTAL.finditer(line))):
        number, total = (int(part.translate(LIKE_DIGITS)) for part in match.group(1, 2))
        has_digit = any(char.isdigit() for char in match[1])
        if has_digit and (total >= LONG_TOTAL or match[3] or _COPYRIGHT.search(line)):
            return str(number), total, match[3]
    return None


def _coded(line: str) -> tuple[str, str] | None:
    """Return set code and language of a line that begins with both."""
    match = _CODE.match(line) or _CODE_RUN_ON.match(line)
    return (match[1], match[2]) if match else None


def _years(line: str) -> Iterator[int]:
    """Return the years of a copyright line; an artist's own, after ``Illus.``, may be older than the card."""
    if _COPYRIGHT.search(line) and not _is_credit(line):
        for year in map(int, _YEAR.findall(line)):
            if FIRST_YEAR <= year <= LAST_YEAR:
                yield year


def _is_credit(line: str) -> bool:
    return _ILLUSTRATED.match(line) is not None


def _plain(numeral: str) -> str:
    return str(int(numeral.translate(LIKE_DIGITS)))
