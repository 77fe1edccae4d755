"""A reply to a message: there once, also where Discord fails, or the connection is lost, while it is sent."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from typing import Any

import aiohttp
import discord
from discord import ui

from bot.replies.pictures import Picture

TRIES = 3
PAUSE_S = 1.0
"""Seconds before the second try, and twice as many before the third: a connection is made anew within that."""
NONCE_BYTES = 12
"""Random bytes, two letters each; Discord takes 25 letters."""
MAY_PASS = (discord.DiscordServerError, aiohttp.ClientError, OSError)
"""What another try may help against: Discord's own failures, lost connections; a time-out is an OSError."""


async def reply(message: discord.Message, view: ui.LayoutView, pictures: Sequence[Picture] = ()) -> discord.Message:
    """Reply to a message; a deleted one is no obstacle.

    Where Discord doesn't say whether it has sent the reply it is asked again, under the same nonce: one that was sent
    isn't sent a second time.

    Raises:
        discord.HTTPException, aiohttp.ClientError, OSError: Discord refuses it, or fails again and again.
    """
    rights = rights_at(message)
    # Replying needs to see the history; without that the answer stands by itself.
    may_refer = rights is None or rights.read_message_history
    reference = message.to_reference(fail_if_not_exists=False) if may_refer else None
    more: dict[str, Any] = {} if reference is None else {"reference": reference, "mention_author": False}
    nonce = secrets.token_hex(NONCE_BYTES)
    for tried in range(1, TRIES):
        try:
            return await _send(message, view, pictures, nonce, more)
        except MAY_PASS:
            await asyncio.sleep(PAUSE_S * tried)
    return await _send(message, view, pictures, nonce, more)


async def _send(
    message: discord.Message, view: ui.LayoutView, pictures: Sequence[Picture], nonce: str, more: dict[str, Any]
) -> discord.Message:
    # New ones for each try: files are used up by sending.
    files = [picture.to_file() for picture in pictures]
    return await message.channel.send(view=view, files=files, nonce=nonce, **more)


def rights_at(message: discord.Message) -> discord.Permissions | None:
    """Return what we may do where a message stands; None where that isn't restricted or not known."""
    if message.guild is None or isinstance(message.channel, discord.PartialMessageable):
        return None
    return message.channel.permissions_for(message.guild.me)
