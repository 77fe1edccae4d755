"""Download one file from a web server, resuming partial downloads and retrying with growing pauses."""

from __future__ import annotations

import ipaddress
import sys
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import urllib3
from tenacity import RetryCallState, Retrying, retry_if_exception_type
from tqdm import tqdm
from urllib3.exceptions import HTTPError

from training.data.errors import CommandError
from training.scryfall.http_resume import CHUNK, IDENTITY, PartialFile, retry_after_s

ATTEMPTS = 6
"""In a row without a single new byte."""
FIRST_PAUSE_S, MAX_PAUSE_S = 1.0, 60.0
CONNECT_S, READ_S = 10.0, 30.0
"""Seconds to connect, and between two packets."""
MAX_TOTAL_S = 4 * 3600
"""Give up after that even if the server still sends a byte now and then."""
MAX_BYTES = 4 << 30
MAX_REDIRECTS = 5
HEADERS = {"User-Agent": "cardglass", "Accept": "*/*", **IDENTITY}
TRANSIENT_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
"""HTTP statuses worth another attempt."""


class _TransientFailure(HTTPError):
    """One attempt failed; the next may not. ``pause_s`` is what the server asked to wait, seconds."""

    def __init__(self, message: str, pause_s: float = 0.0) -> None:
        super().__init__(message)
        self.pause_s = pause_s


def check_address(url: str) -> None:
    """Raise :class:`CommandError` unless an address is https, or http on this machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https" and host:
        return
    try:
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = host == "localhost"
    if parts.scheme != "http" or not is_loopback:
        raise CommandError(f"{url} is not downloaded: give an address that begins with https://.")


def download(url: str, part: Path, pause: Callable[[float], None] = time.sleep) -> None:
    """Download a file, or what is missing of it.

    Args:
        url: its address.
        part: where it goes; bytes that are there already are kept.
        pause: waits for a number of seconds.

    Raises:
        CommandError: it does not exist, is too large or not https, or all attempts fail.
        OSError: it can't be written.
    """
    http = urllib3.PoolManager(timeout=urllib3.Timeout(connect=CONNECT_S, read=READ_S), retries=False)
    deadline = time.monotonic() + MAX_TOTAL_S
    received = PartialFile(part)
    failures = 0

    def fetch_rest() -> None:
        nonlocal failures
        before = received.size
        try:
            _fetch_rest(http, url, received, deadline)
        except HTTPError:
            # Only attempts without a new byte count.
            failures = 1 if received.size > before else failures + 1
            raise

    def pause_s(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked_s = error.pause_s if isinstance(error, _TransientFailure) else 0.0
        return min(MAX_PAUSE_S, max(asked_s, FIRST_PAUSE_S * 2.0 ** (failures - 1)))

    retrying = Retrying(
        sleep=pause,
        stop=lambda _: failures >= ATTEMPTS or time.monotonic() > deadline,
        wait=pause_s,
        retry=retry_if_exception_type(HTTPError),
        reraise=True,
    )
    try:
        retrying(fetch_rest)
    except HTTPError as error:
        raise CommandError(
            f"{url} can't be downloaded: {error}. What came is kept; the same command continues from there."
        ) from error


def _fetch_rest(http: urllib3.PoolManager, url: str, part: PartialFile, deadline: float) -> None:
    before = part.size
    with _request(http, url, part.range_headers()) as response:
        content_range = response.headers.get("Content-Range", "")
        if response.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and before:
            if content_range.endswith(f"/{before}"):
                return
            part.discard()
            raise _TransientFailure("the file on the server has changed")
        if response.status in TRANSIENT_STATUSES:
            asked_s = retry_after_s(response.headers.get("Retry-After", ""))
            raise _TransientFailure(f"the server answers {response.status}", asked_s)
        if response.status not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
            raise CommandError(f"{url}: the server answers {response.status}. Check the address.")
        continues = part.is_continued_by(response.status, content_range)
        if response.status == HTTPStatus.PARTIAL_CONTENT and not continues:
            part.discard()
            raise _TransientFailure("the server sends another part than was asked for")
        _write(response, part.path, before if continues else 0, deadline)


def _request(http: urllib3.PoolManager, url: str, headers: dict[str, str]) -> urllib3.BaseHTTPResponse:
    """Return the head of the answer; every address a redirect leads to is checked."""
    target = url
    for _ in range(MAX_REDIRECTS + 1):
        check_address(target)
        response = http.request("GET", target, headers=HEADERS | headers, redirect=False, preload_content=False)
        location = response.get_redirect_location()
        if not location:
            return response
        response.close()
        target = urljoin(target, location)
    raise CommandError(f"{url} redirects from one address to the next without end.")


def _write(response: urllib3.BaseHTTPResponse, path: Path, start: int, deadline: float) -> None:
    """Append the body to the first ``start`` bytes."""
    length = response.headers.get("Content-Length", "")
    total = start + int(length) if length.isdecimal() else None
    too_large = CommandError(f"The file on the server has more than {MAX_BYTES:,} bytes: it is not an archive of ours.")
    if total is not None and total > MAX_BYTES:
        raise too_large
    progress = tqdm(None, "download", total, initial=start, unit="B", unit_scale=True, file=sys.stderr)
    with progress, path.open("ab" if start else "wb") as file:
        for data in response.stream(CHUNK, decode_content=False):
            file.write(data)
            progress.update(len(data))
            if file.tell() > MAX_BYTES:
                raise too_large
            if time.monotonic() > deadline:
                raise _TransientFailure("it takes too long")
