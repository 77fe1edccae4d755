"""What the bot should be allowed to do, why, and where it isn't."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import discord

log = logging.getLogger(__name__)

NEEDED: Mapping[str, str] = {
    "view_channel": "to see photos that are posted, and the message a mention replies to",
    "send_messages": "to answer; slash commands and the message menu work without",
    "send_messages_in_threads": "to answer in threads and forum posts",
    "embed_links": "to show links and pictures in answers",
    "attach_files": "to post the numbered copy of a photo; otherwise the list comes alone",
    "read_message_history": "to reply to the very message that shows the photo",
}
"""Names of Discord's permissions, and what each is good for."""
MAX_CHANNELS = 5
"""Channels named in a log line; of more their number is told."""


def needed_permissions() -> discord.Permissions:
    """Return all of :data:`NEEDED`, for the link that invites the bot."""
    return discord.Permissions(**dict.fromkeys(NEEDED, True))


def missing(permissions: discord.Permissions) -> list[str]:
    """Return the names of the needed permissions that are not among these."""
    return [name for name in NEEDED if not getattr(permissions, name)]


def format_missing(server_id: int, lacking: Mapping[int, list[str]]) -> str | None:
    """Return a line on what is missing in a server, None where nothing is.

    Args:
        server_id: the server.
        lacking: for each channel what :func:`missing` says.
    """
    where: dict[str, list[int]] = {}
    for channel, names in lacking.items():
        for name in names:
            where.setdefault(name, []).append(channel)
    if not where:
        return None
    parts = []
    for name in (name for name in NEEDED if name in where):
        ids = where[name]
        listed = f"channel{'s' if len(ids) > 1 else ''} {', '.join(map(str, ids))}"
        channels = f"{len(ids)} channels" if len(ids) > MAX_CHANNELS else listed
        parts.append(f"{name.replace('_', ' ')} ({channels})")
    return f"server {server_id}: not allowed to {'; '.join(parts)}"


def report(guild: discord.Guild) -> None:
    """Log one line on what the bot lacks in the channels of a server that it can see; nothing where all is well."""
    channels: list[discord.TextChannel | discord.ForumChannel] = [*guild.text_channels, *guild.forums]
    rights = {channel.id: channel.permissions_for(guild.me) for channel in channels}
    line = format_missing(
        guild.id, {channel: missing(right) for channel, right in rights.items() if right.view_channel}
    )
    if line:
        log.warning(line)
