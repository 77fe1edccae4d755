"""Bulk files -> their entries, one at a time."""

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
"""Times a file's size; a bulk file unpacks to a dozen times, and gzip could be made to give a thousand."""
MOST_BLANKS = 1000
"""Bytes before the first entry."""
_ENDLESS = "a card in it has no end, or there is no end of blanks"


def read_records(path: Path, seen: Callable[[int], None] = lambda _: None) -> Iterator[object]:
    """Yield the entries of a bulk file: JSON Lines or one JSON array, gzipped or not, told by the first bytes.

    They should be objects, but may be any JSON values; a line that can't be read comes as a text.

    Args:
        path: the file.
        seen: is told now and then how many more bytes of the file have been read.

    Raises:
        BulkDamaged: it is cut off, altered, or something else.
    """
    try:
        with path.open("rb") as raw, _unpacked(raw) as file:
            most = path.stat().st_size * MOST_UNPACKED
            first = _first(file)
            records = _array(file, most) if first == b"[" else _lines(first, file, most)
            at = 0
            for number, record in enumerate(records):
                yield record
                if number % 1000 == 0:
                    seen(raw.tell() - at)
                    at = raw.tell()
    except (EOFError, zlib.error, gzip.BadGzipFile, ValueError, RecursionError) as error:
        raise BulkDamaged(f"{path.name} is damaged ({error}). Run again: it is fetched anew.") from error


def _unpacked(raw: IO[bytes]) -> IO[bytes]:
    packed = raw.read(len(GZIP)) == GZIP
    raw.seek(0)
    return cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if packed else raw


def _first(file: IO[bytes]) -> bytes:
    """Return the next byte that is no white space, or nothing at the end."""
    for _ in range(MOST_BLANKS):
        if not (byte := file.read(1)).isspace():
            return byte
    raise ValueError(_ENDLESS)


def _lines(first: bytes, file: IO[bytes], most: int) -> Iterator[object]:
    """Yield the values of JSON Lines; a line that is no JSON as a text, unless the file ends with it."""
    line, size = first + file.readline(LONGEST_CARD), 0
    while line:
        size += len(line)
        if len(line) > LONGEST_CARD or size > most:
            raise ValueError(_ENDLESS)
        if line.strip():
            yield _value(line)
        line = file.readline(LONGEST_CARD)


def _value(line: bytes) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        if not line.endswith(b"\n"):
            raise  # cut off there
        return line.decode(errors="replace")


def _array(file: IO[bytes], most: int) -> Iterator[object]:
    """Yield the elements of an array whose bracket has been read."""
    decoder, text, size = json.JSONDecoder(), "", 0
    for chunk in codecs.iterdecode(iter(lambda: file.read(CHUNK), b""), "utf-8"):
        text, size = text + chunk, size + len(chunk)
        at = _start(text, 0)
        while at < len(text) and text[at] != "]":
            try:
                value, end = decoder.raw_decode(text, at)
            except ValueError:
                break  # the rest of it is in the next chunk
            yield value
            at = _start(text, end)
        text = text[at:]
        if len(text) > LONGEST_CARD + CHUNK or size > most:
            raise ValueError(_ENDLESS)
    if text.strip() != "]":
        raise EOFError("the array has no end")


def _start(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n,":
        at += 1
    return at
