"""Answers as Scryfall words them."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from aiohttp import web

from tests.support.scryfall.bulk_files import BulkFormat
from tests.support.scryfall.faults import CURRENT_FAULT, Fault, FaultKind

PAGE = 350
CHUNK = 1 << 16
DRIPS = 5
"""Pieces of an answer that comes drop by drop."""
FILE_TYPES = {
    ".gz": "application/gzip",
    ".json": "application/json",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".png": "image/png",
}


def error(status: int, code: str, *, subcode: str = "", retry_after: str = "") -> web.Response:
    """Return an error object."""
    body = {"object": "error", "status": status, "code": code, "details": f"The tests' server: {code}."}
    headers = {"Retry-After": retry_after} if retry_after else {}
    return web.json_response(body | ({"subcode": subcode} if subcode else {}), status=status, headers=headers)


def tagged(request: web.Request, body: dict[str, Any]) -> web.Response:
    """Return an answer of the API with its weak ETag, or 304 if the client has it."""
    text = json.dumps(body)
    tag = f'W/"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers={"ETag": tag})
    return web.Response(text=text, content_type="application/json", headers={"ETag": tag})


def page(request: web.Request, rows: list[dict[str, Any]], address: str) -> web.Response:
    """Return one page of a list."""
    number = int(request.query.get("page", "1"))
    more = {"next_page": f"{address}?page={number + 1}"} if len(rows) > number * PAGE else {}
    part = rows[(number - 1) * PAGE : number * PAGE]
    return web.json_response({"object": "list", "has_more": bool(more), "data": part} | more)


def bulk_object(
    kind: str, updated_at: str, link: str, size: int, form: BulkFormat, sends_size: bool
) -> dict[str, object]:
    """Return an entry of the index of bulk files, as since July 2026 or as before."""
    ident = str(uuid5(NAMESPACE_URL, kind))
    body: dict[str, object] = {"object": "bulk_data", "id": ident, "type": kind, "updated_at": updated_at}
    if form is BulkFormat.ARRAY:
        return body | {"download_uri": link, "size": size, "content_encoding": "gzip"}
    return body | {"jsonl_download_uri": link} | ({"compressed_size": size} if sends_size else {})


async def send(
    request: web.Request, body: bytes, content_type: str, tag: str, sent: Callable[[int], None]
) -> web.StreamResponse:
    """Send a file, or the requested part of it, with the current fault."""
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers={"ETag": tag})
    fault = CURRENT_FAULT.get()
    if fault and fault.kind is FaultKind.GARBLE:
        body = body[: len(body) // 2] + bytes(len(body) - len(body) // 2)
    if fault and fault.kind is FaultKind.CUT:
        body = body[: fault.after]
    ranges = request.headers.get("Range", "")
    same = request.headers.get("If-Range", tag) == tag
    start = int(ranges.removeprefix("bytes=").split("-")[0]) if ranges and same else 0
    if start >= len(body) > 0:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{len(body)}"})
    response = web.StreamResponse(status=206 if start else 200, headers={"ETag": tag, "Accept-Ranges": "bytes"})
    if start:
        response.headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
    response.content_type = content_type
    response.content_length = len(body) - start
    # The client may have been killed.
    with suppress(ConnectionError):
        await response.prepare(request)
        await _write(request, response, body[start:], fault, sent)
    return response


async def _write(
    request: web.Request, response: web.StreamResponse, body: bytes, fault: Fault | None, sent: Callable[[int], None]
) -> None:
    broken = fault is not None and fault.kind in {FaultKind.RESET, FaultKind.STALL}
    slow = fault is not None and fault.kind is FaultKind.DRIP
    whole = body[: fault.after] if fault and broken else body
    step = max(1, len(whole) // DRIPS) if slow else CHUNK
    for at in range(0, len(whole), step):
        await response.write(whole[at : at + step])
        sent(len(whole[at : at + step]))
        if slow:
            await asyncio.sleep(0.02)
    if not broken:
        await response.write_eof()
    elif fault and fault.kind is FaultKind.STALL:
        await _wait_for_disconnect(request)
    elif request.transport is not None:
        # The buffer should arrive before the connection breaks.
        await asyncio.sleep(0.05)
        request.transport.abort()


async def _wait_for_disconnect(request: web.Request) -> None:
    if request.transport is not None:
        await asyncio.sleep(0.05)
        await _wait_for_disconnect(request)
