"""The entries of bulk files, read one at a time."""

from __future__ import annotations

import codecs
import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, cast

from training.scryfall.errors import BulkDamaged

GZIP = b"\x1f\x8b"
CHUNK = 1 << 20
"""Bytes of an array that are read at a time."""
LONGEST_CARD = 1 << 23
"""Characters; a card has some five thousand."""
MOST_UNPACKED = 200
"""Largest believable ratio of unpacked to packed size; bulk files have twelve, and gzip can reach a thousand."""
MOST_BLANKS = 1000
"""Bytes before the first entry."""
_ENDLESS = "a card in it has no end, or there is no end of blanks"


def read_entries(path: Path, on_bytes: Callable[[int], object] = lambda _: None) -> Iterator[object]:
    """Yield the JSON values of a bulk file: JSON Lines or one JSON array, gzipped or not, by its first bytes.

    The values should be objects but may be anything; a line that is not JSON comes as a string. ``on_bytes`` is called
    now and then with the number of bytes read since the last call.

    Raises:
        BulkDamaged: the file is cut off, altered, or something else.
    """
    try:
        with path.open("rb") as raw:
            is_packed = raw.read(len(GZIP)) == GZIP
            raw.seek(0)
            file = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if is_packed else raw
            limit = path.stat().st_size * MOST_UNPACKED
            first = next((byte for _ in range(MOST_BLANKS) if not (byte := file.read(1)).isspace()), None)
            entries = _array_elements(file, limit) if first == b"[" else _lines(first, file, limit)
            position = 0
            for number, entry in enumerate(entries):
                yield entry
                if number % 1000 == 0:
                    on_bytes(raw.tell() - position)
                    position = raw.tell()
    except (EOFError, zlib.error, gzip.BadGzipFile, ValueError, RecursionError) as error:
        raise BulkDamaged(f"{path.name} is damaged ({error}). Run again to fetch it again.") from error


def _lines(first: bytes | None, file: IO[bytes], limit: int) -> Iterator[object]:
    """Yield the values of JSON Lines; a line that is not JSON as a string, unless the file ends with it."""
    if first is None:
        raise ValueError(_ENDLESS)
    line, size = first + file.readline(LONGEST_CARD), 0
    while line:
        size += len(line)
        if len(line) > LONGEST_CARD or size > limit:
            raise ValueError(_ENDLESS)
        if line.strip():
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):
                if not line.endswith(b"\n"):
                    raise  # the file is cut off here
                value = line.decode(errors="replace")
            yield value
        line = file.readline(LONGEST_CARD)


def _array_elements(file: IO[bytes], limit: int) -> Iterator[object]:
    """Yield the elements of an array whose opening bracket has been read."""
    decoder, text, size = json.JSONDecoder(), "", 0
    for chunk in codecs.iterdecode(iter(lambda: file.read(CHUNK), b""), "utf-8"):
        text, size = text + chunk, size + len(chunk)
        at = _skip_separators(text, 0)
        while at < len(text) and text[at] != "]":
            try:
                value, end = decoder.raw_decode(text, at)
            except ValueError:
                break  # the rest of it is in the next chunk
            yield value
            at = _skip_separators(text, end)
        text = text[at:]
        if len(text) > LONGEST_CARD + CHUNK or size > limit:
            raise ValueError(_ENDLESS)
    if text.strip() != "]":
        raise EOFError("the array has no end")


def _skip_separators(text: str, at: int) -> int:
    """Return the position of the next character that is neither white space nor a comma."""
    while at < len(text) and text[at] in " \t\r\n,":
        at += 1
    return at
