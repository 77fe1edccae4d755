"""The fair queue: no job is lost or taken twice, and nobody waits behind another's many photos."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.core.errors import Busy
from bot.recognition.schedule import Asker, QueueEntry, Schedule

PLENTY = 10_000
ALICE, BOB, CAROL = Asker(1, 10), Asker(2, 10), Asker(3, 20)
askers = st.builds(Asker, st.integers(1, 4), st.none() | st.integers(1, 3))


def roomy() -> Schedule[str]:
    return Schedule(PLENTY, PLENTY)


def all_of(schedule: Schedule[str]) -> list[str]:
    taken = []
    while (job := schedule.take()) is not None:
        taken.append(job)
    return taken


def test_an_empty_queue_has_no_job():
    assert roomy().take() is None


def test_one_users_jobs_keep_their_order():
    schedule = roomy()
    for job in "abc":
        schedule.add(job, ALICE)
    assert all_of(schedule) == ["a", "b", "c"]


def test_a_user_waits_for_one_of_anothers_fifty_jobs():
    schedule = roomy()
    for number in range(50):
        schedule.add(f"alice {number}", ALICE)
    schedule.add("bob", BOB)
    assert all_of(schedule)[:2] == ["alice 0", "bob"]


def test_a_busy_server_does_not_delay_another():
    schedule = roomy()
    for user in range(100, 150):
        schedule.add(f"busy {user}", Asker(user, 10))
    schedule.add("quiet", CAROL)
    assert all_of(schedule)[1] == "quiet"


def test_in_direct_messages_each_user_is_a_group():
    schedule = roomy()
    for job, user in [("a1", 1), ("a2", 1), ("b1", 2), ("b2", 2)]:
        schedule.add(job, Asker(user))
    assert all_of(schedule) == ["a1", "b1", "a2", "b2"]


def test_a_shared_job_is_taken_once_at_its_first_turn():
    schedule = roomy()
    for job in ["a", "b", "shared"]:
        schedule.add(job, ALICE)
    schedule.add("shared", BOB)
    assert all_of(schedule) == ["a", "shared", "b"]
    assert len(schedule) == 0


def test_a_removed_entry_is_not_taken():
    schedule = roomy()
    gone = schedule.add("a", ALICE)
    schedule.add("b", ALICE)
    schedule.leave(gone)
    schedule.leave(gone)
    assert all_of(schedule) == ["b"]


def test_removing_one_entry_keeps_the_job_for_another():
    schedule = roomy()
    gone = schedule.add("shared", ALICE)
    schedule.add("shared", BOB)
    schedule.leave(gone)
    assert all_of(schedule) == ["shared"]


def test_a_users_share_is_limited_across_servers():
    schedule: Schedule[str] = Schedule(PLENTY, 2)
    schedule.add("a", Asker(1, 10))
    schedule.add("b", Asker(1))
    with pytest.raises(Busy) as full:
        schedule.add("c", Asker(1, 20))
    assert full.value.values == {"waiting": 2}
    schedule.add("d", BOB)


def test_a_full_queue_refuses_everybody():
    schedule: Schedule[str] = Schedule(2, PLENTY)
    schedule.add("a", ALICE)
    schedule.add("b", BOB)
    with pytest.raises(Busy) as full:
        schedule.add("c", CAROL)
    assert full.value.values == {"waiting": 2}


@given(st.lists(askers, min_size=1, max_size=40))
def test_waiting_servers_take_turns(asked: list[Asker]):
    schedule, waiting, turns = roomy(), Counter(asker.group for asker in asked), Counter()
    by_job = {str(number): asker.group for number, asker in enumerate(asked)}
    for job, asker in zip(by_job, asked, strict=True):
        schedule.add(job, asker)
    while (job := schedule.take()) is not None:
        turns[by_job[job]] += 1
        waiting[by_job[job]] -= 1
        # Once its last photo is taken a server drops out; until then all have had as many turns, but for the round.
        still = [group for group, left in waiting.items() if left]
        assert max(turns.values()) - min((turns[group] for group in still), default=max(turns.values())) <= 1


@given(st.lists(st.integers(1, 5), min_size=1, max_size=40))
def test_waiting_users_of_a_server_take_turns(users: list[int]):
    schedule, waiting, turns = roomy(), Counter(users), Counter()
    for number, user in enumerate(users):
        schedule.add(f"{user}/{number}", Asker(user, 1))
    while (job := schedule.take()) is not None:
        user = int(job.split("/")[0])
        turns[user] += 1
        waiting[user] -= 1
        still = [other for other, left in waiting.items() if left]
        assert max(turns.values()) - min((turns[other] for other in still), default=max(turns.values())) <= 1


class AnyOrder(RuleBasedStateMachine):
    """Any operations in any order, compared with plain lists."""

    MAX_WAITING, MAX_PER_USER = 12, 4

    def __init__(self) -> None:
        super().__init__()
        self.schedule: Schedule[int] = Schedule(self.MAX_WAITING, self.MAX_PER_USER)
        self.places: list[QueueEntry[int]] = []
        self.next_job = 0

    def room_for(self, user: int) -> bool:
        own = sum(place.asker.user_id == user for place in self.places)
        return len(self.places) < self.MAX_WAITING and own < self.MAX_PER_USER

    def join(self, job: int, asker: Asker) -> None:
        if self.room_for(asker.user_id):
            self.places.append(self.schedule.add(job, asker))
        else:
            with pytest.raises(Busy):
                self.schedule.add(job, asker)

    @rule(asker=askers)
    def ask_anew(self, asker: Asker) -> None:
        self.next_job += 1
        self.join(self.next_job, asker)

    @precondition(lambda self: self.places)
    @rule(asker=askers, data=st.data())
    def ask_for_one_that_waits(self, asker: Asker, data) -> None:
        self.join(data.draw(st.sampled_from(self.places)).job, asker)

    @precondition(lambda self: self.places)
    @rule(data=st.data())
    def give_up(self, data) -> None:
        place = data.draw(st.sampled_from(self.places))
        self.places.remove(place)
        self.schedule.leave(place)

    @rule()
    def take(self) -> None:
        job = self.schedule.take()
        assert (job is None) == (not self.places)
        if job is not None:
            first = next(place for place in self.places if place.job == job)
            mine = [place for place in self.places if place.asker == first.asker]
            others = [place for place in self.places if place.job == job and place is not first]
            # It was first in line for at least one of those who wait for it.
            assert mine[0].job == job or any(self.is_first(place) for place in others)
            self.places = [place for place in self.places if place.job != job]

    def is_first(self, place: QueueEntry[int]) -> bool:
        return next(other for other in self.places if other.asker == place.asker) is place

    @invariant()
    def counts_what_waits(self) -> None:
        assert len(self.schedule) == len(self.places)

    def teardown(self) -> None:
        taken = []
        while (job := self.schedule.take()) is not None:
            taken.append(job)
        assert sorted(taken) == sorted({place.job for place in self.places})


TestAnyOrder = AnyOrder.TestCase
