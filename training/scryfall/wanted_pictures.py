"""The pictures that are wanted, the list of those present, and removing all others."""

from __future__ import annotations

import csv
import io
from collections.abc import Generator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from engine.core.atomic_write import write_atomically
from training.data.face_list import COLUMNS
from training.scryfall.options import Options, Unique
from training.scryfall.store import open_store

_GROUPS = {
    Unique.CARDS: "kind, CASE oracle_id WHEN '' THEN name ELSE oracle_id END, face",
    Unique.ARTWORK: "kind, CASE face WHEN '' THEN name ELSE face END, art",
    Unique.PRINTINGS: "id, side",
}
"""Columns that pictures share if one of them is enough."""
_WANTED = """
SELECT path, url, name, face, set_code, number, id FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY {group} ORDER BY rank, face <> '', released_at DESC, id, side) AS place
    FROM pictures WHERE kind IN ({kinds})
) WHERE place = 1 ORDER BY path
"""


@dataclass(frozen=True, slots=True)
class WantedPicture:
    """A picture that belongs in the list.

    Attributes:
        path: relative to the data folder.
        face: name of the face, empty if the card has only one picture.
    """

    path: str
    url: str
    name: str
    face: str
    set: str
    collector_number: str
    scryfall_id: str


def wanted_pictures(options: Options) -> Generator[WantedPicture, None, None]:
    """Yield the wanted pictures by path; close the generator unless it is exhausted."""
    kinds = ["card", *(["token"] if options.tokens else []), *(["art"] if options.art_cards else [])]
    query = _WANTED.format(group=_GROUPS[options.unique], kinds=", ".join("?" * len(kinds)))
    database = open_store(options.store)
    try:
        for row in database.execute(query, kinds):
            yield WantedPicture(*row)
    finally:
        database.close()


def is_present(options: Options, picture: WantedPicture) -> bool:
    """Return whether a picture's file is present; an empty file is what a power cut leaves."""
    try:
        return (options.data / picture.path).stat().st_size > 0
    except FileNotFoundError:
        return False


def write_list(options: Options) -> int:
    """Write the list of all wanted pictures that are present, atomically; return how many."""
    out, count = io.StringIO(newline=""), 0
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for picture in wanted_pictures(options):
        if is_present(options, picture):
            count += 1
            printing = picture.set, picture.collector_number, picture.scryfall_id
            writer.writerow((picture.path, picture.name, picture.face, *printing))
    content = out.getvalue().encode()
    if not options.faces.exists() or options.faces.read_bytes() != content:
        with write_atomically(options.faces) as part:
            part.write_bytes(content)
    return count


def remove_unlisted(options: Options) -> int:
    """Remove all files among the pictures that are not in the list; return how many."""
    removed, folders = 0, set()
    # From the store rather than the list: a manipulated path in the list could point anywhere on the disk.
    listed = (options.data / picture.path for picture in wanted_pictures(options) if is_present(options, picture))
    for folder, paths in groupby(listed, key=lambda path: path.parent):
        folders.add(folder)
        names = {path.name for path in paths}
        removed += _remove([path for path in folder.iterdir() if path.name not in names])
    for folder in set((options.data / "images").glob("*/*")) - folders:
        removed += _remove(list(folder.iterdir()))
        folder.rmdir()
    for size in (options.data / "images").glob("*"):
        if not any(size.iterdir()):
            size.rmdir()
    return removed


def _remove(paths: list[Path]) -> int:
    for path in paths:
        path.unlink()
    return len(paths)
