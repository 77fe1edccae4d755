"""The bot's engine over a fleet: names are looked up locally, photos are sent to workers."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from bot.core.errors import Away, RecogniserFailed, Stopping
from bot.core.settings import DEFAULT_FLEET_WORKERS, Settings
from bot.fleet import client
from bot.fleet.fleet_engine import FleetEngine
from bot.monitoring.metrics import Metrics
from bot.recognition.answer_deadline import answer_deadline
from bot.service.service import count_workers, make_engine, parts_of
from engine import BadImage, Engine, Identification
from engine.fleet.worker import FleetWorker, make_fleet_worker
from engine.learning.remote_confirmations import RemoteConfirmations
from tests.fleet.conftest import ROOT, Workers, until
from tests.support.fleet.stand_in import BAD, BROKEN, StandIn, name_of
from tests.support.redis_server import RedisServer
from training.scene.demo_set import DemoPhoto

pytestmark = pytest.mark.filterwarnings("ignore:Unclosed <MemoryObject:ResourceWarning")


@pytest.fixture(name="holder")
def connected_holder(redis: RedisServer, demo_engine: Engine) -> Iterator[FleetEngine]:
    # Not closed, because it would close the engine that all tests share.
    holder = FleetEngine(demo_engine, redis.url, 60)
    with holder.connected(Metrics()):
        yield holder


async def identify(holder: FleetEngine, photo: bytes) -> Identification:
    """Ask from another thread, because the worker is in this one."""
    return await asyncio.to_thread(holder.identify, photo, top_k=3)


async def test_photos_are_sent_to_workers_and_names_looked_up_locally(holder: FleetEngine, workers: Workers):
    workers.join(holder.version)
    assert (await identify(holder, b"photo")).cards[0].name == name_of(b"photo")
    similar = await asyncio.to_thread(holder.similar, b"photo", top_k=2)
    assert [entry.name for entry in similar] == [name_of(b"photo")] * 2
    known = holder.complete("Ember", limit=1)[0].name
    assert holder.card(known) is not None
    assert known not in [entry.name for entry in holder.similar("Emberwing Matriarch", top_k=2)]
    assert workers.begun() == [name_of(b"photo")]


async def test_the_engine_s_refusals_are_raised_as_the_original_errors(holder: FleetEngine, workers: Workers):
    workers.join(holder.version)
    with pytest.raises(BadImage, match="no picture"):
        await identify(holder, BAD)


async def test_an_unexpected_error_names_the_worker_whose_log_has_details(
    holder: FleetEngine, workers: Workers, caplog: pytest.LogCaptureFixture
):
    workers.join(holder.version)
    with pytest.raises(RecogniserFailed, match=r"worker \S+ of version \S+: RuntimeError; see its log"):
        await identify(holder, BROKEN)
    assert "hunter2" in caplog.text


def test_a_photo_nobody_waits_for_is_dropped(holder: FleetEngine):
    with pytest.raises(client.TooLate), answer_deadline(0):
        holder.identify(b"photo", top_k=3)


def test_without_a_worker_users_are_told_that_recognition_is_unavailable(
    holder: FleetEngine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(client, "PATIENCE_S", 0.3)
    with pytest.raises(Away) as away:
        holder.identify(b"photo", top_k=3)
    assert away.value.key == "recognisers-away"


async def test_waiting_users_are_told_when_the_bot_stops(redis: RedisServer, demo_engine: Engine):
    holder = FleetEngine(demo_engine, redis.url, 60)
    with holder.connected(Metrics()):
        asked = asyncio.create_task(identify(holder, b"photo"))
        await until(lambda: holder.fleet._waiting)
    with pytest.raises(Stopping):
        await asked


async def test_the_metrics_show_the_fleet(redis: RedisServer, demo_engine: Engine, workers: Workers):
    holder, metrics = FleetEngine(demo_engine, redis.url, 60), Metrics()
    with holder.connected(metrics):
        workers.join(holder.version)
        await identify(holder, b"photo")
        await until(lambda: holder.fleet.status.workers and not holder.fleet.status.waiting)
        text = metrics.render().decode()
    assert "cardglass_fleet_workers 1.0" in text
    assert "cardglass_fleet_workers_refused 0.0" in text
    assert "cardglass_fleet_reached 1.0" in text
    assert "cardglass_fleet_queue_length 0.0" in text


def test_the_engine_behind_the_queue_gives_the_same_result_as_locally(
    holder: FleetEngine, redis: RedisServer, demo_artifacts: Path, demo_engine: Engine, demo_single_photo: DemoPhoto
):
    words = ["worker", "--redis", redis.url, "--artifacts", str(demo_artifacts)]
    worker = subprocess.Popen([sys.executable, "-m", "engine", *words], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        while not holder.fleet.status.workers:
            time.sleep(0.05)
        there = holder.identify(demo_single_photo.jpeg, top_k=5)
        worker.terminate()
        assert worker.wait() == 0
    finally:
        worker.kill()
    assert there.cards == demo_engine.identify(demo_single_photo.jpeg, top_k=5).cards


async def test_the_bot_uses_a_fleet_if_configured(
    redis: RedisServer, demo_artifacts: Path, tmp_path: Path, workers: Workers
):
    settings = Settings(artifacts=demo_artifacts, data=tmp_path, recogniser_url=redis.url)
    async with parts_of(settings) as parts:
        assert isinstance(parts.engine, FleetEngine)
        workers.join(parts.engine.version)
        blank = io.BytesIO()
        Image.new("RGB", (640, 480)).save(blank, "PNG")
        seen = await asyncio.to_thread(parts.engine.identify, blank.getvalue(), top_k=1)
        await parts.pool.close()
    assert seen.cards[0].name == name_of(blank.getvalue())


def test_a_fleet_gets_more_concurrent_photos(demo_engine: Engine):
    assert count_workers(Settings(recogniser_url="redis://127.0.0.1:1")) == DEFAULT_FLEET_WORKERS
    assert count_workers(Settings(recogniser_url="redis://127.0.0.1:1", workers=3)) == 3
    assert type(make_engine(Settings(), demo_engine)).__name__ == "ReloadableEngine"


def test_a_worker_responds_even_if_its_engine_fails():
    worker = FleetWorker(StandIn("v"), "redis://127.0.0.1:1", name="w")
    answer = worker.respond(client.PhotoRequest("1", "v", "b", client.Task.IDENTIFY, BROKEN, 1))
    assert (answer.incident, answer.refused, answer.named) == ("RuntimeError", None, None)


def test_a_worker_uses_confirmations_made_with_its_engine_s_network(demo_engine: Engine):
    worker = make_fleet_worker(demo_engine, "redis://127.0.0.1:1", RemoteConfirmations())
    index = demo_engine.info()["artifacts"]["index"]
    assert worker.subscriber._network == (index["embedder_sha256"], index["dimension"])
