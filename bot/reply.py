"""Results -> one reply: embeds and files by value, within Discord's limits. Nothing is sent here."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

import discord

from bot import wording
from engine import Card, Identification, Status

MAX_DESCRIPTION = 4096
MAX_TOTAL = 6000
"""Characters of all embeds of a message together."""
MAX_TITLE = 256
MAX_CONTENT = 2000
LEFT_OUT = "… and {} more"
COLOURS = {Status.IDENTIFIED: 0x40C860, Status.UNSURE: 0xFFB020, Status.UNKNOWN: 0x9696A0}


@dataclass(frozen=True, slots=True)
class Looked:
    """A photo that was looked at: a result, or words on what went wrong.

    Attributes:
        annotated: JPEG bytes of the photo with numbered outlines; None where one card says it all.
        picture_uri: Scryfall's link to the picture of a lone card.
        spoiler: whether the poster hid the photo.
    """

    result: Identification | None = None
    error: str | None = None
    annotated: bytes | None = None
    picture_uri: str | None = None
    spoiler: bool = False

    @property
    def has_card(self) -> bool:
        """Whether a card was named, sure or not."""
        return self.result is not None and any(c.status is not Status.UNKNOWN for c in self.result.cards)


@dataclass(frozen=True, slots=True)
class Picture:
    """A file of a reply. :class:`discord.File` is used up by sending; this can make any number."""

    filename: str
    data: bytes
    description: str
    spoiler: bool

    def to_file(self) -> discord.File:
        """Return it ready to be sent once."""
        return discord.File(io.BytesIO(self.data), self.filename, description=self.description, spoiler=self.spoiler)


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply, by value."""

    embeds: tuple[discord.Embed, ...] = ()
    pictures: tuple[Picture, ...] = field(default=())

    def as_text(self) -> str:
        """Return the same without embeds, for channels in which the bot may not post them."""
        parts = (
            f"**{e.title}**\n{e.url or ''}\n{e.description}" if e.title else e.description or "" for e in self.embeds
        )
        return _fitted("\n\n".join(parts).splitlines(), MAX_CONTENT)


def build_reply(photos: Sequence[Looked]) -> Reply:
    """Return the reply to a message with these photos, in their order."""
    embeds: list[discord.Embed] = []
    pictures: list[Picture] = []
    left = MAX_TOTAL
    for number, photo in enumerate(photos, 1):
        embed = _embed(photo, min(MAX_DESCRIPTION, left // (len(photos) - number + 1) - MAX_TITLE))
        if photo.result is not None and photo.annotated is not None:
            name = f"cards-{number}.jpg"
            pictures.append(Picture(name, photo.annotated, wording.alt_text(photo.result.cards), photo.spoiler))
            if not photo.spoiler:
                # An embed can't hide its picture; a spoiler travels as a file of its own.
                embed.set_image(url=f"attachment://{name}")
        left -= len(embed)
        embeds.append(embed)
    return Reply(tuple(embeds), tuple(pictures))


def _embed(photo: Looked, limit: int) -> discord.Embed:
    if photo.error is not None:
        return discord.Embed(description=_fitted([photo.error], limit), colour=COLOURS[Status.UNKNOWN])
    if photo.result is None or not photo.has_card:
        return discord.Embed(description=wording.NO_CARD, colour=COLOURS[Status.UNKNOWN])
    cards = photo.result.cards
    if len(cards) == 1:
        return _lone_card(cards[0], photo, limit)
    lines = wording.list_of(cards)
    worst = Status.IDENTIFIED if all(c.status is Status.IDENTIFIED for c in cards) else Status.UNSURE
    return discord.Embed(title=f"{len(cards)} cards", description=_fitted(lines, limit), colour=COLOURS[worst])


def _lone_card(card: Card, photo: Looked, limit: int) -> discord.Embed:
    title = wording.shown(card.name or wording.UNKNOWN)[:MAX_TITLE]
    description = _fitted(wording.card_details(card), limit)
    embed = discord.Embed(title=title, url=card.scryfall_uri, description=description, colour=COLOURS[card.status])
    # Under a spoiler the card's picture would give away what the poster hid.
    if photo.picture_uri and not photo.spoiler:
        embed.set_thumbnail(url=photo.picture_uri)
    return embed


def _fitted(lines: Sequence[str], limit: int) -> str:
    """Return as many whole lines as fit, and how many are left out; a line cut short would break its link."""
    if len("\n".join(lines)) <= limit:
        return "\n".join(lines)
    kept = list(lines)
    while kept and len("\n".join(kept)) > limit - len(LEFT_OUT.format(len(lines))) - 1:
        kept.pop()
    return "\n".join([*kept, LEFT_OUT.format(len(lines) - len(kept))])
