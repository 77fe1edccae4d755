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
"""Seconds between two looks at how late the event loop is."""
Checks = Mapping[str, Callable[[], bool]]
"""What has to be true, by a word for it."""


def health_app(metrics: Metrics, healthy: Checks, ready: Checks) -> web.Application:
    """Return the application: ``/healthz``, ``/readyz`` and ``/metrics``."""

    async def answer_metrics(_: web.Request) -> web.Response:
        return web.Response(body=await asyncio.to_thread(metrics.render), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.router.add_get("/healthz", _answer(healthy))
    app.router.add_get("/readyz", _answer(ready))
    app.router.add_get("/metrics", answer_metrics)
    return app


def _answer(checks: Checks) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(_: web.Request) -> web.Response:
        results = {name: check() for name, check in checks.items()}
        return web.json_response(results, status=200 if all(results.values()) else 503)

    return answer


@asynccontextmanager
async def serving(app: web.Application, address: Address | None) -> AsyncIterator[None]:
    """Serve ``app`` at ``address`` as long as the block lasts; nowhere where there is none.

    Raises:
        SettingsError: the address can't be listened at.
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
    """Measure for ever how late the event loop comes to what was due."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + every_s
        await asyncio.sleep(every_s)
        metrics.observe_lag(max(0.0, loop.time() - due))
