"""Typed records of Scryfall's JSON, and reading lists of them entry by entry.

A server may send anything. The types check every value that is stored, shown to users, or made into a path or query;
keys that are not declared here may hold anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from reprlib import Repr
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from training.scryfall.errors import BulkDamaged

LONGEST = 1000
"""Characters of a text; the longest card name has 141."""
MAX_COUNT = 1 << 50
"""Largest believable number of bytes or cards."""
MAX_SKIPPED = 0.01
"""Share of a list's entries; a list with more invalid ones is damaged, or for another version of this program."""
EXAMPLES = 5
"""Skipped entries that are described; the others are usually alike."""

# Control characters begin new lines, rows and terminal commands; no file can be written with lone surrogates.
_LINE = r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]*\Z"
_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_DAY_LENGTH = len("2026-11-23")

Line = Annotated[str, Meta(max_length=LONGEST, pattern=f"^{_LINE}")]
"""Text of one line, which may be empty."""
Name = Annotated[str, Meta(max_length=LONGEST, pattern=rf"^(?!\s*\Z){_LINE}")]
"""Text of one line that is not blank."""
Uuid = Annotated[str, Meta(pattern=rf"^{_UUID}\Z")]
OptionalUuid = Annotated[str, Meta(pattern=rf"^({_UUID})?\Z")] | None
OptionalDay = Annotated[str, Meta(pattern=rf"^({_DAY})?\Z")] | None
Time = Annotated[str, Meta(max_length=LONGEST, pattern=f"^{_DAY}{_LINE}")]
"""ISO time, or a day alone."""
Count = Annotated[int, Meta(ge=0, le=MAX_COUNT)]
Price = (
    Annotated[str, Meta(pattern=r"^([0-9]{1,9}(\.[0-9]{1,9})?)?\Z")]
    | Annotated[int, Meta(ge=0, lt=10**9)]
    | Annotated[float, Meta(ge=0, lt=1e9)]
    | None
)

_T = TypeVar("_T")
_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = 60
_WHERE = re.compile(r" - at `(?:key` in `)?\$\.?([^`]*)`\Z")
_MISSING = re.compile(r"missing required field `(\w+)`")


class InvalidRecord(ValueError):
    """A JSON value is not as its type says; the message names the key."""


class Dated(msgspec.Struct, kw_only=True, frozen=True):
    """A record whose times begin with a day of the calendar."""

    def __post_init__(self) -> None:
        for key in ("updated_at", "performed_at", "released_at"):
            if day := getattr(self, key, None):
                try:
                    date.fromisoformat(day[:_DAY_LENGTH])
                except ValueError:
                    raise ValueError(key) from None


class BulkObject(Dated, kw_only=True, frozen=True):
    """An entry of the index of bulk files.

    Attributes:
        jsonl_download_uri, download_uri: the link, since July 2026 and at older mirrors.
        compressed_size: in bytes. The older ``size`` is that of the unpacked file.
    """

    updated_at: Time
    jsonl_download_uri: Line | None = None
    download_uri: Line | None = None
    compressed_size: Count | None = None


class ScryfallSet(Dated, kw_only=True, frozen=True):
    """A set. One that is invalid is known by its cards alone."""

    code: Name
    name: Name
    set_type: Name
    released_at: OptionalDay = None
    card_count: Count | None = None
    digital: bool | None = None


class MigrationPage(msgspec.Struct, kw_only=True, frozen=True):
    """A page of the list of migrations, newest first."""

    data: list[Any] | None = None
    next_page: Line | None = None
    has_more: bool | None = None


class Migration(Dated, kw_only=True, frozen=True):
    """A printing that was merged into another one or deleted."""

    id: Name
    migration_strategy: Name
    performed_at: Time
    old_scryfall_id: Uuid
    new_scryfall_id: OptionalUuid = None


class CardPart(msgspec.Struct, kw_only=True, frozen=True):
    """What both a card as a whole and each of its faces may have."""

    name: Name
    oracle_id: OptionalUuid = None
    illustration_id: OptionalUuid = None
    mana_cost: Line | UnsetType | None = UNSET
    type_line: Line | UnsetType | None = UNSET
    printed_name: Line | None = None
    flavor_name: Line | None = None
    image_uris: dict[Line, str] | None = None


class ScryfallFace(CardPart, kw_only=True, frozen=True):
    """A face of a card."""

    layout: Line | None = None


class CardPrices(msgspec.Struct, kw_only=True, frozen=True):
    """Prices of a printing, as decimal text or numbers."""

    usd: Price = None
    usd_foil: Price = None
    usd_etched: Price = None
    eur: Price = None
    eur_foil: Price = None
    eur_etched: Price = None


class ScryfallCard(CardPart, Dated, kw_only=True, frozen=True):
    """A card object: one printing in one language."""

    id: Uuid
    set: Name
    lang: Name
    layout: Name
    collector_number: Name
    card_faces: list[ScryfallFace] | None = None
    released_at: OptionalDay = None
    rarity: Line | None = None
    border_color: Line | UnsetType | None = UNSET
    frame: Line | None = None
    artist: Line | None = None
    frame_effects: list[Line] | None = None
    image_status: Line | None = "highres_scan"
    set_type: Line | None = None
    games: list[Line] | None = None
    prices: CardPrices | None = None
    legalities: dict[Line, Line] | None = None
    digital: bool | None = None
    content_warning: bool | None = None
    oversized: bool | None = None
    promo: bool | None = None
    variation: bool | None = None
    full_art: bool | None = None
    textless: bool | None = None


def read_record(value: object, kind: type[_T]) -> _T:
    """Return a JSON value as a record; raises :class:`InvalidRecord`."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        if not isinstance(value, dict):
            raise InvalidRecord(f"expected an object, found {describe(value)}") from None
        # The path and the missing key are in the message alone; its regular expressions help nobody.
        path, missing = _WHERE.search(str(error)), _MISSING.search(str(error))
        keys = [found[1] for found in (path, missing) if found and found[1]]
        raise InvalidRecord(".".join(keys) or str(error)) from None
    except UnicodeEncodeError:
        # msgspec stumbles over lone surrogates where it expects anything but text.
        raise InvalidRecord("a text that is not valid Unicode") from None


def describe(value: Any) -> str:
    """Return a foreign value for a message: short, and without anything that a terminal would obey."""
    return _SHORT.repr(value)


@dataclass(slots=True)
class SkippedEntries:
    """Invalid entries of the server's lists: left out, counted, and reported at the end of a sync.

    Attributes:
        count: number of entries.
        examples: the first of them, in words.
    """

    count: int = 0
    examples: list[str] = field(default_factory=list)

    def filter(self, what: str, entries: Iterable[object], kind: type[_T]) -> Iterator[_T]:
        """Yield the valid entries of one whole list as records, and note the others; ``what`` names an entry.

        Raises:
            BulkDamaged: at the end, if too many were invalid.
        """
        number, before = 0, self.count
        for number, entry in enumerate(entries, 1):
            try:
                record = read_record(entry, kind)
            except InvalidRecord as error:
                self.count += 1
                if len(self.examples) < EXAMPLES:
                    name = f" ({describe(entry['name'])})" if isinstance(entry, dict) and "name" in entry else ""
                    self.examples.append(f"{what} {number}{name}: {error}")
            else:
                yield record
        invalid = self.count - before
        # One or a small share, but never all.
        if invalid > max(1, MAX_SKIPPED * number) or (invalid and invalid == number):
            raise BulkDamaged(
                f"{invalid:,} of {number:,} {what}s are not as expected ({'; '.join(self.examples)}): "
                "nothing is changed. Is there a newer version of this program?"
            )
