"""Discord refusing, failing and hanging up while it is answered."""

from __future__ import annotations

import aiohttp
import discord
import pytest

from bot.replies import send
from engine import Engine
from tests.support.bot.bent_engine import JPEG, NAME, OTHER, PHOTO, Bent, two_cards
from tests.support.bot.refusing import Refusal, let_it_refuse
from tests.support.bot.world import MESSAGES, World, control, small_world, text_of
from training.scene.demo_set import demo_table_photo

EN = MESSAGES.words("en")
SENDING, TYPING, EDITING = "/channels/*/messages", "/channels/*/typing", "/channels/*/messages/*"
CALLBACK, FOLLOWUP = "/interactions/*/callback", "/webhooks/*"
STATUSES = [429, 500, 503]
HANGS_UP = [TimeoutError(), aiohttp.ServerDisconnectedError(), ConnectionResetError(104, "reset")]


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send, "PAUSE_S", 0)


def fails(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception, method: str, ending: str, times: int = 99
) -> None:
    """Let so many requests of the client raise what a lost connection raises."""
    request, left = world.client.http.request, [error] * times

    async def lost(route: discord.http.Route, **more):
        if left and route.method == method and route.path.endswith(ending):
            raise left.pop()
        return await request(route, **more)

    monkeypatch.setattr(world.client.http, "request", lost)


async def goes_on(world: World) -> None:
    """Hold that the next photo is answered as ever, and that no more is kept than was told."""
    await world.post(world.answered, PHOTO)
    (reply,) = world.replies(world.answered)
    assert NAME in text_of(reply)
    assert world.client.store.counts()["answers"] == 1


@pytest.mark.parametrize("status", STATUSES)
async def test_a_reply_that_cannot_be_sent_is_not_remembered_and_the_next_one_goes_out(quick: World, status: int):
    quick.env.inject_error("POST", SENDING, status=status)
    await quick.post(quick.answered, PHOTO)
    assert quick.replies(quick.answered) == []
    await goes_on(quick)


@pytest.mark.parametrize("error", HANGS_UP, ids=lambda error: type(error).__name__)
async def test_so_is_one_whose_connection_is_lost(
    quick: World, monkeypatch: pytest.MonkeyPatch, error: Exception, caplog: pytest.LogCaptureFixture
):
    with monkeypatch.context() as patch:
        fails(quick, patch, error, "POST", "/messages")
        await quick.post(quick.answered, PHOTO)
    assert quick.replies(quick.answered) == []
    assert any(f"could not reply in {quick.answered.id}: {type(error).__name__}" in line for line in caplog.messages)
    await goes_on(quick)


@pytest.mark.parametrize("error", HANGS_UP, ids=lambda error: type(error).__name__)
async def test_a_connection_that_is_lost_once_costs_no_answer(
    quick: World, monkeypatch: pytest.MonkeyPatch, error: Exception
):
    fails(quick, monkeypatch, error, "POST", "/messages", times=1)
    await goes_on(quick)


async def test_a_reply_that_discord_sent_without_saying_so_is_not_sent_again_and_remembered(
    quick: World, monkeypatch: pytest.MonkeyPatch
):
    request, sent = quick.client.http.request, {}

    async def told_late(route: discord.http.Route, **more):
        if not (route.method == "POST" and route.path.endswith("/messages")):
            return await request(route, **more)
        nonce = more["json"]["nonce"]
        assert more["json"]["enforce_nonce"]
        if nonce in sent:
            # As Discord promises for a nonce that it knows.
            return sent[nonce]
        sent[nonce] = await request(route, **more)
        raise TimeoutError

    monkeypatch.setattr(quick.client.http, "request", told_late)
    await goes_on(quick)
    (reply,) = quick.replies(quick.answered)
    assert quick.client.store.answer_of_reply(reply.id) is not None


@pytest.mark.parametrize("refusal", [Refusal.LOST, Refusal.CUT, Refusal.AWAY, Refusal.HANGS_UP], ids=str)
async def test_discord_py_s_own_tries_and_ours_make_one_reply(quick: World, refusal: Refusal):
    let_it_refuse(quick.client).refusals.append(refusal)
    await goes_on(quick)


