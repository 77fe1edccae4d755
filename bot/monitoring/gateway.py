"""Watches a client's connection to Discord: gateway events, refused requests, missing permissions."""

from __future__ import annotations

import discord

from bot.monitoring.metrics import Metrics
from bot.monitoring.permissions import report_missing


def watch_gateway(client: discord.AutoShardedClient, metrics: Metrics) -> None:
    """Count a client's refused requests and gateway events, and log permissions that guilds don't give it.

    A client has one listener per event, so this uses only events that nothing else in the bot listens to.
    """
    client.http.http_trace = metrics.http_trace()

    @client.event
    async def on_shard_connect(_: int) -> None:
        metrics.gateway_events.labels("connect").inc()

    @client.event
    async def on_shard_resumed(_: int) -> None:
        metrics.gateway_events.labels("resume").inc()

    @client.event
    async def on_shard_disconnect(_: int) -> None:
        metrics.gateway_events.labels("disconnect").inc()

    @client.event
    async def on_shard_ready(shard_id: int) -> None:
        for guild in client.guilds:
            if guild.shard_id == shard_id:
                report_missing(guild)
