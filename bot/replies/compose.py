"""Turns results of photos into an answer, which is shown and stored, and its image files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.messages import Words
from bot.recognition.photo_result import PhotoResult
from bot.replies.pictures import Picture
from bot.replies.wording import alt_text
from bot.store import Answer, AnsweredCard, AnsweredPhoto, GuildSettings, Source, new_key
from engine import Card, Status


@dataclass(frozen=True, slots=True)
class ReplyContext:
    """Where and by whom photos were posted; see :class:`bot.store.Answer` for each field."""

    guild_id: int | None
    channel_id: int
    asker_id: int
    source: Source | None
    language: str
    now: datetime


def compose(
    photos: Sequence[PhotoResult], context: ReplyContext, words: Words, *, with_files: bool = True
) -> tuple[Answer, tuple[Picture, ...]]:
    """Return the answer to photos and its image files.

    Args:
        with_files: whether files may be sent; without them the answer shows no annotated photos.
    """
    cards: list[AnsweredCard] = []
    answered: list[AnsweredPhoto] = []
    pictures: list[Picture] = []
    for place, photo in enumerate(photos):
        found = [AnsweredCard.of(card, place) for card in photo.result.cards] if photo.result else []
        cards += found
        name = f"cards-{place + 1}.jpg" if photo.annotated is not None and with_files else None
        if name and photo.annotated is not None:
            pictures.append(Picture(name, photo.annotated, alt_text(found, words)))
        fault, values = (photo.error.key, photo.error.values) if photo.error else (None, {})
        answered.append(AnsweredPhoto(photo.number, name, photo.spoiler, fault, values))
    answer = Answer(
        new_key(),
        context.guild_id,
        context.channel_id,
        None,
        context.asker_id,
        context.source,
        context.language,
        context.now,
        tuple(cards),
        tuple(answered),
    )
    return answer, tuple(pictures)


def filter_unasked(photos: Sequence[PhotoResult], guild: GuildSettings) -> list[PhotoResult]:
    """Return the photos to answer in a channel where nobody asked: those with a card that may be named.

    Photos that failed for a reason on our side are kept too: silence would mean that they show no card.
    """
    kept = [hide_unwanted_names(photo, guild) for photo in photos]
    return [photo for photo in kept if photo.has_card or (photo.error is not None and photo.error.shown_unasked)]


def hide_unwanted_names(photo: PhotoResult, guild: GuildSettings) -> PhotoResult:
    """Return the photo without the names the guild's admins don't want; the cards keep their numbers."""
    if photo.result is None:
        return photo

    def is_wanted(card: Card) -> bool:
        sure_enough = card.status is Status.IDENTIFIED or not guild.quiet
        return sure_enough and card.confidence >= guild.min_confidence

    cards = tuple(card if is_wanted(card) else replace(card, status=Status.UNKNOWN) for card in photo.result.cards)
    return replace(photo, result=replace(photo.result, cards=cards))
