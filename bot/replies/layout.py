"""Lays out an answer to photos: a box for each photo, menus and buttons below."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ui

from bot.components.layout import Block, Box, Image, render
from bot.core.limits import MAX_COMPONENTS
from bot.core.markdown import link
from bot.messages import Words
from bot.replies import wording
from bot.replies.facts import Facts
from bot.replies.listing import alt_text, full_list, short_lists
from bot.replies.prices import price_footer, price_text
from bot.replies.rows import answer_buttons, name_menus
from bot.store import Answer, AnsweredCard, AnsweredPhoto, Currency
from engine import Status

MAX_ILLUSTRATED = 4
"""The most cards of a photo shown with their images; more become a list, whose links lead to the images."""
SECTION_COMPONENTS = 3
"""Components of a text with an image beside it: the text, the image, the section that holds them."""
COLOURS = {Status.IDENTIFIED: 0x40C860, Status.UNSURE: 0xFFB020, Status.UNKNOWN: 0x9696A0}
Found = Sequence[tuple[AnsweredCard, Facts]]


def answer_layout(
    answer: Answer, words: Words, facts: Sequence[Facts], currency: Currency = Currency.BOTH
) -> ui.LayoutView:
    """Return the reply; its image files, named by :attr:`AnsweredPhoto.picture`, must be sent with it.

    Args:
        facts: those of each of the answer's cards.
        currency: of the prices.
    """
    rows = [*name_menus(answer, words), answer_buttons(answer, words)]
    footer = price_footer(answer.cards, words, currency, spoiler=any(photo.spoiler for photo in answer.photos))
    # Each row counts itself and its controls; each photo takes at least its box and a text.
    spare = MAX_COMPONENTS - sum(1 + len(row) for row in rows) - 2 * len(answer.photos) - bool(footer)
    boxes = []
    for number, photo in enumerate(answer.photos):
        found = [pair for pair in zip(answer.cards, facts, strict=True) if pair[0].photo == number]
        title = [f"### {words.format('photo-number', number=number + 1)}"] if len(answer.photos) > 1 else []
        blocks, used = _photo_blocks(photo, found, title, spare, words, currency)
        spare -= used
        colour = COLOURS[overall_status([card for card, _ in found])]
        # If the photo is hidden, so are its cards.
        boxes.append(Box(blocks, colour, photo.spoiler))
    return render(boxes, rows, footer)


def overall_status(cards: Sequence[AnsweredCard]) -> Status:
    """Return the status that colours a photo's box: that of its least certain card, unknown if none was named."""
    if not any(card.shown_name for card in cards):
        return Status.UNKNOWN
    return Status.IDENTIFIED if all(card.status is Status.IDENTIFIED for card in cards) else Status.UNSURE


def _photo_blocks(
    photo: AnsweredPhoto, found: Found, title: Sequence[str], spare: int, words: Words, currency: Currency
) -> tuple[list[Block], int]:
    """Return what is shown of one photo, and how many of the spare components it uses."""

    def text(lines: Sequence[str], image: Image | None = None, shorter: Sequence[Sequence[str]] = ()) -> Block:
        images = [image] if image else []
        return Block(lines, lambda count: words.format("and-more", count=count), images, shorter=shorter)

    cards = [card for card, _ in found]
    if photo.fault is not None:
        return [text([*title, words.format(photo.fault, **photo.fault_values)])], 0
    if not any(card.shown_name for card in cards):
        # Why there is no name, and what would help.
        reasons = list(dict.fromkeys(wording.capitalise(wording.unknown_text(card, words)) for card in cards))
        if not cards:
            reasons = [words.format("no-card")]
        elif not all(card.reason in wording.ADVISING for card in cards):
            reasons.append(words.format("better-photo"))
        return [text([*title, *reasons])], 0
    blocks: list[Block] = []
    if photo.picture and spare:
        annotated = Image(f"attachment://{photo.picture}", alt_text(cards, words))
        blocks.append(Block(images=[annotated], large=True))
    # One text is counted already; each card's own section and image are not.
    sections = SECTION_COMPONENTS * len(cards) - 1
    if len(cards) > MAX_ILLUSTRATED or spare - len(blocks) < sections:
        if len(cards) == 1:
            return [*blocks, text([*title, *_card_lines(cards[0], "", words, currency)])], len(blocks)
        head = [*title, f"### {words.format('cards-found', count=len(cards))}"]
        lines = full_list(cards, words, currency)
        briefer = [full_list(cards, words, currency, foil=False), *short_lists(cards, words)]
        shorter = [[*head, *lines] for lines in briefer]
        return [*blocks, text([*head, *lines], shorter=shorter)], len(blocks)
    used = len(blocks) + sections
    for number, (card, facts) in enumerate(found, 1):
        mark = f"{number}. " if len(cards) > 1 else ""
        lines = [*(title if number == 1 else ()), *_card_lines(card, mark, words, currency)]
        image = None
        if card.shown_name and facts and facts.image_uri:
            image = Image(facts.image_uri, words.format("card-alt", name=card.shown_name))
        blocks.append(text(lines, image))
    return blocks, used


def _card_lines(card: AnsweredCard, mark: str, words: Words, currency: Currency) -> list[str]:
    if card.shown_name is None:
        return [f"### {mark}{wording.capitalise(wording.unknown_text(card, words))}"]
    title = f"### {mark}{link(card.shown_name, card.scryfall_uri)}"
    return [title, *wording.card_details(card, words, price_text(card, words, currency))]
