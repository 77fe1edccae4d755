"""What can go wrong between a photo and its reply, and what the user reads then.

BotError                    base: its text is for the operator
├── SettingsError           the operator's settings can't be used
├── ShardsTaken             another process answers for this one's shards
├── RecogniserFailed        a worker of the fleet could not look at a photo, and it is not the photo's fault
├── StoreError              the store can't be used
│   └── ServerLost          its database server can't be reached
└── UserError               base: says to the user, in their language, what to do
    ├── DownloadError       a photo can't be fetched
    │   ├── RefusedSource   not from Discord's CDN, or redirected elsewhere
    │   ├── PhotoGone       Discord has it no more
    │   └── PhotoTooLarge   more bytes than allowed
    ├── Unusable            a photo can't be processed
    ├── Busy                too many photos are waiting
    ├── Away                those who look at photos can't be reached
    ├── TooLate             a photo's deadline passed
    ├── Stopping            the bot is being stopped
    └── Incident            a bug, or something broken on the operator's side
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
"""What sending to Discord raises after discord.py's own tries; a time-out is an OSError."""


class BotError(Exception):
    """Base of the bot's own errors.

    Attributes:
        message_key: key of what users read of it; None where it is a code, and the log has the rest.
    """

    message_key: ClassVar[str | None] = None


class SettingsError(BotError):
    """A setting is missing, unknown or out of range; the text names it."""


class ShardsTaken(BotError):
    """Another process answers for this one's shards; the text says what to do."""


class RecogniserFailed(BotError):
    """A worker of the fleet could not look at a photo; the text names it."""


class StoreError(BotError):
    """The store can't be opened, read or written; the text tells the operator why and what to do.

    It may name one of the operator's files: it belongs in the log, not in a reply.
    """

    message_key = "memory-away"


class ServerLost(StoreError):
    """The database server can't be reached, or dropped the connection: trying again may help."""


class UserError(BotError):
    """What a user is told.

    Args:
        key: of the message in ``bot/messages``.
        values: of its placeables.

    Attributes:
        shown_unasked: whether people hear of it who posted a photo where all photos are answered. What is wrong with
            the photo itself they don't: it need not be of a card at all.
    """

    shown_unasked: ClassVar[bool] = True

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key, values)
        self.key, self.values = key, values


class DownloadError(UserError):
    """A photo could not be fetched."""


class RefusedSource(DownloadError):
    """The address is not one of Discord's CDN."""

    shown_unasked = False


class PhotoGone(DownloadError):
    """Discord does not have the photo any more."""

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
    """The deadline passed before the answer was there."""


class Stopping(UserError):
    """The bot is being stopped and begins nothing more."""


class Incident(UserError):
    """Something broke that is no fault of the user's; the log explains its code."""


def to_user_error(error: Exception) -> UserError:
    """Return an error as the user is told of it.

    The bot's own errors and the engine's about photos have messages. Of most others the user reads a short
    code, under which the operator finds it in the log: an exception's text may hold secrets.
    """
    if isinstance(error, UserError):
        return error
    if isinstance(error, BotError) and error.message_key is not None:
        log.error("%s", error)
        return UserError(error.message_key)
    if isinstance(error, PhotoError):
        return Unusable(f"photo-{error.code.replace('_', '-')}")
    incident = secrets.token_hex(2).upper()
    log.error("incident %s", incident, exc_info=error)
    return Incident("incident", code=incident)
