"""Failures of Discord's CDN, and what the user reads."""

from __future__ import annotations

import socket
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

import pytest

from bot.rehearsal.cdn import Serve, serve
from engine import Engine
from tests.support.bot.patched_engine import NAME, PHOTO, PatchedEngine, one_card
from tests.support.bot.world import MESSAGES, World, small_world, text_of

EN = MESSAGES.words("en")
Handler = BaseHTTPRequestHandler


def status(code: int, **headers: str) -> Serve:
    def answer(request: Handler, _: bytes | None) -> None:
        request.send_response(code)
        for name, value in headers.items():
            request.send_header(name, value)
        request.end_headers()

    return answer


def too_much(request: Handler, _: bytes | None) -> None:
    request.send_response(200)
    request.end_headers()
    try:
        for _ in range(64):
            request.wfile.write(bytes(2**16))
    except OSError:
        return


def breaks_off(request: Handler, data: bytes | None) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "1000")
    request.end_headers()
    request.wfile.write(b"\xff\xd8")


def hangs_up(request: Handler, _: bytes | None) -> None:
    request.connection.shutdown(socket.SHUT_RDWR)


def at_first(fault: Serve, then: Serve) -> Serve:
    left = [fault]

    def answer(request: Handler, data: bytes | None) -> None:
        (left.pop() if left else then)(request, data)

    return answer


FAULTS: dict[str, tuple[Serve, str]] = {
    "gone": (status(404), EN.format("photo-gone")),
    "forbidden": (status(403), EN.format("photo-gone")),
    "fails twice": (status(500), EN.format("photo-not-had")),
    "rate-limited twice": (status(429, **{"Retry-After": "1"}), EN.format("photo-not-had")),
    "too many bytes": (too_much, EN.format("photo-too-large", mebibytes=1)),
    "truncated twice": (breaks_off, EN.format("photo-not-had")),
    "disconnects twice": (hangs_up, EN.format("photo-not-had")),
    "redirects": (status(302, Location="http://127.0.0.1:1/a.jpg"), EN.format("not-discord")),
}


@pytest.mark.parametrize(("fault", "text"), FAULTS.values(), ids=FAULTS)
async def test_a_failed_download_is_explained_to_the_asker(quick: World, fault: Serve, text: str):
    quick.cdn.serve = fault
    answer = await quick.alice.slash(quick.quiet, "identify", image=PHOTO)
    assert text_of(answer.response) == text


async def test_a_download_that_takes_too_long_is_reported(demo_engine: Engine):
    async with small_world(PatchedEngine(demo_engine, identify=one_card), download_timeout_s=0.0) as world:
        answer = await world.alice.slash(world.quiet, "identify", image=PHOTO)
        assert text_of(answer.response) == EN.format("photo-late")


@pytest.mark.parametrize("fault", [status(500), breaks_off, hangs_up])
async def test_a_download_that_succeeds_at_the_second_try_is_answered(quick: World, fault: Serve):
    quick.cdn.serve = at_first(fault, serve)
    await quick.post(quick.answered, PHOTO)
    (reply,) = quick.replies(quick.answered)
    assert NAME in text_of(reply)
    assert len(quick.cdn.asked) == 2


async def test_a_failed_download_is_reported_in_an_answered_channel_too(quick: World):
    quick.cdn.serve = status(500)
    await quick.post(quick.answered, PHOTO)
    (reply,) = quick.replies(quick.answered)
    assert text_of(reply) == EN.format("photo-not-had")


async def test_a_photo_that_is_gone_or_too_large_is_not_reported_there(quick: World):
    for fault in (status(404), too_much):
        quick.cdn.serve = fault
        await quick.post(quick.answered, PHOTO)
    assert quick.replies(quick.answered) == []


async def test_of_two_photos_one_is_answered_and_the_other_explained(quick: World):
    def half(request: Handler, data: bytes | None) -> None:
        serve(request, None if "gone" in request.path else data)

    quick.cdn.serve = half
    answer = await quick.alice.slash(quick.quiet, "identify", image=PHOTO, image2=("gone.jpg", b"x"))
    said = text_of(answer.response)
    assert NAME in said
    assert EN.format("photo-gone") in said


async def test_a_photo_declared_too_large_is_not_downloaded(quick: World, monkeypatch: pytest.MonkeyPatch):
    stored: Callable[..., list[dict]] = quick.env.backend.store_attachments

    def huge(*given) -> list[dict]:
        return [{**one, "size": 10**12} for one in stored(*given)]

    monkeypatch.setattr(quick.env.backend, "store_attachments", huge)
    mention = f"<@{quick.client.user.id}>"
    await quick.post(quick.quiet, PHOTO, text=mention)
    (reply,) = quick.replies(quick.quiet)
    assert text_of(reply) == EN.format("photo-too-large", mebibytes=1)
    assert quick.cdn.asked == []
