"""How likely a card of a printing is read and looks as one did, by each clue: foot, artist, set symbol, frame.

A likelihood is relative to that of a printing of which nothing is known: 1 says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from engine.catalogue.names import fold
from engine.catalogue.rows import PrintingRow
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
from engine.printings.expected_look import LOOKS, expected_looks
from engine.printings.line_parser import CollectorLine
from engine.printings.set_symbol import BLACK_SYMBOLS, RARITIES, SymbolReading

RETRO = 0.03
"""Likelihood of ``Illus.`` on a card newer than 2003: some reprints have the old frame."""
ILLUSTRATED_SHARE = 0.3
"""Share of all printings that are older."""
NOT_A_PROMO = 0.05
"""Likelihood of the rarity letter P on a card of an ordinary set."""
MARK_FOUND, MARK_MISSED = 0.9, 0.1
"""Probability that a reprint's planeswalker symbol is found, and that it is missed."""
MARK_IMAGINED = 0.003
"""Probability that it is found where there is none."""

SYMBOL_SPOILT, FRAME_SPOILT, RARITY_SPOILT = 0.1, 0.08, 0.25
"""Shares of cards of which a network's answer says nothing: something lies on the card, or it is cut off."""
COLOURED_SINCE = "1998-06-01"
"""Exodus: the first set whose symbols show the rarity by their colour."""
BORROWED = 0.5
"""Share of promotions and of decks of champions that have the symbol of the set they are reprinted from."""
ARTIST_LIKELIHOODS = ((90.0, 12.0, 0.01), (78.0, 4.0, 0.4))
"""For each least similarity of the line to an artist's name, 0..100: the likelihood of reading a printing's artist so,
and of reading so the artist of another printing of that name instead."""
ARTIST_LEAD = 8.0
"""Lead in similarity over other artists, without which both may be meant."""
MIN_ARTIST = 6
"""Letters of a name from which it is told from other text."""


@dataclass(frozen=True, slots=True)
class TextLikelihood:
    """Probability of reading a text that is the printed one, one letter off, or another; and by mere chance."""

    equal: float
    near: float
    other: float
    chance: float

    def of(self, read: str, printed: Iterable[str], distance: Callable[[str, str], int]) -> float:
        """Return the likelihood of a text, given all that may be printed, over that of any text by chance."""
        edits = min((distance(read, one) for one in printed), default=2)
        return (self.equal, self.near, self.other)[min(edits, 2)] / self.chance


CODE = TextLikelihood(0.9, 0.04, 0.0005, 0.0025)
NUMBER = TextLikelihood(0.9, 0.01, 0.0005, 0.004)
YEAR = TextLikelihood(0.75, 0.08, 0.002, 0.08)
"""Chance is one of some 400 set codes, 250 numbers, 12 years."""

SAME_SIZE, SMALLER, LARGER = 8.0, 0.8, 0.05
"""Likelihood of a set's size as read, if it is the highest number in the set, or below, or above it: since 2019 sets
have cards beyond their size, and none has fewer."""


def artist_likelihoods(rows: Sequence[PrintingRow], texts: Sequence[str]) -> list[float]:
    """Return for each printing how well the lines at the foot name its artist; 1 for all if they name none."""
    artists = [_artist_of(row, rows) for row in rows]
    scores = {artist: artist_similarity(artist, texts) for artist in artists if artist}
    best = max(scores.values(), default=0.0)
    for least, read_so, amiss in ARTIST_LIKELIHOODS:
        if best >= least:
            meant = {artist for artist, score in scores.items() if score > best - ARTIST_LEAD}
            # A printing whose artist is not known may well have the same.
            unknown = (read_so + amiss) / 2
            return [unknown if artist is None else read_so if artist in meant else amiss for artist in artists]
    return [1.0] * len(rows)


def artist_similarity(artist: str, texts: Sequence[str]) -> float:
    """Return how well the lines at a card's foot name an artist, 0..100."""
    name, read = fold(artist), fold(" ".join(texts))
    return fuzz.partial_ratio(name, read) if MIN_ARTIST <= len(name) <= len(read) else 0.0


