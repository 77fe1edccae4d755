"""The permissions the bot needs, and guilds that don't give them."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import discord

log = logging.getLogger(__name__)

NEEDED: Mapping[str, str] = {
    "view_channel": "to see photos that are posted, and the message a mention replies to",
    "send_messages": "to answer; slash commands and the message menu work without it",
    "send_messages_in_threads": "to answer in threads and forum posts",
    "embed_links": "to show links and pictures in answers",
    "attach_files": "to post the numbered copy of a photo; otherwise the list comes alone",
    "read_message_history": "to reply to the very message that shows the photo",
}
"""Discord's permissions by name, and what the bot needs each for."""
MAX_CHANNELS = 5
"""A log line names at most so many channels; beyond that it gives their number."""


def report_missing(guild: discord.Guild) -> None:
    """Log in one line which permissions the bot lacks in the channels it can see, if any."""
    lacking: dict[str, list[int]] = {name: [] for name in NEEDED}
    channels: list[discord.TextChannel | discord.ForumChannel] = [*guild.text_channels, *guild.forums]
    for channel in channels:
        rights = channel.permissions_for(guild.me)
        for name in NEEDED if rights.view_channel else ():
            if not getattr(rights, name):
                lacking[name].append(channel.id)
    parts = []
    for name, ids in lacking.items():
        listed = f"channel{'s' if len(ids) > 1 else ''} {', '.join(map(str, ids))}"
        where = f"{len(ids)} channels" if len(ids) > MAX_CHANNELS else listed
        if ids:
            parts.append(f"{name.replace('_', ' ')} ({where})")
    if parts:
        log.warning("server %d: not allowed to %s", guild.id, "; ".join(parts))
