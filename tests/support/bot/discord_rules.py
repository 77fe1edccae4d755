"""Checks requests against Discord's OpenAPI document, and against limits that the document doesn't state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.support.bot.openapi import faults as document_faults

CONTENT, ALL_TEXTS, COMPONENTS, FILES, OPTIONS, CHOICES, CUSTOM_ID, ALT = 2000, 4000, 40, 10, 25, 25, 100, 1024
TEXT_DISPLAY, SELECT = 10, 3
COMPONENTS_V2 = 1 << 15
CALLBACK_MESSAGE = 4


def check(requests: Iterable[Any]) -> list[str]:
    """Return what Discord would reject in requests as simcord logs them."""
    return [fault for r in requests for fault in faults(r.method, r.path, r.json)]


def faults(method: str, path: str, body: Any) -> Iterator[str]:
    """Yield what Discord would reject in a request."""
    yield from document_faults(method, path, body)
    if not isinstance(body, Mapping):
        return
    data = body.get("data") if path.endswith("/callback") else body
    if not isinstance(data, Mapping):
        return
    for fault in message_faults(data):
        yield f"{method} {path}: {fault}"
    new = method == "POST" and (body is data or body.get("type") == CALLBACK_MESSAGE)
    for name in missing_files(data) if new else ():
        yield f"{method} {path}: refers to {name}, which isn't attached"


def message_faults(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield the limits exceeded by a message, a form or an autocompletion."""
    parts = list(walk(data.get("components") or ()))
    ids = [part["custom_id"] for part in parts if part.get("custom_id")]
    texts = sum(len(part["content"]) for part in parts if part.get("type") == TEXT_DISPLAY)
    measured = {
        "letters of content": (len(data.get("content") or ""), CONTENT),
        "letters in all texts": (texts, ALL_TEXTS),
        "components": (len(parts), COMPONENTS),
        "files": (len(data.get("attachments") or ()), FILES),
        "choices": (len(data.get("choices") or ()), CHOICES),
        "letters of an id": (max(map(len, ids), default=0), CUSTOM_ID),
        "options": (max((len(part.get("options") or ()) for part in parts), default=0), OPTIONS),
        "letters of a description": (max(map(len, descriptions(data, parts)), default=0), ALT),
    }
    yield from (f"{found} {what}, {most} are allowed" for what, (found, most) in measured.items() if found > most)
    yield from (f"the id {ident} twice" for ident, times in Counter(ids).items() if times > 1)
    for part in parts:
        values = Counter(option["value"] for option in part.get("options") or () if part.get("type") == SELECT)
        yield from (f"the option {value} twice" for value, times in values.items() if times > 1)
    if int(data.get("flags") or 0) & COMPONENTS_V2 and (data.get("content") or data.get("embeds")):
        yield "content or embeds beside components of version 2"


def missing_files(data: Mapping[str, Any]) -> set[str]:
    """Return the files that a message's components refer to and that aren't among its attachments."""
    brought = {f"attachment://{file.get('filename')}" for file in data.get("attachments") or ()}
    return {url for url in urls(data.get("components")) if url.startswith("attachment://")} - brought


def walk(components: Iterable[Any]) -> Iterator[Mapping[str, Any]]:
    """Yield all components, nested ones included; the items of a gallery are no components."""
    for part in components:
        yield part
        within = [*(part.get("components") or ()), part.get("accessory"), part.get("component")]
        yield from walk(one for one in within if one)


def descriptions(data: Mapping[str, Any], parts: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the alt texts of images."""
    for shown in (
        *parts,
        *(item for part in parts for item in part.get("items") or ()),
        *(data.get("attachments") or ()),
    ):
        yield shown.get("description") or ""


def urls(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (text for key, text in value.items() if key == "url" and isinstance(text, str))
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from urls(item)
