"""Discord's CDN on loopback: hands out over real HTTP what the simulated Discord keeps of uploaded files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

LOOPBACK = "127.0.0.1"


Serve = Callable[[BaseHTTPRequestHandler, bytes | None], None]
"""Answers a request for a file, whose bytes are None where there is no such file."""


def serve(request: BaseHTTPRequestHandler, data: bytes | None) -> None:
    """Hand out a file as Discord's CDN does."""
    request.send_response(404 if data is None else 200)
    request.end_headers()
    request.wfile.write(data or b"")


class Cdn(ThreadingHTTPServer):
    """Serves files by their addresses, in threads of its own.

    simcord waits until the event loop is idle, which a server on it never is.

    Attributes:
        file_at: returns the bytes at an address, None where there are none.
        serve: answers a request; another one may misbehave.
        asked: paths asked for, in order.
    """

    def __init__(self) -> None:
        super().__init__((LOOPBACK, 0), _Handler)
        self.file_at: Callable[[str], bytes | None] = lambda _: None
        self.serve: Serve = serve
        self.asked: list[str] = []

    @property
    def base(self) -> str:
        """The address that all others begin with."""
        return f"http://{LOOPBACK}:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Cdn

    def do_GET(self) -> None:
        """Answer with the file, or that there is none."""
        self.server.asked.append(self.path)
        self.server.serve(self, self.server.file_at(self.server.base + self.path))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server names it so
        """Keep the terminal clean."""


@contextmanager
def running(cdn: Cdn) -> Iterator[Cdn]:
    """Serve until the block ends."""
    thread = Thread(target=cdn.serve_forever, daemon=True)
    thread.start()
    try:
        yield cdn
    finally:
        cdn.shutdown()
        cdn.server_close()
        thread.join()
