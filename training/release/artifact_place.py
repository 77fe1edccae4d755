"""The artifact folder in use and the previous one, and ``python -m training rollback``, which exchanges them.

Both are symbolic links; the folders themselves are in a folder beside them:

    current            -> current.versions/20261127T210900.120045Z-1f2e3d4c
    current.previous   -> current.versions/20261120T210912.904411Z-5a6b7c8d
    current.versions/

A link is replaced in one step, so that a reader finds the old folder or the new one, never a mixture; a folder's
content is never changed. A process killed at any point leaves a usable folder.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.core.artifacts import MANIFEST, open_artifacts, sha256
from engine.core.errors import ArtifactError
from training.data.errors import CommandError

VERSIONS, PREVIOUS = ".versions", ".previous"
"""Suffixes of the folder's name: for the folder of all versions, and for the link to the previous one."""
UNFINISHED, LOCK, NEW_LINK = ".unfinished-", ".lock", ".link"
STAMP = "%Y%m%dT%H%M%S.%fZ"


class ArtifactPlace:
    """An artifact folder's path, ``out``, and those of its versions; nothing need exist yet."""

    def __init__(self, out: Path) -> None:
        # The link itself, not its target; only its parent is resolved.
        self.out = out.parent.resolve() / out.name
        self.versions = self.out.with_name(self.out.name + VERSIONS)
        self.previous = self.out.with_name(self.out.name + PREVIOUS)

    @contextmanager
    def work(self) -> Iterator[Path]:
        """Lock the place and yield an empty folder in which to build the next version; it is removed afterwards.

        Raises:
            CommandError: another process has the lock, or the place can't be written.
        """
        with self._lock():
            for unfinished in self.versions.glob(f"{UNFINISHED}*"):
                shutil.rmtree(unfinished, ignore_errors=True)
            folder = self.versions / f"{UNFINISHED}{os.getpid()}"
            folder.mkdir()
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def put(self, folder: Path) -> bool:
        """Put a finished folder, made in :meth:`work`, in place; return False if its files are those in place.

        The folder that was in place becomes the previous one; older ones are removed.
        """
        if self.holds_same_files(folder):
            return False
        if self.out.exists() and not self.out.is_symlink():
            # A real folder, as earlier versions of this program made.
            adopted = self.versions / f"{datetime.fromtimestamp(self.out.stat().st_mtime, UTC):{STAMP}}-adopted"
            if adopted.exists():
                raise CommandError(f"{adopted} is in the way of {self.out}: move one of them elsewhere.")
            self.out.rename(adopted)
            self._point_to(adopted)
        # To disk first, so that a power cut leaves no link to empty files.
        for path in (*folder.iterdir(), folder):
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        new = self.versions / f"{datetime.now(UTC):{STAMP}}-{sha256(folder / MANIFEST)[:8]}"
        folder.rename(new)
        if self.out.is_symlink():
            _replace_link(self.previous, self.out.readlink())
        self._point_to(new)
        kept = {self.out.resolve(), self.previous.resolve()}
        for version in self.versions.iterdir():
            if version.is_dir() and version not in kept and not version.name.startswith(UNFINISHED):
                shutil.rmtree(version, ignore_errors=True)
        return True

    def roll_back(self) -> Path:
        """Exchange the folder in use and the previous one; return the folder now in use.

        Raises:
            CommandError: another process is working on it, or there is no previous folder.
        """
        with self._lock():
            if not (self.previous.is_symlink() and self.out.is_symlink() and self.previous.resolve().is_dir()):
                raise CommandError(f"There is no folder before {self.out}: {self.previous} leads nowhere.")
            now, before = self.out.readlink(), self.previous.readlink()
            if now == before:
                raise CommandError(f"{self.out} and {self.previous} lead to the same folder: nothing came after it.")
            _replace_link(self.out, before)
            _replace_link(self.previous, now)
        return self.out.resolve()

    def _point_to(self, version: Path) -> None:
        # Relative, so that the whole place can be moved or mounted elsewhere.
        _replace_link(self.out, version.relative_to(self.out.parent))

    def holds_same_files(self, folder: Path) -> bool:
        """Return whether the folder in place is intact and has the same files as ``folder``."""
        before = _files_in(self.out)
        return before is not None and before == _files_in(folder)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Hold the place's lock; the system releases it when the process ends, however it ends."""
        try:
            self.versions.mkdir(parents=True, exist_ok=True)
            lock = (self.versions / LOCK).open("w")
        except OSError as error:
            raise CommandError(f"{self.versions} can't be written ({error.strerror}).") from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise CommandError(f"Another process is working on {self.out}; wait until it has ended.") from None
            yield


def _replace_link(link: Path, target: Path) -> None:
    """Point a link elsewhere, in one step."""
    fresh = link.with_name(link.name + NEW_LINK)
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)


def _files_in(folder: Path) -> Mapping[str, Any] | None:
    """Return size and hash of each file of an intact folder; None for a damaged or missing one."""
    try:
        files: Mapping[str, Any] = open_artifacts(folder).manifest["files"]
    except ArtifactError:
        return None
    return files


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``python -m training rollback``."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="artifact folder that has a previous one")


def run(args: argparse.Namespace) -> int:
    """Go back to the previous folder."""
    print(f"{args.folder} leads to {ArtifactPlace(args.folder).roll_back()}; the same command leads back.")
    return 0
