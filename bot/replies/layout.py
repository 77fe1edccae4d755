"""An answer -> what Discord shows: one container a reply, within Discord's limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from discord import ui

from bot.core.limits import MAX_ALT, MAX_COMPONENTS, MAX_LETTERS
from bot.core.markdown import link
from bot.messages import Words
from bot.replies import wording
from bot.replies.facts import Fact, price_words
from bot.replies.rows import buttons, name_menus
from bot.store import Answer, AnsweredCard, AnsweredPhoto
from engine import Status

PICTURED = 4
"""Most cards of a photo that come with their pictures; more are a list, and the links lead to the pictures."""
SECTION_COMPONENTS = 3
"""A text, a picture, and what holds them."""
COLOURS = {Status.IDENTIFIED: 0x40C860, Status.UNSURE: 0xFFB020, Status.UNKNOWN: 0x9696A0}


@dataclass(frozen=True, slots=True)
class Told:
    """A card of an answer, and what the catalogue adds to it."""

    card: AnsweredCard
    fact: Fact

    @property
    def name(self) -> str | None:
        """The name people are told."""
        return self.card.told_name


@dataclass(slots=True)
class Room:
    """What is left of a message's limits."""

    components: int
    letters: int

    def text(self, lines: Sequence[str], words: Words, share: float = 1.0) -> ui.TextDisplay[Any]:
        """Return a text with as many whole lines as fit into a share of the room: one cut short would break a link."""
        content = fitted(lines, int(self.letters * share), words)
        self.letters -= len(content)
        return ui.TextDisplay(content)


def answer_layout(answer: Answer, words: Words, facts: Sequence[Fact]) -> ui.LayoutView:
    """Return the reply; its pictures, named by :attr:`AnsweredPhoto.picture`, have to be sent with it.

    Args:
        facts: of each of the answer's cards.

    Must be called on the event loop, as all of discord.py's views.
    """
    rows = [*name_menus(answer, words), buttons(answer, words)]
    # A row counts itself and what it holds; of a photo its container and a text are certain.
    spent = sum(1 + len(row.children) for row in rows) + 2 * len(answer.photos)
    room = Room(MAX_COMPONENTS - spent, MAX_LETTERS)
    view = ui.LayoutView(timeout=None)
    for number, photo in enumerate(answer.photos):
        cards = [Told(*told) for told in zip(answer.cards, facts, strict=True) if told[0].photo == number]
        heading = [f"### {words('photo-number', number=number + 1)}"] if len(answer.photos) > 1 else []
        shown = _photo(photo, cards, heading, room, 1 / (len(answer.photos) - number), words)
        # What was hidden stays hidden: the photo, and what is on it.
        view.add_item(
            ui.Container(*shown, accent_colour=COLOURS[worst([told.card for told in cards])], spoiler=photo.spoiler)
        )
    for row in rows:
        view.add_item(row)
    return view


def worst(cards: Sequence[AnsweredCard]) -> Status:
    """Return the status that colours a reply: that of its least certain card, unknown where nothing was named."""
    told = [card for card in cards if card.told_name]
    if not told:
        return Status.UNKNOWN
    return Status.IDENTIFIED if all(card.status is Status.IDENTIFIED for card in cards) else Status.UNSURE


def _photo(
    photo: AnsweredPhoto,
    cards: Sequence[Told],
    heading: Sequence[str],
    room: Room,
    share: float,
    words: Words,
) -> list[ui.Item[Any]]:
    """Return what is shown of one photo, with at most this share of the letters that are left."""
    if photo.fault is not None:
        return [room.text([*heading, words(photo.fault, **photo.fault_values)], words, share)]
    if not any(told.name for told in cards):
        return [room.text([*heading, *_without_a_name(cards, words)], words, share)]
    shown: list[ui.Item[Any]] = []
    if photo.picture and room.components:
        room.components -= 1
        gallery: ui.MediaGallery[Any] = ui.MediaGallery()
        gallery.add_item(
            media=f"attachment://{photo.picture}", description=wording.alt_text([told.card for told in cards], words)
        )
        shown.append(gallery)
    # The container's text is paid for; each card's own section and picture are not.
    if len(cards) <= PICTURED and room.components >= SECTION_COMPONENTS * len(cards) - 1:
        room.components -= SECTION_COMPONENTS * len(cards) - 1
        return [*shown, *_pictured(cards, heading, room, share, words)]
    return [*shown, room.text([*heading, *_list(cards, words)], words, share)]


def _without_a_name(cards: Sequence[Told], words: Words) -> list[str]:
    """Return what is said where no card got a name: why, and what would help."""
    if not cards:
        return [words("no-card")]
    said = list(dict.fromkeys(wording.capital(wording.unknown_words(told.card, words)) for told in cards))
    advised = all(told.card.reason in wording.ADVISING for told in cards)
    return said if advised else [*said, words("better-photo")]


def _pictured(
    cards: Sequence[Told], heading: Sequence[str], room: Room, share: float, words: Words
) -> list[ui.Item[Any]]:
    """Return a text for each card, its picture beside it."""
    shown: list[ui.Item[Any]] = []
    for number, told in enumerate(cards, 1):
        mark = f"{number}. " if len(cards) > 1 else ""
        lines = [*(heading if number == 1 else ()), *_alone(told, mark, words)]
        text = room.text(lines, words, share / (len(cards) - number + 1))
        if told.name and told.fact.picture:
            alt = words("card-alt", name=told.name)[:MAX_ALT]
            shown.append(ui.Section(text, accessory=ui.Thumbnail(told.fact.picture, description=alt)))
        else:
            shown.append(text)
    return shown


def _alone(told: Told, mark: str, words: Words) -> list[str]:
    if told.name is None:
        return [f"### {mark}{wording.capital(wording.unknown_words(told.card, words))}"]
    title = f"### {mark}{link(told.name, told.card.scryfall_uri)}"
    return [title, *wording.card_details(told.card, words, price_words(told.fact, words))]


def _list(cards: Sequence[Told], words: Words) -> list[str]:
    if len(cards) == 1:
        return _alone(cards[0], "", words)
    prices = [price_words(told.fact, words) for told in cards]
    lines = wording.list_of([told.card for told in cards], words, prices)
    return [f"### {words('cards-found', count=len(cards))}", *lines]


def fitted(lines: Sequence[str], limit: int, words: Words) -> str:
    """Return as many whole lines as fit into ``limit`` letters, and how many are left out."""
    if len("\n".join(lines)) <= limit:
        return "\n".join(lines)
    kept = list(lines)
    while kept and len("\n".join([*kept, words("and-more", count=len(lines))])) > limit:
        kept.pop()
    return "\n".join([*kept, words("and-more", count=len(lines) - len(kept))])[:limit]
