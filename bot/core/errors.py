"""What can go wrong between a photo and its reply, and what the user reads.

BotError                    base: its text is for the operator
├── SettingsError           the operator's settings can't be used
├── ShardsTaken             another process answers for this one's shards
├── RecogniserFailed        a worker of the fleet failed, through no fault of the photo
├── StoreError              the store can't be used
│   └── ServerLost          its database server can't be reached
└── UserError               base: tells the user, in their language, what to do
    ├── DownloadError       a photo can't be fetched
    │   ├── RefusedSource   not from Discord's CDN, or redirected elsewhere
    │   ├── PhotoGone       Discord no longer has it
    │   └── PhotoTooLarge   more bytes than allowed
    ├── Unusable            a photo can't be processed
    ├── Busy                too many photos are waiting
    ├── Away                Redis or the workers can't be reached
    ├── TooLate             a photo's deadline passed
    └── Stopping            the bot is being stopped
"""

from __future__ import annotations

import logging
import secrets
from typing import Any, ClassVar

import aiohttp
import discord

from engine import PhotoError

log = logging.getLogger(__name__)

UNDELIVERED = (discord.HTTPException, aiohttp.ClientError, OSError)
"""What sending to Discord raises after discord.py's own retries; a timeout is an OSError."""


class BotError(Exception):
    """Base of the bot's own errors."""


class SettingsError(BotError):
    """A setting is missing, unknown or out of range; the text names it."""


class ShardsTaken(BotError):
    """Another process serves this one's shards; the text says what to do."""


class RecogniserFailed(BotError):
    """A worker of the fleet failed to process a photo; the text names it."""


class StoreError(BotError):
    """The store can't be opened, read or written; the text tells the operator why and what to do.

    It may name one of the operator's files: it belongs in the log, not in a reply.
    """


class ServerLost(StoreError):
    """The database server can't be reached, or dropped the connection: trying again may help."""


class UserError(BotError):
    """An error with a message for the user.

    Args:
        key: the message's key in ``bot/messages``.
        values: the values of its placeables.

    Attributes:
        shown_unasked: whether it is shown in channels where every photo is answered. Problems of the photo itself are
            not: it may not be of a card at all.
    """

    shown_unasked: ClassVar[bool] = True

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key, values)
        self.key, self.values = key, values


class DownloadError(UserError):
    """A photo could not be downloaded."""


class RefusedSource(DownloadError):
    """The URL is not on Discord's CDN."""

    shown_unasked = False


class PhotoGone(DownloadError):
    """Discord no longer has the photo."""

    shown_unasked = False


class PhotoTooLarge(DownloadError):
    """The photo has more bytes than allowed."""

    shown_unasked = False


class Unusable(UserError):
    """The photo can't be processed."""

    shown_unasked = False


class Busy(UserError):
    """The queue is full."""


class Away(UserError):
    """Redis, or every worker of the fleet, is away."""


class TooLate(UserError):
    """The deadline passed before there was an answer."""


class Stopping(UserError):
    """The bot is stopping and starts nothing new."""


def to_user_error(error: Exception) -> UserError:
    """Return the error to show to the user.

    The bot's own errors and the engine's photo errors have messages. For others the user gets a short code, under
    which the operator finds the details in the log, because an exception's text may contain secrets.
    """
    if isinstance(error, UserError):
        return error
    if isinstance(error, StoreError):
        log.error("%s", error)
        return UserError("memory-away")
    if isinstance(error, PhotoError):
        return Unusable(f"photo-{error.code.replace('_', '-')}")
    incident = secrets.token_hex(2).upper()
    log.error("incident %s", incident, exc_info=error)
    return UserError("incident", code=incident)
