"""Prometheus metrics for the operator. No label holds users' ids, names or texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import SimpleNamespace
from typing import Any

import aiohttp
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest

from bot.core.errors import BotError
from engine import Identification, PhotoError

STAGE_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
"""From the milliseconds of a title strip to the deadline."""
LAG_BUCKETS_S = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5)
"""Up to five seconds: Discord gives up on an interaction after three."""
FIRST_ERROR = 400
"""The lowest HTTP status of an error."""


class Metrics:
    """Counters, gauges and histograms in a registry of their own. Thread-safe.

    Args:
        shards: the shards of this process.

    Attributes:
        answers: answered messages and commands, including those there was nothing to say to.
        gateway_events: by event: ``connect``, ``resume`` or ``disconnect`` of a shard.
        swaps: attempts to switch artifacts, by outcome: ``changed`` or ``refused``.
        lag: seconds the event loop was late.
    """

    def __init__(self, shards: str = "all") -> None:
        self._shards = shards
        self.registry = CollectorRegistry()
        count = partial(Counter, registry=self.registry)
        spread = partial(Histogram, registry=self.registry)
        self._photos = count("cardglass_photos", "Photos looked at")
        self._cards = count("cardglass_cards", "Cards found in photos, by status", ["status"])
        self.answers = count("cardglass_answers", "Messages and commands answered")
        self._refusals = count("cardglass_refusals", "Photos without a result, by reason", ["reason"])
        self._http = count("cardglass_discord_http_errors", "Refused requests, by status", ["status"])
        self.gateway_events = count("cardglass_gateway_events", "Gateway connections, by event", ["event"])
        self.swaps = count("cardglass_artifact_swaps", "Tries to change artifacts, by outcome", ["outcome"])
        self._stages = spread(
            "cardglass_stage_seconds", "Time a photo spends, by stage", ["stage"], buckets=STAGE_BUCKETS_S
        )
        self.lag = spread("cardglass_loop_lag_seconds", "How late the event loop is", buckets=LAG_BUCKETS_S)
        self._info = Info("cardglass", "Versions and artifacts in use", registry=self.registry)

    def count_photo(self, result: Identification | None, seconds: float) -> None:
        """Count a photo and its cards; ``seconds`` passed from request to answer."""
        self._photos.inc()
        self.observe_stage("answer", seconds)
        for card in result.cards if result else ():
            self._cards.labels(card.status.value).inc()

    def count_refusal(self, error: Exception) -> None:
        """Count a photo without a result; the reason of unexpected errors is ``incident``."""
        if isinstance(error, PhotoError):
            reason = error.code
        else:
            reason = type(error).__name__ if isinstance(error, BotError) else "incident"
        self._refusals.labels(reason).inc()

    def observe_stage(self, stage: str, seconds: float) -> None:
        """Record the time a photo spent in a stage."""
        self._stages.labels(stage).observe(seconds)

    def observe_timings(self, timings_ms: Mapping[str, float]) -> None:
        """Record the engine's timings, in milliseconds by stage."""
        for stage, spent in timings_ms.items():
            self.observe_stage("engine" if stage == "total" else stage, spent / 1000)

    def set_info(self, info: Mapping[str, Any]) -> None:
        """Publish the versions and artifacts in use, from :meth:`engine.Engine.info`."""
        artifacts = info["artifacts"]
        facts = {
            "version": info["versions"]["cardglass"],
            "python": info["versions"]["python"],
            "artifacts": artifacts.get("created", ""),
            "catalogue": artifacts.get("catalogue", {}).get("source_date", ""),
            "shards": self._shards,
            "faces": artifacts.get("index", {}).get("rows", ""),
        }
        self._info.info({name: str(fact) for name, fact in facts.items()})

    def add_gauge(self, name: str, description: str, value: Callable[[], float]) -> None:
        """Add the gauge ``cardglass_<name>``, whose value is computed at each scrape."""
        Gauge(f"cardglass_{name}", description, registry=self.registry).set_function(value)

    def http_trace(self) -> aiohttp.TraceConfig:
        """Return the ``http_trace`` for discord.py's HTTP client that counts refused requests."""

        async def on_end(_: aiohttp.ClientSession, __: SimpleNamespace, end: aiohttp.TraceRequestEndParams) -> None:
            if end.response.status >= FIRST_ERROR:
                self._http.labels(str(end.response.status)).inc()

        async def on_error(*_: object) -> None:
            self._http.labels("no answer").inc()

        trace = aiohttp.TraceConfig()
        trace.on_request_end.append(on_end)
        trace.on_request_exception.append(on_error)
        return trace

    def render(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self.registry)
