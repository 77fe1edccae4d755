"""The real programs and packages that some tests need; without one its tests are skipped, and the run's end says so."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

CJK_FONT = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc")
"""Debian's font of Chinese, Japanese and Korean letters."""
POSTGRESQL = Path("/usr/lib/postgresql")
"""Where Debian keeps the server's programs, a folder for each version; not on the PATH."""


def on_path(*programs: str) -> bool:
    """Return whether one of these programs is on the PATH."""
    return any(map(shutil.which, programs))


def missing_parts() -> Iterator[str]:
    """Yield for each part that is missing its name and how to get it."""
    if not on_path("redis-server", "valkey-server"):
        yield "Redis: apt install redis-server"
    if not on_path("initdb") and not any(POSTGRESQL.glob("*/bin/initdb")):
        yield "PostgreSQL: apt install postgresql"
    if not on_path("chromium", "chromium-browser", "google-chrome"):
        yield "Chromium: apt install chromium"
    if sys.platform == "linux" and not on_path("systemd-analyze"):
        yield "systemd-analyze: apt install systemd"
    if not CJK_FONT.exists():
        yield "Noto CJK fonts: apt install fonts-noto-cjk"
    packages = {"discord": "bot", "simcord": "demo", "streaq": "fleet", "psycopg": "postgres", "torch": "training"}
    for package, extra in packages.items():
        if importlib.util.find_spec(package) is None:
            yield f"{package}: pip install -e '.[{extra}]'"
