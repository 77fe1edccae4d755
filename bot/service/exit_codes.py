"""Exit codes, and the messages that go with them."""

from __future__ import annotations

from enum import IntEnum

import aiohttp
import discord

from bot.core.errors import SettingsError, ShardsTaken
from bot.store import StoreError
from engine import EngineError

TOKEN_REFUSED = 4004
"""The gateway's close code for a bad token."""
LOGIN_REFUSED = "Discord refused the token: press Bot -> Reset Token and put the new one into .env."
UNREACHABLE = "Discord can't be reached ({}). Is there a network, and is https://discordstatus.com green?"
HOW_TO_LOG_IN = (
    "No token: create an application at https://discord.com/developers/applications, press Bot -> Reset Token, "
    "and put the token into .env as DISCORD_TOKEN=... (cp .env.example .env)."
)
NO_CONTENT = (
    "Message Content Intent is not switched on for this application: photos are answered in direct messages, by "
    "commands, and when the bot is mentioned, but not in channels without being asked. To switch it on: Bot -> Message "
    "Content Intent at https://discord.com/developers/applications. CARDGLASS_MESSAGE_CONTENT=off stops asking for it."
)


class Exit(IntEnum):
    """Why the program ended. After 1 and 7 a supervisor should start it again; the others need a person first."""

    OK = 0
    """Stopped by a signal, or the command is done."""
    FAILED = 1
    """An unexpected error; see the log."""
    USAGE = 2
    """The command line is wrong."""
    NO_TOKEN = 3
    SETTINGS = 4
    """A setting is unknown or out of range, or names a file, folder, database or address that can't be used."""
    ARTIFACTS = 5
    """The artifact folder or the confirmations can't be used."""
    LOGIN = 6
    """Discord refused the token."""
    DISCORD = 7
    """Discord can't be reached, or ended the connection for good."""
    TAKEN = 8
    """Another process serves this one's shards."""


def exit_code_for(error: Exception) -> tuple[Exit, str] | None:
    """Return the code and the message for an error that ended the program; None if it is unexpected."""
    closed = error.code if isinstance(error, discord.ConnectionClosed) else None
    if isinstance(error, SettingsError | StoreError):
        return Exit.SETTINGS, str(error)
    if isinstance(error, ShardsTaken):
        return Exit.TAKEN, str(error)
    if isinstance(error, EngineError):
        return Exit.ARTIFACTS, error.message
    if isinstance(error, discord.LoginFailure) or closed == TOKEN_REFUSED:
        return Exit.LOGIN, LOGIN_REFUSED
    if isinstance(error, discord.PrivilegedIntentsRequired):
        return Exit.SETTINGS, NO_CONTENT
    if isinstance(error, discord.DiscordException | aiohttp.ClientError | ConnectionError | TimeoutError):
        return Exit.DISCORD, UNREACHABLE.format(error)
    return None
