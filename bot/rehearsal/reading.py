"""Reads a message as a player sees it: its texts, pictures, menus and buttons, in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from discord import ui

LINK = re.compile(r"\[((?:[^\]\\]|\\.)*)\]\(https?://[^)\s]*\)")
MARKS = re.compile(r"\\([^\w\s]|_)|\*+|`|^#{1,3} |^-# ", re.MULTILINE)
"""Markdown for headings, bold print and code; characters after a backslash are kept."""
CHANNEL = re.compile(r"<#(\d+)>")
MAX_OPTIONS = 4
"""Options of a menu that are listed; the rest are counted."""


def seen(answer: Any) -> Any:
    """Return the plain message of an answer, however simcord wraps it; None if there is none."""
    response = getattr(answer, "response", answer)
    return getattr(response, "message", response)


def parts_of(message: Any, kind: type) -> list[Any]:
    """Return the components of one type in a message, including nested ones."""
    return [item for item in ui.LayoutView.from_message(seen(message)).walk_children() if isinstance(item, kind)]


def controls(message: Any) -> dict[str, str]:
    """Return the custom ids of a message's buttons and menus, by action; the first if several have the same."""
    ids = [getattr(item, "custom_id", None) or "" for item in parts_of(message, ui.Item)]
    return {ident.split(":")[1]: ident for ident in reversed(ids) if ident.startswith("v1:")}


def control(message: Any, action: str) -> str:
    """Return the custom id of a message's button or menu for an action."""
    return controls(message)[action]


def lines_of(message: Any, channels: Mapping[int, str]) -> list[str]:
    """Return a message as lines: texts without Markdown, everything else in square brackets.

    Args:
        channels: names of mentioned channels by id.
    """
    lines = plain(message.content, channels).splitlines()
    row: list[str] = []
    for item in parts_of(message, ui.Item):
        if isinstance(item, ui.Button):
            row.append(f"[{' '.join(filter(None, [str(item.emoji or ''), item.label]))}]")
            continue
        if row:
            lines.append(" ".join(row))
            row = []
        lines += _describe(item, channels)
    return [*lines, " ".join(row)] if row else lines


def plain(text: str, channels: Mapping[int, str]) -> str:
    """Return a text as it looks, without link targets and Markdown."""
    named = CHANNEL.sub(lambda found: f"#{channels.get(int(found[1]), found[1])}", text)
    return MARKS.sub(r"\1", LINK.sub(r"\1", named))


def _describe(item: Any, channels: Mapping[int, str]) -> Iterator[str]:
    match item:
        case ui.TextDisplay():
            yield from plain(item.content, channels).splitlines()
        case ui.MediaGallery():
            for picture in item.items:
                yield f"[picture: {picture.description or picture.media.url}]"
        case ui.Thumbnail():
            yield f"[picture: {item.description or item.media.url}]"
        case ui.Select():
            chosen = [option.label for option in item.options if option.default]
            offered = [f"{option.label} {option.description or ''}".strip() for option in item.options[:MAX_OPTIONS]]
            more = len(item.options) - len(offered)
            shown = chosen or [*offered, *([f"{more} more"] if more else [])]
            yield f"[▾ {item.placeholder}: {' | '.join(shown)}]"
        case ui.ChannelSelect() | ui.RoleSelect():
            yield f"[▾ {item.placeholder}]"
        case ui.File():
            yield f"[file: {item.media.url.rpartition('/')[2]}]"
