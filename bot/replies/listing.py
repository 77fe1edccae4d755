"""Lists of many cards: copies counted, numbers as in the annotated photo, and shorter where a list gets long."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace

from bot.components.card_text import SEPARATOR
from bot.core.limits import MAX_ALT
from bot.core.markdown import link
from bot.messages import Words
from bot.replies import wording
from bot.replies.prices import join_prices, price_text
from bot.store import Answer, AnsweredCard, Currency
from engine import Status

PAGE_LINES = 15
"""Lines on a page of the whole list: with the longest names and links they take half of a message's letters."""


def full_list(
    cards: Sequence[AnsweredCard], words: Words, currency: Currency = Currency.BOTH, *, foil: bool = True
) -> list[str]:
    """Return a line for each card, with its number in the annotated photo; equal cards share a line.

    Args:
        currency: of the prices.
        foil: whether prices of foil copies are told too.
    """
    lines = []
    for group in _group(cards, by_printing=True):
        card = _join_copies([cards[at] for at in group])
        lines.append(
            _marked(group, wording.card_line(card, words, price_text(card, words, currency, foil=foil)), words)
        )
    return lines


def short_lists(cards: Sequence[AnsweredCard], words: Words) -> list[list[str]]:
    """Return lists that take fewer letters: without printings and prices, and without links as well.

    All copies of a card share a line, whatever their printing. Only what isn't sure is said to be so.
    """

    def name(card: AnsweredCard, uri: str | None) -> str:
        if card.shown_name is None:
            return wording.unknown_text(card, words)
        parts = [link(card.shown_name, uri)]
        if card.token:
            parts.append(words.format("token"))
        if card.status is not Status.IDENTIFIED:
            parts.append(wording.confidence_text(card, words))
        return SEPARATOR.join(parts)

    groups = list(_group(cards, by_printing=False))
    firsts = [cards[group[0]] for group in groups]
    linked = [name(card, card.scryfall_uri) for card in firsts]
    bare = [name(card, None) for card in firsts]
    return [
        [_marked(group, text, words) for group, text in zip(groups, texts, strict=True)] for texts in (linked, bare)
    ]


def list_lines(answer: Answer, words: Words, currency: Currency = Currency.BOTH) -> list[str]:
    """Return the full list of all photos of an answer."""
    lines = []
    for number in range(len(answer.photos)):
        found = [card for card in answer.cards if card.photo == number]
        if found and len(answer.photos) > 1:
            lines.append(f"### {words.format('photo-number', number=number + 1)}")
        lines += full_list(found, words, currency)
    return lines


def alt_text(cards: Sequence[AnsweredCard], words: Words) -> str:
    """Return the description of an annotated photo for screen readers; what doesn't fit is counted."""
    names = [
        f"{_ranges(group)} {cards[group[0]].shown_name or words.format('unknown-card')}"
        for group in _group(cards, by_printing=False)
    ]
    for kept in range(len(names), 0, -1):
        more = [words.format("and-more", count=len(names) - kept)] if kept < len(names) else []
        text = words.format("annotated-alt", cards=", ".join([*names[:kept], *more]))
        if len(text) <= MAX_ALT:
            return text
    return words.format("annotated-alt", cards=", ".join(names))[:MAX_ALT]


def _group(cards: Sequence[AnsweredCard], *, by_printing: bool) -> Iterator[list[int]]:
    """Yield the indices of equal cards, groups and cards in order; only certain cards are equal to others."""
    groups: dict[Hashable, list[int]] = {}
    for at, card in enumerate(cards):
        printing = (card.printing.set, card.printing.collector_number) if card.printing and by_printing else None
        certain = card.status is Status.IDENTIFIED and card.name
        groups.setdefault((card.name, card.token, printing) if certain else at, []).append(at)
    yield from groups.values()


def _join_copies(copies: Sequence[AnsweredCard]) -> AnsweredCard:
    """Return the surest of a card's copies; if they aren't of the same possible printings, none of these are told.

    What such copies may cost is the range over all of them.
    """
    best = max(copies, key=lambda card: card.confidence)
    possible = {
        (card.printings_possible, *((one.set, one.collector_number) for one in card.printings)) for card in copies
    }
    if best.printing or len(possible) == 1:
        return best
    prices = join_prices(card.prices for card in copies)
    return replace(best, printings=(), printings_possible=0, printing_years=None, prices=prices)


def _marked(group: Sequence[int], text: str, words: Words) -> str:
    """Return a line with the cards' numbers before it, and their count if there are several."""
    times = f"{words.format('times', count=len(group))} " if len(group) > 1 else ""
    return f"**{_ranges(group)}.** {times}{text}"


def _ranges(group: Sequence[int]) -> str:
    """Return the numbers of cards, counted from 1: ``1–4, 9`` for the indices 0 to 3 and 8."""
    runs: list[list[int]] = []
    for at in group:
        if runs and at == runs[-1][-1] + 1:
            runs[-1].append(at)
        else:
            runs.append([at])
    texts = [f"{run[0] + 1}–{run[-1] + 1}" if len(run) > 2 else ", ".join(str(at + 1) for at in run) for run in runs]
    return ", ".join(texts)
