"""What is said of a card that was asked for: engine values -> blocks. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import discord
from discord import ui

from bot.components.card_text import (
    BETWEEN,
    dated_prices,
    heading,
    known_word,
    money,
    printing_name,
    range_date,
)
from bot.components.layout import Answer, Block, cut
from bot.core.limits import MAX_LABEL, MAX_OPTION, MAX_OPTIONS
from bot.core.markdown import link, shown
from bot.lookups.ids import open_id, pick_id, pick_value
from bot.lookups.resolve import FACE_SEPARATOR
from bot.lookups.syntax import Asked
from bot.messages import Words
from engine import CardEntry, FaceEntry, Prices, PrintingEntry

PERCENT = 100


@dataclass(frozen=True, slots=True)
class Facts:
    """A card, and what answers tell of it.

    Attributes:
        entry: the card.
        printings: all of its, newest first.
        printing: the one that was asked for, or None.
        legalities, legalities_date: as the engine tells them.
        asked: what was asked.
        exact: whether its name was spelt right.
    """

    entry: CardEntry
    printings: Sequence[PrintingEntry]
    printing: PrintingEntry | None
    legalities: Mapping[str, str]
    legalities_date: str | None
    asked: Asked
    exact: bool = True

    @property
    def uri(self) -> str:
        """Page of the printing that was asked for, or else of the card."""
        return self.printing.scryfall_uri if self.printing else self.entry.scryfall_uri

    @property
    def shown(self) -> PrintingEntry | None:
        """The printing that was asked for, or else the one that stands for the card; None where none is known."""
        return self.printing or next((p for p in self.printings if p.scryfall_uri == self.entry.scryfall_uri), None)

    @property
    def prices(self) -> tuple[Prices, str | None]:
        """Prices and their date, of the printing that was asked for, or else of the one that is shown."""
        told = self.printing or self.entry
        return told.prices, told.prices_date


def card_block(facts: Facts, words: Words, *, alone: bool) -> Block:
    """Return name, cost, type, number of printings, price and picture; both pictures of a card with a back."""
    entry = facts.entry
    # Backs mostly cost nothing: "{U} // " is {U}.
    cost = entry.mana_cost.strip().removesuffix(FACE_SEPARATOR.rstrip()).rstrip()
    kind = BETWEEN.join(shown(part) for part in (cost, entry.type_line) if part)
    count = words("lookup-printings-count", count=entry.printings)
    lines = [*_top(facts, words), kind, _printing(facts), dated_prices(*facts.prices, words), count]
    return Block(_said(lines), _pictures(facts), controls=[open_button(entry, words)] if alone else [])


def image_block(facts: Facts, words: Words, *, alone: bool) -> Block:  # noqa: ARG001 - as the others
    """Return the picture, large; both of a card with a back."""
    pictures = _pictures(facts)
    none = "" if any(face.image_uri for face in pictures) else words("lookup-no-picture")
    return Block(_said([*_top(facts, words), _printing(facts), none]), pictures, large=True)


def price_block(facts: Facts, words: Words, *, alone: bool) -> Block:
    """Return the price of the printing named, or else shown, and the range over all whose price is known."""
    prices, date = facts.prices
    # Without a date there is no price; a price without one would be worth little.
    own = dated_prices(prices, date, words) or words("lookup-no-price")
    controls = [open_button(facts.entry, words)] if alone else []
    return Block(_said([*_top(facts, words), _printing(facts), own, _range(facts, words)]), controls=controls)


def legality_block(facts: Facts, words: Words, *, alone: bool) -> Block:  # noqa: ARG001 - as the others
    """Return what is known of the formats it may be played in; of what isn't known, only that."""
    page = link("Scryfall", facts.uri)
    told = [
        f"{known_word('format', name, words)}: {known_word('status', status, words)}"
        for name, status in sorted(facts.legalities.items())
    ]
    if not told:
        return Block(_said([*_top(facts, words), words("lookup-legality-unknown", page=page)]))
    lines = [", ".join(told), words("lookup-legality-dated", date=facts.legalities_date or "?", page=page)]
    return Block(_said([*_top(facts, words), *lines]))


