"""Decide which printing of a known card a photo shows, from collector line, picture and catalogue.

Each printing of the name has a prior, and a likelihood that its card would be read and look as this one did. Beside
them there is a printing that the catalogue lacks, which may have any collector line::

    probability(printing) = prior * likelihood / (sum over all printings + the same for the unknown printing)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from engine.catalogue.catalogue import PrintingRow
from engine.catalogue.entries import Prices
from engine.core.values import NO_PRICE, PriceRange, Printing, Range
from engine.printings.expected_line import (
    CODED_SINCE,
    ILLUSTRATED_UNTIL,
    NUMBERED_SINCE,
    REPRINT_SETS,
    fold_code,
    print_date,
    printed_codes,
    printed_number,
)
from engine.printings.line_parser import CollectorLine

NOT_IN_CATALOGUE = 0.1
"""Prior of a printing that the catalogue lacks: it knows nine of ten."""
CLAIMED_FROM = 0.8
"""Probability from which a printing is named as the one."""
POSSIBLE = 0.97
"""Share of the probability of all known printings that those called possible have together: the likeliest ones."""
MOST_LISTED = 10
"""Most printings to list; a basic land has 800."""
PRICED = 0.95
"""Share of the possible printings, by probability, whose prices must be known to tell their range."""
SURE, HALF_SURE = 0.98, 0.93
"""Highest confidence if set code and number agree, and if there is only one of them, a year or the art."""

RETRO = 0.03
"""Likelihood of ``Illus.`` on a card newer than 2003: some reprints have the old frame."""
ILLUSTRATED_SHARE = 0.3
"""Share of all printings that are older."""
REPRINTED, PROMO = 0.08, 0.04
"""Prior of a printing with another's collector line: on The List, or stamped as a promotion."""
NOT_A_PROMO = 0.05
"""Likelihood of the rarity letter P on a card of an ordinary set."""
MARK_FOUND, MARK_MISSED = 0.95, 0.05
"""Probability that a reprint's planeswalker symbol is found, and that it is missed."""
MARK_IMAGINED = 0.008
"""Probability that it is found where there is none."""


@dataclass(frozen=True, slots=True)
class Likelihood:
    """Probability of reading a text that is the printed one, one letter off, or another; and by mere chance."""

    equal: float
    near: float
    other: float
    chance: float

    def of(self, read: str, printed: Iterable[str], distance: Callable[[str, str], int]) -> float:
        """Return the likelihood of a text, given all that may be printed."""
        edits = min((distance(read, one) for one in printed), default=2)
        return (self.equal, self.near, self.other)[min(edits, 2)]


CODE = Likelihood(0.9, 0.04, 0.0005, 0.0025)
NUMBER = Likelihood(0.9, 0.01, 0.0005, 0.004)
YEAR = Likelihood(0.75, 0.08, 0.002, 0.08)
"""Chance is one of some 400 set codes, 250 numbers, 12 years."""

SAME_ART_FROM = 0.72
"""Cosine from which the index shows the same art: other art of the same name stays below."""
OTHER_ART = 0.02
"""Likelihood that a card that similar to one printing has another's art."""

_FOIL = ("★", "†")
_STAMPED = ("p", "s")
"""Scryfall's suffixes for the number of another set's card: foil, promo pack, prerelease."""


@dataclass(frozen=True, slots=True)
class Clues:
    """What is known of a card besides its name.

    Attributes:
        line: its collector line.
        looks_like: set (lower case) and number of the indexed face it looks like, or None.
        similarity: cosine to that face, -1..1.
        marked: whether The List's symbol was found; None if the corner was not read.
    """

    line: CollectorLine
    looks_like: tuple[str, str] | None = None
    similarity: float = 0.0
    marked: bool | None = None


@dataclass(frozen=True, slots=True)
class PrintingVerdict:
    """A card's printing, or the possible ones, likeliest first.

    Attributes:
        count: number of possible printings before any were cut off.
        years: of the first and of the last of the possible printings; None where there are none.
        prices: of the printing, or of the possible ones; without a date.
        lang: the card's language, Scryfall's code, None if it can't be told.
    """

    printing: Printing | None = None
    possible: tuple[Printing, ...] = ()
    count: int = 0
    years: Range | None = None
    prices: PriceRange = NO_PRICE
    lang: str | None = None


NO_PRINTING = PrintingVerdict()


def identify_printing(rows: Sequence[PrintingRow], clues: Clues) -> PrintingVerdict:
    """Return which of a card's printings (newest first) it is, or which it may be."""
    rows = [row for row in rows if row.collector_number]
    if not rows:
        return NO_PRINTING
    shares = probabilities(rows, clues)
    best = max(range(len(rows)), key=shares.__getitem__)
    line, row = clues.line, rows[best]
    has_clue = line.has_code_or_number or line.illustrated or line.year is not None
    if shares[best] >= CLAIMED_FROM and (len(rows) == 1 or has_clue or _find_look_alike(rows, clues) is not None):
        agrees = line.code is not None and line.number is not None and line.number == printed_number(row)
        agrees = agrees and fold_code(line.code or "") in map(fold_code, printed_codes(row))
        confidence = min(shares[best], SURE if agrees else HALF_SURE)
        return PrintingVerdict(_to_printing(row, confidence), prices=price_range([row], [1.0]))
    possible = likeliest(shares)
    listed = tuple(_to_printing(rows[at], shares[at]) for at in possible[:MOST_LISTED])
    years = [int(rows[at].released_at[:4]) for at in possible]
    prices = price_range([rows[at] for at in possible], [shares[at] for at in possible])
    return PrintingVerdict(None, listed, len(possible), (min(years), max(years)), prices)


