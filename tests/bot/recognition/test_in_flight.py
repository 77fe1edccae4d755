"""Answers in progress are finished before the bot stops."""

import asyncio

import pytest

from bot.recognition.in_flight import AnswersInFlight

LONG_S = 60.0


async def test_a_bot_with_nothing_to_do_stops_at_once():
    assert await AnswersInFlight().finish(LONG_S) == 0


async def test_stopping_waits_for_answers_in_progress():
    answers, go = AnswersInFlight(), asyncio.Event()
    done = []

    async def answer(number):
        with answers:
            await go.wait()
            done.append(number)

    tasks = [asyncio.create_task(answer(number)) for number in range(3)]
    await asyncio.sleep(0)
    stopping = asyncio.create_task(answers.finish(LONG_S))
    await asyncio.sleep(0)
    assert answers.stopping
    assert not stopping.done()
    go.set()
    assert await stopping == 0
    assert sorted(done) == [0, 1, 2]
    await asyncio.gather(*tasks)


async def test_unfinished_answers_are_counted():
    answers = AnswersInFlight()
    with answers:
        assert await answers.finish(0.01) == 1


async def test_stopping_does_not_wait_for_a_failed_answer():
    answers = AnswersInFlight()
    with pytest.raises(LookupError), answers:
        raise LookupError
    assert await answers.finish(LONG_S) == 0


async def test_only_successful_answers_are_reported():
    answers, given = AnswersInFlight(), []
    answers.on_answered = lambda: given.append("answer")
    with answers:
        assert given == []
    with pytest.raises(LookupError), answers:
        raise LookupError
    assert given == ["answer"]
