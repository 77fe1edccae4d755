"""Small JSON notes, kept as files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from engine.core.atomic_write import write_atomically


def load(path: Path) -> dict[str, Any]:
    """Return what was saved, or nothing where there is no such file or it is damaged."""
    try:
        value = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def save(path: Path, value: dict[str, Any]) -> None:
    """Write a file that is either the old or the new one, whenever the program is stopped."""
    write_whole(path, json.dumps(value, sort_keys=True).encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it; raises OSError, and leaves none."""
    with write_atomically(path) as part:
        part.write_bytes(content)
