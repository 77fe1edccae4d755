"""One folder of a process's own for what targets read from files."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path


@cache
def scratch() -> Path:
    """Return the folder."""
    return Path(tempfile.mkdtemp(prefix="siege-"))


def written(name: str, data: bytes) -> Path:
    """Return the path of a file in it that holds these bytes."""
    path = scratch() / name
    path.write_bytes(data)
    return path


def emptied(name: str) -> Path:
    """Return the path of a folder in it that is there and empty."""
    folder = scratch() / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder
