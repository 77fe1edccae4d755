"""Two sound artifact folders that answer every photo otherwise, damaged ones, and the place of the one in use."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.core.artifacts import MANIFEST
from training.release.index import build_index
from training.release.versions import ArtifactPlace
from training.scene.demo_set import DemoSet, build_demo

NAMES = ("first", "second")
SETS = ("dmo", "dm2")
"""The set that the demo cards are of in each: it stands in every answer."""


def build_both(folder: Path, faces: DemoSet | None = None) -> None:
    """Build the two sound folders, unless they are there already; of these drawn faces, or of some drawn now."""
    if (folder / NAMES[-1]).exists():
        return
    faces = faces or build_demo(folder / "faces")
    text = faces.faces_csv.read_text(encoding="utf-8")
    for name, code in zip(NAMES, SETS, strict=True):
        listed = faces.folder / f"{name}.csv"
        listed.write_text(text.replace(f",{SETS[0]},", f",{code},"), encoding="utf-8")
        if not (folder / name).exists():
            build_index([listed], folder / name)


def a_byte_altered(folder: Path, rng: random.Random) -> str:
    """Alter a byte of one of the files that the manifest vouches for."""
    path = rng.choice([path for path in sorted(folder.iterdir()) if path.name != MANIFEST])
    data = bytearray(path.read_bytes())
    data[rng.randrange(len(data))] ^= 0xFF
    write_anew(path, bytes(data))
    return f"a byte of {path.name}"


def cut_short(folder: Path, rng: random.Random) -> str:
    """Cut a file short, as a copy does that ran out of room."""
    path = rng.choice(sorted(folder.iterdir()))
    data = path.read_bytes()
    write_anew(path, data[: rng.randrange(len(data))])
    return f"{path.name} cut short"


def missing(folder: Path, rng: random.Random) -> str:
    """Remove a file."""
    path = rng.choice(sorted(folder.iterdir()))
    path.unlink()
    return f"{path.name} missing"


def write_anew(path: Path, data: bytes) -> None:
    """Write a file of its own: the one there is another name of a sound folder's."""
    path.unlink()
    path.write_bytes(data)


DAMAGES: tuple[Callable[[Path, random.Random], str], ...] = (a_byte_altered, cut_short, missing)


@dataclass
class Place:
    """The folder that bot and workers are told of, a link as the maintainer's commands turn it.

    Attributes:
        sound: the sound folders, which are never altered.
        which: the one in use.
    """

    sound: Path
    place: ArtifactPlace
    which: int = 0

    @property
    def link(self) -> Path:
        """What is told to the bot."""
        return self.place.out

    def put(self, which: int) -> Path:
        """Put a sound folder in place and return the version's own folder."""
        with self.place.work() as folder:
            self._copy(which, folder)
            self.place.put(folder)
        self.which = which
        return self.place.out.resolve()

    def put_damaged(self, rng: random.Random) -> str:
        """Put a damaged folder in place, past all that would refuse it, and return what is wrong with it."""
        with self.place.work() as folder:
            self._copy(1 - self.which, folder)
            damage = rng.choice(DAMAGES)(folder, rng)
            self.place.put(folder)
        return damage

    def roll_back(self, which: int) -> Path:
        """Go back to the folder before, which was this one."""
        self.which = which
        return self.place.roll_back()

    def beside(self) -> Path:
        """Return the sound folder that is not in use: new workers are started with it before the link is turned."""
        return self.sound / NAMES[1 - self.which]

    def _copy(self, which: int, folder: Path) -> None:
        # Other names of the same files: nobody writes to a folder that may be in use.
        shutil.copytree(self.sound / NAMES[which], folder, dirs_exist_ok=True, copy_function=os.link)
