"""Checks requests against Discord's OpenAPI document."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

DOCUMENT = Path(__file__).parent / "discord-openapi.json.gz"
IDENTIFIED = frozenset({"attachments", "default_values"})
"""Fields whose items have a snowflake as "id"."""
SNOWFLAKES = frozenset({"message_id", "channel_id", "guild_id"})


@cache
def document() -> dict[str, Any]:
    return json.loads(gzip.decompress(DOCUMENT.read_bytes()))


@cache
def routes() -> list[tuple[re.Pattern[str], str]]:
    """Return paths as patterns; those with fewer variables first, so that `@me` is not taken for an id."""
    paths = sorted(document()["paths"], key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), path) for path in paths]


@cache
def validator(method: str, path: str) -> Draft202012Validator | None:
    """Return the validator of a route's JSON body, None if the route takes none."""
    content = document()["paths"][path][method].get("requestBody", {}).get("content", {})
    # discord.py sends JSON and multipart bodies of the same shape.
    schema = content.get("application/json") or next(iter(content.values()), None)
    if schema is None:
        return None
    return Draft202012Validator({**schema["schema"], "components": document()["components"]})


def faults(method: str, path: str, body: Any) -> Iterator[str]:
    """Yield the faults of a request."""
    route = next((r for pattern, r in routes() if pattern.fullmatch(path) and method.lower() in operations(r)), None)
    if route is None:
        yield f"{method} {path}: no such route"
        return
    if body is None:
        return
    holder = validator(method.lower(), route)
    if holder is None:
        yield f"{method} {route} takes no body"
        return
    for error in holder.iter_errors(as_sent(body)):
        yield f"{method} {route} {error.json_path}: {error.message[:200]}"


def operations(route: str) -> dict[str, Any]:
    return document()["paths"][route]


def as_sent(value: Any, key: str = "") -> Any:
    """Return the body with snowflakes as texts: discord.py sends some as integers, which Discord accepts too."""
    if isinstance(value, dict):
        return {k: str(v) if k == "id" and key in IDENTIFIED else as_sent(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [as_sent(item, key) for item in value]
    return str(value) if isinstance(value, int) and key in SNOWFLAKES else value
