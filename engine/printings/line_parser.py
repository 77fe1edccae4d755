"""Parse the lines of text at a card's foot.

Three formats are known; whatever was not read is None:

- since about 2023 ``R 0123`` over ``MOM • EN``;
- 2014 to 2022 ``123/269 R`` over ``M15 • EN``;
- 1998 to 2014 ``™ & © 1993-2003 Wizards of the Coast, Inc. 123/350``; before, the same without a number.

The parser does not know which printings exist: a misread line is returned as it was read, and ``posterior.py`` decides
which printing it may belong to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

LANGUAGES = ("EN", "DE", "FR", "IT", "SP", "ES", "PT", "JP", "JA", "KR", "KO", "RU", "CS", "CT", "PH")
"""As printed on cards; ``SP``, ``JP`` and ``KR`` are Scryfall's ``es``, ``ja`` and ``ko``."""
FIRST_YEAR, LAST_YEAR = 1993, 2049
LONG_TOTAL = 100
"""Set size from which ``n/total`` can't be power and toughness."""

LIKE_DIGITS = str.maketrans("OoQDIilL|!SsBZzGg", "00001111115582266")
"""Characters that small digits are misread as."""
_RARITY = "[CURMLSTP]"
_NUMERAL = r"[0-9OoQDIilL|!SsBZz]"
_WITH_TOTAL = re.compile(
    rf"(?<![0-9A-Za-z/])({_NUMERAL}{{1,4}})\s?/\s?({_NUMERAL}{{1,3}})(?![0-9])(?:\s*({_RARITY})\b)?"
)
_RARITY_FIRST = re.compile(rf"^({_RARITY})\s?({_NUMERAL}{{4}})\b")
_NUMBER_ALONE = re.compile(rf"^(\d{{3}})(?:\s*({_RARITY}))?$")
_CODE = re.compile(rf"^([A-Z0-9]{{2,6}}?)\s*(?:[^A-Z0-9\s]\s*)+({'|'.join(LANGUAGES)})")
_CODE_RUN_ON = re.compile(rf"^([A-Z0-9]{{3,4}}?)\s*({'|'.join(LANGUAGES)})(?![a-z])")
_COPYRIGHT = re.compile(
    r"[Ww][a-z]{1,3}[au]r?[dn]|\d{3,4}\s?[-–—]\s?(?:19|20)\d\d(?!\d)|[Cc][eo][aou][a-z]?[stn]t|[©™&]", re.ASCII
)
_ILLUSTRATED = re.compile(r"^\W?[IlMNT1|][IlhtuL1|]{0,4}[ulnt]s[.,]")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d|\s?[-–—])")
"""Not the first year of a range: its last one may be illegible."""


@dataclass(frozen=True, slots=True)
class CollectorLine:
    """The printing information at a card's foot; None for what was not read.

    Attributes:
        code: set code, upper case, as read: ``MHI`` may be MH1.
        number: collector number without leading zeros, digits only.
        total: number of cards in the set, if the line has it.
        rarity: C, U, R, M (mythic), L (land), S (special), T (token) or P (promo).
        language: one of :data:`LANGUAGES`.
        year: last year of the copyright.
        illustrated: whether the artist's name follows ``Illus.``, as up to 2003.
        texts: the lines as read, which may name the artist.
    """

    code: str | None = None
    number: str | None = None
    total: int | None = None
    rarity: str | None = None
    language: str | None = None
    year: int | None = None
    illustrated: bool = False
    texts: tuple[str, ...] = field(default=(), compare=False, repr=False)

    @property
    def has_code_or_number(self) -> bool:
        """Whether a set code or a collector number was read."""
        return self.code is not None or self.number is not None

    @property
    def field_count(self) -> int:
        """How many of the fields that tell printings apart were read."""
        return (self.code is not None) + (self.number is not None) + (self.year is not None) + self.illustrated

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.code, self.number, self.language, self.year) if part)


NOTHING_PRINTED = CollectorLine()


def parse(texts: Iterable[str]) -> CollectorLine:
    """Return the information in the lines of a card's foot; the first line that has a field wins."""
    lines = [" ".join(text.split()) for text in texts]
    number, total, rarity = next((found for found in map(_parse_number, lines) if found), (None, None, None))
    codes = (match for line in lines if (match := _CODE.match(line) or _CODE_RUN_ON.match(line)))
    code, language = next((match.group(1, 2) for match in codes), (None, None))
    # An artist's own year, after "Illus.", may be older than the card.
    copyrights = [line for line in lines if _COPYRIGHT.search(line) and not _ILLUSTRATED.match(line)]
    years = [year for line in copyrights for year in map(int, _YEAR.findall(line)) if FIRST_YEAR <= year <= LAST_YEAR]
    illustrated = any(map(_ILLUSTRATED.match, lines))
    return CollectorLine(code, number, total, rarity, language, max(years, default=None), illustrated, tuple(lines))


def _parse_number(line: str) -> tuple[str, int | None, str | None] | None:
    """Return number, total and rarity of a line that has a number."""
    if match := _RARITY_FIRST.match(line):
        return _digits(match[2]), None, match[1]
    if match := _NUMBER_ALONE.match(line):
        return _digits(match[1]), None, match[2]
    # The last: years and initials precede it.
    for match in reversed(list(_WITH_TOTAL.finditer(line))):
        number, total = _digits(match[1]), int(_digits(match[2]))
        has_digit = any(char.isdigit() for char in match[1])
        if has_digit and (total >= LONG_TOTAL or match[3] or _COPYRIGHT.search(line)):
            return number, total, match[3]
    return None


def _digits(numeral: str) -> str:
    return str(int(numeral.translate(LIKE_DIGITS)))
