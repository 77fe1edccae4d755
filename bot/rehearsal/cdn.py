"""Discord's CDN on loopback: serves the simulated Discord's files over real HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

LOOPBACK = "127.0.0.1"

Serve = Callable[[BaseHTTPRequestHandler, bytes | None], None]
"""Answers a request for a file; its bytes are None if there is no such file."""


def serve(request: BaseHTTPRequestHandler, data: bytes | None) -> None:
    """Serve a file as Discord's CDN does."""
    request.send_response(404 if data is None else 200)
    request.end_headers()
    request.wfile.write(data or b"")


class Cdn(ThreadingHTTPServer):
    """Serves files in threads of its own, because simcord waits for the event loop to be idle.

    Attributes:
        file_at: returns the bytes at a URL, None if there are none.
        serve: answers a request; may be replaced by one that misbehaves.
        asked: requested paths, in order.
    """

    def __init__(self) -> None:
        super().__init__((LOOPBACK, 0), _Handler)
        self.file_at: Callable[[str], bytes | None] = lambda _: None
        self.serve: Serve = serve
        self.asked: list[str] = []
        self.base = f"http://{LOOPBACK}:{self.server_port}"

    @contextmanager
    def running(self) -> Iterator[None]:
        """Serve for the duration of the block."""
        thread = Thread(target=self.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.shutdown()
            self.server_close()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: Cdn

    def do_GET(self) -> None:
        """Serve the file, or 404."""
        self.server.asked.append(self.path)
        self.server.serve(self, self.server.file_at(self.server.base + self.path))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server names it so
        """Print nothing."""
