"""Scryfall's bulk files: finding the current ones and downloading them, in several parts if necessary."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from training.scryfall.client import TRANSIENT_ERRORS, ScryfallClient, TransientFailure, check_host
from training.scryfall.errors import BulkDamaged, SyncError
from training.scryfall.http_resume import CHUNK, IDENTITY, PartialFile, usable_etag
from training.scryfall.records import LONGEST, BulkObject, InvalidRecord, read_record
from training.scryfall.state import read_note, write_note

LONGEST_NAME = 100
"""Characters of a link that become part of a file's name; Scryfall's have forty."""

OnBytes = Callable[[int], object]
"""Called with the number of bytes of each piece received."""


@dataclass(frozen=True, slots=True)
class BulkFile:
    """A bulk file as the API announces it.

    Attributes:
        kind: ``default_cards`` or ``all_cards``.
        updated_at: ISO time of the cards in it.
        size: of the file as stored, in bytes, or None if unknown.
    """

    kind: str
    url: str
    updated_at: str
    size: int | None

    @property
    def name(self) -> str:
        """File name: kind, hyphen, end of the link. The hyphen tells bulk files from notes."""
        last = urlsplit(self.url).path.rsplit("/", 1)[-1]
        return f"{self.kind}-{re.sub(r'[^0-9A-Za-z.-]', '_', last)[-LONGEST_NAME:]}"


async def find_bulk_file(client: ScryfallClient, folder: Path, kind: str) -> BulkFile:
    """Ask for the current bulk file of a kind; costs next to nothing while it has not changed.

    Raises:
        SyncError: the server gives no usable answer.
    """
    path = folder / f"{kind}.json"
    note = read_note(path)
    known: Any = note.get("told")
    try:
        read_record(known, BulkObject)
        etag = usable_etag(note.get("etag"))
    except InvalidRecord:
        etag = ""
    response = await client.get_json(f"bulk-data/{kind}", etag)
    body = response.body if response else known
    try:
        found = read_record(body, BulkObject)
    except InvalidRecord as error:
        raise SyncError(
            f"What {client.api} says about the bulk file {kind} is not as expected: {error}. "
            "Is there a newer version of this program?"
        ) from error
    link = found.jsonl_download_uri or found.download_uri
    if not link:
        keys = ", ".join(key for key in body if key.isprintable())[:LONGEST]
        raise SyncError(f"The bulk file {kind} has no link under jsonl_download_uri or download_uri; it has: {keys}.")
    check_host(link, client.api)
    if response is not None:
        write_note(path, {"etag": response.etag, "told": msgspec.to_builtins(found)})
    return BulkFile(kind, link, found.updated_at, found.compressed_size or None)


async def fetch_bulk_file(client: ScryfallClient, file: BulkFile, folder: Path, on_bytes: OnBytes) -> Path:
    """Return the path of a bulk file, after downloading what is missing of it.

    Raises:
        BulkDamaged: the size is not the announced one; the next attempt starts from the beginning.
        SyncError: the server does not send it.
        OSError: the disk is full, or the folder can't be written to.
    """
    path = folder / file.name
    if path.exists():
        return path
    part = PartialFile(path.with_name(path.name + ".part"))
    while not await client.retry(partial(_fetch_more, client, file, part, on_bytes), file.url):
        pass
    if file.size is not None and part.size != file.size:
        found = part.size
        part.discard()
        raise BulkDamaged(f"{file.url} has {found:,} bytes, not {file.size:,} as announced. Run again.")
    part.finish(path)
    return path


async def _fetch_more(client: ScryfallClient, file: BulkFile, part: PartialFile, on_bytes: OnBytes) -> bool:
    """Fetch the rest and return True; return False if the connection broke after some of it."""
    before = part.size
    try:
        headers = IDENTITY | part.range_headers()
        async with asyncio.timeout(client.politeness.stretch), client.open(file.url, headers) as response:
            if response.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                if before == file.size:
                    return True
                part.discard()
                if not before:
                    raise TransientFailure("the server does not send the file from its beginning")
                return False
            if not part.is_continued_by(response.status, response.headers.get("Content-Range", "")):
                part.restart(usable_etag(response.headers.get("ETag")))
                if response.status == HTTPStatus.PARTIAL_CONTENT:
                    raise TransientFailure("the server sent a different part of the file")
            with part.path.open("ab") as out:
                async for chunk in response.content.iter_chunked(CHUNK):
                    out.write(chunk)
                    on_bytes(len(chunk))
    except TRANSIENT_ERRORS:
        # Only attempts that bring nothing count as failed.
        if part.size <= before:
            raise
        await asyncio.sleep(client.politeness.first_wait)
        return False
    return True


def remove_unused(folder: Path, kept: set[str]) -> None:
    """Remove whole and partial bulk files that are no longer used; ``kept`` has the names of those in use."""
    for path in folder.iterdir():
        whole = path.name.removesuffix(".etag").removesuffix(".part")
        superseded = path.name != whole and (folder / whole).exists()
        if "-" in path.name and (whole not in kept or superseded):
            path.unlink()


def fetched_size(folder: Path, file: BulkFile) -> int:
    """Return how many bytes of a bulk file have been downloaded."""
    path = folder / file.name
    return PartialFile(path).size or PartialFile(path.with_name(path.name + ".part")).size