def _artist_of(row: PrintingRow, rows: Sequence[PrintingRow]) -> str | None:
    """Return a printing's artist: that of its original for one of The List."""
    if row.artist or row.set not in REPRINT_SETS:
        return row.artist
    code = printed_codes(row)[0].lower()
    return next((other.artist for other in rows if other.set == code and other.artist), None)


def line_likelihood(row: PrintingRow, dates: Mapping[str, str], line: CollectorLine, marked: bool | None) -> float:
    """Return how likely the foot of a card of a printing is read as it was.

    Args:
        dates: release of each set of that name.
        marked: whether The List's symbol was found; None if that is not known.
    """
    printed = print_date(row, dates)
    found, missed = (MARK_FOUND, MARK_MISSED) if row.set in REPRINT_SETS else (MARK_IMAGINED, 1 - MARK_IMAGINED)
    likelihood = 1.0 if marked is None else found if marked else missed
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
    if line.total is not None and row.set_size and row.set not in REPRINT_SETS and row.set_type != "promo":
        likelihood *= SAME_SIZE if line.total == row.set_size else SMALLER if line.total < row.set_size else LARGER
    if line.year is not None:
        likelihood *= YEAR.of(str(line.year), [printed[:4]], lambda a, b: abs(int(a) - int(b)))
    return likelihood


def symbol_likelihoods(
    rows: Sequence[PrintingRow], dates: Mapping[str, str], symbol: SymbolReading
) -> NDArray[np.float64]:
    """Return how much likelier each printing's symbol looks as it did than any symbol."""

    def of_set(code: str) -> float:
        return (1 - SYMBOL_SPOILT) * symbol.share(code) / symbol.other + SYMBOL_SPOILT

    codes = [printed_codes(row)[0].lower() if row.set in REPRINT_SETS else row.set for row in rows]
    own = list(map(of_set, codes))
    result = []
    for row, code, likelihood in zip(rows, codes, own, strict=True):
        if row.set_type in ("promo", "memorabilia") and row.set not in symbol.shares:
            earlier = [x for x, other in zip(own, rows, strict=True) if other.released_at <= row.released_at]
            likelihood = BORROWED * max(earlier) + (1 - BORROWED) * likelihood
        is_known = symbol.share(code) != symbol.other
        result.append(likelihood * (_rarity_likelihood(row, print_date(row, dates), symbol) if is_known else 1.0))
    return np.array(result)


def _rarity_likelihood(row: PrintingRow, printed: str, symbol: SymbolReading) -> float:
    rarity = "common" if row.rarity in BLACK_SYMBOLS or printed < COLOURED_SINCE else row.rarity
    if rarity not in RARITIES:
        return 1.0
    return (1 - RARITY_SPOILT) * symbol.rarities[rarity] * len(RARITIES) + RARITY_SPOILT


def look_likelihoods(rows: Sequence[PrintingRow], looks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much likelier each printing has the frame and border that were seen than any."""
    return np.asarray(expected_looks(rows) @ (_soften(looks, FRAME_SPOILT) * len(LOOKS)), np.float64)


def unknown_likelihood(line: CollectorLine, marked: bool | None) -> float:
    """Return the likelihood of a foot on a printing that the catalogue lacks."""
    # Those that The List may have are among the known ones.
    return (ILLUSTRATED_SHARE if line.illustrated else 1.0) * (MARK_IMAGINED if marked else 1.0)


def _soften(shares: NDArray[np.float64], spoilt: float) -> NDArray[np.float64]:
    """Return probabilities mixed with equal ones: a network is never quite as sure as it says."""
    return (1 - spoilt) * shares + spoilt / len(shares)


def _edits(a: str, b: str) -> int:
    """Return 0 for equal texts, 1 if one letter is replaced, missing or surplus, else 2."""
    return Levenshtein.distance(a, b, score_cutoff=1)
