"""Decides which messages are answered and which attachments are photos; no network."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath

import discord

DEFAULT_TOP_K, MAX_TOP_K = 5, 10
"""Candidates per card: the default, and the most anyone may ask for."""
MAX_PHOTOS = 10
"""Photos processed per message; Discord allows no more attachments."""
PHOTO_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic", ".heif", ".avif"})
"""Extensions of possible photos, for files whose type Discord doesn't know, such as phones' HEIC files."""


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
        addressed: whether it is a direct message, or its text mentions the bot (a reply alone doesn't count).
        places: ids of the channel and, for a thread, of its parent channel.
    """

    addressed: bool
    places: frozenset[int]


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


def select_photos(attachments: Sequence[discord.Attachment]) -> list[discord.Attachment]:
    """Return the attachments that may be photos, at most :data:`MAX_PHOTOS`; their bytes decide later."""

    def may_be_photo(attachment: discord.Attachment) -> bool:
        mime_type = attachment.content_type or ""
        return mime_type.startswith("image/") or PurePosixPath(attachment.filename.lower()).suffix in PHOTO_SUFFIXES

    return list(filter(may_be_photo, attachments))[:MAX_PHOTOS]
