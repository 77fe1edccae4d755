"""A card's printings, newest first, a page at a time. Pure.

A list is turned over only by who asked for it, so that it doesn't move under its reader's eyes; whoever else
presses a button gets the page for themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

from discord import ui

from bot.components.card_text import heading, printing_line, range_date
from bot.components.layout import Answer, Block, cut, render
from bot.core.limits import MAX_LABEL
from bot.lookups.answers import range_lines
from bot.lookups.ids import page_id
from bot.messages import Words
from engine import CardEntry, PrintingEntry

PAGE_LINES = 15
"""Printings of a page: with the longest names and links half of the letters that a message may have."""


def printings_answer(
    entry: CardEntry, printings: Sequence[PrintingEntry], page: int, asker: int, words: Words
) -> Answer:
    """Return a page (from 0; the last one for any beyond) of a card's printings."""
    pages = max(1, -(-len(printings) // PAGE_LINES))
    page = min(max(page, 0), pages - 1)
    start = page * PAGE_LINES
    lines = [printing_line(one, words) for one in printings[start : start + PAGE_LINES]]
    block = Block(
        [heading(entry), *(lines or [words("lookup-no-printings")]), *_foot(printings, page, pages, words)],
        controls=_buttons(entry.key, page, pages, asker, words),
    )
    return render([block], words)


def _foot(printings: Sequence[PrintingEntry], page: int, pages: int, words: Words) -> list[str]:
    """Return what stands below a list: range and date of prices, and which page it is."""
    date = next((one.prices_date for one in printings if one.prices_date), None)
    lines = [*range_lines(printings, words)] if page == 0 else []
    if date:
        lines.append(range_date(date, words))
    if pages > 1:
        lines.append("-# " + words("lookup-page", page=page + 1, pages=pages, count=len(printings)))
    return lines


def _buttons(key: str, page: int, pages: int, asker: int, words: Words) -> list[ui.Button[Answer]]:
    buttons = []
    if page > 0:
        buttons.append(_button(words("lookup-newer"), page_id(key, page - 1, asker)))
    if page + 1 < pages:
        buttons.append(_button(words("lookup-older"), page_id(key, page + 1, asker)))
    return buttons


def _button(label: str, custom_id: str) -> ui.Button[Answer]:
    return ui.Button(label=cut(label, MAX_LABEL), custom_id=custom_id)
