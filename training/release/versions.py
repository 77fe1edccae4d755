"""The artifact folder in use, and the one before it: swapped whole, taken back at once.

The folder people name is a symbolic link, and so is the previous one; the folders themselves lie beside them:

    current            -> current.versions/20261127T210900.120045Z-1f2e3d4c
    current.previous   -> current.versions/20261120T210912.904411Z-5a6b7c8d
    current.versions/

A link is turned in one step of the file system, so that a reader finds the old folder or the new one, and never
a mixture; what a folder holds is never altered. A process killed at any point leaves a folder that can be used.
"""

from __future__ import annotations

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

VERSIONS, PREVIOUS = ".versions", ".previous"
"""What follows the folder's name in the names of all its versions' folder, and of the link to the previous one."""
UNFINISHED, LOCK, TURNED = ".unfinished-", ".lock", ".link"
STAMP = "%Y%m%dT%H%M%S.%fZ"


class FolderError(RuntimeError):
    """A folder can't be put in place or taken back; the message says why and what to do."""


class FolderBusy(FolderError):
    """Another process is working on this folder."""


class NothingBefore(FolderError):
    """There is no previous folder to go back to."""


class ArtifactPlace:
    """The place of an artifact folder, of its versions and of the work on the next one.

    Args:
        out: the name under which the folder in use is known; nothing need be there yet.
    """

    def __init__(self, out: Path) -> None:
        # The link itself counts, not what it leads to; its parent may well be behind another link.
        self.out = out.parent.resolve() / out.name
        self.versions = self.out.with_name(self.out.name + VERSIONS)
        self.previous = self.out.with_name(self.out.name + PREVIOUS)

    @contextmanager
    def work(self) -> Iterator[Path]:
        """Give an empty folder to build the next version in; alone, and nothing is left of it afterwards.

        Raises:
            FolderBusy: another process is at it.
            FolderError: the place can't be written.
        """
        with self._alone():
            self._clear_unfinished()
            folder = self.versions / f"{UNFINISHED}{os.getpid()}"
            folder.mkdir()
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def put(self, folder: Path) -> bool:
        """Put a finished folder, made in :meth:`work`, in place; return False where its files are those in place.

        What was in place becomes the previous one; older ones are removed.
        """
        if self.holds_same_files(folder):
            return False
        self._adopt()
        _flush(folder)
        new = self.versions / f"{datetime.now(UTC):{STAMP}}-{sha256(folder / MANIFEST)[:8]}"
        folder.rename(new)
        if self.out.is_symlink():
            _turn(self.previous, self.out.readlink())
        _turn(self.out, self._relative(new))
        self._prune()
        return True

    def roll_back(self) -> Path:
        """Exchange the folder in use and the previous one; return the folder now in use.

        Raises:
            FolderBusy: another process is at it.
            NothingBefore: there is no previous one.
        """
        with self._alone():
            if not (self.previous.is_symlink() and self.out.is_symlink() and self.previous.resolve().is_dir()):
                raise NothingBefore(f"There is no folder before {self.out}: {self.previous} leads nowhere.")
            now, before = self.out.readlink(), self.previous.readlink()
            if now == before:
                raise NothingBefore(f"{self.out} is the folder that {self.previous} leads to: nothing came after it.")
            _turn(self.out, before)
            _turn(self.previous, now)
        return self.out.resolve()

    def _relative(self, version: Path) -> Path:
        # So that the whole place can be moved, or seen under another path in a container.
        return Path(self.versions.name) / version.name

    def _adopt(self) -> None:
        """Move a folder of its own, as earlier versions made, among the versions, and leave a link in its place."""
        if self.out.is_symlink() or not self.out.exists():
            return
        kept = self.versions / f"{datetime.fromtimestamp(self.out.stat().st_mtime, UTC):{STAMP}}-adopted"
        if kept.exists():
            raise FolderError(f"{kept} is in the way of {self.out}: move one of them elsewhere.")
        self.out.rename(kept)
        _turn(self.out, self._relative(kept))

    def holds_same_files(self, folder: Path) -> bool:
        """Return whether the folder in place is sound, and has the very files of ``folder``."""
        before = _files_told(self.out)
        return before is not None and before == _files_told(folder)

    def _prune(self) -> None:
        kept = {self.out.resolve(), self.previous.resolve()}
        for version in self.versions.iterdir():
            if version.is_dir() and version not in kept and not version.name.startswith(UNFINISHED):
                shutil.rmtree(version, ignore_errors=True)

    def _clear_unfinished(self) -> None:
        for left in self.versions.glob(f"{UNFINISHED}*"):
            shutil.rmtree(left, ignore_errors=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the place's lock, which the system lets go of when the process ends, however it ends."""
        try:
            self.versions.mkdir(parents=True, exist_ok=True)
            lock = (self.versions / LOCK).open("w")
        except OSError as error:
            raise FolderError(f"{self.versions} can't be written ({error.strerror}).") from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise FolderBusy(f"Another process is working on {self.out}; wait until it has ended.") from None
            yield


def _turn(link: Path, target: Path) -> None:
    """Let a link lead elsewhere, in one step."""
    fresh = link.with_name(link.name + TURNED)
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)


def _files_told(folder: Path) -> Mapping[str, Any] | None:
    """Return size and hash of each file of a sound folder; None of any other, which deserves to be replaced."""
    try:
        files: Mapping[str, Any] = open_artifacts(folder).manifest["files"]
    except ArtifactError:
        return None
    return files


def _flush(folder: Path) -> None:
    """Have the folder's files on the disk itself, so that a power cut leaves no link to empty ones."""
    for path in (*folder.iterdir(), folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
