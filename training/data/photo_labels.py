"""Read PHOTOS.csv: the cards that people named in the photos the engine is measured on.

One row per photo. ``file`` (relative to the CSV), ``cards_visible`` and ``names`` are needed; ``sets``,
``langs``, ``tags`` and ``source`` may be absent or empty. ``names``, ``sets`` and ``langs`` are
separated by a bar and belong together by position; ``tags`` by blanks.
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
    """The file is not a table of labelled photos; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Label:
    """One card that a person named in a photo; ``set_code`` (lower case) and ``lang`` only where certain."""

    name: str
    set_code: str | None = None
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class LabelledPhoto:
    """A photo and what is in it.

    Attributes:
        file: the photo as the CSV names it.
        path: of the file.
        cards_visible: number of visible faces of Magic cards; may exceed the labels.
        labels: the cards that could be named, in no particular order.
        tags: what makes the photo easy or hard, e.g. ``glare``.
        source: whose photo it is.
    """

    file: str
    path: Path
    cards_visible: int
    labels: tuple[Label, ...] = ()
    tags: tuple[str, ...] = ()
    source: str = ""

    @property
    def is_single(self) -> bool:
        """Whether exactly one card is visible, and it is named."""
        return self.cards_visible == 1 and len(self.labels) == 1

    @property
    def is_empty(self) -> bool:
        """Whether the photo shows no Magic card, so that any name found is false."""
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
                needed = ", ".join(NEEDED_COLUMNS)
                raise ValueError(  # noqa: TRY301 - the handler below adds the file and the line
                    f"no column {', '.join(missing)}; needed are {needed}"
                )
            return [_photo(row, csv_path.parent) for row in reader]
        except (ValueError, csv.Error) as error:
            raise LabelsError(f"{csv_path}, line {max(reader.line_num, 1)}: {error}") from error


def _photo(row: Mapping[str, str | None], folder: Path) -> LabelledPhoto:
    file = _text(row, "file")
    if not file:
        raise ValueError("no file is named")
    visible = _text(row, "cards_visible")
    if not visible.isdecimal():
        raise ValueError(f"cards_visible must be a whole number, not {visible!r}")
    labels = _labels(row)
    if len(labels) > int(visible):
        raise ValueError(f"{len(labels)} names, but only {visible} cards visible")
    tags = tuple(dict.fromkeys(_text(row, "tags").split()))
    return LabelledPhoto(file, folder / file, int(visible), labels, tags, _text(row, "source"))


def _labels(row: Mapping[str, str | None]) -> tuple[Label, ...]:
    names = _list(row, "names")
    if "" in names:
        raise ValueError("a name is empty; leave out cards that can't be named")
    sets, langs = _list(row, "sets"), _list(row, "langs")
    for column, values in (("sets", sets), ("langs", langs)):
        if len(values) > len(names):
            raise ValueError(f"{len(values)} {column} for {len(names)} names")
    return tuple(
        Label(name, set_code.lower() or None, lang or None)
        for name, set_code, lang in zip_longest(names, sets, langs, fillvalue="")
    )


def _list(row: Mapping[str, str | None], column: str) -> list[str]:
    text = _text(row, column)
    return [part.strip() for part in text.split("|")] if text else []


def _text(row: Mapping[str, str | None], column: str) -> str:
    return (row.get(column) or "").strip()
