"""The downloader against a real HTTP server on loopback that behaves as badly as a test asks it to."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import DownloadError, PhotoGone, PhotoTooLarge, RefusedSource
from bot.recognition.download import Downloader, cdn_session

LOOPBACK = "127.0.0.1"
PHOTO = bytes(range(256)) * 40
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Cdn:
    """The server's address, what it was asked for, and a downloader that may ask it."""

    server: TestServer
    downloader: Downloader
    asked: list[str] = field(default_factory=list)

    def url(self, path: str = "/photo.jpg") -> str:
        return str(self.server.make_url(path))


@asynccontextmanager
async def cdn(handler: Handler, *, max_bytes: int = 1_000_000, timeout_s: float = 30.0) -> AsyncIterator[Cdn]:
    app = web.Application()
    server = TestServer(app, host=LOOPBACK)
    async with cdn_session() as session:
        downloader = Downloader(
            session, hosts={LOOPBACK}, schemes={"http"}, max_bytes=max_bytes, timeout_s=timeout_s, pause_s=0
        )
        world = Cdn(server, downloader)

        async def recorded(request: web.Request) -> web.StreamResponse:
            world.asked.append(request.path_qs)
            return await handler(request)

        app.router.add_get("/{path:.*}", recorded)
        async with server:
            yield world


async def give_photo(_: web.Request) -> web.StreamResponse:
    return web.Response(body=PHOTO)


def statuses(*codes: int) -> Handler:
    """Answer with these codes in turn; a 200 brings the photo."""
    left = list(codes)

    async def answer(_: web.Request) -> web.StreamResponse:
        code = left.pop(0)
        return web.Response(status=code, body=PHOTO if code == 200 else b"")

    return answer


async def test_photo_and_signed_url_are_transferred_unchanged():
    async with cdn(give_photo) as world:
        assert await world.downloader.fetch(world.url("/a/photo%20one.jpg?ex=66&is=65&hm=0a"), len(PHOTO)) == PHOTO
        assert world.asked == ["/a/photo%20one.jpg?ex=66&is=65&hm=0a"]


@pytest.mark.parametrize(
    "address",
    [
        "https://{host}:{port}/photo.jpg",
        "file:///etc/hostname",
        "http://localhost:{port}/photo.jpg",
        "http://{host}.evil.example:{port}/photo.jpg",
        "http://evil.example/{host}/photo.jpg",
        "http://{host}@evil.example:{port}/photo.jpg",
        "http://user:word@{host}:{port}/photo.jpg",
        "http://:word@{host}:{port}/photo.jpg",
        "http://[::1/photo.jpg",
        "http://[]@",
        "http://xn--a/photo.jpg",
        "http://{host}:99999999/photo.jpg",
        "//{host}:{port}/photo.jpg",
        "photo.jpg",
        "",
    ],
)
async def test_other_hosts_and_schemes_are_refused(address: str):
    async with cdn(give_photo) as world:
        with pytest.raises(RefusedSource):
            await world.downloader.fetch(address.format(host=LOOPBACK, port=world.server.port), len(PHOTO))
        assert world.asked == []


@given(st.lists(st.sampled_from(["http", "https", *"/:@[]?#%.\\ é", "xn--", "::1", LOOPBACK]) | st.text(max_size=5)))
def test_any_other_address_is_refused_with_a_message(pieces: list[str]):
    async def fetch() -> None:
        async with cdn_session() as session:
            nowhere = Downloader(session, hosts=(), schemes={"http", "https"}, max_bytes=1, timeout_s=1)
            await nowhere.fetch("http://" + "".join(pieces), 1)

    with pytest.raises(RefusedSource):
        asyncio.run(fetch())


