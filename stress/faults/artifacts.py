"""Two sound artifact folders with different answers to every photo, damaged ones, and the link to the one in use."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.core.artifacts import MANIFEST
from training.release.artifact_place import ArtifactPlace
from training.release.index import build_index
from training.scene.demo_set import DemoSet, build_demo

NAMES = ("first", "second")
SETS = ("dmo", "dm2")
"""The set of the demo cards in each: it is part of every answer."""


def build_both(folder: Path, faces: DemoSet | None = None) -> None:
    """Build the two sound folders from drawn faces, unless they exist; faces are drawn if none are given."""
    if (folder / NAMES[-1]).exists():
        return
    faces = faces or build_demo(folder / "faces")
    text = faces.faces_csv.read_text(encoding="utf-8")
    for name, code in zip(NAMES, SETS, strict=True):
        listed = faces.folder / f"{name}.csv"
        listed.write_text(text.replace(f",{SETS[0]},", f",{code},"), encoding="utf-8")
        if not (folder / name).exists():
            build_index([listed], folder / name)


def alter_byte(folder: Path, rng: random.Random) -> str:
    """Alter a byte of one of the files that the manifest lists."""
    path = rng.choice([path for path in sorted(folder.iterdir()) if path.name != MANIFEST])
    data = bytearray(path.read_bytes())
    data[rng.randrange(len(data))] ^= 0xFF
    replace_file(path, bytes(data))
    return f"a byte of {path.name}"


def truncate_file(folder: Path, rng: random.Random) -> str:
    """Truncate a file, like a copy that ran out of space."""
    path = rng.choice(sorted(folder.iterdir()))
    data = path.read_bytes()
    replace_file(path, data[: rng.randrange(len(data))])
    return f"{path.name} cut short"


def remove_file(folder: Path, rng: random.Random) -> str:
    """Remove a file."""
    path = rng.choice(sorted(folder.iterdir()))
    path.unlink()
    return f"{path.name} missing"


def replace_file(path: Path, data: bytes) -> None:
    """Replace a file, which is a hard link to a sound folder's file."""
    path.unlink()
    path.write_bytes(data)


DAMAGES: tuple[Callable[[Path, random.Random], str], ...] = (alter_byte, truncate_file, remove_file)


@dataclass
class CurrentArtifacts:
    """The link that bot and workers open, switched like the maintainer's commands do it.

    Attributes:
        sound: parent of the sound folders, which are never altered.
        place: the link and its versions.
        which: number of the sound folder in use.
    """

    sound: Path
    place: ArtifactPlace
    which: int = 0

    @property
    def link(self) -> Path:
        """The path that the bot opens."""
        return self.place.out

    def put(self, which: int) -> Path:
        """Put a sound folder in place and return the folder of the new version."""
        with self.place.work() as folder:
            self._copy(which, folder)
            self.place.put(folder)
        self.which = which
        return self.place.out.resolve()

    def put_damaged(self, rng: random.Random) -> str:
        """Put a damaged folder in place, bypassing all checks, and return a description of the damage."""
        with self.place.work() as folder:
            self._copy(1 - self.which, folder)
            damage = rng.choice(DAMAGES)(folder, rng)
            self.place.put(folder)
        return damage

    def roll_back(self, which: int) -> Path:
        """Go back to the previous folder, whose number is ``which``."""
        self.which = which
        return self.place.roll_back()

    def next_folder(self) -> Path:
        """Return the sound folder that is not in use: new workers start with it before the link is switched."""
        return self.sound / NAMES[1 - self.which]

    def _copy(self, which: int, folder: Path) -> None:
        # Hard links: nobody writes to a folder that may be in use.
        shutil.copytree(self.sound / NAMES[which], folder, dirs_exist_ok=True, copy_function=os.link)
