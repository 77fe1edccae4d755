"""The play on a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

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
    return "\n".join([*head, "", said, *files, *_answered(moment, channels)])


def _answered(moment: Moment, channels: Mapping[int, str]) -> Sequence[str]:
    message = seen(moment.answer)
    if message is None:
        return ["", f"({BOT} says nothing.)"]
    private = f" (only {moment.viewer.name.capitalize()} sees this)" if moment.private else ""
    return ["", f"{BOT}{private}:", *(_wrapped(line) for line in lines_of(message, channels))]


def _wrapped(line: str) -> str:
    return textwrap.fill(line, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT, break_long_words=False)
