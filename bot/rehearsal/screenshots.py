"""Screenshots of the play: simcord's preview of a message, rendered by an installed Chromium."""

from __future__ import annotations

import importlib.util
import io
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

from discord import ui
from PIL import Image, ImageDraw

from bot.recognition.reloadable_engine import Recogniser
from bot.rehearsal.reading import parts_of, seen
from bot.rehearsal.scenes import Moment

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTH, TALLEST = 680, 2400
"""Width and maximum height of a message, in pixels."""
MARGIN = 10
"""Pixels around the message, in its background colour."""
COLOURS, JPEG_QUALITY = 128, 85
"""Messages without photos are saved with a palette, others as JPEG."""
CARD, CARD_RADIUS = (244, 340), 12
"""Pixels of the blank card shown instead of a picture from the network."""
BLANK, BLANK_EDGE = (74, 78, 92), (110, 115, 130)


def find_browser() -> str | None:
    """Return the installed Chromium's path; None without one, or without playwright to control it."""
    if importlib.util.find_spec("playwright") is None:
        return None
    return next(filter(None, map(shutil.which, BROWSERS)), None)


class ScreenshotError(Exception):
    """Chromium failed to take a screenshot."""


class Camera:
    """Takes screenshots of moments.

    Args:
        program: Chromium's path.
        folder: where screenshots are saved; must exist.
        faces: pictures of cards by name; other cards are shown blank, because nothing is downloaded.
        recogniser: knows the URLs of those pictures.
    """

    def __init__(
        self, env: Any, program: str, folder: Path, faces: Mapping[str, bytes], recogniser: Recogniser
    ) -> None:
        self._env, self._program, self._folder = env, program, folder
        entries = {name: recogniser.card(name) for name in faces}
        self._known = {entry.image_uri: faces[name] for name, entry in entries.items() if entry and entry.image_uri}

    async def take(self, moment: Moment) -> Path:
        """Save a screenshot of what the viewer sees, and return its path; raises ScreenshotError."""
        from playwright.async_api import BrowserType
        from simcord import SetupError

        launch = BrowserType.launch

        async def launch_installed(kind: Any, **options: Any) -> Any:
            return await launch(kind, **{**options, "executable_path": self._program, "args": ["--no-sandbox"]})

        shown = self._env.preview(
            moment.channel, viewers=[moment.viewer], width=WIDTH, height=TALLEST, assets=self._assets(moment.answer)
        )
        try:
            # simcord always starts the browser that playwright downloaded, and has no option for another.
            with patch.object(BrowserType, "launch", launch_installed):
                async with shown as preview:
                    taken = await preview.screenshot(target=moment.answer, allow_incomplete=True)
        except SetupError as error:
            raise ScreenshotError(str(error)) from error
        message = Image.open(io.BytesIO(taken.png)).convert("RGB")
        width, height = message.size
        image = Image.new("RGB", (width + 2 * MARGIN, height + 2 * MARGIN), message.getpixel((0, 0)))
        image.paste(message, (MARGIN, MARGIN))
        if parts_of(moment.answer, ui.MediaGallery):
            file = self._folder / f"{moment.name}.jpg"
            image.save(file, quality=JPEG_QUALITY, optimize=True)
        else:
            file = self._folder / f"{moment.name}.png"
            image.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
        return file

    def _assets(self, answer: Any) -> dict[str, tuple[str, bytes]]:
        """Return a file for each URL in a message that a browser would download."""
        galleries = [picture.media.url for gallery in parts_of(answer, ui.MediaGallery) for picture in gallery.items]
        addresses = [*galleries, *(thumbnail.media.url for thumbnail in parts_of(answer, ui.Thumbnail))]
        own = {attachment.url for attachment in seen(answer).attachments}
        far = [url for url in addresses if url.startswith("http") and url not in own]
        return {url: ("card.png", self._known.get(url) or blank_card()) for url in far}


def blank_card() -> bytes:
    """Return a PNG of a blank card."""
    image = Image.new("RGBA", CARD, (0, 0, 0, 0))
    box = (0, 0, CARD[0] - 1, CARD[1] - 1)
    ImageDraw.Draw(image).rounded_rectangle(box, CARD_RADIUS, fill=BLANK, outline=BLANK_EDGE, width=3)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
