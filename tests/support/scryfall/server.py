"""A Scryfall server on the loopback: API, bulk files and pictures, with limits, and with faults on demand.

It answers like ``api.scryfall.com``, ``data.scryfall.io`` and ``cards.scryfall.io`` since July 2026, or as before,
depending on ``form``.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter, defaultdict, deque
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.support.scryfall import answers
from tests.support.scryfall.bulk_files import BulkFiles, BulkFormat
from tests.support.scryfall.faults import CURRENT_FAULT, LIMITED, Endpoint, Fault, FaultKind
from tests.support.scryfall.source import Source

DEFAULT_AGENTS = ("aiohttp", "python", "curl", "okhttp", "java", "go-http-client")
TOO_MANY = 429
ENDPOINTS = {
    "bulk-data": Endpoint.BULK_INDEX,
    "migrations": Endpoint.MIGRATIONS,
    "sets": Endpoint.SETS,
    "file": Endpoint.BULK_FILE,
}
"""Endpoints by the first part of their paths; pictures have more than four parts."""


class ScryfallServer:
    """A server; a context manager that starts and stops it.

    Attributes:
        url: its address.
        counts: requests by endpoint.
        bytes: of bulk files and pictures sent.
        requests: (endpoint, path, header ``Range``) of each, in order.
        offences: descriptions of what a client did that Scryfall forbids.
    """

    def __init__(
        self,
        source: Source,
        folder: Path,
        *,
        form: BulkFormat = BulkFormat.LINES,
        spacing_s: float = 0.1,
        lockout_s: float = 30.0,
        sends_size: bool = True,
        parallel: int = 8,
    ) -> None:
        """Prepare a server.

        Args:
            source: cards and pictures; may change while the server runs.
            folder: for the bulk files.
            form: format of the bulk files.
            spacing_s: minimum time between two calls of the API.
            lockout_s: time without answers after a 429.
            sends_size: whether the index has the sizes of bulk files.
            parallel: number of requests for files that may be under way when a lock-out begins.
        """
        self.source, self.form, self.sends_size, self.parallel = source, form, sends_size, parallel
        self.spacing_s, self.lockout_s = spacing_s, lockout_s
        self.counts: Counter[Endpoint] = Counter()
        self.bytes = 0
        self.requests: list[tuple[Endpoint, str, str]] = []
        self.offences: list[str] = []
        self.url = ""
        self.files = BulkFiles(folder)
        self._faults: dict[Endpoint, deque[Fault]] = defaultdict(deque)
        self._last_call, self._locked_until = -1e9, -1e9
        self._on_their_way = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._ready = threading.Event()

    def inject(self, endpoint: Endpoint, fault: Fault, times: int = 1) -> None:
        """Make the next requests to an endpoint fail."""
        self._faults[endpoint].extend([fault] * times)

    def forget(self) -> None:
        """Reset all counts."""
        self.counts.clear()
        self.requests.clear()
        self.bytes = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        app = web.Application(middlewares=[self._middleware])
        app.router.add_get("/bulk-data", self._bulk_list)
        app.router.add_get("/bulk-data/{kind}", self._bulk_object)
        app.router.add_get("/migrations", self._migrations)
        app.router.add_get("/sets", self._sets)
        app.router.add_get("/file/{kind}/{name}", self._bulk_file)
        app.router.add_get("/{key}/{side}/{a}/{b}/{name}", self._picture)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
        self._loop.run_until_complete(runner.setup())
        site = web.TCPSite(runner, "127.0.0.1", 0)
        self._loop.run_until_complete(site.start())
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    @web.middleware
    async def _middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        is_picture = request.path.count("/") > len("abcd")
        endpoint = ENDPOINTS.get(request.path.split("/")[1], Endpoint.PICTURE if is_picture else Endpoint.ELSEWHERE)
        self.counts[endpoint] += 1
        self.requests.append((endpoint, request.path, request.headers.get("Range", "")))
        if refusal := self._refusal(endpoint, request):
            return refusal
        fault = self._faults[endpoint].popleft() if self._faults[endpoint] else None
        CURRENT_FAULT.set(fault)
        match fault:
            case Fault(kind=FaultKind.STATUS):
                return answers.error(fault.status, "broken", retry_after=fault.retry_after)
            case Fault(kind=FaultKind.LOCKOUT):
                return self._lock_out(fault.retry_after)
            case Fault(kind=FaultKind.HTML):
                return web.Response(text="<html>Please log in to the network.</html>", content_type="text/html")
            case Fault(kind=FaultKind.REDIRECT):
                return web.Response(status=302, headers={"Location": fault.target})
        return await handler(request)

    def _refusal(self, endpoint: Endpoint, request: web.Request) -> web.Response | None:
        agent = request.headers.get("User-Agent", "")
        if not agent or agent.lower().startswith(DEFAULT_AGENTS) or "Accept" not in request.headers:
            self.offences.append(f"{endpoint}: no name of one's own ({agent!r})")
            return answers.error(400, "bad_request", subcode="generic_user_agent")
        now = time.monotonic()
        if now < self._locked_until:
            self._on_their_way -= endpoint not in LIMITED
            if endpoint in LIMITED or self._on_their_way < 0:
                self.offences.append(f"{endpoint}: asked during a lock-out")
            return self._lock_out("")
        self._on_their_way = self.parallel - 1
        if endpoint in LIMITED:
            since, self._last_call = now - self._last_call, now
            if since < self.spacing_s:
                self.offences.append(f"{endpoint}: called again after {since:.3f} s")
                return self._lock_out("")
        return None

    def _lock_out(self, retry_after: str) -> web.Response:
        self._locked_until = time.monotonic() + max(self.lockout_s, float(retry_after or 0))
        return answers.error(TOO_MANY, "rate_limit", retry_after=retry_after)

    async def _bulk_list(self, request: web.Request) -> web.StreamResponse:
        objects = [self._object(kind) for kind in ("default_cards", "all_cards")]
        return answers.tagged(request, {"object": "list", "has_more": False, "data": objects})

    async def _bulk_object(self, request: web.Request) -> web.StreamResponse:
        return answers.tagged(request, self._object(request.match_info["kind"].replace("-", "_")))

    def _object(self, kind: str) -> dict[str, object]:
        path = self.files.path(self.source, kind, self.form, self.url)
        link = f"{self.url}/file/{kind}/{path.name}"
        return answers.bulk_object(kind, self.source.updated_at, link, path.stat().st_size, self.form, self.sends_size)

    async def _sets(self, request: web.Request) -> web.StreamResponse:
        sets = self.files.sets(self.source, self.url)
        return answers.tagged(request, {"object": "list", "has_more": False, "data": sets})

    async def _migrations(self, request: web.Request) -> web.StreamResponse:
        return answers.page(request, self.source.migrations(), f"{self.url}/migrations")

    async def _bulk_file(self, request: web.Request) -> web.StreamResponse:
        path = self.files.path(self.source, request.match_info["kind"], self.form, self.url)
        if path.name != request.match_info["name"]:
            return answers.error(404, "not_found")
        return await self._send(request, path.read_bytes(), answers.FILE_TYPES[path.suffix], f'"{path.name}"')

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        name = Path(request.match_info["name"])
        body = self.source.picture(request.match_info["key"], request.match_info["side"], name.stem)
        if body is None:
            return answers.error(404, "not_found")
        kind = answers.FILE_TYPES.get(name.suffix, "image/jpeg")
        return await self._send(request, body, kind, f'"{name.stem}-{request.query_string}"')

    async def _send(self, request: web.Request, body: bytes, content_type: str, tag: str) -> web.StreamResponse:
        def count(sent: int) -> None:
            self.bytes += sent

        return await answers.send(request, body, content_type, tag, count)
