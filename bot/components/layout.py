"""Renders blocks of text, images and controls as one message, within Discord's limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.core.limits import MAX_ALT, MAX_LETTERS

ELLIPSIS = "…"
Row = Sequence[ui.Item[Any]]
"""Up to five buttons, or one menu."""

_LINK = re.compile(r"\[(.*)\]\(\S*\)")


@dataclass(frozen=True, slots=True)
class Image:
    """An image of a message.

    Attributes:
        uri: its address; ``attachment://NAME`` for a file sent with the message.
        alt: its description for screen readers; shortened to Discord's limit.
    """

    uri: str
    alt: str


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A text with its images and controls.

    Attributes:
        lines: Markdown, most important first: lines that don't fit are dropped from the end.
        more: returns the line that says how many lines were dropped; None to drop them silently.
        images: a single one is shown small beside the text unless ``large``; all others are shown below it.
        rows: controls below.
        files: names of files, sent with the message, that are offered for download below.
        shorter: other versions of the lines, each shorter than the one before: the first version that fits is shown.
    """

    lines: Sequence[str] = ()
    more: Callable[[int], str] | None = None
    images: Sequence[Image] = ()
    large: bool = False
    rows: Sequence[Row] = ()
    files: Sequence[str] = ()
    shorter: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """Blocks in a frame.

    Attributes:
        colour: of the frame's edge, 0xRRGGBB.
        spoiler: whether everything in it is hidden until it is clicked.
        divided: whether a line separates the blocks. If so, each block may use an equal share of the
            message's letters; if not, an equal share of the letters that earlier blocks left over.
    """

    blocks: Sequence[Block]
    colour: int | None = None
    spoiler: bool = False
    divided: bool = False


def render(boxes: Sequence[Box | Block], rows: Sequence[Row] = (), footer: str = "") -> ui.LayoutView:
    """Return a message of boxes, or of blocks without a frame, and rows of controls below them.

    The footer, a text between boxes and rows, is never cut: the boxes share the letters that it leaves.

    The number of letters is kept within :data:`~bot.core.limits.MAX_LETTERS` here, that of components by the caller:
    each box, text, image beside a text, pair of these, gallery, line, row and control counts as one.
    """
    view = ui.LayoutView(timeout=None)
    allowed = letters = MAX_LETTERS - len(footer)
    for number, part in enumerate(boxes):
        box = part if isinstance(part, Box) else Box([part])
        items: list[ui.Item[Any]] = []
        for at, block in enumerate(box.blocks):
            blocks_left = (len(boxes) - number) * (len(box.blocks) - at)
            limit = allowed // len(box.blocks) if box.divided else letters // blocks_left
            versions = [block.lines, *block.shorter]
            lines = next((lines for lines in versions if len("\n".join(lines)) <= limit), versions[-1])
            text = fit_lines(lines, limit, block.more) if lines else ""
            letters -= len(text)
            if box.divided and at:
                items.append(ui.Separator())
            items += _block_items(block, text)
        if part is box:
            items = [ui.Container(*items, accent_colour=box.colour, spoiler=box.spoiler)]
        for item in items:
            view.add_item(item)
    if footer:
        view.add_item(ui.TextDisplay(footer))
    for row in rows:
        view.add_item(ui.ActionRow(*row))
    return view


def notice(text: str, *rows: Row) -> ui.LayoutView:
    """Return a message of a plain text, with rows of controls below it."""
    return render([Block([text])], rows)


def _block_items(block: Block, text: str) -> list[ui.Item[Any]]:
    items: list[ui.Item[Any]] = [ui.TextDisplay(text)] if text else []
    images = [(image.uri, shorten(image.alt, MAX_ALT)) for image in block.images]
    if len(images) == 1 and not block.large:
        uri, alt = images[0]
        items = [ui.Section(*items, accessory=ui.Thumbnail(uri, description=alt))]
    elif images:
        items.append(ui.MediaGallery(*(discord.MediaGalleryItem(uri, description=alt) for uri, alt in images)))
    items += [ui.File(f"attachment://{name}") for name in block.files]
    return [*items, *(ui.ActionRow(*row) for row in block.rows)]


def fit_lines(lines: Sequence[str], limit: int, more: Callable[[int], str] | None = None) -> str:
    """Return as many whole lines as fit into ``limit`` letters; cutting a line in two could break a link.

    With ``more`` a last line says how many were dropped. Without it the first line always stays, if need be without
    its link and shortened.
    """
    if len("\n".join(lines)) <= limit:
        return "\n".join(lines)
    if more is not None:
        kept = list(lines)
        while kept and len("\n".join([*kept, more(len(lines))])) > limit:
            kept.pop()
        return "\n".join([*kept, more(len(lines) - len(kept))])[:limit]
    kept = [lines[0] if len(lines[0]) <= limit else shorten(_LINK.sub(r"\1", lines[0]), limit)]
    for line in lines[1:]:
        if len("\n".join([*kept, line])) > limit:
            break
        kept.append(line)
    return "\n".join(kept)


def shorten(text: str, letters: int) -> str:
    """Return a text of at most so many letters; a backslash at the cut would escape the ellipsis, so it goes too."""
    return text if len(text) <= letters else text[: letters - 1].rstrip("\\ ") + ELLIPSIS
