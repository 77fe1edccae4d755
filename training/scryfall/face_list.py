"""Which pictures are wanted, the list of those there are, and removing the others."""

from __future__ import annotations

import csv
import io
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from training.data.face_list import COLUMNS
from training.scryfall.json_cache import write_whole
from training.scryfall.options import Options, Unique
from training.scryfall.store import opened

_GROUPS = {
    Unique.CARDS: "kind, CASE oracle_id WHEN '' THEN name ELSE oracle_id END, face",
    Unique.ARTWORK: "kind, CASE face WHEN '' THEN name ELSE face END, art",
    Unique.PRINTINGS: "id, side",
}
"""What pictures have in common of which one is enough."""
_WANTED = """
SELECT path, url, name, face, set_code, number, id FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY {group} ORDER BY rank, face <> '', released_at DESC, id, side) AS place
    FROM pictures WHERE kind IN ({kinds})
) WHERE place = 1 ORDER BY path
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture that belongs into the list.

    Attributes:
        path: where it lies or shall lie, relative to the folder of data.
        face: name of the face, empty where the card has one picture alone.
    """

    path: str
    url: str
    name: str
    face: str
    set: str
    collector_number: str
    scryfall_id: str


def wanted(options: Options) -> Generator[Wanted, None, None]:
    """Yield the pictures that are wanted, by path; to be closed by whoever doesn't take them all."""
    kinds = ["card", *(["token"] if options.tokens else []), *(["art"] if options.art_cards else [])]
    query = _WANTED.format(group=_GROUPS[options.unique], kinds=", ".join("?" * len(kinds)))
    database = opened(options.store)
    try:
        for row in database.execute(query, kinds):
            yield Wanted(*row)
    finally:
        database.close()


def is_there(options: Options, picture: Wanted) -> bool:
    """Return whether a picture lies in its place; files without content are what a power cut leaves."""
    try:
        return (options.data / picture.path).stat().st_size > 0
    except FileNotFoundError:
        return False


def write_list(options: Options) -> int:
    """Write the list of all wanted pictures that are there, whole and at once; return how many."""
    out, count = io.StringIO(newline=""), 0
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for picture in wanted(options):
        if is_there(options, picture):
            count += 1
            printing = picture.set, picture.collector_number, picture.scryfall_id
            writer.writerow((picture.path, picture.name, picture.face, *printing))
    content = out.getvalue().encode()
    if not options.faces.exists() or options.faces.read_bytes() != content:
        write_whole(options.faces, content)
    return count


def remove_unlisted(options: Options) -> int:
    """Remove all pictures, and parts of some, that are not in the list; return how many."""
    removed, folders = 0, set()
    # By what the list was made from: its lines hold names, and a folder told by one might be any on the disk.
    listed = (options.data / picture.path for picture in wanted(options) if is_there(options, picture))
    for folder, paths in groupby(listed, key=lambda path: path.parent):
        folders.add(folder)
        names = {path.name for path in paths}
        removed += _remove(path for path in folder.iterdir() if path.name not in names)
    for folder in set((options.data / "images").glob("*/*")) - folders:
        removed += _remove(folder.iterdir())
        folder.rmdir()
    for size in (options.data / "images").glob("*"):
        if not any(size.iterdir()):
            size.rmdir()
    return removed


def _remove(paths: Iterable[Path]) -> int:
    count = 0
    for path in paths:
        path.unlink()
        count += 1
    return count
