"""Prints the play on a terminal."""

from __future__ import annotations

import textwrap

from bot.rehearsal.reading import lines_of, seen
from bot.rehearsal.scenes import Moment
from bot.rehearsal.screenshots import Camera, ScreenshotError
from bot.rehearsal.world import World

WIDTH = 100
"""Characters per line."""
INDENT = "    "
BOT = "cardglass"


class Transcript:
    """Prints each moment, and takes a screenshot of what the bot said if there is a camera."""

    def __init__(self, world: World, camera: Camera | None) -> None:
        self._channels = {channel.id: channel.name for channel in (world.answered, world.quiet)}
        self._camera = camera
        self._last_channel_id: int | None = None

    async def show(self, moment: Moment) -> None:
        """Print a moment and take its screenshot."""
        print(self._format(moment), flush=True)
        if self._camera is None or moment.answer is None:
            return
        try:
            await self._camera.take(moment)
        except ScreenshotError as error:
            print(f"(No more screenshots: {error}.)")
            self._camera = None

    def _format(self, moment: Moment) -> str:
        """Return a moment as text: the channel if it is another one, who does what, and the answer."""
        head = []
        if moment.channel.id != self._last_channel_id:
            place = f"#{moment.channel.name}" if moment.channel.guild is not None else "direct message"
            head = ["", f"── {place} ".ljust(WIDTH, "─")]
            self._last_channel_id = moment.channel.id
        who = moment.viewer.name.capitalize()
        said = f"{who}: {moment.does}".rstrip() if moment.posts else f"{who} {moment.does}"
        files = [f"{INDENT}[file: {name}]" for name in moment.files]
        message = seen(moment.answer)
        if message is None:
            answer = [f"({BOT} says nothing.)"]
        else:
            private = f" (only {who} sees this)" if moment.private else ""
            wrap = textwrap.TextWrapper(WIDTH, INDENT, INDENT, break_long_words=False)
            answer = [f"{BOT}{private}:", *map(wrap.fill, lines_of(message, self._channels))]
        return "\n".join([*head, "", said, *files, "", *answer])
