"""Reads layouts before they are sent; :mod:`bot.rehearsal.reading` does the same for messages."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from tests.support.bot.discord_rules import faults


def items(view: ui.LayoutView, kind: type) -> list[Any]:
    """Return the items of a kind, those within others included; controls without the dynamic item around them."""
    found = [item.item if isinstance(item, ui.DynamicItem) else item for item in view.walk_children()]
    return [item for item in found if isinstance(item, kind)]


def text_of(view: ui.LayoutView) -> str:
    return "\n".join(item.content for item in items(view, ui.TextDisplay))


def images_of(view: ui.LayoutView) -> list[str]:
    """Return the addresses of a layout's images."""
    small = [thumbnail.media.url for thumbnail in items(view, ui.Thumbnail)]
    return small + [item.media.url for gallery in items(view, ui.MediaGallery) for item in gallery.items]


def message_of(view: ui.LayoutView) -> dict[str, Any]:
    """Return the body of a request that sends this layout, with the files it refers to."""
    files = [url.removeprefix("attachment://") for url in images_of(view) if url.startswith("attachment://")]
    attachments = [{"id": number, "filename": name} for number, name in enumerate(files)]
    flags = discord.MessageFlags(components_v2=True).value
    return {"components": view.to_components(), "flags": flags, "attachments": attachments}


def layout_faults(view: ui.LayoutView) -> list[str]:
    """Return what Discord would reject in a message with this layout."""
    return list(faults("POST", "/channels/1/messages", message_of(view)))