def unknown_block(asked: Asked, words: Words) -> Block:
    """Return that no card is named like that."""
    return Block([words("lookup-unknown", name=shown(asked.name))], private=True)


def candidates_block(
    asked: Asked, candidates: Sequence[CardEntry], words: Words, asker: int, *, alone: bool, place: int = 0
) -> Block:
    """Return the question which of a few cards is meant, as a select."""
    options = [
        discord.SelectOption(
            label=cut(entry.name, MAX_OPTION),
            value=pick_value(entry.key, asked),
            description=cut(entry.type_line, MAX_OPTION) or None,
        )
        for entry in candidates[:MAX_OPTIONS]
    ]
    select: ui.Select[Answer] = ui.Select(
        custom_id=pick_id(asked.kind, asker, alone=alone, place=place),
        placeholder=words("lookup-pick"),
        options=options,
    )
    return Block([words("lookup-which", name=shown(asked.name))], controls=[select])


def similar_block(of: str, found: Sequence[CardEntry], words: Words) -> Block:
    """Return cards that look alike, ranked, with the first one's picture; ``of`` is a name, or empty for a photo."""
    title = words("lookup-similar-to", name=shown(of)) if of else words("lookup-similar-photo")
    lines = [
        # No list of Markdown's: what follows one is drawn as if it belonged to its last line.
        f"**{rank}.** {link(entry.name, entry.scryfall_uri)}{BETWEEN}{int(entry.score * PERCENT)}%"
        for rank, entry in enumerate(found, 1)
    ]
    return Block([f"### {title}", *lines, f"-# {words('lookup-similar-note')}"], found[0].faces[:1] if found else ())


def open_button(entry: CardEntry, words: Words) -> ui.Button[Answer]:
    """Return the button that shows all printings to whoever presses it."""
    label = cut(words("lookup-printings-button"), MAX_LABEL)
    return ui.Button(label=label, custom_id=open_id(entry.key), disabled=entry.printings == 0)


def range_lines(printings: Sequence[PrintingEntry], words: Words) -> list[str]:
    """Return lowest and highest price of plain copies, a line a currency; none where no price is known."""
    lines = []
    for currency, cents in (
        ("USD", [one.prices.usd for one in printings if one.prices.usd is not None]),
        ("EUR", [one.prices.eur for one in printings if one.prices.eur is not None]),
    ):
        if len(cents) > 1:
            lowest, highest = (money(price, currency, words) for price in (min(cents), max(cents)))
            lines.append(words("lookup-price-range", lowest=lowest, highest=highest, count=len(cents)))
    return lines


def _range(facts: Facts, words: Words) -> str:
    """Return the range, and of when it is where the price above doesn't say so."""
    lines = range_lines(facts.printings, words)
    of = next((one.prices_date for one in facts.printings if one.prices_date), None)
    told = facts.prices[1] is not None
    return "\n".join(lines if told or not lines or not of else [*lines, range_date(of, words)])


def _top(facts: Facts, words: Words) -> list[str]:
    """Return the heading, and what there is to say about how the question was understood."""
    asked = facts.asked
    lines = [heading(facts.entry, facts.uri)]
    if not facts.exact:
        lines.append(words("lookup-understood", asked=shown(asked.name), name=shown(facts.entry.name)))
    if asked.set and facts.printing is None:
        printing = shown(f"{asked.set.upper()} {asked.number}".strip())
        lines.append(words("lookup-no-printing", printing=printing))
    return lines


def _printing(facts: Facts) -> str:
    return shown(printing_name(facts.shown)) if facts.shown else ""


def _pictures(facts: Facts) -> Sequence[FaceEntry]:
    return facts.printing.faces if facts.printing else facts.entry.faces


def _said(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if line]
