"""Health, readiness and metrics over HTTP, for supervisors and Prometheus."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.core.errors import SettingsError
from bot.core.settings import Address
from bot.monitoring.metrics import Metrics

LAG_EVERY_S = 0.25
"""Seconds between two measurements of the event loop's lag."""
Checks = Mapping[str, Callable[[], bool]]
"""Conditions by name."""


def make_health_app(metrics: Metrics, healthy: Checks, ready: Checks) -> web.Application:
    """Return the application: ``/healthz``, ``/readyz`` and ``/metrics``."""

    def answer(checks: Checks) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer_checks(_: web.Request) -> web.Response:
            results = {name: check() for name, check in checks.items()}
            return web.json_response(results, status=200 if all(results.values()) else 503)

        return answer_checks

    async def answer_metrics(_: web.Request) -> web.Response:
        return web.Response(body=await asyncio.to_thread(metrics.render), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.router.add_get("/healthz", answer(healthy))
    app.router.add_get("/readyz", answer(ready))
    app.router.add_get("/metrics", answer_metrics)
    return app


@asynccontextmanager
async def serve_http(app: web.Application, address: Address | None) -> AsyncIterator[None]:
    """Serve ``app`` at ``address``, if there is one, for the duration of the block.

    Raises:
        SettingsError: the address can't be used.
    """
    if address is None:
        yield
        return
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, *address).start()
        except OSError as error:
            raise SettingsError(f"CARDGLASS_HTTP={address} can't be used: {error}.") from error
        yield
    finally:
        await runner.cleanup()


async def measure_lag(metrics: Metrics, every_s: float = LAG_EVERY_S) -> None:
    """Measure forever how late the event loop wakes up."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + every_s
        await asyncio.sleep(every_s)
        metrics.lag.observe(max(0.0, loop.time() - due))
