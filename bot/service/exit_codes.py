"""Exit codes, and what is said where the bot can't start or go on; a supervisor decides by the number."""

from __future__ import annotations

from enum import IntEnum

import aiohttp
import discord

from bot.core.errors import SettingsError, ShardsTaken
from bot.store import StoreError
from engine import EngineError

TOKEN_CLOSED = 4004
"""Code with which the gateway closes a connection where the token is refused."""
LOGIN_REFUSED = "Discord refused the token: press Bot -> Reset Token and put the new one into .env."
UNREACHABLE = "Discord can't be reached ({}). Is there a network, and is https://discordstatus.com green?"
HOW_TO_LOG_IN = (
    "No token: make an application at https://discord.com/developers/applications, press Bot -> Reset Token, "
    "and put the token into .env as DISCORD_TOKEN=... (cp .env.example .env)."
)
NO_CONTENT = (
    "Message Content Intent is not switched on for this application: photos are answered in direct messages, where "
    "the bot is mentioned, and by its commands, but not whatever is posted in a channel. To have that, too: Bot -> "
    "Message Content Intent at https://discord.com/developers/applications. CARDGLASS_MESSAGE_CONTENT=off stops asking."
)


class Exit(IntEnum):
    """Why the program ended; only 1 and 7 are worth another try without somebody looking first."""

    OK = 0
    """Stopped by a signal, or the command is done."""
    FAILED = 1
    """An error nobody foresaw; the log tells it."""
    USAGE = 2
    """The command line is wrong."""
    NO_TOKEN = 3
    SETTINGS = 4
    """A setting can't be used: unknown, out of range, a folder or file that can't be written, an address in use."""
    ARTIFACTS = 5
    """The artifact folder, or what keeps confirmed answers, can't be used."""
    LOGIN = 6
    """Discord refused the token."""
    DISCORD = 7
    """Discord can't be reached, or ended the connection for good."""
    TAKEN = 8
    """Another process answers for this one's shards."""


AGAIN = frozenset({Exit.FAILED, Exit.DISCORD})
"""Where another start may help."""


def exit_code_for(error: Exception) -> tuple[Exit, str] | None:
    """Return the code and the line for an error that ends the program; None for one nobody foresaw."""
    closed = error.code if isinstance(error, discord.ConnectionClosed) else None
    if isinstance(error, SettingsError | StoreError):
        return Exit.SETTINGS, str(error)
    if isinstance(error, ShardsTaken):
        return Exit.TAKEN, str(error)
    if isinstance(error, EngineError):
        return Exit.ARTIFACTS, error.message
    if isinstance(error, discord.LoginFailure) or closed == TOKEN_CLOSED:
        return Exit.LOGIN, LOGIN_REFUSED
    if isinstance(error, discord.PrivilegedIntentsRequired):
        return Exit.SETTINGS, NO_CONTENT
    if isinstance(error, discord.DiscordException | aiohttp.ClientError | ConnectionError | TimeoutError):
        return Exit.DISCORD, UNREACHABLE.format(error)
    return None
