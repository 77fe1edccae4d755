"""A small disk that can be filled to the last byte and freed again."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

SIZE_MB = 48
"""Twice the size of half an hour of answers."""
BALLAST = "ballast"
MOUNT, UNMOUNT, UNSHARE = (shutil.which(name) for name in ("mount", "umount", "unshare"))
PIECES = (1 << 20, 4096, 1)
"""Sizes in bytes to write, each until it no longer fits."""


def may_mount() -> bool:
    """Return whether this process may mount a file system."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    # In a separate namespace, so that the attempt has no effect elsewhere.
    tried = ["unshare", "--mount", "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", "/mnt"]
    return (
        shutil.which("unshare") is not None and subprocess.run(tried, capture_output=True, check=False).returncode == 0
    )


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a disk of :data:`SIZE_MB` in memory on a folder while the context is open."""
    assert MOUNT
    assert UNMOUNT
    folder.mkdir()
    subprocess.run([MOUNT, "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        # Lazy: files that are still open there must not delay this.
        subprocess.run([UNMOUNT, "--lazy", str(folder)], check=True)


class Disk:
    """A disk, and the file that fills it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._ballast = folder, folder / BALLAST

    def fill(self) -> int:
        """Fill the free space, and return its size in bytes."""
        written = 0
        # Unbuffered: closing the file must not retry a failed write.
        with self._ballast.open("ab", buffering=0) as file:
            for size in PIECES:
                with contextlib.suppress(OSError):
                    while True:
                        written += file.write(bytes(size))
        return written

    def free(self) -> None:
        """Free the space again."""
        self._ballast.unlink(missing_ok=True)
