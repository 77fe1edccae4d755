"""Collector line, picture and catalogue -> which printing of a known card it is. Pure.

Each printing of the name has a prior and is weighed by how likely it is that its card would be read and
seen as this one was. Beside them stands the printing that the catalogue lacks, which may bear anything::

    probability(printing) = prior * likelihood / (sum over all printings + the same of the one not known)
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from rapidfuzz.distance import Levenshtein

from engine.catalogue import links
from engine.catalogue.catalogue import PrintingRow
from engine.core.values import Printing
from engine.printings.expected_line import (
    CODED_SINCE,
    ILLUSTRATED_UNTIL,
    NUMBERED_SINCE,
    REPRINT_SETS,
    codes_of,
    folded,
    number_of,
    printed_at,
)
from engine.printings.line_parser import CollectorLine

NOT_IN_CATALOGUE = 0.1
"""The catalogue knows nine of ten printings: the prior of one that it doesn't."""
CLAIMED_FROM = 0.8
"""Probability from which a printing is told as the one."""
POSSIBLE_FROM = 0.01
"""Share of the likeliest printing's probability from which another is told as possible."""
MOST_LISTED = 10
"""Printings listed at most; of a basic land there are 800."""
SURE, HALF_SURE = 0.98, 0.93
"""Highest confidence where set code and number agree, and where only one of them, a year or the art speaks."""

RETRO = 0.03
"""Likelihood of ``Illus.`` on a newer card than 2003: reprints in the old frame bear it, too."""
ILLUSTRATED_SHARE = 0.3
"""Share of all printings that are so old."""
REPRINTED, PROMO = 0.08, 0.04
"""Prior of a printing that bears another's collector line: on The List, or stamped as a promotion."""
NOT_A_PROMO = 0.05
"""Likelihood of the rarity letter P on a card of an ordinary set."""
MARK_SEEN, MARK_MISSED = 0.95, 0.05
"""How likely a reprint's planeswalker symbol is found, and how likely it isn't although it was looked for."""
MARK_IMAGINED = 0.008
"""How likely it is found where there is none."""


@dataclass(frozen=True, slots=True)
class Likelihood:
    """Probability of reading a text that is the printed one, one letter off, or another; and by mere chance."""

    equal: float
    near: float
    other: float
    chance: float


CODE = Likelihood(0.9, 0.04, 0.0005, 0.0025)
NUMBER = Likelihood(0.9, 0.01, 0.0005, 0.004)
YEAR = Likelihood(0.75, 0.08, 0.002, 0.08)
"""Chance is one of some 400 set codes, 250 numbers, 12 years."""

SAME_ART_FROM = 0.72
"""Cosine from which the index shows this very art: other arts of one name stay below."""
OTHER_ART = 0.02
"""Likelihood that a card looks that much like one printing and has another's art."""

_FOIL = ("★", "†")
_STAMPED = ("p", "s")
"""What Scryfall adds to the number of another set's card: foil, of a promo pack, of a prerelease."""


@dataclass(frozen=True, slots=True)
class Clues:
    """What is known of a card besides its name.

    Attributes:
        line: its collector line.
        looks_like: set and number of the known face it looks like, lower case set, or None.
        similarity: cosine to that face, -1..1.
        marked: whether The List's symbol was found; None where nobody could look.
    """

    line: CollectorLine
    looks_like: tuple[str, str] | None = None
    similarity: float = 0.0
    marked: bool | None = None


@dataclass(frozen=True, slots=True)
class PrintingVerdict:
    """What people are told of a card's printing: one, or those possible, newest first, and how many they are."""

    printing: Printing | None = None
    possible: tuple[Printing, ...] = ()
    count: int = 0


NO_PRINTING = PrintingVerdict()


def identify_printing(rows: Sequence[PrintingRow], clues: Clues) -> PrintingVerdict:
    """Return which of a card's printings (newest first) it is, or which it may be."""
    rows = [row for row in rows if row.collector_number]
    if not rows:
        return NO_PRINTING
    shares = probabilities(rows, clues)
    best = max(range(len(rows)), key=shares.__getitem__)
    if shares[best] >= CLAIMED_FROM and (len(rows) == 1 or _speaks(rows, clues)):
        return PrintingVerdict(_printing(rows[best], min(shares[best], _ceiling(rows[best], clues.line))))
    possible = [
        _printing(row, share) for row, share in zip(rows, shares, strict=True) if share >= POSSIBLE_FROM * shares[best]
    ]
    return PrintingVerdict(None, tuple(possible[:MOST_LISTED]), len(possible))


