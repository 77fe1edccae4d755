"""Health, readiness and metrics as a supervisor and Prometheus see them."""

from __future__ import annotations

import asyncio
import socket
import time

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.core.errors import Busy, SettingsError
from bot.core.settings import Address
from bot.monitoring.health_server import make_health_app, measure_lag, serve_http
from bot.monitoring.metrics import Metrics
from engine import BadImage
from tests.support.bot.results import card, result, unknown, unsure

INFO = {
    "versions": {"cardglass": "1.2.3", "python": "3.11.0"},
    "artifacts": {"created": "2026-11-24", "catalogue": {"source_date": "2026-11-23"}, "index": {"rows": 3858}},
}


async def answer(path: str, *, alive: bool = True, connected: bool = True, metrics: Metrics | None = None):
    app = make_health_app(metrics or Metrics(), {"threads": lambda: alive}, {"gateway": lambda: connected})
    async with TestClient(TestServer(app)) as client:
        response = await client.get(path)
        return response.status, await response.text(), response.headers["Content-Type"]


@pytest.mark.parametrize(("alive", "status"), [(True, 200), (False, 503)])
async def test_health_names_what_is_wrong(alive: bool, status: int):
    assert (await answer("/healthz", alive=alive))[:2] == (status, f'{{"threads": {str(alive).lower()}}}')


@pytest.mark.parametrize(("connected", "status"), [(True, 200), (False, 503)])
async def test_without_discord_the_bot_is_alive_but_not_ready(connected: bool, status: int):
    assert (await answer("/readyz", connected=connected))[0] == status
    assert (await answer("/healthz", connected=connected))[0] == 200


async def test_metrics_are_in_prometheus_format():
    metrics = Metrics()
    metrics.count_photo(result(card(), card(), unsure("Fog"), unknown()), 0.3)
    metrics.count_refusal(Busy("busy"))
    metrics.count_refusal(BadImage("damaged_image", "It breaks off."))
    metrics.count_refusal(KeyError("who knows"))
    metrics.observe_timings({"detect": 20.0, "total": 250.0})
    metrics.answers.inc()
    metrics.gateway_events.labels("resume").inc()
    metrics.add_gauge("queue_length", "Photos waiting", lambda: 7)
    metrics.set_info(INFO)
    status, text, kind = await answer("/metrics", metrics=metrics)
    assert status == 200
    assert kind.startswith("text/plain")
    for line in (
        "cardglass_photos_total 1.0",
        'cardglass_cards_total{status="identified"} 2.0',
        'cardglass_cards_total{status="unknown"} 1.0',
        'cardglass_refusals_total{reason="Busy"} 1.0',
        'cardglass_refusals_total{reason="damaged_image"} 1.0',
        'cardglass_refusals_total{reason="incident"} 1.0',
        'cardglass_stage_seconds_sum{stage="engine"} 0.25',
        'cardglass_stage_seconds_count{stage="detect"} 1.0',
        "cardglass_answers_total 1.0",
        'cardglass_gateway_events_total{event="resume"} 1.0',
        "cardglass_queue_length 7.0",
        'version="1.2.3"',
        'catalogue="2026-11-23"',
    ):
        assert line in text


async def test_requests_that_discord_refuses_are_counted_by_status():
    metrics = Metrics()

    async def refuse(request: web.Request) -> web.Response:
        return web.Response(status=int(request.match_info["status"]))

    app = web.Application()
    app.router.add_get("/{status}", refuse)
    async with TestServer(app) as server, aiohttp.ClientSession(trace_configs=[metrics.http_trace()]) as session:
        for status in (200, 204, 403, 429, 429):
            await session.get(server.make_url(f"/{status}"))
        gone = server.make_url("/200")
        await server.close()
        with pytest.raises(aiohttp.ClientError):
            await session.get(gone)
    counted = {
        s: metrics.registry.get_sample_value("cardglass_discord_http_errors_total", {"status": s})
        for s in ("200", "403", "429", "no answer")
    }
    assert counted == {"200": None, "403": 1, "429": 2, "no answer": 1}


async def test_a_blocked_event_loop_shows_lag():
    metrics = Metrics()
    watching = asyncio.create_task(measure_lag(metrics, every_s=0.001))
    await asyncio.sleep(0)
    time.sleep(0.3)  # noqa: ASYNC251 - what must never happen is done on purpose
    await asyncio.sleep(0.01)
    watching.cancel()
    value = metrics.registry.get_sample_value
    late = value("cardglass_loop_lag_seconds_count") - value("cardglass_loop_lag_seconds_bucket", {"le": "0.25"})
    assert late >= 1


async def test_without_an_address_nothing_listens():
    async with serve_http(make_health_app(Metrics(), {}, {}), None):
        assert True


async def test_an_address_in_use_is_reported_as_a_setting():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = Address(*taken.getsockname())
        with pytest.raises(SettingsError, match=f"CARDGLASS_HTTP={address}"):
            async with serve_http(make_health_app(Metrics(), {}, {}), address):
                pass


async def test_it_listens_for_the_duration_of_the_block():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = Address(*free.getsockname())
    async with aiohttp.ClientSession() as session:
        async with serve_http(make_health_app(Metrics(), {}, {}), address):
            assert (await session.get(f"http://{address}/healthz")).status == 200
        with pytest.raises(aiohttp.ClientError):
            await session.get(f"http://{address}/healthz")
