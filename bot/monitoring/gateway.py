"""What is to be seen of a client's connection, without the client knowing of it."""

from __future__ import annotations

import discord

from bot.monitoring.metrics import Metrics
from bot.monitoring.permissions import report


def attach(client: discord.AutoShardedClient, metrics: Metrics) -> None:
    """Count a client's refused requests and its gateway's coming and going, and tell what servers don't allow it.

    Uses events that nothing else in the bot listens to: a client has one listener for each.
    """
    client.http.http_trace = metrics.http_trace()

    @client.event
    async def on_shard_connect(_: int) -> None:
        metrics.count_gateway_event("connect")

    @client.event
    async def on_shard_resumed(_: int) -> None:
        metrics.count_gateway_event("resume")

    @client.event
    async def on_shard_disconnect(_: int) -> None:
        metrics.count_gateway_event("disconnect")

    @client.event
    async def on_shard_ready(shard_id: int) -> None:
        for guild in client.guilds:
            if guild.shard_id == shard_id:
                report(guild)
