"""Texts as Discord shows them. Pure."""

from __future__ import annotations

import discord


def shown(text: str) -> str:
    """Return a text so that Discord shows it as it is, in one line; brackets, which a link can't hold, turn round."""
    # Brackets first: escape_markdown leaves alone what stands in "[...](...)", and by default what follows "https://".
    line = " ".join(text.splitlines()).replace("[", "(").replace("]", ")")
    return discord.utils.escape_markdown(line, ignore_links=False)


def link(text: str, uri: str | None) -> str:
    """Return a text as a Markdown link, escaped so that it can't break out of it; where there is no page, as text."""
    return f"[{shown(text)}]({uri.replace('(', '%28').replace(')', '%29')})" if uri else shown(text)
