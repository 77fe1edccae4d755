"""Photos that were looked at -> the answer that is told and kept, and its pictures: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.messages import Words
from bot.recognition.photo_result import Looked
from bot.replies.pictures import Picture
from bot.replies.wording import alt_text
from bot.store import Answer, AnsweredCard, AnsweredPhoto, GuildSettings, Source, new_key
from engine import Card, Status


@dataclass(frozen=True, slots=True)
class Occasion:
    """Where and by whom something was asked; see :class:`bot.store.Answer` for each."""

    guild_id: int | None
    channel_id: int
    asker_id: int
    source: Source | None
    language: str
    now: datetime


def compose(
    photos: Sequence[Looked], occasion: Occasion, words: Words, *, with_files: bool = True
) -> tuple[Answer, tuple[Picture, ...]]:
    """Return the answer to photos and the pictures that belong to it.

    Args:
        with_files: whether files may be sent; without them the outlines aren't shown.
    """
    cards: list[AnsweredCard] = []
    shown: list[AnsweredPhoto] = []
    pictures: list[Picture] = []
    for place, photo in enumerate(photos):
        seen = [AnsweredCard.of(card, place) for card in photo.result.cards] if photo.result else []
        cards += seen
        name = f"cards-{place + 1}.jpg" if photo.annotated is not None and with_files else None
        if name and photo.annotated is not None:
            pictures.append(Picture(name, photo.annotated, alt_text(seen, words)))
        fault, values = (photo.error.key, photo.error.values) if photo.error else (None, {})
        shown.append(AnsweredPhoto(photo.number, name, photo.spoiler, fault, values))
    answer = Answer(
        new_key(),
        occasion.guild_id,
        occasion.channel_id,
        None,
        occasion.asker_id,
        occasion.source,
        occasion.language,
        occasion.now,
        tuple(cards),
        tuple(shown),
    )
    return answer, tuple(pictures)


def unasked(photos: Sequence[Looked], guild: GuildSettings) -> list[Looked]:
    """Return what is told where nobody asked, only an admin once: the photos with a card that may be named.

    Those belong to it that nobody looked at, for a reason that lies with us: silence would say that there is no card.
    """
    kept = [admitted(photo, guild) for photo in photos]
    return [photo for photo in kept if photo.has_card or (photo.error is not None and photo.error.told_unasked)]


def admitted(photo: Looked, guild: GuildSettings) -> Looked:
    """Return the photo without the names that a guild's admins don't want to hear; its cards stay counted as before."""
    if photo.result is None:
        return photo
    cards = tuple(
        card if _may_be_told(card, guild) else replace(card, status=Status.UNKNOWN) for card in photo.result.cards
    )
    return replace(photo, result=replace(photo.result, cards=cards))


def _may_be_told(card: Card, guild: GuildSettings) -> bool:
    sure_enough = card.status is Status.IDENTIFIED or not guild.quiet
    return sure_enough and card.confidence >= guild.min_confidence
