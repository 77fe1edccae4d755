"""A small disk of its own that can be filled to the last byte, and freed."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

SIZE_MB = 48
"""What half an hour of answers takes, and as much again."""
BALLAST = "ballast"
MOUNT, UNMOUNT, UNSHARE = (shutil.which(name) for name in ("mount", "umount", "unshare"))
PIECES = (1 << 20, 4096, 1)
"""Bytes written at a time until even one doesn't fit."""


def may_mount() -> bool:
    """Whether this process may mount a file system."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    # In a name space of its own: nobody else sees the try.
    tried = ["unshare", "--mount", "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", "/mnt"]
    return (
        shutil.which("unshare") is not None and subprocess.run(tried, capture_output=True, check=False).returncode == 0
    )


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Give a folder that is a disk of :data:`SIZE_MB` in memory as long as the block lasts."""
    assert MOUNT
    assert UNMOUNT
    folder.mkdir()
    subprocess.run([MOUNT, "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        # Whoever still has a file open there keeps nobody waiting.
        subprocess.run([UNMOUNT, "--lazy", str(folder)], check=True)


class Disk:
    """A disk, and the file that fills it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._ballast = folder, folder / BALLAST

    def fill(self) -> int:
        """Fill what is free, and return how many bytes that was."""
        written = 0
        # Unbuffered: what was not written must not be tried again when the file is closed.
        with self._ballast.open("ab", buffering=0) as file:
            for size in PIECES:
                with contextlib.suppress(OSError):
                    while True:
                        written += file.write(bytes(size))
        return written

    def free(self) -> None:
        """Make room again."""
        self._ballast.unlink(missing_ok=True)
