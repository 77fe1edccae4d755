"""Decides which messages are answered and which attachments are photos; no network."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath
from typing import Protocol, TypeVar

import discord

DEFAULT_TOP_K, MAX_TOP_K = 5, 10
"""Candidates per card: the default, and the most anyone may ask for."""
MAX_PHOTOS = 10
"""Photos processed per message; Discord allows no more attachments."""
PHOTO_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic", ".heif", ".avif"})
"""Extensions of possible photos, for files whose type Discord doesn't know, such as phones' HEIC files."""


class Attachment(Protocol):
    """The parts of :class:`discord.Attachment` we use."""

    id: int
    filename: str
    size: int
    content_type: str | None
    url: str

    def is_spoiler(self) -> bool:
        """Return whether the poster marked it as a spoiler."""


AnyAttachment = TypeVar("AnyAttachment", bound=Attachment)


class Trigger(Enum):
    """What made the bot answer a message."""

    NONE = "none"
    DIRECT = "direct"
    """A direct message or a mention: always gets a reply."""
    CHANNEL = "channel"
    """Posted in a channel where every photo is answered: gets a reply only if there is a card."""


@dataclass(frozen=True, slots=True)
class MessageContext:
    """What decides whether a message is answered.

    Attributes:
        direct: whether it is a direct message.
        mentioned: whether its text mentions the bot (a reply to the bot alone doesn't count).
        places: ids of the channel and, for a thread, of its parent channel.
    """

    direct: bool
    mentioned: bool
    places: frozenset[int]

    @property
    def addressed(self) -> bool:
        """Whether the message is addressed to the bot."""
        return self.direct or self.mentioned


def find_trigger(context: MessageContext, channels: Collection[int]) -> Trigger:
    """Return whether and why a message is answered; ``channels`` are those where every photo is."""
    if context.addressed:
        return Trigger.DIRECT
    return Trigger.CHANNEL if context.places & frozenset(channels) else Trigger.NONE


def visible_attachments(message: discord.Message) -> Sequence[discord.Attachment]:
    """Return a message's attachments, or those of the message it forwards."""
    if message.attachments:
        return message.attachments
    return [attachment for snapshot in message.message_snapshots for attachment in snapshot.attachments]


def select_photos(attachments: Sequence[AnyAttachment]) -> list[AnyAttachment]:
    """Return the attachments that may be photos, at most :data:`MAX_PHOTOS`; their bytes decide later."""

    def may_be_photo(attachment: AnyAttachment) -> bool:
        mime_type = attachment.content_type or ""
        return mime_type.startswith("image/") or PurePosixPath(attachment.filename.lower()).suffix in PHOTO_SUFFIXES

    return list(filter(may_be_photo, attachments))[:MAX_PHOTOS]
