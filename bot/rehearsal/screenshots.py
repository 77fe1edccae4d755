"""Pictures of the play: simcord's preview of a message, opened by an installed Chromium, cut to the message."""

from __future__ import annotations

import importlib.util
import io
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from discord import ui
from PIL import Image, ImageDraw

from bot.recognition.reloadable_engine import Recogniser
from bot.rehearsal.play import Moment
from bot.rehearsal.reading import parts_of, seen

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTH, TALLEST = 680, 2400
"""Pixels of a message, and the most it may be high."""
MARGIN = 10
"""Pixels around it, in its own background's colour."""
COLOURS, JPEG_QUALITY = 128, 85
"""Text alone is a palette; what shows the player's photo is a JPEG."""
CARD, CARD_RADIUS = (244, 340), 12
"""Pixels of the blank that stands where a card's picture would have to be fetched."""
BLANK, BLANK_EDGE = (74, 78, 92), (110, 115, 130)


def browser() -> str | None:
    """Return the installed Chromium that can take pictures; None without one, or without playwright to drive it."""
    if importlib.util.find_spec("playwright") is None:
        return None
    return next(filter(None, map(shutil.which, BROWSERS)), None)


class NoPicture(Exception):
    """Chromium is there but did not do as it should."""


class Camera:
    """Takes a picture of each moment.

    Args:
        program: of Chromium.
        folder: where pictures go; it exists.
        faces: pictures of cards by their names; of all others a blank is shown, for nothing is fetched.
        recogniser: knows at which addresses those pictures would be.
    """

    def __init__(
        self, env: Any, program: str, folder: Path, faces: Mapping[str, bytes], recogniser: Recogniser
    ) -> None:
        self._env, self._program, self._folder = env, program, folder
        entries = {name: recogniser.card(name) for name in faces}
        self._known = {entry.image_uri: faces[name] for name, entry in entries.items() if entry and entry.image_uri}

    async def take(self, moment: Moment) -> Path:
        """Write the picture of what the viewer sees and return where it is; raises NoPicture."""
        from simcord import SetupError

        shown = self._env.preview(
            moment.channel, viewers=[moment.viewer], width=WIDTH, height=TALLEST, assets=self._assets(moment.answer)
        )
        try:
            with _driving(self._program):
                async with shown as preview:
                    taken = await preview.screenshot(target=moment.answer, allow_incomplete=True)
        except SetupError as error:
            raise NoPicture(str(error)) from error
        message = Image.open(io.BytesIO(taken.png)).convert("RGB")
        width, height = message.size
        image = Image.new("RGB", (width + 2 * MARGIN, height + 2 * MARGIN), message.getpixel((0, 0)))
        image.paste(message, (MARGIN, MARGIN))
        return _saved(image, self._folder / moment.name, photo=bool(parts_of(moment.answer, ui.MediaGallery)))

    def _assets(self, answer: Any) -> dict[str, tuple[str, bytes]]:
        """Return a file for every address in a message that a browser would fetch."""
        galleries = [picture.media.url for gallery in parts_of(answer, ui.MediaGallery) for picture in gallery.items]
        addresses = [*galleries, *(thumbnail.media.url for thumbnail in parts_of(answer, ui.Thumbnail))]
        own = {attachment.url for attachment in seen(answer).attachments}
        far = [url for url in addresses if url.startswith("http") and url not in own]
        return {url: ("card.png", self._known.get(url) or blank_card()) for url in far}


def _saved(image: Image.Image, file: Path, *, photo: bool) -> Path:
    """Write an image into a small file and return its name."""
    if photo:
        named = file.with_suffix(".jpg")
        image.save(named, quality=JPEG_QUALITY, optimize=True)
        return named
    named = file.with_suffix(".png")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(named, optimize=True)
    return named


def blank_card() -> bytes:
    """Return a PNG of a card's shape with nothing on it."""
    image = Image.new("RGBA", CARD, (0, 0, 0, 0))
    box = (0, 0, CARD[0] - 1, CARD[1] - 1)
    ImageDraw.Draw(image).rounded_rectangle(box, CARD_RADIUS, fill=BLANK, outline=BLANK_EDGE, width=3)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


@contextmanager
def _driving(program: str) -> Iterator[None]:
    """Let playwright start this program instead of one it downloaded itself; simcord can't be told which to take."""
    from playwright.async_api import BrowserType

    launch = BrowserType.launch

    async def launch_installed(kind: Any, **options: Any) -> Any:
        return await launch(kind, **{**options, "executable_path": program, "args": ["--no-sandbox"]})

    kept: Any = BrowserType
    kept.launch = launch_installed
    try:
        yield
    finally:
        kept.launch = launch
