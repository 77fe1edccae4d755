"""The HTTP client: pauses, retries, time-outs and allowed hosts are handled here and nowhere else."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Self, TypeVar
from urllib.parse import urljoin

import aiohttp
from tenacity import AsyncRetrying, RetryError, retry_if_exception_type, stop_after_attempt, wait_random_exponential
from yarl import URL

from training.scryfall.errors import ForeignHost, NotFound, Refused, Unreachable
from training.scryfall.http_resume import IDENTITY, retry_after_s, usable_etag
from training.scryfall.options import Politeness
from training.scryfall.records import describe
from training.scryfall.state import SyncState

HEADERS = {"User-Agent": f"cardglass/{version('cardglass')}", "Accept": "application/json;q=0.9,*/*;q=0.8"}
"""Every host of Scryfall's refuses requests without either of these."""
FILES_DOMAIN = ".scryfall.io"
"""End of the names of the hosts that serve Scryfall's files."""
MAX_REDIRECTS = 3
MAX_PICTURE_BYTES = 20_000_000
MAX_JSON_BYTES = 30_000_000
"""Of a JSON answer; the list of all sets, the largest, has one or two million."""
_T = TypeVar("_T")


class TransientFailure(Exception):
    """A failure that may be gone at the next attempt."""


TRANSIENT_ERRORS = (TransientFailure, aiohttp.ClientError, TimeoutError, ConnectionError)
"""Worth another attempt; a full disk, also an OSError, is not."""


@dataclass(frozen=True, slots=True)
class ApiResponse:
    """A JSON answer, and its ETag."""

    body: dict[str, Any]
    etag: str