async def test_a_redirect_is_not_followed():
    async def elsewhere(_: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/secret")

    async with cdn(elsewhere) as world:
        with pytest.raises(RefusedSource):
            await world.downloader.fetch(world.url(), len(PHOTO))
        assert world.asked == ["/photo.jpg"]


@pytest.mark.parametrize("code", [403, 404, 410])
async def test_a_photo_that_is_gone_is_requested_once(code: int):
    async with cdn(statuses(code)) as world:
        with pytest.raises(PhotoGone, match="photo-gone"):
            await world.downloader.fetch(world.url(), len(PHOTO))
        assert len(world.asked) == 1


@pytest.mark.parametrize("codes", [(500, 200), (503, 200), (429, 200)])
async def test_a_transient_failure_is_retried(codes: tuple[int, ...]):
    async with cdn(statuses(*codes)) as world:
        assert await world.downloader.fetch(world.url(), len(PHOTO)) == PHOTO
        assert len(world.asked) == len(codes)


async def test_a_lasting_failure_is_reported_after_two_attempts():
    async with cdn(statuses(500, 500, 200)) as world:
        with pytest.raises(DownloadError, match="photo-not-had"):
            await world.downloader.fetch(world.url(), len(PHOTO))
        assert len(world.asked) == 2


async def test_a_photo_too_large_according_to_discord_is_not_requested():
    async with cdn(give_photo, max_bytes=len(PHOTO) - 1) as world:
        with pytest.raises(PhotoTooLarge):
            await world.downloader.fetch(world.url(), len(PHOTO))
        assert world.asked == []


async def test_requests_reveal_nothing_and_ask_for_uncompressed_bytes(monkeypatch: pytest.MonkeyPatch):
    seen: list[web.Request] = []

    async def set_a_cookie(request: web.Request) -> web.StreamResponse:
        seen.append(request)
        response = web.Response(body=PHOTO)
        response.set_cookie("who", "you")
        return response

    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    async with cdn(set_a_cookie) as world:
        for _ in range(2):
            await world.downloader.fetch(world.url(), len(PHOTO))
    for request in seen:
        assert request.headers["Accept-Encoding"] == "identity"
        assert not {"Authorization", "Cookie"} & set(request.headers)


async def test_a_compressed_body_is_not_decompressed():
    packed = zlib.compress(bytes(1_000_000))

    async def bomb(_: web.Request) -> web.StreamResponse:
        return web.Response(body=packed, headers={"Content-Encoding": "deflate"})

    async with cdn(bomb, max_bytes=len(packed)) as world:
        assert await world.downloader.fetch(world.url(), 1) == packed


async def test_a_photo_too_large_according_to_its_header_is_refused_unread():
    leave = asyncio.Event()

    async def announce(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(PHOTO))})
        await response.prepare(request)
        await leave.wait()
        return response

    async with cdn(announce, max_bytes=len(PHOTO) - 1) as world:
        with pytest.raises(PhotoTooLarge):
            await world.downloader.fetch(world.url(), 1)
        assert len(world.asked) == 1
        leave.set()


async def test_a_photo_of_exactly_the_allowed_size_is_accepted():
    async with cdn(give_photo, max_bytes=len(PHOTO)) as world:
        assert await world.downloader.fetch(world.url(), len(PHOTO)) == PHOTO


async def test_a_stream_of_unknown_size_is_refused_once_it_is_too_large():
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(bytes(65536))
            sent += 65536

    async with cdn(endless, max_bytes=300_000) as world:
        with pytest.raises(PhotoTooLarge):
            await world.downloader.fetch(world.url(), 1)
    # What was on its way in socket buffers is lost, not kept.
    assert sent < 50_000_000


async def test_a_broken_connection_is_retried_and_never_yields_half_a_photo():
    async def half(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(PHOTO))})
        await response.prepare(request)
        await response.write(PHOTO[:100])
        assert request.transport is not None
        request.transport.close()
        return response

    async with cdn(half) as world:
        with pytest.raises(DownloadError):
            await world.downloader.fetch(world.url(), len(PHOTO))
        assert len(world.asked) == 2


async def test_a_server_that_never_responds_times_out():
    leave = asyncio.Event()

    async def silent(_: web.Request) -> web.StreamResponse:
        await leave.wait()
        return web.Response()

    async with cdn(silent, timeout_s=0.1) as world:
        with pytest.raises(DownloadError, match="photo-late"):
            await world.downloader.fetch(world.url(), len(PHOTO))
        leave.set()


async def test_an_unreachable_server_is_reported_with_a_message():
    async with cdn(give_photo) as world:
        address = world.url()
        await world.server.close()
        with pytest.raises(DownloadError, match="photo-not-had"):
            await world.downloader.fetch(address, len(PHOTO))
