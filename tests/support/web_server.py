"""A web server on this machine, with faults on demand."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class ServedFile:
    """The file that is served, and the requests for it.

    Attributes:
        body: the file.
        faults: one for each of the first requests: a status; ``reset`` after half of the requested bytes; an address
            to redirect to; ``ignore range``; ``wrong part``.
        headers: sent with statuses.
        requested_ranges: the Range header of each request.
        address: of the file.
    """

    body: bytes
    faults: list[int | str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    requested_ranges: list[str | None] = field(default_factory=list)
    address: str = ""


@contextmanager
def serving(served: ServedFile) -> Iterator[ServedFile]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            served.requested_ranges.append(wanted)
            fault = served.faults.pop(0) if served.faults else None
            start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
            if isinstance(fault, int):
                self._head(fault, 0, served.headers)
            elif isinstance(fault, str) and "://" in fault:
                self._head(302, 0, {"Location": fault})
            elif fault == "ignore range":
                self._send(200, 0, len(served.body), {})
            elif start >= len(served.body):
                self._head(416, 0, {"Content-Range": f"bytes */{len(served.body)}"})
            else:
                first = start + 1 if fault == "wrong part" else start
                part = {"Content-Range": f"bytes {first}-{len(served.body) - 1}/{len(served.body)}"} if wanted else {}
                end = (start + len(served.body)) // 2 if fault == "reset" else len(served.body)
                self._send(206 if wanted else 200, start, end, part)

        def _send(self, status: int, start: int, end: int, headers: dict[str, str]) -> None:
            self._head(status, len(served.body) - start, headers)
            self.wfile.write(served.body[start:end])
            self.close_connection = True

        def _head(self, status: int, length: int, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(length), **headers}.items():
                self.send_header(name, value)
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    served.address = f"http://127.0.0.1:{server.server_port}/artifacts.zip"
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
