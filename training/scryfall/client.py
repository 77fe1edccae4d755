"""One polite HTTP client: pauses, attempts, time-outs and allowed hosts are seen to here and nowhere else."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from importlib.metadata import version
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp
from tenacity import AsyncRetrying, RetryError, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from training.scryfall.errors import NotThere, Refused, Unreachable
from training.scryfall.hosts import check_host, joined
from training.scryfall.options import Politeness
from training.scryfall.state import LONGEST_PAUSE, State

HEADERS = {"User-Agent": f"cardglass/{version('cardglass')}", "Accept": "application/json;q=0.9,*/*;q=0.8"}
"""Scryfall refuses whoever leaves one out, on every host."""
UNPACKED = {"Accept-Encoding": "identity"}
"""For files: they come as they lie there, so that a part of one can be continued."""
MOST_REDIRECTS = 3
MOST_PICTURE_BYTES = 20_000_000
MOST_ANSWER_BYTES = 30_000_000
"""Of a JSON answer; that with all sets, the largest, has one or two million."""
SERVER_FAULT = 500
_T = TypeVar("_T")


class Transient(Exception):
    """A failure that may be gone at the next attempt."""


FAILURES = (Transient, aiohttp.ClientError, TimeoutError, ConnectionError)
"""What is worth another attempt; a full disk, also an OSError, is not."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON answer, and the tag by which the server recognises it."""

    body: dict[str, Any]
    etag: str


class Web:
    """A client of one server and Scryfall's hosts of files; to be entered before use."""

    def __init__(self, api: str, politeness: Politeness, state: State) -> None:
        self.api, self.politeness, self._state = api.rstrip("/"), politeness, state
        self._calling = asyncio.Lock()
        # Also the first waits: another run may just have ended.
        self._next_call = time.monotonic() + politeness.between_calls
        self._between_calls = politeness.between_calls

    async def __aenter__(self) -> Self:
        timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=self.politeness.connect, sock_read=self.politeness.silence
        )
        self._session = aiohttp.ClientSession(headers=HEADERS, timeout=timeout)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()
        # Connections are closed in the event loop's next turn.
        await asyncio.sleep(0)

    async def call(self, address: str, etag: str = "") -> Answer | None:
        """Ask the API.

        Args:
            address: a path, or a whole address such as that of a next page.
            etag: of an earlier answer.

        Returns:
            The answer, or None where it is still that of ``etag``.

        Raises:
            NotThere, Refused, Unreachable, ForeignHost: there is none.
        """
        url = joined(self.api + "/", address)
        headers = {"If-None-Match": etag} if etag else {}

        async def once() -> Answer | None:
            async with self._calling, self.opened(url, headers, self._in_turn) as response:
                if response.status == HTTPStatus.NOT_MODIFIED and etag:
                    return None
                body = await self._body(response, url, MOST_ANSWER_BYTES)
                return Answer(_json(body, url), tag_in(response.headers.get("ETag")))

        return await self.again(once, url)

    async def picture(self, url: str) -> bytes:
        """Return the body of a picture's address.

        Raises:
            NotThere: there is no picture, or something else than a picture.
            Refused, Unreachable, ForeignHost: it can't be had.
        """

        async def once() -> bytes:
            async with self.opened(url, UNPACKED) as response:
                if not response.content_type.startswith("image/"):
                    raise NotThere(f"{url} is no picture but {response.content_type}.")
                return await self._body(response, url, MOST_PICTURE_BYTES)

        return await self.again(once, url)

    async def _body(self, response: aiohttp.ClientResponse, url: str, most: int) -> bytes:
        body = b""
        async with asyncio.timeout(self.politeness.answer):
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > most:
                    raise NotThere(f"{url} has more than {most:,} bytes, too many for what it should be.")
        return body

    async def again(self, once: Callable[[], Awaitable[_T]], url: str) -> _T:
        """Return what an attempt gives, repeated with growing random waits while it fails for the moment."""

        async def attempt() -> _T:
            return await once()

        wait = wait_random_exponential(self.politeness.first_wait, self.politeness.longest_wait)
        attempts = AsyncRetrying(
            stop=stop_after_attempt(self.politeness.attempts), wait=wait, retry=retry_if_exception_type(FAILURES)
        )
        try:
            return await attempts(attempt)
        except RetryError as error:
            cause = error.last_attempt.exception()
            raise Unreachable(
                f"{url} could not be had in {self.politeness.attempts} attempts "
                f"({type(cause).__name__}: {cause}). Run again later."
            ) from cause

    @asynccontextmanager
    async def opened(
        self, url: str, headers: Mapping[str, str], turn: Callable[[], AbstractAsyncContextManager[None]] = nullcontext
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Give the answer of one request, its status below 300, 304 or 416; redirects are followed to allowed hosts.

        Args:
            url: what is asked for.
            headers: besides those of every request.
            turn: entered for every single request, to wait for its time.
        """
        for _ in range(1 + MOST_REDIRECTS):
            check_host(url, self.api)
            await self._pause_over()
            async with turn(), self._session.get(url, headers=headers, allow_redirects=False) as response:
                if (target := response.headers.get("Location")) and response.status // 100 == 3:
                    url = joined(url, target)
                    continue
                await self._check(response, url)
                yield response
                return
        raise Refused(f"{url}: redirected more than {MOST_REDIRECTS} times.")

    @asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        await asyncio.sleep(max(0.0, self._next_call - time.monotonic()))
        try:
            yield
        finally:
            # Counted from the answer, so that no delay on the way brings two calls closer together.
            self._next_call = time.monotonic() + self._between_calls

    async def _pause_over(self) -> None:
        # Once more after waking: meanwhile another download may have been told to pause.
        if pause := self._state.pause:
            await asyncio.sleep(pause)
            await self._pause_over()

    async def _check(self, response: aiohttp.ClientResponse, url: str) -> None:
        status = response.status
        asked = _seconds(response.headers.get("Retry-After", ""))
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            self._state.set_pause(max(self.politeness.lockout, asked))
            self._between_calls *= 2
            raise Transient("asked too often (429)")
        if status >= SERVER_FAULT:
            if asked:
                self._state.set_pause(asked)
            raise Transient(f"answer {status}")
        if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            raise NotThere(f"{url}: nothing is there ({status}).")
        if status >= HTTPStatus.BAD_REQUEST and status != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            details = (await response.content.read(500)).decode(errors="replace")
            raise Refused(f"{url} was refused ({status}): {details}. Is there a newer version of this program?")


def _json(body: bytes, url: str) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Transient(f"{url} is no JSON") from error
    if not isinstance(value, dict):
        raise Transient(f"{url} is no JSON object")
    return value


def tag_in(header: object) -> str:
    """Return an ETag that can be sent back as it is; nothing where there is none."""
    return header if isinstance(header, str) and header.isascii() and header.isprintable() else ""


def _seconds(retry_after: str) -> float:
    """Return the seconds of a ``Retry-After``, which may also name a time; 0 where there is none."""
    if retry_after.isdecimal():
        return min(float(retry_after), LONGEST_PAUSE)
    try:
        seconds = (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds()
        return min(max(seconds, 0.0), LONGEST_PAUSE)
    except (ValueError, TypeError, OverflowError):
        return 0.0
