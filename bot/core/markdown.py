"""Escapes text for Discord's Markdown."""

from __future__ import annotations

import discord


def shown(text: str) -> str:
    """Escape a text so that Discord shows it literally, in one line; square brackets become round ones."""
    # Brackets first: escape_markdown skips "[...](...)" and, by default, whatever follows "https://".
    line = " ".join(text.splitlines()).replace("[", "(").replace("]", ")")
    return discord.utils.escape_markdown(line, ignore_links=False)


def link(text: str, uri: str | None) -> str:
    """Return a text as a Markdown link, escaped so that it can't break out; without a URI, as plain text."""
    return f"[{shown(text)}]({uri.replace('(', '%28').replace(')', '%29')})" if uri else shown(text)
