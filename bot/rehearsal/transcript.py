"""The play on a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from functools import partial

from bot.rehearsal.play import Moment
from bot.rehearsal.reading import lines_of, seen

WIDTH = 100
"""Letters in a line."""
INDENT = "    "
BOT = "cardglass"


def told(moment: Moment, channels: Mapping[int, str], before: Moment | None) -> str:
    """Return a moment as text: where it happens, if elsewhere than the one before; who does what; the answer."""
    place = f"#{moment.channel.name}" if moment.channel.guild is not None else "direct message"
    elsewhere = before is None or before.channel.id != moment.channel.id
    head = ["", f"── {place} ".ljust(WIDTH, "─")] if elsewhere else []
    who = moment.viewer.name.capitalize()
    said = f"{who}: {moment.does}".rstrip() if moment.posts else f"{who} {moment.does}"
    files = [f"{INDENT}[file: {name}]" for name in moment.files]
    message = seen(moment.answer)
    if message is None:
        answer = [f"({BOT} says nothing.)"]
    else:
        private = f" (only {who} sees this)" if moment.private else ""
        wrap = partial(
            textwrap.fill, width=WIDTH, initial_indent=INDENT, subsequent_indent=INDENT, break_long_words=False
        )
        answer = [f"{BOT}{private}:", *map(wrap, lines_of(message, channels))]
    return "\n".join([*head, "", said, *files, "", *answer])
