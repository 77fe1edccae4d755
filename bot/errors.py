"""What can go wrong between a photo and its reply, and what the user reads then.

BotError                    base: has a message for people
├── SettingsError           the operator's settings can't be used
├── DownloadError           a photo can't be fetched
│   ├── RefusedSource       not from Discord's CDN, or redirected elsewhere
│   ├── PhotoGone           Discord has it no more
│   └── PhotoTooLarge       more bytes than allowed
└── Busy                    too many photos are waiting
"""

from __future__ import annotations

import logging
import secrets

from engine import PhotoError

log = logging.getLogger(__name__)


class BotError(Exception):
    """Base of the bot's own errors; its text is meant for people."""


class SettingsError(BotError):
    """A setting is missing, unknown or out of range; the text names it."""


class DownloadError(BotError):
    """A photo could not be fetched."""


class RefusedSource(DownloadError):
    """The address is not one of Discord's CDN."""


class PhotoGone(DownloadError):
    """Discord does not have the photo any more."""


class PhotoTooLarge(DownloadError):
    """The photo has more bytes than allowed."""


class Busy(BotError):
    """The queue is full."""


def words_for(error: Exception) -> str:
    """Return what the user reads of an error.

    The bot's and the engine's own errors say it themselves. Of any other the user reads a short
    code, under which the operator finds it in the log: an exception's text may hold secrets.
    """
    if isinstance(error, BotError):
        return str(error)
    if isinstance(error, PhotoError):
        return error.message
    incident = secrets.token_hex(2).upper()
    log.error("incident %s", incident, exc_info=error)
    return f"Something went wrong on my side (code {incident}). The photo may still be fine: try once more."
