"""Sends a reply to a message exactly once, even if Discord fails or the connection is lost meanwhile."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from typing import Any

import aiohttp
import discord
from discord import ui

from bot.replies.compose import Picture

TRIES = 3
PAUSE_S = 1.0
"""Seconds before the second try, and twice as many before the third; reconnecting takes less."""
NONCE_BYTES = 12
"""Random bytes, two letters each; Discord takes 25 letters."""
TRANSIENT = (discord.DiscordServerError, aiohttp.ClientError, OSError)
"""Errors that another try may help against: Discord's own failures and lost connections; a time-out is an OSError."""


async def reply(message: discord.Message, view: ui.LayoutView, pictures: Sequence[Picture] = ()) -> discord.Message:
    """Reply to a message, which may have been deleted meanwhile.

    All tries have the same nonce: if Discord did send the reply but we never heard back, it isn't sent again.

    Raises:
        discord.HTTPException, aiohttp.ClientError, OSError: Discord refuses it, or each try fails.
    """
    rights = rights_at(message)
    # Referring to a message needs the right to read the history.
    may_refer = rights is None or rights.read_message_history
    reference = message.to_reference(fail_if_not_exists=False) if may_refer else None
    more: dict[str, Any] = {} if reference is None else {"reference": reference, "mention_author": False}
    nonce = secrets.token_hex(NONCE_BYTES)
    tried = 1
    while True:
        # New files for each try: sending uses them up.
        files = [picture.to_file() for picture in pictures]
        try:
            return await message.channel.send(view=view, files=files, nonce=nonce, **more)
        except TRANSIENT:
            if tried == TRIES:
                raise
            await asyncio.sleep(PAUSE_S * tried)
            tried += 1


def rights_at(message: discord.Message) -> discord.Permissions | None:
    """Return our permissions in a message's channel; None if they aren't restricted or aren't known."""
    if message.guild is None or isinstance(message.channel, discord.PartialMessageable):
        return None
    return message.channel.permissions_for(message.guild.me)
