"""Draw contact sheets of photos with wrong or missing answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from engine.core.values import Card
from engine.image.photo import open_photo
from training.scoring.matching import Outcome, is_given, is_named, match, missing_labels, right_answers

TILE_WIDTH = 320
"""Pixels; the numbers of quads are readable, and five tiles fit on a screen."""
PICTURE_HEIGHT = 427
"""Maximum height of a photo in its tile, pixels; an upright phone photo (3:4) fills the tile."""
TILES_ACROSS, TILES_PER_PAGE = 5, 30
"""Make a page about 1,600 pixels wide."""
FONT_PX, LINE_PX, MARGIN_PX = 12, 16, 6

Colour = tuple[int, int, int]
PAPER: Colour = (250, 250, 248)
INK: Colour = (40, 40, 40)
RIGHT: Colour = (20, 140, 50)
WRONG: Colour = (205, 30, 30)
NEUTRAL: Colour = (130, 130, 130)
"""Green for a right answer, red for a wrong or missing one, grey for no answer."""


def write_contact_sheets(failures: Sequence[Outcome], folder: Path) -> list[Path]:
    """Write the failures to ``failures.png``, or to ``failures-1.png`` and so on if one page is not enough.

    Sheets of an earlier run are deleted from the folder.

    Returns:
        The files written; none without failures.
    """
    for old in (folder / "failures.png", *folder.glob("failures-[0-9]*.png")):
        old.unlink(missing_ok=True)
    pages = [failures[at : at + TILES_PER_PAGE] for at in range(0, len(failures), TILES_PER_PAGE)]
    written = []
    for number, page in enumerate(pages, start=1):
        path = folder / ("failures.png" if len(pages) == 1 else f"failures-{number}.png")
        arrange_tiles([draw_tile(outcome) for outcome in page]).save(path)
        written.append(path)
    return written


def arrange_tiles(tiles: Sequence[Image.Image]) -> Image.Image:
    """Arrange tiles in rows that are as high as their highest tile."""
    rows = [tiles[at : at + TILES_ACROSS] for at in range(0, len(tiles), TILES_ACROSS)]
    heights = [max(one.height for one in row) + MARGIN_PX for row in rows]
    across = min(len(tiles), TILES_ACROSS)
    page = Image.new("RGB", (across * (TILE_WIDTH + MARGIN_PX) + MARGIN_PX, sum(heights) + MARGIN_PX), PAPER)
    top = MARGIN_PX
    for row, height in zip(rows, heights, strict=True):
        for at, one in enumerate(row):
            page.paste(one, (MARGIN_PX + at * (TILE_WIDTH + MARGIN_PX), top))
        top += height
    return page


def draw_tile(outcome: Outcome) -> Image.Image:
    """Draw one photo with its quads and its caption."""
    font, lines = ImageFont.load_default(FONT_PX), caption_lines(outcome)
    if outcome.error is None:
        # Opened like the engine's photos, so that the corners are right for any format and orientation.
        photo = open_photo(outcome.photo.path)
        scale = min(1.0, TILE_WIDTH / photo.width, PICTURE_HEIGHT / photo.height)
        view = photo.view(int(max(photo.width, photo.height) * scale))
        picture = Image.fromarray(view.pixels)
        draw = ImageDraw.Draw(picture)
        for number, (card, colour) in enumerate(_coloured(outcome), start=1):
            points = [(x * view.scale, y * view.scale) for x, y in card.corners]
            draw.line([*points, points[0]], colour, width=2)
            x, y = points[0]
            draw.rectangle((x, y, x + font.getlength(str(number)) + 3, y + FONT_PX + 2), colour)
            draw.text((x + 2, y), str(number), PAPER, font)
    else:
        picture = Image.new("RGB", (TILE_WIDTH, TILE_WIDTH // 2), NEUTRAL)
    tile = Image.new("RGB", (TILE_WIDTH, picture.height + LINE_PX * len(lines)), PAPER)
    tile.paste(picture, ((TILE_WIDTH - picture.width) // 2, 0))
    draw = ImageDraw.Draw(tile)
    for at, (text, colour) in enumerate(lines):
        while font.getlength(text) > TILE_WIDTH - 4:
            text = text.removesuffix("…")[:-1] + "…"
        draw.text((2, picture.height + at * LINE_PX), text, colour, font)
    return tile


def caption_lines(outcome: Outcome) -> list[tuple[str, Colour]]:
    """Return the lines below a photo and their colours: its file, its error, the labels, the answers with a name."""
    photo, lines = outcome.photo, [(outcome.photo.file, INK)]
    if outcome.error is not None:
        lines.append((f"error {outcome.error.code}: {outcome.error.message}", WRONG))
    if photo.is_empty:
        lines.append(("expected: no card", INK))
    lines += [(f"expected: {label.name}", INK) for _, label in right_answers(outcome)]
    lines += [(f"missing: {label.name}", WRONG) for label in missing_labels(outcome)]
    if photo.cards_visible > len(photo.labels):
        lines.append((f"and {photo.cards_visible - len(photo.labels)} that nobody could name", NEUTRAL))
    for number, (card, colour) in enumerate(_coloured(outcome), start=1):
        if is_named(card):
            lines.append((f"{number} {card.name} · {card.status} {card.confidence:.2f}", colour))
    return lines


def _coloured(outcome: Outcome) -> Iterator[tuple[Card, Colour]]:
    for card, label in zip(outcome.cards, match(outcome.photo.labels, outcome.cards), strict=True):
        right_or_wrong = WRONG if label is None else RIGHT
        yield card, right_or_wrong if is_given(card) else NEUTRAL
