"""Photos over a real Redis: each gets one response, whatever process is killed."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.errors import Away, TooLate
from bot.fleet import client
from bot.fleet.client import Fleet
from engine import ImageSizeError
from engine.core.constants import MAX_PHOTO_BYTES
from engine.fleet import Task, enqueue, inbox_key, make_queue
from tests.fleet.conftest import VERSION, Workers, until
from tests.support.fleet.stand_in import BAD, BROKEN, name_of
from tests.support.redis_server import RedisServer

# What coredis leaves behind where a connection fails.
pytestmark = pytest.mark.filterwarnings("ignore:Unclosed <MemoryObject:ResourceWarning")


def photo(number: int, size: int = 1000) -> bytes:
    return bytes(range(256)) * (size // 256) + f"photo {number}".encode()


async def names(fleet: Fleet, photos: list[bytes], within_s: float = 60) -> list[str | None]:
    """What the fleet sees in photos that are sent at the same time."""
    answers = await asyncio.gather(*(fleet.ask(Task.IDENTIFY, one, 5, within_s) for one in photos))
    return [answer.named.cards[0].name if answer.named else None for answer in answers]


async def test_every_photo_gets_its_own_response_from_any_worker(fleet: Fleet, workers: Workers):
    workers.start()
    workers.start()
    photos = [photo(number) for number in range(100)]
    assert await names(fleet, photos) == [name_of(one) for one in photos]
    assert sorted(workers.begun()) == sorted(name_of(one) for one in photos)


async def test_photos_sent_before_the_connection_is_up_are_processed_once(fleet: Fleet, workers: Workers):
    workers.join()
    photos = [photo(number) for number in range(100)]
    assert await names(fleet, photos) == [name_of(one) for one in photos]
    assert sorted(workers.begun()) == sorted(name_of(one) for one in photos)


async def test_a_large_photo_is_sent_unchanged(fleet: Fleet, workers: Workers):
    workers.join()
    large = photo(1, 5_000_000)
    assert await names(fleet, [large]) == [name_of(large)]


async def test_similar_cards_are_returned_as_the_engine_gives_them(fleet: Fleet, workers: Workers):
    workers.join()
    answer = await fleet.ask(Task.SIMILAR, photo(1), 3, 60)
    assert [entry.name for entry in answer.similar or ()] == [name_of(photo(1))] * 3


async def test_the_photo_of_a_killed_worker_goes_to_another(fleet: Fleet, workers: Workers):
    slow = workers.start(seconds=600)
    asked = asyncio.create_task(names(fleet, [photo(1)]))
    await until(workers.begun)
    slow.kill()
    workers.join()
    assert await asked == [name_of(photo(1))]
    assert workers.begun() == [name_of(photo(1))] * 2


async def test_photos_survive_a_redis_that_loses_all_data(fleet: Fleet, workers: Workers, redis: RedisServer):
    workers.join(seconds=0.05)
    photos = [photo(number) for number in range(60)]
    asked = asyncio.create_task(names(fleet, photos))
    await until(lambda: len(workers.begun()) > 10)
    redis.stop()
    redis.start()
    assert await asked == [name_of(one) for one in photos]


async def test_a_photo_sent_while_redis_is_away_is_answered_when_it_is_back(
    fleet: Fleet, workers: Workers, redis: RedisServer
):
    workers.join()
    await until(lambda: fleet.status.workers)
    redis.stop()
    await until(lambda: not fleet.status.reached)
    asked = asyncio.create_task(names(fleet, [photo(1)]))
    redis.start()
    assert await asked == [name_of(photo(1))]


async def test_a_photo_sent_over_a_closing_connection_uses_the_next_one(
    fleet: Fleet, workers: Workers, redis: RedisServer, monkeypatch: pytest.MonkeyPatch
):
    workers.join()
    await until(lambda: fleet.status.workers)
    enqueue, delayed = client.enqueue, []

    async def after_the_connection_was_left(queue, look, ident, *more) -> None:
        if not delayed:
            delayed.append(ident)
            redis.stop()
            await until(lambda: fleet._send is None)
            redis.start()
        await enqueue(queue, look, ident, *more)

    monkeypatch.setattr(client, "enqueue", after_the_connection_was_left)
    assert await names(fleet, [photo(1)]) == [name_of(photo(1))]
    assert delayed


async def test_a_worker_told_to_stop_finishes_its_photo_first(fleet: Fleet, workers: Workers):
    worker = workers.start(seconds=1)
    asked = asyncio.create_task(names(fleet, [photo(1)]))
    await until(workers.begun)
    worker.terminate()
    assert await asked == [name_of(photo(1))]
    assert await asyncio.to_thread(worker.wait) == 0


async def test_a_photo_past_its_time_is_dropped_and_never_started(fleet: Fleet, workers: Workers):
    await until(lambda: fleet.status.reached)
    with pytest.raises(TooLate):
        await fleet.ask(Task.IDENTIFY, photo(1), 5, 0.2)
    workers.join()
    assert await names(fleet, [photo(2)]) == [name_of(photo(2))]
    assert workers.begun() == [name_of(photo(2))]


async def test_without_redis_photos_are_refused_at_once_until_it_is_back(
    fleet: Fleet, workers: Workers, redis: RedisServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(client, "PATIENCE_S", 0.5)
    redis.stop()
    with pytest.raises(Away):
        await fleet.ask(Task.IDENTIFY, photo(1), 5, 60)
    redis.start()
    workers.join()
    await until(lambda: fleet.status.workers)
    assert await names(fleet, [photo(2)]) == [name_of(photo(2))]


async def test_without_a_worker_photos_are_refused(fleet: Fleet, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client, "PATIENCE_S", 0.5)
    with pytest.raises(Away):
        await fleet.ask(Task.IDENTIFY, photo(1), 5, 60)
    assert fleet.status.reached


async def test_a_worker_of_another_version_gets_no_photos_and_both_sides_log_it(
    fleet: Fleet, workers: Workers, caplog: pytest.LogCaptureFixture
):
    workers.join("1-bbbb")
    await until(lambda: fleet.status.refused)
    assert "has version 1-bbbb, this bot needs 1-aaaa" in caplog.text
    await until(lambda: "asks for version 1-aaaa" in caplog.text)
    workers.join()
    photos = [photo(number) for number in range(20)]
    assert await names(fleet, photos) == [name_of(one) for one in photos]
    await until(lambda: fleet.status.refused == fleet.status.workers == 1)


async def test_a_worker_refuses_a_request_for_another_version_in_its_own_queue(
    fleet: Fleet,
    workers: Workers,
    redis: RedisServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    workers.join()
    await until(lambda: fleet.status.workers)
    wrong = client.PhotoRequest("1", "1-cccc", fleet.name, Task.IDENTIFY, photo(1), 5)
    queue, look = make_queue(redis.url, VERSION)
    answers = []
    monkeypatch.setattr(
        client, "read_message", lambda data, _: answers.append(data) or client.PhotoResponse("1", "", "")
    )
    async with queue:
        await enqueue(queue, look, "1", client.pack(wrong), 60)
        await until(lambda: answers)
    assert b"version_mismatch" in answers[0]
    assert "asks for version 1-cccc" in caplog.text
    assert workers.begun() == []


async def test_refusals_and_unexpected_errors_are_returned_without_secrets(fleet: Fleet, workers: Workers):
    workers.join()
    bad = await fleet.ask(Task.IDENTIFY, BAD, 5, 60)
    assert bad.refused is not None
    assert bad.refused.error().to_dict() == {"code": "not_an_image", "message": "These bytes are no picture."}
    assert type(bad.refused.error()).__name__ == "BadImage"
    broken = await fleet.ask(Task.IDENTIFY, BROKEN, 5, 60)
    assert broken.incident == "RuntimeError"


async def test_a_photo_larger_than_the_engine_reads_is_not_sent(fleet: Fleet):
    await until(lambda: fleet.status.reached)
    with pytest.raises(ImageSizeError, match="Send a smaller copy"):
        await fleet.ask(Task.IDENTIFY, bytes(MAX_PHOTO_BYTES + 1), 5, 60)
    assert fleet.status.waiting == 0


async def test_foreign_messages_are_dropped_and_work_goes_on(
    fleet: Fleet, workers: Workers, redis: RedisServer, caplog: pytest.LogCaptureFixture
):
    workers.join()
    queue, look = make_queue(redis.url, VERSION)
    async with queue:
        for number, data in enumerate((b"", b"\xff", b"plain text", b"\x80" * 1000, b"\x93" * 5000)):
            await enqueue(queue, look, f"bad-{number}", data, 60)
        await queue.redis.set(f"{queue.task_key}raw", "no envelope at all")
        await queue.redis.xadd(f"{queue.stream_key}normal", {"task_id": "raw", "enqueue_time": 0})
        await queue.redis.rpush(inbox_key(fleet.name), [b"", b"\xff\xfe", b"no answer"])
        assert await names(fleet, [photo(1)]) == [name_of(photo(1))]
    assert caplog.text.count("a message is dropped") == 5
    assert caplog.text.count("dropped a malformed answer") == 3


async def test_a_second_response_to_the_same_photo_is_ignored(fleet: Fleet, workers: Workers, redis: RedisServer):
    workers.join(seconds=0.2)
    asked = asyncio.create_task(fleet.ask(Task.IDENTIFY, photo(1), 5, 60))
    await until(workers.begun)
    (ident,) = fleet._waiting
    queue, _ = make_queue(redis.url, VERSION)
    async with queue:
        forged = client.pack(client.PhotoResponse(ident, "first", VERSION, incident="first"))
        await queue.redis.rpush(inbox_key(fleet.name), [forged, forged])
    assert (await asked).worker == "first"
    assert await names(fleet, [photo(2)]) == [name_of(photo(2))]


async def test_nothing_is_left_in_redis_after_all_responses(fleet: Fleet, workers: Workers, redis: RedisServer):
    workers.join()
    await names(fleet, [photo(number) for number in range(20)])
    queue, _ = make_queue(redis.url, VERSION)
    async with queue:
        await until(lambda: fleet.status.waiting == 0)
        keys = {str(key) async for key in queue.redis.scan_iter()}
    assert [key for key in keys if ":task:" in key or "inbox" in key] == []