class ScryfallClient:
    """A client of one API server and of Scryfall's file hosts; an async context manager."""

    def __init__(self, api: str, politeness: Politeness, state: SyncState) -> None:
        self.api, self.politeness, self._state = api.rstrip("/"), politeness, state
        # The first call waits, too: another run may just have ended.
        self._next_call = time.monotonic() + politeness.between_calls
        self._between_calls = politeness.between_calls

    async def __aenter__(self) -> Self:
        connect, silence = self.politeness.connect, self.politeness.silence
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=connect, sock_read=silence)
        self._session = aiohttp.ClientSession(headers=HEADERS, timeout=timeout)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        # Connections are closed in the event loop's next turn.
        await asyncio.sleep(0)

    async def get_json(self, address: str, etag: str = "") -> ApiResponse | None:
        """Call the API; only one call at a time is allowed.

        Args:
            address: a path, or a whole address such as that of a next page.
            etag: of an earlier answer; None is returned while that is still current.

        Raises:
            NotFound, Refused, Unreachable, ForeignHost: there is none.
        """
        url = join_url(self.api + "/", address)
        headers = {"If-None-Match": etag} if etag else {}

        async def attempt() -> ApiResponse | None:
            async with self.open(url, headers, is_call=True) as response:
                if response.status == HTTPStatus.NOT_MODIFIED and etag:
                    return None
                body = await self._read_body(response, url, MAX_JSON_BYTES)
                return ApiResponse(parse_object(body, url), usable_etag(response.headers.get("ETag")))

        return await self.retry(attempt, url)

    async def get_picture(self, url: str) -> bytes:
        """Return the bytes of a picture.

        Raises:
            NotFound: there is no picture, or something else than a picture.
            Refused, Unreachable, ForeignHost: it can't be fetched.
        """

        async def attempt() -> bytes:
            async with self.open(url, IDENTITY) as response:
                if not response.content_type.startswith("image/"):
                    raise NotFound(f"{url} is not a picture but {response.content_type}.")
                return await self._read_body(response, url, MAX_PICTURE_BYTES)

        return await self.retry(attempt, url)

    async def _read_body(self, response: aiohttp.ClientResponse, url: str, limit: int) -> bytes:
        body = b""
        async with asyncio.timeout(self.politeness.answer):
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > limit:
                    raise NotFound(f"{url} has more than {limit:,} bytes, too many for an answer of this kind.")
        return body

    async def retry(self, attempt: Callable[[], Awaitable[_T]], url: str) -> _T:
        """Return the result of an attempt, repeated after growing random waits while it fails transiently."""
        attempts = AsyncRetrying(
            stop=stop_after_attempt(self.politeness.attempts),
            wait=wait_random_exponential(self.politeness.first_wait, self.politeness.longest_wait),
            retry=retry_if_exception_type(TRANSIENT_ERRORS),
        )
        try:
            return await attempts(attempt)
        except RetryError as error:
            cause = error.last_attempt.exception()
            raise Unreachable(
                f"{url} could not be fetched in {self.politeness.attempts} attempts "
                f"({type(cause).__name__}: {cause}). Run again later."
            ) from cause

    @asynccontextmanager
    async def open(
        self, url: str, headers: Mapping[str, str], *, is_call: bool = False
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Yield the answer to one request, its status below 300, 304 or 416; redirects to allowed hosts are followed.

        Args:
            url: the address.
            headers: in addition to those of every request.
            is_call: whether this is a call of the API, which must wait for its turn.
        """
        for _ in range(1 + MAX_REDIRECTS):
            check_host(url, self.api)
            # Again after waking: another download may have set a pause meanwhile.
            while pause := self._state.pause:  # noqa: ASYNC110 - the pause may also be an earlier run's
                await asyncio.sleep(pause)
            if is_call:
                await asyncio.sleep(max(0.0, self._next_call - time.monotonic()))
            try:
                async with self._session.get(url, headers=headers, allow_redirects=False) as response:
                    if (target := response.headers.get("Location")) and response.status // 100 == 3:
                        url = join_url(url, target)
                        continue
                    await self._check_status(response, url)
                    yield response
                    return
            finally:
                # Counted from the answer, so that no delay on the way brings two calls closer together.
                self._next_call = time.monotonic() + self._between_calls
        raise Refused(f"{url}: redirected more than {MAX_REDIRECTS} times.")

    async def _check_status(self, response: aiohttp.ClientResponse, url: str) -> None:
        status = response.status
        asked = retry_after_s(response.headers.get("Retry-After", ""))
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            self._state.set_pause(max(self.politeness.lockout, asked))
            self._between_calls *= 2
            raise TransientFailure("too many requests (429)")
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            if asked:
                self._state.set_pause(asked)
            raise TransientFailure(f"status {status}")
        if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            raise NotFound(f"{url} does not exist ({status}).")
        if status >= HTTPStatus.BAD_REQUEST and status != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            details = (await response.content.read(500)).decode(errors="replace")
            raise Refused(f"{url} was refused ({status}): {details}. Is there a newer version of this program?")


def parse_object(body: bytes, url: str) -> dict[str, Any]:
    """Return the JSON object in an answer; anything else is a :class:`TransientFailure`, such as a login page."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise TransientFailure(f"{url} is not a JSON object")
    return value


def check_host(url: str, api: str) -> None:
    """Raise :class:`ForeignHost` unless an address is a file of Scryfall's (by https) or on the API's own host."""
    if not (url.isascii() and url.isprintable()):
        raise ForeignHost(f"{describe(url)} is not a valid address (it has unusual characters): it is not requested.")
    try:
        # Parsed as aiohttp will parse it.
        address = URL(url)
    except (ValueError, IndexError) as error:  # yarl 1.x raises an IndexError for "//a]b[@"
        raise ForeignHost(f"{describe(url)} is not a valid address ({error}): it is not requested.") from error
    home = URL(api)
    # Raw: turning "xn--…" into letters may raise, and no allowed host needs it.
    at_home = (address.scheme, address.raw_authority) == (home.scheme, home.raw_authority)
    if not at_home and not (address.scheme == "https" and (address.raw_host or "").endswith(FILES_DOMAIN)):
        raise ForeignHost(
            f"{url} is neither at {home.raw_authority} nor at *{FILES_DOMAIN}: it is not requested. "
            "If the server is a mirror, let it hand out links to itself."
        )


def join_url(base: str, address: str) -> str:
    """Return an address that may be relative to another; raises :class:`ForeignHost` if it is not one."""
    try:
        return urljoin(base, address)
    except ValueError as error:
        raise ForeignHost(f"{describe(address)} is not a valid address ({error}): it is not requested.") from error