def probabilities(rows: Sequence[PrintingRow], clues: Clues) -> list[float]:
    """Return the probability of each printing; what is missing to 1 is that of a printing not in the catalogue."""
    dates = {row.set: row.released_at for row in rows}
    priors = [_prior(row, dates) for row in rows]
    likelihoods = (_likelihood(row, dates, clues) for row in rows)
    weights = [p * x * art for p, x, art in zip(priors, likelihoods, _art(rows, clues), strict=True)]
    # The unknown printing gets its share of the priors, whatever their number.
    unknown = NOT_IN_CATALOGUE / (1 - NOT_IN_CATALOGUE) * sum(priors) * _by_chance(clues.line)
    total = sum(weights) + unknown
    return [weight / total for weight in weights]


def _speaks(rows: Sequence[PrintingRow], clues: Clues) -> bool:
    """Return whether there is anything to choose by."""
    line = clues.line
    return line.says_which or line.illustrated or line.year is not None or _seen_row(rows, clues) is not None


def _ceiling(row: PrintingRow, line: CollectorLine) -> float:
    agrees = line.code is not None and line.number is not None
    agrees = agrees and line.number == number_of(row) and folded(line.code or "") in map(folded, codes_of(row))
    return SURE if agrees else HALF_SURE


def _prior(row: PrintingRow, sets: Container[str]) -> float:
    """Return how common the printing is beside the others, which are in ``sets``."""
    if row.set in REPRINT_SETS:
        return REPRINTED
    return PROMO if _is_promo(row, sets) else 1.0


def _is_promo(row: PrintingRow, sets: Container[str]) -> bool:
    """Return whether the printing is another set's card with a stamp on its art, or foil."""
    promotion = row.set.startswith("p") and (row.set[1:] in sets or row.collector_number.endswith(_STAMPED))
    return promotion or row.collector_number.endswith(_FOIL)


def _likelihood(row: PrintingRow, dates: dict[str, str], clues: Clues) -> float:
    """Return how likely a card of this printing is read as it was."""
    line, printed = clues.line, printed_at(row, dates)
    likelihood = _mark(row, clues.marked)
    if line.illustrated and printed >= ILLUSTRATED_UNTIL:
        likelihood *= RETRO
    if line.rarity == "P" and not row.set.startswith("p"):
        likelihood *= NOT_A_PROMO
    if line.code is not None:
        codes = codes_of(row) if printed >= CODED_SINCE else ()
        likelihood *= _of(CODE, folded(line.code), map(folded, codes), _differing)
    if line.number is not None:
        numbers = [number_of(row)] if printed >= NUMBERED_SINCE else []
        likelihood *= _of(NUMBER, line.number, numbers, _differing)
    if line.year is not None:
        likelihood *= _of(YEAR, str(line.year), [printed[:4]], lambda a, b: abs(int(a) - int(b)))
    return likelihood


def _by_chance(line: CollectorLine) -> float:
    """Return how likely a printing that nobody knows is read as the card was."""
    heard = ((line.code, CODE), (line.number, NUMBER), (line.year, YEAR))
    chance = ILLUSTRATED_SHARE if line.illustrated else 1.0
    for read, likelihood in heard:
        chance *= likelihood.chance if read is not None else 1.0
    return chance


def _of(likelihood: Likelihood, read: str, printed: Iterable[str], distance: Callable[[str, str], int]) -> float:
    apart = min(map(partial(distance, read), printed), default=2)
    return (likelihood.equal, likelihood.near, likelihood.other)[min(apart, 2)]


def _mark(row: PrintingRow, marked: bool | None) -> float:
    if marked is None:
        return 1.0
    if row.set in REPRINT_SETS:
        return MARK_SEEN if marked else MARK_MISSED
    return MARK_IMAGINED if marked else 1 - MARK_IMAGINED


def _art(rows: Sequence[PrintingRow], clues: Clues) -> list[float]:
    """Return how well each printing's picture fits; of most the art is not known, and that tells nothing."""
    seen = _seen_row(rows, clues)
    if seen is None or seen.illustration_id is None:
        return [1.0] * len(rows)
    return [1.0 if row.illustration_id in (None, seen.illustration_id) else OTHER_ART for row in rows]


def _seen_row(rows: Sequence[PrintingRow], clues: Clues) -> PrintingRow | None:
    if clues.looks_like is None or clues.similarity < SAME_ART_FROM:
        return None
    return next((row for row in rows if (row.set, row.collector_number) == clues.looks_like), None)


def _differing(a: str, b: str) -> int:
    """Return 0 for equal texts, 1 where one letter is another, missing or too much, else 2."""
    return Levenshtein.distance(a, b, score_cutoff=1)


def _printing(row: PrintingRow, confidence: float) -> Printing:
    return Printing(
        scryfall_id=row.scryfall_id,
        set=row.set,
        set_name=row.set_name,
        collector_number=row.collector_number,
        scryfall_uri=links.printing_page(row.set, row.collector_number),
        confidence=confidence,
    )
