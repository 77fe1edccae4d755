"""A temporary folder of this process for targets that read files."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path


@cache
def scratch() -> Path:
    """Return the folder."""
    return Path(tempfile.mkdtemp(prefix="fuzz-"))


def write_scratch(name: str, data: bytes) -> Path:
    """Write bytes to a file in it, and return its path."""
    path = scratch() / name
    path.write_bytes(data)
    return path


def empty_folder(name: str) -> Path:
    """Return the path of an empty folder in it."""
    folder = scratch() / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder
