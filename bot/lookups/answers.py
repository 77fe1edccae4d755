"""Lays out what was looked up about a card as blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.components.card_text import (
    SEPARATOR,
    format_dated_prices,
    format_money,
    format_prices,
    heading,
    price_date_lines,
    printing_name,
    translate_value,
)
from bot.components.controls import Action, Control, ControlItem, button, menu, options
from bot.components.layout import Block, Image, shorten
from bot.core.limits import MAX_OPTION
from bot.core.markdown import link, shown
from bot.lookups.resolve import FACE_SEPARATOR
from bot.lookups.syntax import CardQuery
from bot.messages import Words
from bot.store import Currency
from engine import CardEntry, FaceEntry, PrintingEntry


@dataclass(frozen=True, slots=True)
class LookupResult:
    """A card that was looked up.

    Attributes:
        entry: the card.
        printings: all of its printings, newest first.
        printing: the one that was asked for, or None.
        legalities, legalities_date: as the engine gives them.
        query: what was asked.
        exact: whether the name was spelt correctly.
        alone: whether the message is about this card only, so that there is room for a button.
        currency: of its prices.
    """

    entry: CardEntry
    printings: Sequence[PrintingEntry]
    printing: PrintingEntry | None
    legalities: Mapping[str, str]
    legalities_date: str | None
    query: CardQuery
    exact: bool
    alone: bool
    currency: Currency = Currency.BOTH

    @property
    def chosen(self) -> CardEntry | PrintingEntry:
        """The printing that was asked for, or else the card, which stands for its default printing."""
        return self.printing or self.entry

    @property
    def printing_text(self) -> str:
        """Name of the printing that was asked for, or else of the default printing; "" if it isn't known."""
        same = (one for one in self.printings if one.scryfall_uri == self.entry.scryfall_uri)
        printing = self.printing or next(same, None)
        return shown(printing_name(printing)) if printing else ""


def card_block(result: LookupResult, words: Words) -> Block:
    """Return name, cost, type, number of printings, price and image; both images of a double-faced card."""
    entry, chosen = result.entry, result.chosen
    # The back of a card mostly has no cost: "{U} // " is {U}.
    cost = entry.mana_cost.strip().removesuffix(FACE_SEPARATOR.rstrip()).rstrip()
    type_text = SEPARATOR.join(shown(part) for part in (cost, entry.type_line) if part)
    prices = format_dated_prices(chosen.prices, chosen.prices_date, words, result.currency)
    count = words.format("lookup-printings-count", count=entry.printings)
    lines = _lines(result, words, type_text, result.printing_text, prices, count)
    return Block(lines, images=card_images(chosen.faces, words), rows=_printings_row(result, words))


def image_block(result: LookupResult, words: Words) -> Block:
    """Return the image, large; both of a double-faced card."""
    images = card_images(result.chosen.faces, words)
    lines = _lines(result, words, result.printing_text, "" if images else words.format("lookup-no-picture"))
    return Block(lines, images=images, large=True)


def price_block(result: LookupResult, words: Words) -> Block:
    """Return the price of one printing and the range over all printings with a known price."""
    prices, date = result.chosen.prices, result.chosen.prices_date
    # Who wants to see no prices, or none in this currency, and yet asks for one gets it.
    told = format_prices(prices, words, result.currency)
    currency = result.currency if told else Currency.BOTH
    own = format_dated_prices(prices, date, words, currency) or words.format("lookup-no-price")
    price_range = price_range_lines(result.printings, words, currency)
    # The range's date is given only if the price above doesn't say it.
    if price_range and date is None:
        price_range += price_date_lines(result.printings, words)
    lines = _lines(result, words, result.printing_text, own, "\n".join(price_range))
    return Block(lines, rows=_printings_row(result, words))


