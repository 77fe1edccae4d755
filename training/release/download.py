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
from tenacity import RetryCallState, RetryError, Retrying, retry_if_exception_type
from tqdm import tqdm
from urllib3.exceptions import HTTPError

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
TRANSIENT_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
"""HTTP statuses that may be gone at the next attempt."""


class DownloadError(RuntimeError):
    """The file can't be downloaded; the message says why and what to do."""


class _TransientFailure(Exception):
    """One attempt failed; the next may not.

    Attributes:
        pause_s: what the server asked to wait, seconds.
    """

    def __init__(self, message: str, pause_s: float = 0.0) -> None:
        super().__init__(message)
        self.pause_s = pause_s


def check_address(url: str) -> None:
    """Raise :class:`DownloadError` unless an address is https, or http on this machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https" and host:
        return
    try:
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = host == "localhost"
    if parts.scheme != "http" or not is_loopback:
        raise DownloadError(f"{url} is not downloaded: give an address that begins with https://.")


class Download:
    """A file to download.

    Args:
        url: its address.
        part: where it goes; bytes that are there already are kept.
        pause: waits for a number of seconds.
    """

    def __init__(self, url: str, part: Path, pause: Callable[[float], None] = time.sleep) -> None:
        self.url, self._part, self._pause = url, PartialFile(part), pause
        self._started = time.monotonic()
        self._failures = 0
        self._http = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=CONNECT_S, read=READ_S),
            retries=False,
            headers={"User-Agent": "cardglass", "Accept": "*/*", **IDENTITY},
        )

    def run(self) -> None:
        """Download the file, or what is missing of it.

        Raises:
            DownloadError: it is not there, too large, not https, or does not come in all attempts.
            OSError: it can't be written.
        """

        def gives_up(_: RetryCallState) -> bool:
            return self._failures >= ATTEMPTS or time.monotonic() - self._started > MAX_TOTAL_S

        def pause_s(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            asked = error.pause_s if isinstance(error, _TransientFailure) else 0.0
            return min(MAX_PAUSE_S, max(asked, FIRST_PAUSE_S * 2.0 ** (self._failures - 1)))

        retry = retry_if_exception_type((HTTPError, _TransientFailure))
        try:
            Retrying(sleep=self._pause, stop=gives_up, wait=pause_s, retry=retry)(self._attempt)
        except RetryError as error:
            cause = error.last_attempt.exception()
            raise DownloadError(
                f"{self.url} can't be downloaded: {cause}. What came is kept; the same command continues from there."
            ) from cause

    def _attempt(self) -> None:
        before = self._part.size
        try:
            self._fetch_rest(before)
        except (HTTPError, _TransientFailure):
            # Only attempts that bring nothing count.
            self._failures = 1 if self._part.size > before else self._failures + 1
            raise

    def _fetch_rest(self, before: int) -> None:
        response = self._request(self._part.range_headers())
        content_range = response.headers.get("Content-Range", "")
        try:
            if response.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and before:
                if content_range.endswith(f"/{before}"):
                    return
                self._part.discard()
                raise _TransientFailure("the file on the server has changed")
            if response.status in TRANSIENT_STATUSES:
                asked = retry_after_s(response.headers.get("Retry-After", ""))
                raise _TransientFailure(f"the server answers {response.status}", asked)
            if response.status not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
                raise DownloadError(f"{self.url}: the server answers {response.status}. Check the address.")
            continues = self._part.is_continued_by(response.status, content_range)
            if response.status == HTTPStatus.PARTIAL_CONTENT and not continues:
                self._part.discard()
                raise _TransientFailure("the server sends another part than was asked for")
            self._write(response, before if continues else 0)
        finally:
            response.close()

    def _request(self, headers: dict[str, str]) -> urllib3.BaseHTTPResponse:
        """Return the head of the answer; every address a redirect leads to is checked."""
        url = self.url
        for _ in range(MAX_REDIRECTS + 1):
            check_address(url)
            response = self._http.request(
                "GET", url, headers={**self._http.headers, **headers}, redirect=False, preload_content=False
            )
            target = response.get_redirect_location()
            if not target:
                return response
            response.close()
            url = urljoin(url, target)
        raise DownloadError(f"{self.url} redirects from one address to the next without end.")

    def _write(self, response: urllib3.BaseHTTPResponse, start: int) -> None:
        """Append the body to the first ``start`` bytes."""
        length = response.headers.get("Content-Length", "")
        total = start + int(length) if length.isdecimal() else None
        too_large = DownloadError(f"{self.url} has more than {MAX_BYTES:,} bytes: it is not an archive of ours.")
        if total is not None and total > MAX_BYTES:
            raise too_large
        progress = tqdm(None, "download", total, initial=start, unit="B", unit_scale=True, file=sys.stderr)
        with progress, self._part.path.open("ab" if start else "wb") as file:
            for data in response.stream(CHUNK, decode_content=False):
                file.write(data)
                progress.update(len(data))
                if file.tell() > MAX_BYTES:
                    raise too_large
                if time.monotonic() - self._started > MAX_TOTAL_S:
                    raise _TransientFailure("it takes too long")