async def test_the_pictures_of_a_reply_are_there_at_the_second_try_too(
    demo_engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    jpeg = demo_table_photo().jpeg
    async with small_world(Bent(demo_engine, identify=two_cards)) as world:
        fails(world, monkeypatch, TimeoutError(), "POST", "/messages", times=1)
        await world.post(world.answered, ("table.jpg", jpeg))
        (reply,) = world.replies(world.answered)
        (picture,) = reply.attachments
        assert (await picture.read())[:2] == JPEG[:2]


@pytest.mark.parametrize("status", STATUSES)
async def test_that_the_bot_cannot_be_seen_typing_is_no_obstacle(quick: World, status: int):
    quick.env.inject_error("POST", TYPING, status=status, times=None)
    await quick.post(quick.quiet, PHOTO, text=f"<@{quick.client.user.id}>")
    (reply,) = quick.replies(quick.quiet)
    assert NAME in text_of(reply)


@pytest.mark.parametrize(("status", "code"), [(404, 10003), (403, 50013), (403, 50001), (400, 50083)])
async def test_a_channel_that_went_away_or_was_locked_costs_one_request(quick: World, status: int, code: int):
    quick.env.inject_error("POST", SENDING, status=status, code=code, times=None)
    await quick.post(quick.answered, PHOTO)
    assert len([r for r in quick.env.http_requests if r.method == "POST" and r.path.endswith("/messages")]) == 1
    assert quick.client.store.counts()["answers"] == 0


async def test_an_interaction_that_discord_gave_up_is_left_at_that(quick: World):
    quick.env.inject_error("POST", CALLBACK, status=404, code=10062)
    answer = await quick.alice.slash(quick.quiet, "identify", image=PHOTO)
    assert answer.response is None
    assert not [r for r in quick.env.http_requests if r.path.startswith("/webhooks")]
    quick.env.errors.clear()


@pytest.mark.parametrize("status", STATUSES)
async def test_an_interaction_that_could_not_be_deferred_is_told_of(quick: World, status: int):
    quick.env.inject_error("POST", CALLBACK, status=status)
    answer = await quick.alice.slash(quick.quiet, "identify", image=PHOTO)
    assert "(code " in answer.response.content


@pytest.mark.parametrize("status", STATUSES)
async def test_an_answer_to_a_command_that_could_not_be_sent_is_told_of(quick: World, status: int):
    quick.env.inject_error("POST", FOLLOWUP, status=status)
    answer = await quick.alice.slash(quick.quiet, "identify", image=PHOTO)
    assert "(code " in answer.response.content
    assert quick.client.store.counts()["answers"] == 0


@pytest.mark.parametrize("status", STATUSES)
async def correct(world: World) -> None:
    """Put the only answer right, as a player does."""
    (reply,) = world.replies(world.answered)
    panel = (await world.alice.click(reply, custom_id=control(reply, "wrong"))).response
    await world.alice.select(panel, [OTHER], custom_id=control(panel, "name"))


@pytest.mark.parametrize("status", STATUSES)
async def test_a_correction_that_cannot_be_shown_is_kept_and_shown_by_the_next_one(quick: World, status: int):
    await quick.post(quick.answered, PHOTO)
    quick.env.inject_error("PATCH", EDITING, status=status)
    await correct(quick)
    (reply,) = quick.replies(quick.answered)
    assert NAME in text_of(reply)
    (kept,) = quick.client.store.answers_in(quick.answered.id)
    assert kept.cards[0].name == OTHER
    await correct(quick)
    (reply,) = quick.replies(quick.answered)
    assert OTHER in text_of(reply)


async def test_a_photo_that_is_taken_back_while_it_is_looked_at_is_not_answered(quick: World):
    async with quick.at_once():
        asked = await quick.post(quick.answered, PHOTO)
        await quick.alice.delete(asked)
    assert quick.replies(quick.answered) == []
    assert quick.client.store.counts()["answers"] == 0
    await goes_on(quick)


async def test_a_photo_whose_answer_is_asked_for_by_another_message_is_its_poster_s_to_take_back(quick: World):
    posted = await quick.post(quick.quiet, PHOTO)
    bob = quick.join("bob")
    async with quick.at_once():
        await bob.send(quick.quiet, f"<@{quick.client.user.id}>", reply_to=posted)
        await quick.alice.delete(posted)
    assert quick.replies(quick.quiet) == []
