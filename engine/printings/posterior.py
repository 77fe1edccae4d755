"""Decide which printing of a known card a photo shows, from collector line, set symbol, frame, art and catalogue.

Each printing of the name has a prior, and a likelihood that its card would be read and look as this one did. Beside
them there is a printing that the catalogue lacks, which may have any collector line::

    probability(printing) = prior * likelihood / (sum over all printings + the same for the unknown printing)

A likelihood is relative to that of a printing of which nothing is known: 1 says nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from engine.catalogue.catalogue import PrintingRow
from engine.catalogue.entries import NO_PRICES, Prices, PrintingEntry
from engine.catalogue.names import fold
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
from engine.printings.expected_look import LOOKS, VARIED_SINCE, collector_number, expected_looks
from engine.printings.line_parser import CollectorLine
from engine.printings.set_symbol import BLACK_SYMBOLS, RARITIES, SymbolReading

NOT_IN_CATALOGUE = 0.03
"""Prior of a printing that the catalogue lacks: it knows nine of ten, and the rest are rare promotions."""
CLAIMED_FROM = 0.8
"""Probability from which a printing is named as the one."""
POSSIBLE = 0.97
"""Share of the probability of all known printings that those called possible have together: the likeliest ones."""
MOST_LISTED = 10
"""Most printings to list; a basic land has 800."""
PRICED = 0.95
"""Share of the possible printings, by probability, whose prices must be known to tell their range."""
SURE, HALF_SURE = 0.98, 0.95
"""Highest confidence if set code and number agree, and if they don't."""

REPRINTED, UNLISTED, PROMO = 0.08, 0.04, 0.04
"""Prior of a printing with another's collector line: on The List, on The List though the catalogue lacks it, or
stamped as a promotion."""
VARIANT = 0.15
"""Prior of a card's higher number in a set since 2019: borderless, showcase and so on."""
RARE_SETS: Mapping[str, float] = {
    "masterpiece": 0.05, "from_the_vault": 0.1, "promo": 0.04, "memorabilia": 0.03, "premium_deck": 0.3, "funny": 0.3,
    "box": 0.15, "spellbook": 0.1, "arsenal": 0.05, "archenemy": 0.3, "planechase": 0.3, "duel_deck": 0.5,
    "treasure_chest": 0.02, "vanguard": 0.02,
}  # fmt: skip
"""Prior of printings by Scryfall's type of their set: how much rarer they are than those of a set sold in boosters."""
LIST_STARTED = "2020-09-26"
"""Release of the first cards of The List."""

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

SYMBOL_SPOILT, FRAME_SPOILT, RARITY_SPOILT = 0.08, 0.08, 0.25
"""Shares of cards of which a network's answer says nothing: something lies on the card, or it is cut off."""
COLOURED_SINCE = "1998-06-01"
"""Exodus: the first set whose symbols show the rarity by their colour."""
BORROWED = 0.5
"""Share of promotions and of decks of champions that have the symbol of the set they are reprinted from."""
ARTIST_LIKELIHOODS = ((90.0, 12.0, 0.03), (78.0, 4.0, 0.4))
"""For each least similarity of the line to an artist's name, 0..100: the likelihood of reading a printing's artist so,
and of reading so the artist of another printing of that name instead."""
ARTIST_LEAD = 8.0
"""Lead in similarity over other artists, without which both may be meant."""
MIN_ARTIST = 6
"""Letters of a name from which it is told from other text."""


@dataclass(frozen=True, slots=True)
class Likelihood:
    """Probability of reading a text that is the printed one, one letter off, or another; and by mere chance."""

    equal: float
    near: float
    other: float
    chance: float

    def of(self, read: str, printed: Iterable[str], distance: Callable[[str, str], int]) -> float:
        """Return the likelihood of a text, given all that may be printed, over that of any text by chance."""
        edits = min((distance(read, one) for one in printed), default=2)
        return (self.equal, self.near, self.other)[min(edits, 2)] / self.chance


CODE = Likelihood(0.9, 0.04, 0.0005, 0.0025)
NUMBER = Likelihood(0.9, 0.01, 0.0005, 0.004)
YEAR = Likelihood(0.75, 0.08, 0.002, 0.08)
"""Chance is one of some 400 set codes, 250 numbers, 12 years."""

SAME_SIZE, SMALLER, LARGER = 8.0, 0.8, 0.05
"""Likelihood of a set's size as read, if it is the highest number in the set, or below, or above it: since 2019 sets
have cards beyond their size, and none has fewer."""

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


def price_range(rows: Sequence[PrintingRow | PrintingEntry], shares: Sequence[float]) -> PriceRange:
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


def unlisted_reprints(rows: Sequence[PrintingRow], reprinted_sets: Collection[str]) -> list[PrintingRow]:
    """Return the printings of The List that the catalogue lacks: one for each other printing of a set it reprints.

    Their numbers follow from the originals': ``M14-184`` is that of M14 184.
    """
    listed = {row.collector_number.lower() for row in rows if row.set in REPRINT_SETS}
    reprints = []
    for row in rows:
        number = f"{row.set.upper()}-{row.collector_number}"
        if row.set in reprinted_sets and row.collector_number.isdecimal() and number.lower() not in listed:
            reprints.append(
                replace(
                    row,
                    set="plst",
                    set_name="The List",
                    collector_number=number,
                    scryfall_id=None,
                    border_color="black",
                    released_at=LIST_STARTED,
                    prices=NO_PRICES,
                )
            )
    return reprints


