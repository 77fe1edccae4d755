"""All that users read of cards: names as links, confidence in a word and a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.limits import MAX_ALT
from bot.core.markdown import link, shown
from bot.messages import Words
from bot.store import AnsweredCard
from engine import Printing, Reason, Status

PROBABLE = 0.6
"""Confidence from which an unsure name is called probable."""
WORTH_ASKING = 0.01
"""Confidence from which another name is offered in the text."""
CANDIDATES = 3
"""Names offered in the text for an unsure card; the menu below has them all."""
SURE_PRINTING = 0.85
"""Confidence from which a printing is told without a word of doubt."""
PRINTINGS = 2
"""Printings named where there may be several."""
SEPARATOR = " · "
REASONS: Mapping[str, str] = {
    Reason.NOT_MAGIC: "reason-not-magic",
    Reason.TOO_SMALL: "reason-too-small",
    Reason.TOO_BLURRED: "reason-too-blurred",
    Reason.NOT_KNOWN: "reason-not-known",
    Reason.UNREADABLE: "reason-unreadable",
}
"""What stood in the way of a name."""
ADVISING = frozenset({Reason.TOO_SMALL, Reason.TOO_BLURRED, Reason.UNREADABLE})
"""Reasons whose words say what would help."""


def confidence_words(card: AnsweredCard, words: Words) -> str:
    """Return a confidence as a word and a number: ``sure, 98%``; of what a person said, that it is confirmed."""
    if card.corrected:
        return words("confirmed")
    percent = percent_of(card.confidence)
    if card.status is Status.IDENTIFIED:
        return words("sure", percent=percent)
    if card.status is Status.UNSURE and card.confidence >= PROBABLE:
        return words("probably", percent=percent)
    return words("perhaps", percent=percent)


def percent_of(confidence: float) -> int:
    """Return a confidence as a number people read, 0..99."""
    # 99.7% is not 100%: the number must not promise more than the engine does.
    return min(99, int(confidence * 100))


def capital(text: str) -> str:
    """Return a text with its first letter made large."""
    return text[:1].upper() + text[1:]


def unknown_words(card: AnsweredCard, words: Words) -> str:
    """Return what is said of a card without a name, and what would help."""
    key = REASONS.get(card.reason or "")
    return words("unknown-card-because", reason=words(key)) if key else words("unknown-card")


def card_line(card: AnsweredCard, words: Words, price: str = "") -> str:
    """Return one line for a card of several."""
    name = card.told_name
    if name is None:
        return unknown_words(card, words)
    parts = [link(name, card.scryfall_uri), *token_words(card, words), confidence_words(card, words)]
    parts += [part for part in (printing_words(card, words), price) if part]
    return SEPARATOR.join(parts)


def token_words(card: AnsweredCard, words: Words) -> tuple[str, ...]:
    """Return that the card is a token, where it is one: some cards bear the same name."""
    return (words("token"),) if card.token else ()


def printing_words(card: AnsweredCard, words: Words) -> str:
    """Return the printing, or those possible, newest first: ``M10 146, LEA 161 or 3 more``; "" for none."""
    if card.printing:
        return _doubted(_code(card.printing), card.printing, words)
    named = [_code(printing) for printing in card.printings[:PRINTINGS]]
    more = card.printings_possible - len(named)
    if more > 0 and named:
        return words("printings-more", printings=", ".join(named), count=more)
    return words("printings-two", first=named[0], second=named[1]) if len(named) > 1 else "".join(named)


def _code(printing: Printing) -> str:
    return shown(f"{printing.set.upper()} {printing.collector_number}")


def _in_full(printing: Printing) -> str:
    code = printing.set.upper()
    # Of sets that came after the catalogue only the code is known.
    known = printing.set_name and printing.set_name.upper() != code
    return f"{shown(printing.set_name)} ({code}) {shown(printing.collector_number)}" if known else _code(printing)


def _doubted(text: str, printing: Printing, words: Words) -> str:
    return text if printing.confidence >= SURE_PRINTING else words("printing-probably", printing=text)


def card_details(card: AnsweredCard, words: Words, price: str = "") -> list[str]:
    """Return the lines on a card that stands by itself; its name stands above."""
    first = SEPARATOR.join((*token_words(card, words), confidence_words(card, words)))
    lines = [capital(first)]
    if card.printing:
        lines.append(_doubted(_in_full(card.printing), card.printing, words))
    elif possible := printing_words(card, words):
        lines.append(words("printing-line", printings=possible))
    if price:
        lines.append(price)
    return [*lines, *_doubts(card, words)]


def _doubts(card: AnsweredCard, words: Words) -> list[str]:
    """Return what else an unsure card may be, or how a photo of it would be better."""
    if card.status is not Status.UNSURE:
        return []
    likely = [c for c in card.candidates if c.name != card.name and c.confidence >= WORTH_ASKING]
    others = [link(c.name, c.scryfall_uri) for c in likely[: CANDIDATES - 1]]
    if not others:
        return [words("better-photo")]
    named = others[0] if len(others) == 1 else words("names-or", names=", ".join(others[:-1]), last=others[-1])
    return [words("or-is-it", names=named)]


def list_of(cards: Sequence[AnsweredCard], words: Words, prices: Sequence[str] = ()) -> list[str]:
    """Return a numbered line for each card, in the annotated photo's order; equal cards share a line.

    Args:
        prices: what each card costs, in words; empty where that is not known.
    """
    numbers: dict[tuple[str, str] | int, list[int]] = {}
    for number, card in enumerate(cards, 1):
        numbers.setdefault(_same(card) or number, []).append(number)
    lines = []
    for found in numbers.values():
        best = max(found, key=lambda number: cards[number - 1].confidence) - 1
        times = SEPARATOR + words("times", count=len(found)) if len(found) > 1 else ""
        line = card_line(cards[best], words, prices[best] if prices else "")
        lines.append(f"**{', '.join(map(str, found))}.** {line}{times}")
    return lines


def _same(card: AnsweredCard) -> tuple[str, str] | None:
    """Return by what a card equals another; None for one that is not certain enough to be counted with others."""
    if card.status is not Status.IDENTIFIED or not card.name:
        return None
    return card.name, _code(card.printing) if card.printing else ""


def alt_text(cards: Sequence[AnsweredCard], words: Words) -> str:
    """Return a description of the annotated photo for those who don't see it."""
    names = [f"{number} {card.told_name or words('unknown-card')}" for number, card in enumerate(cards, 1)]
    return words("annotated-alt", cards=", ".join(names))[:MAX_ALT]
