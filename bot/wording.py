"""All that users read of cards: names as links, confidence in a word and a number."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from engine import Card, CardEntry, Printing, Reason, Status

PROBABLE = 0.6
"""Confidence from which an unsure name is called probable."""
CANDIDATES = 3
"""Names offered for an unsure card."""
SURE_PRINTING = 0.85
"""Confidence from which a printing is told without a word of doubt."""
PRINTINGS = 2
"""Printings named where there may be several."""
BETTER_PHOTO = "Closer, straight from above, and with less glare works best."
NO_CARD = f"I see no Magic card in this photo that I can name. {BETTER_PHOTO}"
NO_PHOTO = "There is no photo in that message. I can read JPEG, PNG, WebP, GIF, HEIC and AVIF."
UNKNOWN = "a card I can't name"
HELPER = "token"
WHY = {
    Reason.NOT_MAGIC: "it seems to be no Magic card's face",
    Reason.TOO_SMALL: "too small: come closer",
    Reason.TOO_BLURRED: "too blurred: hold still, more light",
    Reason.NOT_KNOWN: "I know no card with that title",
    Reason.UNREADABLE: "its title can't be read: less glare, nothing on it",
}
"""What stood in the way of a name, and what would help."""


def confidence_words(card: Card) -> str:
    """Return a confidence as a word and a number: ``sure, 98%``."""
    if card.status is Status.IDENTIFIED:
        word = "sure"
    elif card.status is Status.UNSURE and card.confidence >= PROBABLE:
        word = "probably"
    else:
        word = "perhaps"
    # 99.7% is not 100%: the number must not promise more than the engine does.
    return f"{word}, {min(99, int(card.confidence * 100))}%"


def shown(name: str) -> str:
    """Return a name so that Discord shows it as it is; brackets, which can't be escaped in a link, turn round."""
    # Brackets first: escape_markdown leaves alone what stands in "[...](...)", and by default what follows "https://".
    return discord.utils.escape_markdown(name.replace("[", "(").replace("]", ")"), ignore_links=False)


def link(name: str, uri: str | None) -> str:
    """Return a name as a Markdown link, escaped so that no name can break out of it."""
    text = shown(name)
    return f"[{text}]({uri.replace('(', '%28').replace(')', '%29')})" if uri else text


def told_name(card: Card) -> str | None:
    """Return the name people are told; None for an unknown card, even where the engine has a guess."""
    return None if card.status is Status.UNKNOWN else card.name


def unknown_words(card: Card) -> str:
    """Return what is said of a card without a name, and what would help."""
    why = card.evidence.get("reason")
    return f"{UNKNOWN} ({WHY[Reason(why)]})" if isinstance(why, str) else UNKNOWN


def card_line(card: Card) -> str:
    """Return one line for a card of several."""
    name = told_name(card)
    if name is None:
        return unknown_words(card)
    parts = [link(name, card.scryfall_uri), *token_words(card), confidence_words(card)]
    if printing := printing_words(card):
        parts.append(printing)
    return " · ".join(parts)


def token_words(card: Card) -> tuple[str, ...]:
    """Return that the card is a token, where it is one: some cards bear the same name."""
    return (HELPER,) if card.evidence.get("token") else ()


def printing_words(card: Card) -> str:
    """Return the printing, or those possible, newest first: ``M10 146, LEA 161 or 3 more``; "" for none."""
    if card.printing:
        return _doubted(_code(card.printing), card.printing)
    named = [_code(printing) for printing in card.printings[:PRINTINGS]]
    more = card.printings_possible - len(named)
    if more > 0 and named:
        return f"{', '.join(named)} or {more} more"
    return " or ".join(named)


def _code(printing: Printing) -> str:
    return shown(f"{printing.set.upper()} {printing.collector_number}")


def _doubted(words: str, printing: Printing) -> str:
    return words if printing.confidence >= SURE_PRINTING else f"probably {words}"


def card_details(card: Card) -> list[str]:
    """Return the lines on a card that is alone in its photo; its name stands above."""
    lines = [" · ".join((*token_words(card), confidence_words(card))).capitalize()]
    if card.printing:
        code, number = card.printing.set.upper(), card.printing.collector_number
        printing = f"{shown(card.printing.set_name)} ({code}) {shown(number)}"
        lines.append(_doubted(printing, card.printing))
    elif words := printing_words(card):
        lines.append(f"Printing: {words}")
    others = [c for c in card.candidates if c.name != card.name][: CANDIDATES - 1]
    if card.status is Status.UNSURE and others:
        lines.append("Or is it " + " or ".join(link(c.name, c.scryfall_uri) for c in others) + "?")
    elif card.status is Status.UNSURE:
        lines.append(BETTER_PHOTO)
    return lines


def list_of(cards: Sequence[Card]) -> list[str]:
    """Return a numbered line for each card, in the annotated photo's order; equal cards share a line."""
    numbers: dict[str | int, list[int]] = {}
    for number, card in enumerate(cards, 1):
        key = card.name if card.name and card.status is Status.IDENTIFIED else number
        numbers.setdefault(key, []).append(number)
    lines = []
    for found in numbers.values():
        best = max((cards[number - 1] for number in found), key=lambda card: card.confidence)
        times = f" · ×{len(found)}" if len(found) > 1 else ""
        lines.append(f"**{', '.join(map(str, found))}.** {card_line(best)}{times}")
    return lines


def alt_text(cards: Sequence[Card]) -> str:
    """Return a description of the annotated photo for those who don't see it."""
    names = [f"{number} {told_name(card) or UNKNOWN}" for number, card in enumerate(cards, 1)]
    return ("The photo with its cards outlined and numbered: " + ", ".join(names))[:1024]


def entry_embed(entry: CardEntry) -> discord.Embed:
    """Return the answer to ``/card``."""
    facts = [part for part in (entry.type_line, entry.mana_cost) if part]
    count = "1 printing" if entry.printings == 1 else f"{entry.printings} printings"
    embed = discord.Embed(title=shown(entry.name)[:256], url=entry.scryfall_uri, description="\n".join([*facts, count]))
    if entry.image_uri:
        embed.set_image(url=entry.image_uri)
    return embed