def probabilities(rows: Sequence[PrintingRow], clues: Clues) -> list[float]:
    """Return the probability of each printing; the rest to 1 is that of a printing not in the catalogue."""
    dates = {row.set: row.released_at for row in rows}
    look_alike = _find_look_alike(rows, clues)
    art = look_alike.illustration_id if look_alike else None
    weights = np.array(priors(rows))
    # The unknown printing gets its share of the priors, whatever their number.
    unknown = NOT_IN_CATALOGUE / (1 - NOT_IN_CATALOGUE) * float(weights.sum())
    if clues.line.illustrated:
        unknown *= ILLUSTRATED_SHARE
    if clues.marked:
        # Those that The List may have are among the rows.
        unknown *= MARK_IMAGINED
    weights *= [_line_likelihood(row, dates, clues) for row in rows]
    weights *= artist_likelihoods(rows, clues.line.texts)
    # The art of most printings is unknown, which proves nothing.
    weights *= [1.0 if art is None or row.illustration_id in (None, art) else OTHER_ART for row in rows]
    if clues.looks is not None:
        weights *= expected_looks(rows) @ (_soften(clues.looks, FRAME_SPOILT) * len(LOOKS))
    if clues.symbol is not None:
        weights *= _symbol_likelihoods(rows, dates, clues.symbol)
    total = float(weights.sum()) + unknown
    return [float(weight / total) for weight in weights]


def priors(rows: Sequence[PrintingRow]) -> list[float]:
    """Return how common each printing is among players' cards; that of an ordinary one is 1."""
    codes = {row.set for row in rows}
    lowest: dict[str, int] = {}
    for row in rows:
        lowest[row.set] = min(collector_number(row), lowest.get(row.set, 1 << 30))
    unlisted = sum(row.set in REPRINT_SETS and row.scryfall_id is None for row in rows)
    shares = []
    for row in rows:
        # Another set's card with a stamp on its art, or foil.
        is_stamped = row.set.startswith("p") and (row.set[1:] in codes or row.collector_number.endswith(_STAMPED))
        if row.set in REPRINT_SETS:
            share = UNLISTED / unlisted if row.scryfall_id is None and unlisted else REPRINTED
        elif is_stamped or row.collector_number.endswith(_FOIL):
            share = PROMO
        else:
            share = RARE_SETS.get(row.set_type, 1.0)
            if row.released_at >= VARIED_SINCE and collector_number(row) > lowest[row.set]:
                share *= VARIANT
        shares.append(share)
    return shares


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


def _line_likelihood(row: PrintingRow, dates: Mapping[str, str], clues: Clues) -> float:
    """Return how likely the foot of a card of this printing is read as it was."""
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
    if line.total is not None and row.set_size and row.set not in REPRINT_SETS and row.set_type != "promo":
        likelihood *= SAME_SIZE if line.total == row.set_size else SMALLER if line.total < row.set_size else LARGER
    if line.year is not None:
        likelihood *= YEAR.of(str(line.year), [printed[:4]], lambda a, b: abs(int(a) - int(b)))
    return likelihood


def _symbol_likelihoods(
    rows: Sequence[PrintingRow], dates: Mapping[str, str], symbol: SymbolReading
) -> NDArray[np.float64]:
    """Return how much likelier each printing's symbol looks as it did than any symbol."""

    def of_set(code: str) -> float:
        return (1 - SYMBOL_SPOILT) * symbol.share(code) / symbol.other + SYMBOL_SPOILT

    own = [of_set(printed_codes(row)[0].lower() if row.set in REPRINT_SETS else row.set) for row in rows]
    result = []
    for row, likelihood in zip(rows, own, strict=True):
        if row.set_type in ("promo", "memorabilia") and row.set not in symbol.shares:
            earlier = [x for x, other in zip(own, rows, strict=True) if other.released_at <= row.released_at]
            likelihood = BORROWED * max(earlier) + (1 - BORROWED) * likelihood
        result.append(likelihood * _rarity_likelihood(row, print_date(row, dates), symbol))
    return np.array(result)


def _rarity_likelihood(row: PrintingRow, printed: str, symbol: SymbolReading) -> float:
    rarity = "common" if row.rarity in BLACK_SYMBOLS or printed < COLOURED_SINCE else row.rarity
    if rarity not in RARITIES or symbol.share(row.set) == symbol.other:
        return 1.0
    return (1 - RARITY_SPOILT) * symbol.rarities[rarity] * len(RARITIES) + RARITY_SPOILT


def _soften(shares: NDArray[np.float64], spoilt: float) -> NDArray[np.float64]:
    """Return probabilities mixed with equal ones: a network is never quite as sure as it says."""
    return (1 - spoilt) * shares + spoilt / len(shares)


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
