"""Read PHOTOS.csv: photos to measure the engine on, and the cards that people named in them.

Each row is a photo. The columns ``file`` (relative to the CSV), ``cards_visible`` and ``names`` are required, ``sets``,
``langs``, ``tags`` and ``source`` optional. Bars separate ``names``, ``sets`` and ``langs``, which correspond by
position; blanks separate ``tags``.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from training.data.errors import CommandError

NEEDED_COLUMNS = ("file", "cards_visible", "names")


class LabelsError(CommandError):
    """A file is not a table of labelled photos; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Label:
    """A card that a person named in a photo; ``set_code`` (lower case) and ``lang`` only if certain."""

    name: str
    set_code: str | None = None
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class LabelledPhoto:
    """A photo and its labels.

    Attributes:
        file: the photo's name in the CSV.
        cards_visible: number of visible faces of Magic cards; may exceed the number of labels.
        labels: the cards that could be named, in any order.
        tags: conditions such as ``glare``.
        source: the photo's owner.
    """

    file: str
    path: Path
    cards_visible: int
    labels: tuple[Label, ...] = ()
    tags: tuple[str, ...] = ()
    source: str = ""

    @property
    def is_single(self) -> bool:
        """Whether exactly one card is visible, and named."""
        return self.cards_visible == 1 and len(self.labels) == 1

    @property
    def is_empty(self) -> bool:
        """Whether no Magic card is visible, so that any name is wrong."""
        return self.cards_visible == 0


def read_photo_labels(csv_path: Path) -> list[LabelledPhoto]:
    """Read the photos of a CSV, in its order.

    Raises:
        OSError: the file can't be read.
        LabelsError: it is not such a table.
    """
    with csv_path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        try:
            missing = [column for column in NEEDED_COLUMNS if column not in (reader.fieldnames or ())]
            if missing:
                message = f"no column {', '.join(missing)}; needed are {', '.join(NEEDED_COLUMNS)}"
                raise ValueError(message)  # noqa: TRY301 - the handler below adds the file and the line
            return [_parse_photo(row, csv_path.parent) for row in reader]
        except (ValueError, csv.Error) as error:
            raise LabelsError(f"{csv_path}, line {max(reader.line_num, 1)}: {error}") from error


def _parse_photo(row: Mapping[str, str | None], folder: Path) -> LabelledPhoto:
    file, visible = _text(row, "file"), _text(row, "cards_visible")
    lists = (_text(row, column) for column in ("names", "sets", "langs"))
    names, sets, langs = ([part.strip() for part in text.split("|")] if text else [] for text in lists)
    if not file:
        raise ValueError("no file is named")
    if not visible.isdecimal():
        raise ValueError(f"cards_visible must be a whole number, not {visible!r}")
    if "" in names:
        raise ValueError("a name is empty; leave out cards that can't be named")
    for column, values in (("sets", sets), ("langs", langs)):
        if len(values) > len(names):
            raise ValueError(f"{len(values)} {column} for {len(names)} names")
    if len(names) > int(visible):
        raise ValueError(f"{len(names)} names, but only {visible} cards visible")
    labels = (Label(n, s.lower() or None, lang or None) for n, s, lang in zip_longest(names, sets, langs, fillvalue=""))
    tags = tuple(dict.fromkeys(_text(row, "tags").split()))
    return LabelledPhoto(file, folder / file, int(visible), tuple(labels), tags, _text(row, "source"))


def _text(row: Mapping[str, str | None], column: str) -> str:
    return (row.get(column) or "").strip()
