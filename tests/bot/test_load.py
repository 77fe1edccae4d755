"""100 photos from 20 people at once: none is lost or answered twice, people take turns, a full queue is reported.

Only counts and order are checked here; ``python -m stress.load.soak`` measures times.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from bot.recognition.pool import AHEAD
from engine import Engine, Identification
from tests.support.bot.patched_engine import NAME, Gate, PatchedEngine
from tests.support.bot.world import MESSAGES, World, small_world, text_of, until

EN = MESSAGES.words("en")
PEOPLE, EACH = 20, 5
PROCESSING_S = 0.03
BEGUN = 2 + AHEAD
"""Photos that have left the queue: processed by a thread each, or downloaded for the next."""


class SlowGate(Gate):
    """Takes its time for every photo, and starts only when all are posted."""

    def identify(self, image: bytes, *, top_k: int) -> Identification:
        time.sleep(PROCESSING_S)
        return super().identify(image, top_k=top_k)


@pytest.fixture(name="gate")
def slow_gate() -> SlowGate:
    return SlowGate()


@pytest.fixture(name="room")
async def world_with_room(demo_engine: Engine, gate: SlowGate) -> AsyncIterator[World]:
    """A world with room for all photos in the queue."""
    engine = PatchedEngine(demo_engine, identify=gate.identify)
    async with small_world(engine, max_waiting=PEOPLE * EACH, deadline_s=600) as world:
        world.env.settle_timeout = 600
        yield world


def photo_of(person: int, number: int) -> tuple[str, bytes]:
    return f"{person}-{number}.jpg", f"photo {number} of {person}".encode()


async def test_many_photos_of_many_people_are_each_answered_once_and_people_take_turns(room: World, gate: SlowGate):
    people = [room.join(f"player{number}") for number in range(PEOPLE)]
    asked: list[int] = []
    async with room.at_once():
        for person, member in enumerate(people):
            for number in range(EACH):
                message = await member.send(room.answered, "", attachments=[photo_of(person, number)])
                asked.append(message.id)
            if person == 0:
                # Photos that are begun at once take no turns: they are the first person's, not somebody's by chance.
                await until(lambda: room.pool.running == EACH)
        # Once all are in the queue, so that the order depends on the queue alone.
        await until(lambda: room.pool.waiting == PEOPLE * EACH - BEGUN)
        gate.open()
    replies = room.replies(room.answered)
    assert sorted(reply.reference.message_id for reply in replies) == sorted(asked)
    assert all(NAME in text_of(reply) for reply in replies)
    assert len(gate.entered) == PEOPLE * EACH == len(set(gate.entered))
    assert room.client.store.counts()["answers"] == PEOPLE * EACH
    assert (room.pool.waiting, room.pool.running) == (0, 0)
    # The first person's photos were begun before the others were posted. From then on everybody has one turn per round,
    # but photos that are downloaded at the same time may overtake one another.
    order = [person for person in (int(image.split()[-1]) for image in gate.entered) if person]
    for rounds in range(1, EACH):
        had = Counter(order[: rounds * (PEOPLE - 1)])
        assert max(had.values()) - min(had[person] for person in range(1, PEOPLE)) <= 3


async def test_many_photos_of_one_person_do_not_keep_another_waiting(demo_engine: Engine, gate: SlowGate):
    async with small_world(PatchedEngine(demo_engine, identify=gate.identify)) as world:
        eve = world.join("eve")
        async with world.at_once():
            for number in range(20):
                await world.post(world.answered, photo_of(0, number))
            await eve.send(world.answered, "", attachments=[photo_of(1, 0)])
            await until(lambda: world.pool.waiting == 21 - BEGUN)
            gate.open()
        # Those already started come before eve's, and one more in turn; those downloaded at the same time may overtake
        # hers.
        assert gate.entered.index(photo_of(1, 0)[1]) <= BEGUN + 1 + AHEAD
        assert len(world.replies(world.answered)) == 21


async def test_a_full_queue_is_reported_and_all_other_photos_are_answered(demo_engine: Engine):
    gate = Gate()
    limits = {"max_waiting": 30, "max_waiting_per_user": 10}
    async with small_world(PatchedEngine(demo_engine, identify=gate.identify), **limits) as world:
        people = [world.join(f"player{number}") for number in range(6)]
        async with world.at_once():
            for person, member in enumerate(people):
                for number in range(12):
                    await member.send(world.answered, "", attachments=[photo_of(person, number)])
            await until(lambda: len(world.replies(world.answered)) == 72 - BEGUN - 30)
            assert world.pool.waiting == 30
            gate.open()
        said = [text_of(reply) for reply in world.replies(world.answered)]
    busy = [text for text in said if NAME not in text]
    assert len(said) == 72
    assert len(busy) == 72 - BEGUN - 30
    assert set(busy) <= {EN.format("busy", waiting=10), EN.format("busy", waiting=30)}


async def test_the_same_photo_posted_by_many_at_once_is_processed_less_often(room: World, gate: SlowGate):
    people = [room.join(f"player{number}") for number in range(10)]
    async with room.at_once():
        for member in people:
            await member.send(room.answered, "", attachments=[("same.jpg", b"the same")])
        gate.open()
    assert len(room.replies(room.answered)) == 10
    assert len(gate.entered) < 10


async def test_many_commands_of_many_people_are_each_answered(room: World, gate: SlowGate):
    people = [room.join(f"player{number}") for number in range(PEOPLE)]
    photos = [(member, photo_of(person, number)) for person, member in enumerate(people) for number in range(EACH)]
    async with room.at_once():
        results = [await member.slash(room.quiet, "identify", image=photo) for member, photo in photos]
        gate.open()
    assert all(NAME in text_of(result.response) for result in results)
    assert len(gate.entered) == PEOPLE * EACH
