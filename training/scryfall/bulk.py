"""Scryfall's bulk files: which there are now, and fetching them, a part at a time if need be."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from training.scryfall.client import FAILURES, UNPACKED, Web, tag_in
from training.scryfall.errors import BulkDamaged, SyncError
from training.scryfall.hosts import check_host
from training.scryfall.json_cache import load, save
from training.scryfall.validation import LONGEST, Check, is_line, is_name, is_size, is_time, maybe, odd_in

LINK_KEYS = ("jsonl_download_uri", "download_uri")
"""Where the link stands: since July 2026, and at older mirrors."""
_TOLD: Mapping[str, Check] = {
    "updated_at": is_time,
    **dict.fromkeys(LINK_KEYS, maybe(is_line)),
    # An older "size" is that of the file unpacked.
    "compressed_size": maybe(is_size),
}
"""What is read of the index's answer."""
LONGEST_NAME = 100
"""Letters of a link that become those of a file's name; Scryfall's have forty."""
CHUNK = 1 << 18
_RANGE = re.compile(r"bytes ([0-9]{1,18})-")

Grown = Callable[[int], None]
"""Is told of every number of bytes that came."""


@dataclass(frozen=True, slots=True)
class BulkFile:
    """A bulk file as the API announces it.

    Attributes:
        updated_at: ISO time of the cards in it.
        size: in bytes as it lies there, or None where that isn't told.
    """

    kind: str
    url: str
    updated_at: str
    size: int | None

    @property
    def name(self) -> str:
        """Name of the file, by which it is told from notes: a kind, a hyphen, and the end of the link."""
        last = urlsplit(self.url).path.rsplit("/", 1)[-1]
        return f"{self.kind}-{re.sub(r'[^0-9A-Za-z.-]', '_', last)[-LONGEST_NAME:]}"


async def look_up(web: Web, folder: Path, kind: str) -> BulkFile:
    """Ask which bulk file of a kind there is now; costs next to nothing while it is still the same.

    Raises:
        SyncError: the server doesn't tell.
    """
    note = folder / f"{kind}.json"
    known = load(note)
    told = known.get("told")
    answer = await web.call(f"bulk-data/{kind}", "" if odd_in(told, _TOLD) else tag_in(known.get("etag")))
    file = _bulk_file(kind, answer.body if answer else told, web.api)
    if answer is not None:
        save(note, {"etag": answer.etag, "told": {key: answer.body.get(key) for key in _TOLD}})
    return file


def _bulk_file(kind: str, told: Any, api: str) -> BulkFile:
    if odd := odd_in(told, _TOLD):
        raise SyncError(
            f"What {api} says of the bulk file {kind} is not as expected: {', '.join(odd)}. "
            "Is there a newer version of this program?"
        )
    links = [told[key] for key in LINK_KEYS if told.get(key)]
    if not links:
        has = ", ".join(filter(is_name, told))[:LONGEST]
        raise SyncError(f"The bulk file {kind} has no link under {' or '.join(LINK_KEYS)}; it has: {has}.")
    check_host(links[0], api)
    return BulkFile(kind, links[0], told["updated_at"], told.get("compressed_size") or None)


async def fetch(web: Web, file: BulkFile, folder: Path, grown: Grown) -> Path:
    """Return where a bulk file lies, after fetching what is missing of it.

    Raises:
        BulkDamaged: another number of bytes came than were announced; the next attempt starts anew.
        SyncError: the server doesn't give it.
        OSError: the disk is full, or the folder can't be written to.
    """
    path = folder / file.name
    if path.exists():
        return path
    part = path.with_name(path.name + ".part")
    whole = False
    while not whole:
        whole = await web.again(lambda: _fetch_more(web, file, part, grown), file.url)
    if file.size is not None and (found := _size(part)) != file.size:
        forget(part)
        raise BulkDamaged(f"{file.url} has {found:,} bytes, not {file.size:,} as announced. Run again.")
    part.replace(path)
    _tag_of(part).unlink(missing_ok=True)
    return path


def forget(part: Path) -> None:
    """Remove a file and what was noted of it."""
    part.unlink(missing_ok=True)
    _tag_of(part).unlink(missing_ok=True)


async def _fetch_more(web: Web, file: BulkFile, part: Path, grown: Grown) -> bool:
    """Fetch the rest and return True; False where a part of it came before the connection broke."""
    before = _size(part)
    try:
        rest = UNPACKED | _rest(part, before)
        async with asyncio.timeout(web.politeness.stretch), web.opened(file.url, rest) as response:
            if response.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                return _nothing_left(file, part, before)
            await _append(response, part, before, grown)
    except FAILURES:
        # What came is progress: only attempts that bring nothing count as failed.
        if _size(part) <= before:
            raise
        await asyncio.sleep(web.politeness.first_wait)
        return False
    return True


def _rest(part: Path, size: int) -> dict[str, str]:
    if not size:
        return {}
    tag = tag_in(_tag_of(part).read_text(errors="replace")) if _tag_of(part).exists() else ""
    return {"Range": f"bytes={size}-"} | ({"If-Range": tag} if tag else {})


def _nothing_left(file: BulkFile, part: Path, size: int) -> bool:
    if size == file.size:
        return True
    forget(part)
    return False


async def _append(response: aiohttp.ClientResponse, part: Path, size: int, grown: Grown) -> None:
    found = _RANGE.match(response.headers.get("Content-Range", ""))
    continues = response.status == HTTPStatus.PARTIAL_CONTENT and found is not None and int(found[1]) == size
    if not continues:
        forget(part)
        # A weak tag promises no equal bytes.
        if not (tag := tag_in(response.headers.get("ETag"))).startswith("W/"):
            _tag_of(part).write_text(tag)
    with part.open("ab") as out:
        async for chunk in response.content.iter_chunked(CHUNK):
            out.write(chunk)
            grown(len(chunk))


def _tag_of(part: Path) -> Path:
    return part.with_name(part.name + ".etag")


def remove_others(folder: Path, kept: set[str]) -> None:
    """Remove bulk files, whole and partial, that are no longer used; ``kept`` has the names of the others."""
    for path in folder.iterdir():
        whole = path.name.removesuffix(".etag").removesuffix(".part")
        superseded = path.name != whole and (folder / whole).exists()
        if "-" in path.name and (whole not in kept or superseded):
            path.unlink()


def size_of_part(folder: Path, file: BulkFile) -> int:
    """Return how many bytes of a bulk file there are."""
    path = folder / file.name
    return _size(path) or _size(path.with_name(path.name + ".part"))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