def likeliest(shares: Sequence[float]) -> list[int]:
    """Return the places of the fewest probabilities that make up :data:`POSSIBLE` of all, the greatest first.

    Those equal to the last of them are among them: nothing tells them apart.
    """
    order = sorted(range(len(shares)), key=lambda at: -shares[at])
    covered, wanted = 0.0, POSSIBLE * sum(shares)
    for count, at in enumerate(order):
        if covered >= wanted and not math.isclose(shares[at], shares[order[count - 1]], rel_tol=1e-6):
            return order[:count]
        covered += shares[at]
    return order


def price_range(rows: Sequence[PrintingRow], shares: Sequence[float]) -> PriceRange:
    """Return lowest and highest price of the printings that a card may be, with the probability of each."""
    total = sum(shares)

    def span(price: Callable[[Prices], int | None], needed: float) -> Range | None:
        known = [(p, share) for row, share in zip(rows, shares, strict=True) if (p := price(row.prices)) is not None]
        if not known or sum(share for _, share in known) < needed * total:
            return None
        return min(known)[0], max(known)[0]

    return PriceRange(
        usd=span(lambda prices: prices.usd_foil if prices.usd is None else prices.usd, PRICED),
        usd_foil=span(lambda prices: prices.usd_foil, 0.0),
        eur=span(lambda prices: prices.eur_foil if prices.eur is None else prices.eur, PRICED),
        eur_foil=span(lambda prices: prices.eur_foil, 0.0),
    )


def probabilities(rows: Sequence[PrintingRow], clues: Clues) -> list[float]:
    """Return the probability of each printing; the rest to 1 is that of a printing not in the catalogue."""
    line, dates = clues.line, {row.set: row.released_at for row in rows}
    look_alike = _find_look_alike(rows, clues)
    art = look_alike.illustration_id if look_alike else None
    priors = []
    for row in rows:
        # Another set's card with a stamp on its art, or foil.
        is_stamped = row.set.startswith("p") and (row.set[1:] in dates or row.collector_number.endswith(_STAMPED))
        is_promo = is_stamped or row.collector_number.endswith(_FOIL)
        priors.append(REPRINTED if row.set in REPRINT_SETS else PROMO if is_promo else 1.0)
    weights = []
    for row, prior in zip(rows, priors, strict=True):
        # The art of most printings is unknown, which proves nothing.
        fits_art = art is None or row.illustration_id in (None, art)
        weights.append(prior * _likelihood(row, dates, clues) * (1.0 if fits_art else OTHER_ART))
    chance = ILLUSTRATED_SHARE if line.illustrated else 1.0
    for read, likelihood in ((line.code, CODE), (line.number, NUMBER), (line.year, YEAR)):
        chance *= likelihood.chance if read is not None else 1.0
    # The unknown printing gets its share of the priors, whatever their number.
    unknown = NOT_IN_CATALOGUE / (1 - NOT_IN_CATALOGUE) * sum(priors) * chance
    total = sum(weights) + unknown
    return [weight / total for weight in weights]


def _likelihood(row: PrintingRow, dates: dict[str, str], clues: Clues) -> float:
    """Return how likely a card of this printing is read as it was."""
    line, printed = clues.line, print_date(row, dates)
    found, missed = (MARK_FOUND, MARK_MISSED) if row.set in REPRINT_SETS else (MARK_IMAGINED, 1 - MARK_IMAGINED)
    likelihood = 1.0 if clues.marked is None else found if clues.marked else missed
    if line.illustrated and printed >= ILLUSTRATED_UNTIL:
        likelihood *= RETRO
    if line.rarity == "P" and not row.set.startswith("p"):
        likelihood *= NOT_A_PROMO
    if line.code is not None:
        codes = printed_codes(row) if printed >= CODED_SINCE else ()
        likelihood *= CODE.of(fold_code(line.code), map(fold_code, codes), _edits)
    if line.number is not None:
        numbers = [printed_number(row)] if printed >= NUMBERED_SINCE else []
        likelihood *= NUMBER.of(line.number, numbers, _edits)
    if line.year is not None:
        likelihood *= YEAR.of(str(line.year), [printed[:4]], lambda a, b: abs(int(a) - int(b)))
    return likelihood


def _find_look_alike(rows: Sequence[PrintingRow], clues: Clues) -> PrintingRow | None:
    """Return the printing whose indexed face shows the same art as the card."""
    if clues.looks_like is None or clues.similarity < SAME_ART_FROM:
        return None
    return next((row for row in rows if (row.set, row.collector_number) == clues.looks_like), None)


def _edits(a: str, b: str) -> int:
    """Return 0 for equal texts, 1 if one letter is replaced, missing or surplus, else 2."""
    return Levenshtein.distance(a, b, score_cutoff=1)


def _to_printing(row: PrintingRow, confidence: float) -> Printing:
    return Printing(row.scryfall_id, row.set, row.set_name, row.collector_number, row.scryfall_uri, confidence)
