"""500 photos of 50 people at once: nothing lost, nothing twice, everybody in turn, and a full line told as full.

Only counts and order are held here; times are measured by ``python -m stress.load.soak``.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from bot.recognition.pool import AHEAD
from engine import Engine, Identification
from tests.support.bot.bent_engine import NAME, Bent, Gate
from tests.support.bot.world import MESSAGES, World, small_world, text_of, until

EN = MESSAGES.words("en")
PEOPLE, EACH = 50, 10
LOOKING_S = 0.03
BEGUN = 2 + AHEAD
"""Photos that wait no more: in a thread each, or fetched for one."""


class Eyes(Gate):
    """Takes its time for every photo, and begins only when all are posted."""

    def identify(self, image: bytes, *, top_k: int) -> Identification:
        time.sleep(LOOKING_S)
        return super().identify(image, top_k=top_k)


@pytest.fixture(name="eyes")
def taking_their_time() -> Eyes:
    return Eyes()


@pytest.fixture(name="room")
async def world_with_room(demo_engine: Engine, eyes: Eyes) -> AsyncIterator[World]:
    """A world in which all of the photos may wait."""
    engine = Bent(demo_engine, identify=eyes.identify)
    async with small_world(engine, max_waiting=PEOPLE * EACH, deadline_s=600) as world:
        world.env.settle_timeout = 600
        yield world


def photo_of(person: int, number: int) -> tuple[str, bytes]:
    return f"{person}-{number}.jpg", f"photo {number} of {person}".encode()


async def test_of_500_photos_of_50_people_each_is_answered_once_and_nobody_waits_for_all_of_another_s(
    room: World, eyes: Eyes
):
    people = [room.join(f"player{number}") for number in range(PEOPLE)]
    asked: list[int] = []
    async with room.at_once():
        for person, member in enumerate(people):
            for number in range(EACH):
                message = await member.send(room.answered, "", attachments=[photo_of(person, number)])
                asked.append(message.id)
        eyes.open()
    replies = room.replies(room.answered)
    assert sorted(reply.reference.message_id for reply in replies) == sorted(asked)
    assert all(NAME in text_of(reply) for reply in replies)
    assert len(eyes.entered) == PEOPLE * EACH == len(set(eyes.entered))
    assert room.client.store.counts()["answers"] == PEOPLE * EACH
    assert (room.pool.waiting, room.pool.running) == (0, 0)
    # Whoever came first was begun before all had come; from then on all have their turn once
    # a round, but photos that are fetched side by side may overtake one another.
    order = [person for person in (int(image.split()[-1]) for image in eyes.entered) if person]
    for rounds in range(1, EACH):
        had = Counter(order[: rounds * (PEOPLE - 1)])
        assert max(had.values()) - min(had[person] for person in range(1, PEOPLE)) <= 3


async def test_one_person_s_heap_does_not_keep_another_waiting(demo_engine: Engine, eyes: Eyes):
    async with small_world(Bent(demo_engine, identify=eyes.identify)) as world:
        eve = world.join("eve")
        async with world.at_once():
            for number in range(20):
                await world.post(world.answered, photo_of(0, number))
            await eve.send(world.answered, "", attachments=[photo_of(1, 0)])
            await until(lambda: world.pool.waiting == 21 - BEGUN)
            eyes.open()
        # Before eve's come those that were begun already, and one more in turn; those that are fetched beside hers
        # may overtake it.
        assert eyes.entered.index(photo_of(1, 0)[1]) <= BEGUN + 1 + AHEAD
        assert len(world.replies(world.answered)) == 21


async def test_where_the_line_is_full_people_are_told_so_and_all_others_answered(demo_engine: Engine):
    gate = Gate()
    limits = {"max_waiting": 30, "max_waiting_per_user": 10}
    async with small_world(Bent(demo_engine, identify=gate.identify), **limits) as world:
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
    assert set(busy) <= {EN("busy", waiting=10), EN("busy", waiting=30)}


async def test_the_same_photo_posted_by_many_at_once_is_looked_at_once(room: World, eyes: Eyes):
    people = [room.join(f"player{number}") for number in range(10)]
    async with room.at_once():
        for member in people:
            await member.send(room.answered, "", attachments=[("same.jpg", b"the same")])
        eyes.open()
    assert len(room.replies(room.answered)) == 10
    assert len(eyes.entered) < 10


async def test_500_commands_of_50_people_are_answered_each(room: World, eyes: Eyes):
    people = [room.join(f"player{number}") for number in range(PEOPLE)]
    photos = [(member, photo_of(person, number)) for person, member in enumerate(people) for number in range(EACH)]
    async with room.at_once():
        results = [await member.slash(room.quiet, "identify", image=photo) for member, photo in photos]
        eyes.open()
    assert all(NAME in text_of(result.response) for result in results)
    assert len(eyes.entered) == PEOPLE * EACH
