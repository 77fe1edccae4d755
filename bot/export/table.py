"""CSV files as collections are imported from. Pure.

No one file serves all: Moxfield wants its headers spelt exactly and calls a card's number ``Count`` and its set
``Edition``, where ManaBox has ``Quantity`` and ``Set code``. Each file has the columns we have something to put into
and no others: finish, condition and language weren't seen, so the importer's own defaults hold. Where this is from:

- Moxfield's help on importing a collection (2023): the headers, spelt as here, in any order; only the name is
  required; the set is Scryfall's code, in small letters as its own files have it.
- ManaBox's guide on import and export: a name with a set's code or name, or a Scryfall id; headers as its own files
  have them. So it can't take a card whose printing isn't known: such rows stand here nevertheless, for the
  importer to name them.
- Archidekt's announcement of its importer (2023): columns are chosen by hand, and a Scryfall id, or a name with set
  and number, leaves nothing open; rows that do may be skipped or tagged. Headers are those of its own files.
- Converters' tests against the sites (2026) and reports to Moxfield: names with both faces, ``Fire // Ice``; tokens by
  their plain names, without "Token"; a token that shares its name with a card Moxfield finds by a Scryfall id alone, so
  for such take ManaBox's file, which Moxfield reads as such.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from bot.export.lines import Kind, counted
from bot.store import AnsweredCard


class Importer(StrEnum):
    """Who shall read the file."""

    MOXFIELD = "moxfield"
    ARCHIDEKT = "archidekt"
    MANABOX = "manabox"


COLUMNS: Mapping[Importer, Mapping[str, Callable[[Kind, int], str]]] = {
    Importer.MOXFIELD: {
        "Count": lambda _, count: str(count),
        "Name": lambda kind, _: kind.name,
        "Edition": lambda kind, _: kind.set.lower(),
        "Collector Number": lambda kind, _: kind.collector_number,
    },
    Importer.ARCHIDEKT: {
        "Quantity": lambda _, count: str(count),
        "Name": lambda kind, _: kind.name,
        "Edition Name": lambda kind, _: kind.set_name,
        "Edition Code": lambda kind, _: kind.set.lower(),
        "Scryfall ID": lambda kind, _: kind.scryfall_id,
        "Collector Number": lambda kind, _: kind.collector_number,
    },
    Importer.MANABOX: {
        "Name": lambda kind, _: kind.name,
        "Set code": lambda kind, _: kind.set.upper(),
        "Set name": lambda kind, _: kind.set_name,
        "Collector number": lambda kind, _: kind.collector_number,
        "Quantity": lambda _, count: str(count),
        "Scryfall ID": lambda kind, _: kind.scryfall_id,
    },
}
"""Each importer's headers, and what stands below them."""

_FORMULA = re.compile(r"[=+\-@]")
_HARMLESS = re.compile(r"[+-][\w ,']*")
"""A sign and words, as in the card "+2 Mace": without brackets, colons or bars it can call nothing."""


def csv_text(cards: Sequence[AnsweredCard], importer: Importer) -> str:
    """Return a header and a row for each kind of card, in order of first appearance, tokens too; no unknown ones.

    Lines end as RFC 4180 has it. Encode it as UTF-8 without a byte order mark, which would be part of the first header.
    """
    columns = COLUMNS[importer]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    for kind, count in counted(cards).items():
        writer.writerow(guarded(cell(kind, count)) for cell in columns.values())
    return text.getvalue()


def guarded(cell: str) -> str:
    """Return a cell so that no spreadsheet takes it for a formula: an apostrophe stands before what might be one."""
    is_formula = _FORMULA.match(cell) and not _HARMLESS.fullmatch(cell)
    return f"'{cell}" if is_formula else cell
