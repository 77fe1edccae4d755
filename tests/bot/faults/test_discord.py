"""Discord refuses, fails or disconnects while the bot answers."""

from __future__ import annotations

import aiohttp
import discord
import pytest

from bot.replies import send
from engine import Engine
from tests.support.bot.patched_engine import JPEG, NAME, OTHER, PHOTO, PatchedEngine, two_cards
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
    """Let the next ``times`` requests of the client raise an error."""
    request, left = world.client.http.request, [error] * times

    async def lost(route: discord.http.Route, **more):
        if left and route.method == method and route.path.endswith(ending):
            raise left.pop()
        return await request(route, **more)

    monkeypatch.setattr(world.client.http, "request", lost)


async def check_next_photo(world: World) -> None:
    """Check that the next photo is answered as usual, and that only its answer is stored."""
    await world.post(world.answered, PHOTO)
    (reply,) = world.replies(world.answered)
    assert NAME in text_of(reply)
    assert world.client.store.counts()["answers"] == 1


@pytest.mark.parametrize("status", STATUSES)
async def test_a_reply_that_cannot_be_sent_is_not_stored_and_the_next_one_is_sent(quick: World, status: int):
    quick.env.inject_error("POST", SENDING, status=status)
    await quick.post(quick.answered, PHOTO)
    assert quick.replies(quick.answered) == []
    await check_next_photo(quick)


@pytest.mark.parametrize("error", HANGS_UP, ids=lambda error: type(error).__name__)
async def test_a_reply_whose_connection_is_lost_is_not_stored(
    quick: World, monkeypatch: pytest.MonkeyPatch, error: Exception, caplog: pytest.LogCaptureFixture
):
    with monkeypatch.context() as patch:
        fails(quick, patch, error, "POST", "/messages")
        await quick.post(quick.answered, PHOTO)
    assert quick.replies(quick.answered) == []
    assert any(f"could not reply in {quick.answered.id}: {type(error).__name__}" in line for line in caplog.messages)
    await check_next_photo(quick)


@pytest.mark.parametrize("error", HANGS_UP, ids=lambda error: type(error).__name__)
async def test_a_connection_lost_once_costs_no_answer(quick: World, monkeypatch: pytest.MonkeyPatch, error: Exception):
    fails(quick, monkeypatch, error, "POST", "/messages", times=1)
    await check_next_photo(quick)


async def test_a_reply_sent_without_confirmation_is_sent_once_and_stored(quick: World, monkeypatch: pytest.MonkeyPatch):
    request, sent = quick.client.http.request, {}

    async def told_late(route: discord.http.Route, **more):
        if not (route.method == "POST" and route.path.endswith("/messages")):
            return await request(route, **more)
        nonce = more["json"]["nonce"]
        assert more["json"]["enforce_nonce"]
        if nonce in sent:
            # As Discord documents for a nonce it has seen.
            return sent[nonce]
        sent[nonce] = await request(route, **more)
        raise TimeoutError

    monkeypatch.setattr(quick.client.http, "request", told_late)
    await check_next_photo(quick)
    (reply,) = quick.replies(quick.answered)
    assert quick.answer_of(reply).reply_id == reply.id


@pytest.mark.parametrize("refusal", [Refusal.LOST, Refusal.CUT, Refusal.AWAY, Refusal.HANGS_UP], ids=str)
async def test_retries_by_discord_py_and_by_us_send_one_reply(quick: World, refusal: Refusal):
    let_it_refuse(quick.client).refusals.append(refusal)
    await check_next_photo(quick)


async def test_the_second_try_has_the_pictures_too(demo_engine: Engine, monkeypatch: pytest.MonkeyPatch):
    jpeg = demo_table_photo().jpeg
    async with small_world(PatchedEngine(demo_engine, identify=two_cards)) as world:
        fails(world, monkeypatch, TimeoutError(), "POST", "/messages", times=1)
        await world.post(world.answered, ("table.jpg", jpeg))
        (reply,) = world.replies(world.answered)
        (picture,) = reply.attachments
        assert (await picture.read())[:2] == JPEG[:2]


@pytest.mark.parametrize("status", STATUSES)
async def test_a_failed_typing_indicator_does_not_prevent_the_answer(quick: World, status: int):
    quick.env.inject_error("POST", TYPING, status=status, times=None)
    await quick.post(quick.quiet, PHOTO, text=f"<@{quick.client.user.id}>")
    (reply,) = quick.replies(quick.quiet)
    assert NAME in text_of(reply)


@pytest.mark.parametrize(("status", "code"), [(404, 10003), (403, 50013), (403, 50001), (400, 50083)])
async def test_a_deleted_or_locked_channel_costs_one_request(quick: World, status: int, code: int):
    quick.env.inject_error("POST", SENDING, status=status, code=code, times=None)
    await quick.post(quick.answered, PHOTO)
    assert len([r for r in quick.env.http_requests if r.method == "POST" and r.path.endswith("/messages")]) == 1
    assert quick.client.store.counts()["answers"] == 0


async def test_an_expired_interaction_is_ignored(quick: World):
    quick.env.inject_error("POST", CALLBACK, status=404, code=10062)
    answer = await quick.alice.slash(quick.quiet, "identify", image=PHOTO)
    assert answer.response is None
    assert not [r for r in quick.env.http_requests if r.path.startswith("/webhooks")]
    quick.env.errors.clear()


@pytest.mark.parametrize("status", STATUSES)
async def test_a_failed_defer_is_reported(quick: World, status: int):
    quick.env.inject_error("POST", CALLBACK, status=status)
    answer = await quick.alice.slash(quick.quiet, "identify", image=PHOTO)
    assert "(code " in answer.response.content


@pytest.mark.parametrize("status", STATUSES)
async def test_a_failed_answer_to_a_command_is_reported(quick: World, status: int):
    quick.env.inject_error("POST", FOLLOWUP, status=status)
    answer = await quick.alice.slash(quick.quiet, "identify", image=PHOTO)
    assert "(code " in answer.response.content
    assert quick.client.store.counts()["answers"] == 0


async def correct(world: World) -> None:
    """Correct the only answer, as a user does."""
    (reply,) = world.replies(world.answered)
    panel = (await world.alice.click(reply, custom_id=control(reply, "wrong"))).response
    await world.alice.select(panel, [OTHER], custom_id=control(panel, "name"))


@pytest.mark.parametrize("status", STATUSES)
async def test_a_correction_that_cannot_be_shown_is_stored_and_shown_by_the_next_one(quick: World, status: int):
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


async def test_a_photo_deleted_while_it_is_processed_is_not_answered(quick: World):
    async with quick.at_once():
        asked = await quick.post(quick.answered, PHOTO)
        await quick.alice.delete(asked)
    assert quick.replies(quick.answered) == []
    assert quick.client.store.counts()["answers"] == 0
    await check_next_photo(quick)


async def test_a_photo_that_somebody_else_asked_about_can_be_deleted_by_its_poster(quick: World):
    posted = await quick.post(quick.quiet, PHOTO)
    bob = quick.join("bob")
    async with quick.at_once():
        await bob.send(quick.quiet, f"<@{quick.client.user.id}>", reply_to=posted)
        await quick.alice.delete(posted)
    assert quick.replies(quick.quiet) == []
