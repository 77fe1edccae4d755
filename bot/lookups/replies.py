"""What somebody asked -> a whole message. Asks the engine, and nobody else; call it off the event loop."""

from __future__ import annotations

from dataclasses import replace

from bot.components.layout import Answer, Block, render
from bot.core.markdown import shown
from bot.lookups.answers import (
    Facts,
    candidates_block,
    card_block,
    image_block,
    legality_block,
    price_block,
    similar_block,
    unknown_block,
)
from bot.lookups.paging import printings_answer
from bot.lookups.resolve import printing_of, resolve
from bot.lookups.syntax import Asked, Kind, find_asked
from bot.messages import Words
from bot.recognition.recogniser import LookupEngine
from engine import CardEntry, NotKnown

BLOCKS = {
    Kind.CARD: card_block,
    Kind.IMAGE: image_block,
    Kind.PRICE: price_block,
    Kind.LEGALITY: legality_block,
}


def lookup_reply(text: str, engine: LookupEngine, words: Words, asker: int) -> Answer | None:
    """Return the reply to what a message asks for with ``[[…]]``, or None where it asks for nothing.

    Args:
        text: the message's.
        engine: answers; takes some 20 ms a misspelt name, less for others.
        words: the language.
        asker: id of who wrote it.
    """
    asked = find_asked(text)
    if not asked:
        return None
    alone = len(asked) == 1
    return render([_block(one, engine, words, asker, alone, place) for place, one in enumerate(asked)], words)


def card_reply(asked: Asked, engine: LookupEngine, words: Words, asker: int) -> Answer:
    """Return the answer to a single question."""
    return render([_block(asked, engine, words, asker, alone=True, place=0)], words)


def picked_reply(entry: CardEntry, asked: Asked, engine: LookupEngine, words: Words) -> Answer:
    """Return the answer for the card that was chosen."""
    facts = _facts(entry, replace(asked, name=entry.name), engine, exact=True)
    return render([BLOCKS[asked.kind](facts, words, alone=True)], words)


def printings_reply(name: str, engine: LookupEngine, words: Words, asker: int) -> Answer:
    """Return the first page of a card's printings; the question which card, where that isn't clear."""
    resolved = resolve(name, engine)
    if resolved.entry is None:
        return card_reply(Asked(Kind.CARD, name), engine, words, asker)
    return printings_answer(resolved.entry, engine.printings(resolved.entry.name), 0, asker, words)


def similar_reply(name: str, top_k: int, engine: LookupEngine, words: Words, asker: int) -> Answer:
    """Return the cards that look like the one of a name."""
    entry = resolve(name, engine).entry
    if entry is None:
        return card_reply(Asked(Kind.CARD, name), engine, words, asker)
    try:
        found = engine.similar(entry.name, top_k=top_k)
    except NotKnown:
        return render([Block([words("lookup-similar-no-picture", name=shown(entry.name))], private=True)], words)
    return render([similar_block(entry.name, found, words)], words)


def similar_photo_reply(photo: bytes, top_k: int, engine: LookupEngine, words: Words) -> Answer:
    """Return the cards that look like the one in a photo.

    Raises:
        PhotoError: the photo can't be processed.
    """
    return render([similar_block("", engine.similar(photo, top_k=top_k), words)], words)


def _block(asked: Asked, engine: LookupEngine, words: Words, asker: int, alone: bool, place: int) -> Block:
    resolved = resolve(asked.name, engine)
    if resolved.entry is not None:
        return BLOCKS[asked.kind](_facts(resolved.entry, asked, engine, exact=resolved.exact), words, alone=alone)
    if resolved.candidates:
        return candidates_block(asked, resolved.candidates, words, asker, alone=alone, place=place)
    return unknown_block(asked, words)


def _facts(entry: CardEntry, asked: Asked, engine: LookupEngine, *, exact: bool) -> Facts:
    printings = engine.printings(entry.name)
    return Facts(
        entry=entry,
        printings=printings,
        printing=printing_of(printings, asked.set, asked.number) if asked.set else None,
        legalities=engine.legalities(entry.name),
        legalities_date=engine.legalities_date,
        asked=asked,
        exact=exact,
    )
