"""Answers look-ups with whole messages. Asks the engine; call it off the event loop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from discord import ui

from bot.components.layout import Block, Box, render
from bot.core.markdown import shown
from bot.lookups.answers import (
    LookupResult,
    candidates_block,
    card_block,
    image_block,
    legality_block,
    price_block,
    similar_block,
)
from bot.lookups.paging import printings_page
from bot.lookups.resolve import find_printing, resolve
from bot.lookups.syntax import CardQuery, LookupKind, find_queries
from bot.messages import Words
from bot.recognition.reloadable_engine import Recogniser
from bot.store import Currency
from engine import CardEntry, NotKnown

BLOCKS = {
    LookupKind.CARD: card_block,
    LookupKind.IMAGE: image_block,
    LookupKind.PRICE: price_block,
    LookupKind.LEGALITY: legality_block,
}


@dataclass(frozen=True, slots=True)
class LookupReply:
    """A reply to a look-up.

    Attributes:
        private: whether it only says that nothing was found, which is of no interest to others.
    """

    view: ui.LayoutView
    private: bool = False


def lookup_reply(
    text: str, engine: Recogniser, words: Words, asker: int, currency: Currency = Currency.BOTH
) -> LookupReply | None:
    """Return the reply to the ``[[…]]`` in a message, or None if there are none.

    Args:
        text: the message's.
        engine: takes some 20 ms for a misspelt name, less for others.
        words: texts in the reply's language.
        asker: id of the message's author.
        currency: of the prices.
    """
    queries = find_queries(text)
    return _reply(queries, engine, words, asker, currency) if queries else None


def card_reply(
    name: str, engine: Recogniser, words: Words, asker: int, currency: Currency = Currency.BOTH
) -> LookupReply:
    """Return the card with a name; if the name is ambiguous, a menu of cards."""
    return _reply([CardQuery(LookupKind.CARD, name)], engine, words, asker, currency)


def chosen_reply(
    entry: CardEntry, query: CardQuery, engine: Recogniser, words: Words, currency: Currency = Currency.BOTH
) -> ui.LayoutView:
    """Return the message about the card that was chosen from a menu."""
    result = _look_up(entry, replace(query, name=entry.name), engine, currency, exact=True, alone=True)
    return render([Box([BLOCKS[query.kind](result, words)])])


def printings_reply(
    name: str, engine: Recogniser, words: Words, asker: int, currency: Currency = Currency.BOTH
) -> LookupReply:
    """Return the first page of a card's printings; if the name is ambiguous, a menu of cards."""
    entry = resolve(name, engine).entry
    if entry is None:
        return card_reply(name, engine, words, asker, currency)
    return LookupReply(printings_page(entry, engine.printings(entry.name), 0, asker, words, currency))


def similar_reply(
    name: str, top_k: int, engine: Recogniser, words: Words, asker: int, currency: Currency = Currency.BOTH
) -> LookupReply:
    """Return the cards that look like the one with a name."""
    entry = resolve(name, engine).entry
    if entry is None:
        return card_reply(name, engine, words, asker, currency)
    try:
        found = engine.similar(entry.name, top_k=top_k)
    except NotKnown:
        block = Block([words.format("lookup-similar-no-picture", name=shown(entry.name))])
        return LookupReply(render([Box([block])]), private=True)
    return LookupReply(render([Box([similar_block(entry.name, found, words)])]))


def similar_photo_reply(photo: bytes, top_k: int, engine: Recogniser, words: Words) -> ui.LayoutView:
    """Return the cards that look like the one in a photo.

    Raises:
        PhotoError: the photo can't be processed.
    """
    return render([Box([similar_block("", engine.similar(photo, top_k=top_k), words)])])


def _reply(
    queries: Sequence[CardQuery], engine: Recogniser, words: Words, asker: int, currency: Currency
) -> LookupReply:
    blocks, alone, private = [], len(queries) == 1, True
    for place, query in enumerate(queries):
        found = resolve(query.name, engine)
        if found.entry is not None:
            result = _look_up(found.entry, query, engine, currency, exact=found.exact, alone=alone)
            blocks.append(BLOCKS[query.kind](result, words))
        else:
            blocks.append(candidates_block(query, found.candidates, words, asker, alone=alone, place=place))
        private = private and found.entry is None and not found.candidates
    return LookupReply(render([Box(blocks, divided=True)]), private)


def _look_up(
    entry: CardEntry, query: CardQuery, engine: Recogniser, currency: Currency, *, exact: bool, alone: bool
) -> LookupResult:
    printings = engine.printings(entry.name)
    return LookupResult(
        entry=entry,
        printings=printings,
        printing=find_printing(printings, query.set, query.number) if query.set else None,
        legalities=engine.legalities(entry.name),
        legalities_date=engine.legalities_date,
        query=query,
        exact=exact,
        alone=alone,
        currency=currency,
    )
