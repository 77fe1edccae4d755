"""Decide which printing of a known card a photo shows, from collector line, set symbol, frame, art and catalogue.

Each printing of the name has a prior, and a likelihood that its card would be read and look as this one did. Beside
them there is a printing that the catalogue lacks, which may have any collector line::

    probability(printing) = prior * likelihood / (sum over all printings + the same for the unknown printing)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.rows import PrintingRow
from engine.core.values import NO_PRICE, PriceRange, Printing, Range
from engine.printings import likelihoods
from engine.printings.expected_line import fold_code, printed_codes, printed_number
from engine.printings.line_parser import CollectorLine
from engine.printings.prices import price_range
from engine.printings.priors import priors
from engine.printings.set_symbol import SymbolReading

NOT_IN_CATALOGUE = 0.03
"""Prior of a printing that the catalogue lacks: it knows nine of ten, and the rest are rare promotions."""
CLAIMED_FROM = 0.8
"""Probability from which a printing is named as the one."""
POSSIBLE = 0.97
"""Share of the probability of all known printings that those called possible have together: the likeliest ones."""
MOST_LISTED = 10
"""Most printings to list; a basic land has 800."""
SURE, HALF_SURE = 0.98, 0.95
"""Highest confidence if set code and number agree, and if they don't."""

SAME_ART_FROM = 0.72
"""Cosine from which the index shows the same art: other art of the same name stays below."""
OTHER_ART = 0.02
"""Likelihood that a card that similar to one printing has another's art."""


@dataclass(frozen=True, slots=True)
class Clues:
    """What is known of a card besides its name.

    Attributes:
        line: its collector line.
        looks_like: set (lower case) and number of the indexed face it looks like, or None.
        similarity: cosine to that face, -1..1.
        marked: whether The List's symbol was found; None if the corner was not read.
        looks: probability of each of :data:`engine.printings.expected_look.LOOKS`; None if the card was not looked at.
        symbol: what its set symbol looks like; None if that was not looked at.
    """

    line: CollectorLine
    looks_like: tuple[str, str] | None = None
    similarity: float = 0.0
    marked: bool | None = None
    looks: NDArray[np.float64] | None = None
    symbol: SymbolReading | None = None


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
    if shares[best] >= CLAIMED_FROM:
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


def probabilities(rows: Sequence[PrintingRow], clues: Clues) -> list[float]:
    """Return the probability of each printing; the rest to 1 is that of a printing not in the catalogue."""
    dates = {row.set: row.released_at for row in rows}
    look_alike = _find_look_alike(rows, clues)
    art = look_alike.illustration_id if look_alike else None
    weights = np.array(priors(rows))
    # The unknown printing gets its share of the priors, whatever their number.
    unknown = NOT_IN_CATALOGUE / (1 - NOT_IN_CATALOGUE) * float(weights.sum())
    unknown *= likelihoods.unknown_likelihood(clues.line, clues.marked)
    weights *= [likelihoods.line_likelihood(row, dates, clues.line, clues.marked) for row in rows]
    weights *= likelihoods.artist_likelihoods(rows, clues.line.texts)
    # The art of most printings is unknown, which proves nothing.
    weights *= [1.0 if art is None or row.illustration_id in (None, art) else OTHER_ART for row in rows]
    if clues.looks is not None:
        weights *= likelihoods.look_likelihoods(rows, clues.looks)
    if clues.symbol is not None:
        weights *= likelihoods.symbol_likelihoods(rows, dates, clues.symbol)
    total = float(weights.sum()) + unknown
    return [float(weight / total) for weight in weights]


def _find_look_alike(rows: Sequence[PrintingRow], clues: Clues) -> PrintingRow | None:
    """Return the printing whose indexed face shows the same art as the card."""
    if clues.looks_like is None or clues.similarity < SAME_ART_FROM:
        return None
    return next((row for row in rows if (row.set, row.collector_number) == clues.looks_like), None)


def _to_printing(row: PrintingRow, confidence: float) -> Printing:
    return Printing(row.scryfall_id, row.set, row.set_name, row.collector_number, row.scryfall_uri, confidence)