def legality_block(result: LookupResult, words: Words) -> Block:
    """Return the card's status in each format; if none is known, only that."""
    page = link("Scryfall", result.chosen.scryfall_uri)
    statuses = [
        f"{translate_value('format', name, words)}: {translate_value('status', status, words)}"
        for name, status in sorted(result.legalities.items())
    ]
    if not statuses:
        return Block(_lines(result, words, words.format("lookup-legality-unknown", page=page)))
    date = words.format("lookup-legality-dated", date=result.legalities_date or "?", page=page)
    return Block(_lines(result, words, ", ".join(statuses), date))


def candidates_block(
    query: CardQuery, candidates: Sequence[CardEntry], words: Words, asker: int, *, alone: bool, place: int = 0
) -> Block:
    """Return a menu of the cards that a name may mean; if there are none, say that no card has such a name."""
    if not candidates:
        return Block([words.format("lookup-unknown", name=shown(query.name))])
    choices = [
        (choice_value(entry.key, query), shorten(entry.name, MAX_OPTION), shorten(entry.type_line, MAX_OPTION))
        for entry in candidates
    ]
    control = Control(Action.PICK, kind=query.kind, asker=asker, alone=alone, place=place)
    row = [menu(control, options(choices), words.format("lookup-pick"))]
    return Block([words.format("lookup-which", name=shown(query.name))], rows=[row])


def choice_value(key: str, query: CardQuery) -> str:
    """Return the value of a menu's option: the card, and the printing that was asked for."""
    return f"{key}|{query.set}|{query.number}"


def similar_block(of: str, found: Sequence[CardEntry], words: Words) -> Block:
    """Return cards that look alike, ranked, with the first one's image; ``of`` is a name, or "" for a photo."""
    title = words.format("lookup-similar-to", name=shown(of)) if of else words.format("lookup-similar-photo")
    lines = [
        # Not a Markdown list: Discord would draw the text that follows as part of its last item.
        f"**{rank}.** {link(entry.name, entry.scryfall_uri)}{SEPARATOR}{int(entry.score * 100)}%"
        for rank, entry in enumerate(found, 1)
    ]
    images = card_images(found[0].faces[:1], words) if found else []
    return Block([f"### {title}", *lines, f"-# {words.format('lookup-similar-note')}"], images=images)


def card_images(faces: Sequence[FaceEntry], words: Words) -> list[Image]:
    """Return the images of a card's faces, as far as they are known."""
    return [Image(face.image_uri, words.format("lookup-card-alt", name=face.name)) for face in faces if face.image_uri]


def price_range_lines(
    printings: Sequence[PrintingEntry], words: Words, currency: Currency = Currency.BOTH
) -> list[str]:
    """Return lowest and highest price of non-foil copies, a line per currency with several known prices."""
    lines = []
    for code, cents in (
        ("USD", [one.prices.usd for one in printings if one.prices.usd is not None]),
        ("EUR", [one.prices.eur for one in printings if one.prices.eur is not None]),
    ):
        if len(cents) > 1 and currency.shows(code):
            lowest, highest = (format_money(price, code, words) for price in (min(cents), max(cents)))
            lines.append(words.format("lookup-price-range", lowest=lowest, highest=highest, count=len(cents)))
    return lines


def _printings_row(result: LookupResult, words: Words) -> list[list[ControlItem]]:
    """Return the button that shows a user all printings, if there is room for it."""
    if not result.alone:
        return []
    control, label = Control(Action.OPEN, result.entry.key), words.format("lookup-printings-button")
    return [[button(control, label, disabled=result.entry.printings == 0)]]


def _lines(result: LookupResult, words: Words, *texts: str) -> list[str]:
    """Return the heading, how the query was understood unless that is obvious, and the texts that aren't empty."""
    query = result.query
    lines = [heading(result.entry, result.chosen.scryfall_uri)]
    if printed := result.entry.printed:
        lines.append(f"-# {shown(printed.text)}{SEPARATOR}{words.language_name(printed.lang)}")
    if not result.exact:
        lines.append(words.format("lookup-understood", asked=shown(query.name), name=shown(result.entry.name)))
    if query.set and result.printing is None:
        printing = shown(f"{query.set.upper()} {query.number}".strip())
        lines.append(words.format("lookup-no-printing", printing=printing))
    return [*lines, *(text for text in texts if text)]
