"""Turns results of photos into an answer, which is shown and stored, and its image files."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

import discord

from bot.messages import Words
from bot.recognition.photo_worker import PhotoResult
from bot.replies.listing import alt_text
from bot.store import Answer, AnsweredCard, AnsweredPhoto, GuildSettings
from engine import Card, Status


@dataclass(frozen=True, slots=True)
class Picture:
    """An image file of a reply; unlike :class:`discord.File` it can be sent any number of times.

    Attributes:
        filename: what follows ``attachment://`` in the layout.
        data: its bytes.
        description: its description for screen readers; at most 1,024 letters.
    """

    filename: str
    data: bytes
    description: str = ""

    def to_file(self) -> discord.File:
        """Return a file that can be sent once."""
        # Never as a spoiler: the layout hides it, and a name beginning with "SPOILER_" would break its reference.
        return discord.File(io.BytesIO(self.data), self.filename, description=self.description or None)


def compose(
    photos: Sequence[PhotoResult], answer: Answer, words: Words, *, with_files: bool = True
) -> tuple[Answer, list[Picture]]:
    """Return the answer to photos and its image files.

    Args:
        answer: has everything but the cards and the photos.
        with_files: whether files may be sent; without them the answer shows no annotated photos.
    """
    cards: list[AnsweredCard] = []
    answered: list[AnsweredPhoto] = []
    pictures: list[Picture] = []
    for place, photo in enumerate(photos):
        found = [AnsweredCard.of(card, place) for card in photo.result.cards] if photo.result else []
        cards += found
        name = None
        if with_files and photo.annotated is not None:
            name = f"cards-{place + 1}.jpg"
            pictures.append(Picture(name, photo.annotated, alt_text(found, words)))
        fault, values = (photo.error.key, photo.error.values) if photo.error else (None, {})
        answered.append(AnsweredPhoto(photo.number, name, photo.spoiler, fault, values))
    return replace(answer, cards=tuple(cards), photos=tuple(answered)), pictures


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
