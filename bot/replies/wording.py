"""Texts about the cards of a photo: names as links, confidence as a word and a number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from bot.components.card_text import SEPARATOR, printing_name
from bot.core.markdown import link, shown
from bot.messages import Words
from bot.store import AnsweredCard
from engine import Printing, Reason, Status

ENGLISH = "en"
"""The language that goes without saying."""
PROBABLE = 0.6
"""Confidence from which an unsure name is called probable."""
WORTH_ASKING = 0.01
"""Confidence from which another candidate is suggested in the text."""
MAX_CANDIDATES = 3
"""Names suggested in the text for an unsure card; the menu below has them all."""
SURE_PRINTING = 0.85
"""Confidence from which a printing isn't called probable only."""
MAX_PRINTINGS = 3
"""Possible printings that are named; of more than these only what they share is told."""
REASONS: Mapping[str, str] = {
    Reason.NOT_MAGIC: "reason-not-magic",
    Reason.TOO_SMALL: "reason-too-small",
    Reason.TOO_BLURRED: "reason-too-blurred",
    Reason.NOT_KNOWN: "reason-not-known",
    Reason.UNREADABLE: "reason-unreadable",
}
"""Message keys of the reasons why a card has no name."""
ADVISING = frozenset({Reason.TOO_SMALL, Reason.TOO_BLURRED, Reason.UNREADABLE})
"""Reasons whose texts say what would help."""


def confidence_text(card: AnsweredCard, words: Words) -> str:
    """Return a confidence as a word and a number, ``sure, 98%``; a name that a person gave is called confirmed."""
    if card.corrected:
        return words.format("confirmed")
    key = "perhaps"
    if card.status is Status.IDENTIFIED:
        key = "sure"
    elif card.status is Status.UNSURE and card.confidence >= PROBABLE:
        key = "probably"
    return words.format(key, percent=percent(card.confidence))


def percent(confidence: float) -> int:
    """Return a confidence as a whole number, 0..99."""
    # 99.7% is not 100%: the number must not promise more than the engine does.
    return min(99, int(confidence * 100))


def capitalise(text: str) -> str:
    """Return a text with its first letter in upper case and the others unchanged."""
    return text[:1].upper() + text[1:]


def unknown_text(card: AnsweredCard, words: Words) -> str:
    """Return the text for a card without a name: why, and what would help."""
    key = REASONS.get(card.reason or "")
    return words.format("unknown-card-because", reason=words.format(key)) if key else words.format("unknown-card")


def card_line(card: AnsweredCard, words: Words, price: str = "") -> str:
    """Return the line of a card in a list."""
    if card.shown_name is None:
        return unknown_text(card, words)
    parts = [link(card.shown_name, card.scryfall_uri), _token_and_confidence(card, words)]
    return SEPARATOR.join(
        part for part in (*parts, printing_text(card, words), language_text(card, words), price) if part
    )


def _token_and_confidence(card: AnsweredCard, words: Words) -> str:
    """Return the confidence, after "token" if the card is one: some tokens share their name with a card."""
    confidence = confidence_text(card, words)
    return words.format("token") + SEPARATOR + confidence if card.token else confidence


def printing_text(card: AnsweredCard, words: Words) -> str:
    """Return the printing or the possible ones briefly, ``LEA 161 or LEB 162``; "" if nothing is known of them."""
    if card.printing:
        return _hedge(_code(card.printing), card.printing, words)
    return _few_printings(card, [_code(one) for one in card.printings], words) or _shared_by_printings(card, words)


def _few_printings(card: AnsweredCard, labels: Sequence[str], words: Words) -> str:
    """Return the possible printings by these labels, "" if there are too many to name them all."""
    if not labels or not len(labels) == card.printings_possible <= MAX_PRINTINGS:
        return ""
    if len(labels) == 1:
        # It would have been told as the printing, were it sure enough that no other exists.
        return words.format("printing-probably", printing=labels[0])
    return words.format("names-or", names=", ".join(labels[:-1]), last=labels[-1])


def _shared_by_printings(card: AnsweredCard, words: Words) -> str:
    """Return how many printings are possible and what they share, ``one of 14 printings of 1994–2003``; "" if none."""
    count, sets = card.printings_possible, {one.set for one in card.printings}
    if not count:
        return ""
    if len(card.printings) == count and len(sets) == 1:
        return words.format("printings-of-set", count=count, set=shown(_set_name(card.printings[0])))
    if card.printing_years is None:
        return words.format("printings-many", count=count)
    first, last = map(str, card.printing_years)
    if first == last:
        return words.format("printings-of-year", count=count, year=first)
    return words.format("printings-of-years", count=count, first=first, last=last)


def language_text(card: AnsweredCard, words: Words) -> str:
    """Return the language of a card, "" if it is English or can't be told."""
    return words.language_name(card.lang) if card.lang and card.lang != ENGLISH else ""


def _code(printing: Printing) -> str:
    return shown(f"{printing.set.upper()} {printing.collector_number}")


def _set_name(printing: Printing) -> str:
    return printing.set_name or printing.set.upper()


def _names_of_sets(printings: Sequence[Printing]) -> list[str]:
    """Return each printing as the name of its set, with its number if others are of the same set."""
    counts = Counter(one.set for one in printings)
    return [
        shown(_set_name(one) if counts[one.set] == 1 else f"{_set_name(one)} {one.collector_number}")
        for one in printings
    ]


def _hedge(text: str, printing: Printing, words: Words) -> str:
    """Return the text of a printing, called probable if it isn't sure."""
    return text if printing.confidence >= SURE_PRINTING else words.format("printing-probably", printing=text)


def card_details(card: AnsweredCard, words: Words, price: str = "") -> list[str]:
    """Return the lines below the name of a card that is shown by itself.

    The last one says what else an unsure card may be, or how to take a better photo.
    """
    lines = [capitalise(_token_and_confidence(card, words))]
    if card.printing:
        lines.append(_hedge(shown(printing_name(card.printing, letters=None)), card.printing, words))
    elif few := _few_printings(card, _names_of_sets(card.printings), words):
        lines.append(words.format("printing-line", printings=few))
    elif shared := _shared_by_printings(card, words):
        lines.append(capitalise(shared))
    if language := language_text(card, words):
        lines.append(capitalise(language))
    if price:
        lines.append(price)
    if card.status is Status.UNSURE:
        likely = [one for one in card.candidates if one.name != card.name and one.confidence >= WORTH_ASKING]
        others = [link(one.name, one.scryfall_uri) for one in likely[: MAX_CANDIDATES - 1]]
        if len(others) > 1:
            others = [words.format("names-or", names=", ".join(others[:-1]), last=others[-1])]
        lines.append(words.format("or-is-it", names=others[0]) if others else words.format("better-photo"))
    return lines
