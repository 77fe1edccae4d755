"""Recognising photos: errors become messages, one failure leaves the others alone, equal photos are processed once."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from itertools import count

import pytest

from bot.core.errors import PhotoGone
from bot.monitoring.metrics import Metrics
from bot.recognition.photo_worker import PhotoWorker
from bot.recognition.pool import WorkerPool
from bot.recognition.schedule import Asker
from engine import CardEntry, Identification, annotate
from tests.support.bot.results import card, result, uri
from training.scene.demo_set import DemoPhoto

MAX_NAMES = 25
ALICE = Asker(1, 10)
IDS: Iterator[int] = count(1)


@dataclass
class Photo:
    """An attachment identified by its address."""

    url: str
    spoiler: bool = False
    id: int = field(default_factory=lambda: next(IDS))
    size: int = 1000
    filename: str = "a.jpg"
    content_type: str | None = "image/jpeg"

    def is_spoiler(self) -> bool:
        return self.spoiler


class FakeEngine:
    """Finds one card or two, depending on the photo's bytes; fails for some."""

    def __init__(self, jpeg: bytes) -> None:
        self.jpeg = jpeg
        self.top_ks: list[int] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def identify(self, image: bytes, *, top_k: int) -> Identification:
        self.top_ks.append(top_k)
        self.may_go_on.wait()
        if image == b"broken":
            annotate(image, result())
        if image == b"bug":
            raise RuntimeError("password: hunter2")
        return result(*[card("Fog")] * (2 if image == self.jpeg else 1))

    def card(self, name: str) -> CardEntry | None:
        return CardEntry(name, None, "", "", uri(name), f"https://x.example/{name}.jpg", 1)

    def lookup(self, text: str, *, top_k: int) -> list[CardEntry]:
        return [entry for entry in [self.card(text)] if entry][:top_k]

    def complete(self, prefix: str, *, limit: int = MAX_NAMES) -> list[str]:
        return [prefix][:limit]


@pytest.fixture(name="engine")
def fake_engine(demo_table_photo: DemoPhoto) -> FakeEngine:
    return FakeEngine(demo_table_photo.jpeg)


@pytest.fixture(name="metrics")
def counters() -> Metrics:
    return Metrics()


@pytest.fixture(name="worker")
async def photo_worker(engine: FakeEngine, metrics: Metrics) -> AsyncIterator[PhotoWorker]:
    """A worker whose photos' bytes are their addresses, except `table` and `gone`."""

    async def fetch(url: str, size: int) -> bytes:
        assert size == Photo("").size
        if url == "gone":
            raise PhotoGone("photo-gone")
        return engine.jpeg if url == "table" else url.encode()

    pool = WorkerPool(2, 10, max_per_user=10, deadline_s=3600)
    yield PhotoWorker(engine, fetch, pool, metrics)
    await pool.close()


async def test_a_single_card_has_no_annotated_photo(worker: PhotoWorker):
    (result,) = await worker.recognise([Photo("one")], 5, ALICE)
    assert result.annotated is None


async def test_several_cards_have_an_annotated_photo(worker: PhotoWorker):
    (result,) = await worker.recognise([Photo("table", spoiler=True)], 5, ALICE)
    assert result.annotated.startswith(b"\xff\xd8")
    assert result.spoiler


async def test_a_failed_photo_does_not_affect_the_others(worker: PhotoWorker):
    results = await worker.recognise([Photo("gone"), Photo("one"), Photo("broken"), Photo("two")], 5, ALICE)
    assert [photo.has_card for photo in results] == [False, True, False, True]
    assert [photo.error and photo.error.key for photo in results] == ["photo-gone", None, "photo-not-an-image", None]
    assert [photo.number for photo in results] == [0, 1, 2, 3]


async def test_an_unexpected_error_is_logged_under_a_code_that_the_user_sees(
    worker: PhotoWorker, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.ERROR):
        (result,) = await worker.recognise([Photo("bug")], 5, ALICE)
    assert "hunter2" not in str(result.error)
    code = result.error.values["code"]
    (record,) = caplog.records
    assert code in record.message
    assert "hunter2" in caplog.text


async def test_the_number_of_candidates_reaches_the_engine(worker: PhotoWorker, engine: FakeEngine):
    await worker.recognise([Photo("one"), Photo("two")], 7, ALICE)
    assert engine.top_ks == [7, 7]


async def test_equal_attachments_and_equal_bytes_are_recognised_once(worker: PhotoWorker, engine: FakeEngine):
    same = Photo("one")
    photos = [same, same, Photo("one"), Photo("one", spoiler=True)]
    engine.may_go_on.clear()
    recognising = asyncio.create_task(worker.recognise(photos, 5, ALICE))
    # Only what is in progress is shared: the first must not be done before the others are downloaded.
    runs = worker._pool._threads._runs
    try:
        async with asyncio.timeout(60):
            while sum(run.waiters for run in runs.values()) < len({photo.id for photo in photos}):  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.01)
    finally:
        engine.may_go_on.set()
    results = await recognising
    assert engine.top_ks == [5]
    assert [photo.has_card for photo in results] == [True] * 4
    assert [photo.spoiler for photo in results] == [False, False, False, True]


async def test_photos_cards_stages_and_refusals_are_counted(worker: PhotoWorker, metrics: Metrics):
    await worker.recognise([Photo("table"), Photo("one"), Photo("gone"), Photo("broken"), Photo("bug")], 5, ALICE)
    value = metrics.registry.get_sample_value
    assert value("cardglass_photos_total") == 2
    assert value("cardglass_cards_total", {"status": "identified"}) == 3
    reasons = {reason: value("cardglass_refusals_total", {"reason": reason}) for reason in ("PhotoGone", "incident")}
    assert reasons == {"PhotoGone": 1, "incident": 1}
    stages = {stage: value("cardglass_stage_seconds_count", {"stage": stage}) for stage in ("wait", "download")}
    assert stages == {"wait": 5, "download": 4}
    assert value("cardglass_stage_seconds_count", {"stage": "answer"}) == 2
