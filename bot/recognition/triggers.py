"""Which messages are answered, and which of their attachments are photos: decisions, no network."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath
from typing import Protocol, TypeVar

import discord

DEFAULT_TOP_K, MAX_TOP_K = 5, 10
"""Candidates for each card where nobody says how many, and the most that may be asked for."""
MAX_PHOTOS = 10
"""Photos of one message that are looked at; Discord allows no more attachments."""
PHOTO_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic", ".heif", ".avif"})
"""File names that may be photos where Discord gives no type, as for phones' HEIC files."""


class Attachment(Protocol):
    """What is needed of :class:`discord.Attachment`."""

    id: int
    filename: str
    size: int
    content_type: str | None
    url: str

    def is_spoiler(self) -> bool:
        """Whether the poster hid it."""


AnyAttachment = TypeVar("AnyAttachment", bound=Attachment)


class Asked(Enum):
    """How a message came to be answered."""

    NOT = "not"
    DIRECTLY = "directly"
    """In a direct message or by a mention: always gets a reply."""
    BY_CHANNEL = "by channel"
    """Posted in a channel where photos are answered: a reply only where there is a card."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides whether a message is answered.

    Attributes:
        direct: whether it is a direct message.
        mentioned: whether it mentions the bot by name (not only by replying to it).
        places: ids of the channel and, for a thread, of the channel it belongs to.
    """

    direct: bool
    mentioned: bool
    places: frozenset[int]

    @property
    def by_name(self) -> bool:
        """Whether the bot itself was spoken to."""
        return self.direct or self.mentioned


def how_asked(situation: Situation, channels: Collection[int]) -> Asked:
    """Return whether and why a message is answered."""
    if situation.by_name:
        return Asked.DIRECTLY
    return Asked.BY_CHANNEL if situation.places & frozenset(channels) else Asked.NOT


def shown_attachments(message: discord.Message) -> Sequence[discord.Attachment]:
    """Return a message's attachments, or those of the message it forwards."""
    if message.attachments:
        return message.attachments
    return [attachment for snapshot in message.message_snapshots for attachment in snapshot.attachments]


def photos_of(attachments: Sequence[AnyAttachment]) -> list[AnyAttachment]:
    """Return the attachments that may be photos, at most :data:`MAX_PHOTOS`; their bytes decide later."""
    return [attachment for attachment in attachments if _may_be_photo(attachment)][:MAX_PHOTOS]


def _may_be_photo(attachment: Attachment) -> bool:
    kind = attachment.content_type or ""
    return kind.startswith("image/") or PurePosixPath(attachment.filename.lower()).suffix in PHOTO_SUFFIXES
