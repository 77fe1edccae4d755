"""Debian's Redis on a free loopback port, as long as a test or a measurement lasts; it writes nothing to the disk."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from coredis import Redis

from engine.fleet import WORKERS, list_present
from tests.support.ports import free_port

PROGRAM = shutil.which("redis-server") or shutil.which("valkey-server")


async def workers_of(url: str) -> list[str]:
    """The names of all workers who are there."""
    async with Redis.from_url(url, decode_responses=True) as redis:
        return sorted(await list_present(redis, WORKERS))


class RedisServer:
    """A server that can be taken away and brought back, empty, at the same address.

    Args:
        environment: variables besides those of this process.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self._folder, self._port = folder, free_port()
        self._environment = {**os.environ, **(environment or {})}
        self.url = f"redis://127.0.0.1:{self._port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        assert PROGRAM is not None
        options = {"--port": str(self._port), "--bind": "127.0.0.1", "--save": "", "--appendonly": "no"}
        options |= {"--dir": str(self._folder), "--daemonize": "no"}
        words = [word for pair in options.items() for word in pair]
        self.process = subprocess.Popen([PROGRAM, *words], stdout=subprocess.PIPE, env=self._environment)
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if b"eady to accept connections" in line:
                return
        raise AssertionError("redis-server ended before it was ready")

    def stop(self) -> None:
        """Kill it: nothing is kept."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process = None
