"""One file from a web server: streamed, gone on with where it broke off, tried again with growing pauses."""

from __future__ import annotations

import ipaddress
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import urllib3
from tqdm import tqdm
from urllib3.exceptions import HTTPError

ATTEMPTS = 6
"""In a row without a single new byte."""
FIRST_PAUSE_S, MAX_PAUSE_S = 1.0, 60.0
CONNECT_S, READ_S = 10.0, 30.0
"""Seconds to connect, and between two packets."""
MAX_WHOLE_S = 4 * 3600
"""A server that sends a byte now and then is given up after that."""
MAX_BYTES = 4 << 30
MAX_REDIRECTS = 5
CHUNK = 1 << 18
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""HTTP statuses that another try may change."""


class DownloadError(RuntimeError):
    """The file can't be had; the message says why and what to do."""


class _Passing(Exception):
    """One try failed, the next may not.

    Attributes:
        pause_s: what the server asked to wait, seconds.
    """

    def __init__(self, message: str, pause_s: float = 0.0) -> None:
        super().__init__(message)
        self.pause_s = pause_s


def check_address(url: str) -> None:
    """Raise :class:`DownloadError` unless an address is https, or http on this very machine."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme != "http" or not _is_loopback(parts.hostname or ""):
        raise DownloadError(f"{url} is not fetched: give an address that begins with https://.")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(slots=True)
class Download:
    """A file on its way.

    Attributes:
        url: where it comes from.
        part: where it goes; what lies there already is gone on with.
        pause: waits so many seconds.
    """

    url: str
    part: Path
    pause: Callable[[float], None] = time.sleep
    _began: float = field(default_factory=time.monotonic)
    _http: urllib3.PoolManager = field(
        default_factory=lambda: urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=CONNECT_S, read=READ_S),
            retries=False,
            headers={"User-Agent": "cardglass", "Accept": "*/*", "Accept-Encoding": "identity"},
        )
    )

    def run(self) -> None:
        """Fetch the file, or what is missing of it.

        Raises:
            DownloadError: it is not there, too large, not https, or does not come after all tries.
            OSError: it can't be written.
        """
        failures = 0
        while True:
            before = self._have()
            try:
                self._try()
            except (HTTPError, _Passing) as error:
                failures = 1 if self._have() > before else failures + 1
                if failures == ATTEMPTS or time.monotonic() - self._began > MAX_WHOLE_S:
                    raise DownloadError(
                        f"{self.url} does not come: {error}. What came is kept; the same command goes on from there."
                    ) from error
                asked = error.pause_s if isinstance(error, _Passing) else 0.0
                self.pause(min(MAX_PAUSE_S, max(asked, FIRST_PAUSE_S * 2 ** (failures - 1))))
            else:
                return

    def _have(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def _try(self) -> None:
        have = self._have()
        answer = self._ask({"Range": f"bytes={have}-"} if have else {})
        try:
            if answer.status == 416 and have:
                if answer.headers.get("Content-Range", "").endswith(f"/{have}"):
                    return
                self.part.unlink()
                raise _Passing("the file on the server is another one by now")
            self._check_status(answer)
            goes_on = answer.status == 206 and answer.headers.get("Content-Range", "").startswith(f"bytes {have}-")
            if answer.status == 206 and not goes_on:
                self.part.unlink()
                raise _Passing("the server sends another part than was asked for")
            self._write(answer, have if goes_on else 0)
        finally:
            answer.close()

    def _ask(self, headers: dict[str, str]) -> urllib3.BaseHTTPResponse:
        """Return the answer's head, after redirections, each of which has to be an address that is fetched from."""
        url = self.url
        for _ in range(MAX_REDIRECTS + 1):
            check_address(url)
            answer = self._http.request(
                "GET", url, headers={**self._http.headers, **headers}, redirect=False, preload_content=False
            )
            leads_to = answer.get_redirect_location()
            if not leads_to:
                return answer
            answer.close()
            url = urljoin(url, leads_to)
        raise DownloadError(f"{self.url} leads from one address to the next without end.")

    def _check_status(self, answer: urllib3.BaseHTTPResponse) -> None:
        if answer.status in PASSING:
            asked = answer.headers.get("Retry-After", "")
            raise _Passing(f"the server answers {answer.status}", float(asked) if asked.isdecimal() else 0.0)
        if answer.status not in (200, 206):
            raise DownloadError(f"{self.url}: the server answers {answer.status}. Look whether the address is right.")

    def _write(self, answer: urllib3.BaseHTTPResponse, have: int) -> None:
        length = answer.headers.get("Content-Length", "")
        total = have + int(length) if length.isdecimal() else None
        if total is not None and total > MAX_BYTES:
            raise DownloadError(_too_large(self.url))
        shown = tqdm(None, "download", total, initial=have, unit="B", unit_scale=True, file=sys.stderr)
        with shown, self.part.open("ab" if have else "wb") as file:
            for data in answer.stream(CHUNK, decode_content=False):
                file.write(data)
                shown.update(len(data))
                if file.tell() > MAX_BYTES:
                    raise DownloadError(_too_large(self.url))
                if time.monotonic() - self._began > MAX_WHOLE_S:
                    raise _Passing("it takes too long")


def _too_large(url: str) -> str:
    return f"{url} has more than {MAX_BYTES:,} bytes: that is no archive of ours."
