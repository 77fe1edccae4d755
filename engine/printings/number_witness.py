"""Name a card by its collector line: set and number name it in any language, whatever its title."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

from engine.catalogue.catalogue import Catalogue, PrintingRow
from engine.printings.expected_line import fold_code
from engine.printings.likelihoods import artist_similarity
from engine.printings.line_parser import CollectorLine

CODED_NATS = 9.0
"""Evidence in nats of a set code and a number: of 1,000 lines that name a printing, one or two name the wrong one."""
SIZED_NATS = 4.0
"""Evidence of a number and the size of its set, without a code: several sets have that size."""
AGREES, DISAGREES = 1.5, -5.0
"""What the rarity's letter, or the copyright's year, adds if it is the printing's or another one."""
SIGNED, SIGNED_FROM = 5.0, 88.0
"""What the artist's name beside the number adds, from this similarity, 0..100: 900 artists have signed cards."""
RARITIES = {"C": {"common"}, "U": {"uncommon"}, "R": {"rare"}, "M": {"mythic"}, "L": {"common", "land", "basic"}}
"""Scryfall's words for the letters on cards."""
TOKEN, TOKEN_PREFIX = "T", "t"
"""The letter on tokens, which have their own numbers, and the prefix of their sets' codes at Scryfall."""


class NumberWitness:
    """Names cards by their collector lines.

    Args:
        strangers: cards that it may not name, to measure answers about unknown ones.
    """

    def __init__(self, catalogue: Catalogue, strangers: Collection[int] = ()) -> None:
        self._catalogue, self._strangers = catalogue, strangers

    def weigh(self, line: CollectorLine, proposed: Sequence[int] = ()) -> dict[int, float]:
        """Return the evidence in nats for each card that may have this collector line, by card id.

        Args:
            proposed: cards that other witnesses name, for which the artist's name alone counts, too.
        """
        found = self._weigh_number(line) if line.number is not None else {}
        found = {card_id: nats for card_id, nats in found.items() if card_id not in self._strangers}
        for card_id in proposed:
            artists = {row.artist for row in self._catalogue.printings(card_id) if row.artist} if line.texts else ()
            if card_id not in found and any(artist_similarity(one, line.texts) >= SIGNED_FROM for one in artists):
                found[card_id] = SIGNED
        return found

    def _weigh_number(self, line: CollectorLine) -> dict[int, float]:
        """Return the evidence of a line with a number."""
        if line.code is not None:
            codes, base = self._codes.get(fold_code(line.code), ()), CODED_NATS
        else:
            codes, base = self._catalogue.codes_of_size(line.total) if line.total else (), SIZED_NATS
        found: dict[int, float] = {}
        for code in codes:
            set_code = f"{TOKEN_PREFIX}{code}" if line.rarity == TOKEN else code
            place = self._catalogue.find_by_number(set_code, line.number or "")
            if place is not None:
                card_id, position = place
                nats = base + _agreement(line, self._catalogue.printings(card_id)[position])
                found[card_id] = max(nats, found.get(card_id, nats))
        return found

    @cached_property
    def _codes(self) -> Mapping[str, Sequence[str]]:
        """The codes of all sets, by their letters with those that are confused with digits replaced."""
        folded: dict[str, list[str]] = {}
        for code in self._catalogue.set_codes:
            folded.setdefault(fold_code(code), []).append(code)
        return folded


def _agreement(line: CollectorLine, row: PrintingRow) -> float:
    """Return what else in the line speaks for a printing, or against it."""
    nats = 0.0
    if line.rarity in RARITIES and row.rarity:
        nats += AGREES if row.rarity in RARITIES[line.rarity] else DISAGREES
    if line.year is not None:
        # A set may come out in the year after that of its copyright.
        nats += (AGREES, 0.0, DISAGREES)[min(abs(line.year - int(row.released_at[:4])), 2)]
    if row.artist and artist_similarity(row.artist, line.texts) >= SIGNED_FROM:
        nats += SIGNED
    return nats
