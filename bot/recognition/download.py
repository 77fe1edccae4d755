"""Downloads photos from Discord's CDN, and from nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import aiohttp
from tenacity import AsyncRetrying, RetryError, TryAgain, retry_if_exception_type, stop_after_attempt, wait_fixed
from yarl import URL

from bot.core.errors import DownloadError, PhotoGone, PhotoTooLarge, RefusedSource
from bot.core.settings import Settings

ATTEMPTS = 2
PAUSE_S = 0.5
"""Pause before the second attempt."""
CHUNK_BYTES = 64 * 1024
HEADERS = {"Accept-Encoding": "identity"}
"""Photos are compressed already, and a decompressed body could grow beyond the bytes counted."""
NOT_DISCORD = "not-discord"

Fetch = Callable[[str, int], Awaitable[bytes]]
"""Downloads a photo, given its URL and size in bytes; raises :class:`DownloadError`."""


def cdn_session() -> aiohttp.ClientSession:
    """Return a session that reveals nothing about us: no cookies, and no proxy or credentials from the environment."""
    return aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, auto_decompress=False)


class Downloader:
    """Downloads photos over HTTPS from allowed hosts, within limits on size and time.

    Args:
        session: the HTTP session; the caller closes it.
        hosts: allowed hosts, compared in full.
        max_bytes: longer bodies are refused, whatever their header says.
        timeout_s: seconds for all attempts together.
        schemes: only HTTPS, except in tests on loopback.
        pause_s: pause before the second attempt.
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
            url: the photo's URL, including its signature.
            size: the size in bytes according to Discord; the bytes received are counted as well.

        Raises:
            RefusedSource: the host or scheme isn't allowed, or the server redirects.
            PhotoGone: Discord no longer has the photo, or won't give it to us.
            PhotoTooLarge: more than ``max_bytes``.
            DownloadError: no valid response in time, not even at the second attempt.
        """
        address = self.check_address(url)
        if size > self._max_bytes:
            raise self._too_large()
        retrying = AsyncRetrying(
            retry=retry_if_exception_type((aiohttp.ClientError, TryAgain)),
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_fixed(self._pause_s),
        )
        try:
            async with asyncio.timeout(self._timeout_s):
                return await retrying(self._download, address)
        except TimeoutError:
            raise DownloadError("photo-late") from None
        except RetryError:
            raise DownloadError("photo-not-had") from None

    def check_address(self, url: str) -> URL:
        """Return a photo's URL, parsed; raises :class:`RefusedSource` unless its scheme and host are allowed."""
        try:
            address = URL(url)
        except (ValueError, IndexError):  # yarl 1.x raises IndexError for "http://[]@"
            raise RefusedSource(NOT_DISCORD) from None
        # Raw: decoding an "xn--…" host may raise, and no allowed host needs it.
        allowed = address.scheme in self._schemes and address.raw_host in self._hosts
        if not allowed or address.raw_user is not None or address.raw_password is not None:
            raise RefusedSource(NOT_DISCORD)
        return address

    async def _download(self, address: URL) -> bytes:
        """Return the body; raises TryAgain if another attempt may help."""
        async with self._session.get(address, allow_redirects=False, headers=HEADERS) as response:
            if response.status in (403, 404, 410):
                raise PhotoGone("photo-gone")
            if 300 <= response.status < 400:
                raise RefusedSource(NOT_DISCORD)
            if response.status != 200:
                raise TryAgain
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


def make_downloader(session: aiohttp.ClientSession, settings: Settings, **overrides: Any) -> Downloader:
    """Return a downloader within the operator's limits; ``overrides`` are for another CDN than Discord's."""
    options = {"hosts": settings.cdn_hosts, "max_bytes": settings.max_photo_bytes, **overrides}
    return Downloader(session, timeout_s=settings.download_timeout_s, **options)
