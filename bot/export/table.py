"""CSV files for importing into collection sites.

No single file serves all: Moxfield wants its headers spelt exactly and calls a card's number ``Count`` and its set
``Edition``, where ManaBox has ``Quantity`` and ``Set code``. Each file has only the columns we can fill: finish and
condition aren't recognised, so the importer's own defaults apply. Sources:

- Moxfield's help on importing a collection (2023): the headers, spelt as here, in any order; only the name is
  required; the set is Scryfall's code, in lower case as in its own files.
- ManaBox's guide on import and export: a name with a set's code or name, or a Scryfall id; headers as in its own
  files. So it can't take a card of an unknown printing: such rows are written nevertheless, for the importer to
  report them.
- Archidekt's announcement of its importer (2023): columns are chosen by hand, and a Scryfall id, or a name with set
  and number, is unambiguous; ambiguous rows may be skipped or tagged. The headers are those of its own files.
- Files exported by the three sites, in tests of programs that read them (2024-26): Moxfield writes languages in English
  words, ManaBox in Scryfall's codes, Archidekt in capital ones.
- Converters' tests against the sites (2026) and reports to Moxfield: names with both faces, ``Fire // Ice``; tokens by
  their plain names, without "Token"; Moxfield finds a token that shares its name with a card by a Scryfall id only, so
  for such tokens import ManaBox's file, which Moxfield reads as well.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from enum import StrEnum

from bot.export.lines import count_cards
from bot.store import AnsweredCard


class Importer(StrEnum):
    """The site that a file is for."""

    MOXFIELD = "moxfield"
    ARCHIDEKT = "archidekt"
    MANABOX = "manabox"


COLUMNS: Mapping[Importer, Mapping[str, str]] = {
    Importer.MOXFIELD: {
        "Count": "count",
        "Name": "name",
        "Edition": "set",
        "Collector Number": "collector_number",
        "Language": "lang",
    },
    Importer.ARCHIDEKT: {
        "Quantity": "count",
        "Name": "name",
        "Edition Name": "set_name",
        "Edition Code": "set",
        "Scryfall ID": "scryfall_id",
        "Collector Number": "collector_number",
        "Language": "lang",
    },
    Importer.MANABOX: {
        "Name": "name",
        "Set code": "set",
        "Set name": "set_name",
        "Collector number": "collector_number",
        "Quantity": "count",
        "Scryfall ID": "scryfall_id",
        "Language": "lang",
    },
}
"""Each importer's headers, and the values below them: fields of :class:`ExportedCard`, or ``count``."""

MOXFIELD_LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "it": "Italian",
    "es": "Spanish",
    "pt": "Portuguese",
    "ru": "Russian",
    "ja": "Japanese",
    "ko": "Korean",
    "zhs": "Chinese Simplified",
    "zht": "Chinese Traditional",
}
"""Moxfield's names of languages."""

_FORMULA = re.compile(r"[=+\-@]")
_HARMLESS = re.compile(r"[+-][\w ,']*")
"""A sign and words, as in the card "+2 Mace": without brackets, colons or bars it can't call anything."""


def csv_text(cards: Sequence[AnsweredCard], importer: Importer) -> str:
    """Return a header and a row for each distinct card in order of first appearance; with tokens, no unknown cards.

    Lines end as in RFC 4180. Encode the text as UTF-8 without a byte order mark, which would become part of the first
    header.
    """
    columns = COLUMNS[importer]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    for card, count in count_cards(cards, by_language=True).items():
        code = card.set.upper() if importer is Importer.MANABOX else card.set.lower()
        values = {**asdict(card), "set": code, "count": str(count), "lang": _language(card.lang, importer)}
        writer.writerow(escape_formula(values[field]) for field in columns.values())
    return text.getvalue()


def _language(code: str, importer: Importer) -> str:
    """Return a language, given by Scryfall's code, as an importer writes it; "" if it is not known."""
    if importer is Importer.MOXFIELD:
        return MOXFIELD_LANGUAGES.get(code, "")
    return code.upper() if importer is Importer.ARCHIDEKT else code


def escape_formula(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: one that might be gets an apostrophe in front."""
    is_formula = _FORMULA.match(cell) and not _HARMLESS.fullmatch(cell)
    return f"'{cell}" if is_formula else cell
