"""Addresses -> bytes: photos from Discord's CDN, and from nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection

import aiohttp
from yarl import URL

from bot.core.errors import DownloadError, PhotoGone, PhotoTooLarge, RefusedSource

TRIES = 2
PAUSE_S = 0.5
"""Pause before the second try."""
CHUNK_BYTES = 64 * 1024
HEADERS = {"Accept-Encoding": "identity"}
"""Photos are compressed already; a body that unpacks itself could grow beyond what was counted."""
NOT_DISCORD = "not-discord"


Fetch = Callable[[str, int], Awaitable[bytes]]
"""Returns the bytes of a photo, given its address and size; raises :class:`DownloadError`."""


def cdn_session() -> aiohttp.ClientSession:
    """Return a session that brings nothing of ours along: no cookies, no proxy or password of the environment."""
    return aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, auto_decompress=False)


class Downloader:
    """Fetches photos over HTTPS from allowed hosts, within limits of bytes and time.

    Args:
        session: the HTTP session; it stays the caller's to close.
        hosts: hosts that may be asked, compared whole.
        max_bytes: longer bodies are refused, whatever their header says.
        timeout_s: seconds for all tries together.
        schemes: HTTPS alone, except in tests on loopback.
        pause_s: pause before the second try.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        hosts: Collection[str],
        max_bytes: int,
        timeout_s: float,
        schemes: Collection[str] = ("https",),
        pause_s: float = PAUSE_S,
    ) -> None:
        self._session, self._hosts, self._schemes = session, frozenset(hosts), frozenset(schemes)
        self._max_bytes, self._timeout_s, self._pause_s = max_bytes, timeout_s, pause_s

    async def fetch(self, url: str, size: int) -> bytes:
        """Return the bytes at ``url``.

        Args:
            url: the photo's address, with its signature.
            size: bytes that Discord says it has; what really comes is counted, too.

        Raises:
            RefusedSource: not an allowed host or scheme, or it redirects.
            PhotoGone: Discord has it no more, or not for us.
            PhotoTooLarge: more than ``max_bytes``.
            DownloadError: no answer in time, or broken ones, also at the second try.
        """
        address = self._allowed(url)
        if size > self._max_bytes:
            raise self._too_large()
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._try_again(address)
        except TimeoutError:
            raise DownloadError("photo-late") from None

    def _allowed(self, url: str) -> URL:
        try:
            address = URL(url)
        except (ValueError, IndexError):  # yarl 1.x stumbles over "http://[]@" rather than saying what is wrong
            raise RefusedSource(NOT_DISCORD) from None
        # Raw: turning "xn--…" into letters may raise, and no allowed host needs it.
        known = address.scheme in self._schemes and address.raw_host in self._hosts
        if not known or address.raw_user is not None or address.raw_password is not None:
            raise RefusedSource(NOT_DISCORD)
        return address

    async def _try_again(self, address: URL) -> bytes:
        for number in range(TRIES):
            if number:
                await asyncio.sleep(self._pause_s)
            try:
                body = await self._try(address)
            except aiohttp.ClientError:
                continue
            if body is not None:
                return body
        raise DownloadError("photo-not-had")

    async def _try(self, address: URL) -> bytes | None:
        """Return the body, None where another try may help."""
        async with self._session.get(address, allow_redirects=False, headers=HEADERS) as response:
            if response.status in (403, 404, 410):
                raise PhotoGone("photo-gone")
            if 300 <= response.status < 400:
                raise RefusedSource(NOT_DISCORD)
            if response.status != 200:
                return None
            return await self._read(response)

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        if (response.content_length or 0) > self._max_bytes:
            raise self._too_large()
        body = bytearray()
        async for chunk in response.content.iter_chunked(CHUNK_BYTES):
            body += chunk
            if len(body) > self._max_bytes:
                raise self._too_large()
        return bytes(body)

    def _too_large(self) -> PhotoTooLarge:
        return PhotoTooLarge("photo-too-large", mebibytes=self._max_bytes // 2**20)
