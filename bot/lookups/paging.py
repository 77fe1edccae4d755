"""A card's printings, newest first, page by page.

Only the user who asked for a list can turn its pages, so that it doesn't change while they read; anybody else who
presses a button gets the page in a message of their own.
"""

from __future__ import annotations

from collections.abc import Sequence

from discord import ui

from bot.components.card_text import heading, price_date_lines, printing_line
from bot.components.controls import Action, Control, button
from bot.components.layout import Block, Box, render
from bot.lookups.answers import price_range_lines
from bot.messages import Words
from bot.store import Currency
from engine import CardEntry, PrintingEntry

PAGE_LINES = 15
"""Printings on a page: with the longest names and links they take half of a message's letters."""


def printings_page(
    entry: CardEntry,
    printings: Sequence[PrintingEntry],
    page: int,
    asker: int,
    words: Words,
    currency: Currency = Currency.BOTH,
) -> ui.LayoutView:
    """Return a page of a card's printings, counted from 0; the last one if there are fewer."""
    pages = max(1, -(-len(printings) // PAGE_LINES))
    page = min(max(page, 0), pages - 1)
    start = page * PAGE_LINES
    lines = [printing_line(one, words, currency) for one in printings[start : start + PAGE_LINES]]
    footer = price_range_lines(printings, words, currency) if page == 0 else []
    if currency is not Currency.NONE:
        footer += price_date_lines(printings, words)
    if pages > 1:
        footer.append("-# " + words.format("lookup-page", page=page + 1, pages=pages, count=len(printings)))
    targets = [(page - 1, words.format("lookup-newer")), (page + 1, words.format("lookup-older"))]
    row = [
        button(Control(Action.PAGE, entry.key, page=target, asker=asker), label)
        for target, label in targets
        if 0 <= target < pages
    ]
    lines = [heading(entry), *(lines or [words.format("lookup-no-printings")]), *footer]
    return render([Box([Block(lines, rows=[row] if row else [])])])
