"""Blocks of text, pictures and controls -> one message of components, within Discord's limits by construction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.core.limits import MAX_ALT, MAX_LETTERS
from bot.messages import Words
from engine import FaceEntry

ELLIPSIS = "…"

_LINK = re.compile(r"\[(.*)\]\(\S*\)")


class Answer(ui.LayoutView):
    """A message of components whose controls are served by :func:`bot.lookups.dynamic_items`.

    discord.py need not remember it, and does not: all that is to be known stands in the custom ids.

    Attributes:
        private: whether it says nothing that others would want to read, only that nothing was found.
    """

    def __init__(self, *, private: bool = False) -> None:
        super().__init__()
        self.private = private

    def is_finished(self) -> bool:
        """Return that nobody waits for it."""
        return True


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """What is said of one thing.

    Attributes:
        lines: Markdown, the most important first: those that don't fit are left out from the end.
        pictures: at most two; one stands small beside the text unless ``large``, two stand below it.
        controls: buttons, five at most, or one select, in a row below.
        private: whether only who asked would want to read it.
    """

    lines: Sequence[str]
    pictures: Sequence[FaceEntry] = ()
    large: bool = False
    controls: Sequence[ui.Item[Any]] = ()
    private: bool = False


def render(blocks: Sequence[Block], words: Words) -> Answer:
    """Return a message of these blocks: up to ten, of which only one may have more than one control.

    So many have room: a message takes the container, at most three components a block, and a line between two.
    """
    answer = Answer(private=all(block.private for block in blocks))
    container: ui.Container[Answer] = ui.Container()
    for number, block in enumerate(blocks):
        if number:
            container.add_item(ui.Separator())
        for item in _items(block, MAX_LETTERS // len(blocks), words):
            container.add_item(item)
    answer.add_item(container)
    return answer


def _items(block: Block, letters: int, words: Words) -> list[ui.Item[Any]]:
    text: ui.TextDisplay[Answer] = ui.TextDisplay(fitted(block.lines, letters))
    pictures = [(face.image_uri, _alt(face, words)) for face in block.pictures if face.image_uri]
    if len(pictures) == 1 and not block.large:
        uri, alt = pictures[0]
        items: list[ui.Item[Any]] = [ui.Section(text, accessory=ui.Thumbnail(uri, description=alt))]
    else:
        items = [text]
        if pictures:
            items.append(ui.MediaGallery(*(discord.MediaGalleryItem(uri, description=alt) for uri, alt in pictures)))
    if block.controls:
        items.append(ui.ActionRow(*block.controls))
    return items


def _alt(face: FaceEntry, words: Words) -> str:
    return cut(words("lookup-card-alt", name=face.name), MAX_ALT)


def fitted(lines: Sequence[str], letters: int) -> str:
    """Return as many whole lines as fit; the first always stays, if need be without its link and cut short."""
    kept = [lines[0] if len(lines[0]) <= letters else cut(_LINK.sub(r"\1", lines[0]), letters)]
    for line in lines[1:]:
        if len("\n".join([*kept, line])) > letters:
            break
        kept.append(line)
    return "\n".join(kept)


def cut(text: str, letters: int) -> str:
    """Return a text of no more than so many letters; a backslash at its end would take the mark after it along."""
    return text if len(text) <= letters else text[: letters - 1].rstrip("\\ ") + ELLIPSIS
