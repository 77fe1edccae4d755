"""Draw the demo cards.

Everything is where it is on a Magic card (63 x 88 mm), as the engine expects; the design is this project's own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from engine.core.constants import CARD_ASPECT
from engine.core.values import Rgb
from training.drawing.card_data import DEMO_SET, DemoCard, demo_cards
from training.drawing.frames import BLACK, CREAM, INKS, RARITY_INK, STYLES, Box, Ink, Style
from training.drawing.noise import noise
from training.drawing.pictures import fit_picture

__all__ = ["CARD_HEIGHT", "DemoCard", "card_mask", "demo_cards", "draw_card", "draw_face", "load_font"]

CARD_HEIGHT = 936
"""Default height of a drawn card, pixels: that of good scans."""
OVERSAMPLING = 2
"""The frame is drawn this much larger and averaged down, for smooth edges."""
CORNER_RADIUS = 3 / 63
"""Of a card's corners (3 mm), as a fraction of its width (63 mm)."""
LINE_STEP, PARAGRAPH_GAP = 1.2, 0.45
"""Height of a line of text and of an empty one, over the font's size."""
FONTS = Path(__file__).parent / "fonts"
MID_GREY_SUM = 2 * 3 * 144
"""Sum of red, green and blue of a frame's two tones above which dark print reads better than light print."""
POWER_BOX: Box = (0.765, 0.872, 0.94, 0.928)

Weight = Literal["Bold", "Medium", "MediumItalic"]
Foot = Callable[[ImageDraw.ImageDraw, int, Ink], None]
"""Prints a card's foot; takes the drawing, the card's height in it in pixels, and the ink."""


def draw_card(card: DemoCard, height_px: int = CARD_HEIGHT, foot: Foot | None = None) -> Rgb:
    """Draw a card's face.

    Args:
        card: equal cards give equal pictures.
        height_px: height of the face, pixels; the aspect ratio is 63 x 88.
        foot: prints the foot instead of the demo set's own collector line.

    Returns:
        uint8 (height_px, width, 3) with square corners; :func:`card_mask` rounds them.
    """
    return draw_face(card, STYLES[card.frame_style], (_width(height_px), height_px), foot)


def draw_face(card: DemoCard, style: Style, size: tuple[int, int], foot: Foot | None = None) -> Rgb:
    """Draw a card's face, uint8 (height, width, 3), of any shape and style; print is scaled with the height."""
    rng = np.random.default_rng(card.seed)
    sheet = _Sheet(card, style, (size[0] * OVERSAMPLING, size[1] * OVERSAMPLING), rng)
    sheet.draw_background()
    sheet.draw_ornaments()
    sheet.draw_picture()
    sheet.draw_panels()
    sheet.print_title()
    sheet.draw_pips()
    sheet.print_type_line()
    sheet.print_rules()
    sheet.print_power_toughness()
    (foot or sheet.print_collector_line)(sheet.draw, sheet.height, sheet.foot_ink)
    face = cv2.resize(np.asarray(sheet.image), size, interpolation=cv2.INTER_AREA)
    # As printed: uneven ink on faintly visible paper fibres.
    fibres = 2.2 * rng.standard_normal((size[1], size[0], 1)).astype(np.float32)
    uneven = 2.5 * noise(rng, (size[1], size[0]), (6, 4), 3)[..., np.newaxis]
    return np.asarray(np.clip(face + fibres + uneven, 0, 255), np.uint8)


@lru_cache(maxsize=8)
def card_mask(height_px: int = CARD_HEIGHT) -> NDArray[np.uint8]:
    """Return a card's shape, uint8 (height_px, width): 255 on the card, 0 outside its round corners. Read-only."""
    size = (_width(height_px) * OVERSAMPLING, height_px * OVERSAMPLING)
    large = Image.new("L", size, 0)
    ImageDraw.Draw(large).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), CORNER_RADIUS * size[0], fill=255)
    mask = cv2.resize(np.asarray(large), (_width(height_px), height_px), interpolation=cv2.INTER_AREA)
    mask.flags.writeable = False
    return np.asarray(mask, np.uint8)


def _width(height_px: int) -> int:
    return round(height_px * CARD_ASPECT)


@lru_cache(maxsize=64)
def load_font(weight: Weight, size: int) -> ImageFont.FreeTypeFont:
    """Return the font of the demo cards at a size in pixels."""
    return ImageFont.truetype(FONTS / f"EBGaramond-{weight}.ttf", size)


def _toned(ink: Ink, change: float) -> Ink:
    """Return ``ink`` moved towards white (``change`` above 0) or black (below); 1 and -1 are white and black."""
    goal = 255 if change > 0 else 0
    red, green, blue = (round(value + (goal - value) * abs(change)) for value in ink)
    return red, green, blue


class _Sheet:
    """A card being drawn, at :data:`OVERSAMPLING` times its size."""

    def __init__(self, card: DemoCard, style: Style, size: tuple[int, int], rng: np.random.Generator) -> None:
        self.card, self.style, self.inks, self.rng = card, style, INKS[card.colour], rng
        self.panel_ink = CREAM if style.clear else BLACK
        self.width, self.height = size
        self.image = Image.new("RGB", (self.width, self.height), self.style.border)
        self.draw = ImageDraw.Draw(self.image)
        self.line = max(1, round(self.height * 0.0018))

    def pixels(self, box: Box) -> tuple[int, int, int, int]:
        """Return a box in whole pixels."""
        left, top, right, bottom = box
        return (
            round(left * self.width),
            round(top * self.height),
            round(right * self.width),
            round(bottom * self.height),
        )

    def draw_background(self) -> None:
        """Fill the frame with its material."""
        left, top, right, bottom = self.pixels(self.style.frame)
        shape = (bottom - top, right - left)
        coarse = (shape[0] // OVERSAMPLING, shape[1] // OVERSAMPLING)
        cells = {"bar": (5, 4), "plain": (7, 9), "full": (3, 3), "relic": (2, 60)}[self.card.frame_style]
        grain = noise(self.rng, coarse, cells, 5)
        if self.card.frame_style == "plain":
            grain = np.abs(grain) * np.float32(2) - np.float32(0.6)  # veins, as in marble
        share = np.clip(0.5 + 0.42 * grain + np.linspace(0.25, -0.25, coarse[0], dtype=np.float32)[:, np.newaxis], 0, 1)
        dark, light = np.array(self.inks.dark, np.float32), np.array(self.inks.light, np.float32)
        material = cv2.resize(dark + (light - dark) * share[..., np.newaxis], shape[::-1])
        mask = Image.new("L", shape[::-1], 0)
        ImageDraw.Draw(mask).polygon(_chamfered((0, 0, *shape[::-1]), round(0.02 * self.height)), fill=255)
        self.image.paste(Image.fromarray(material.astype(np.uint8)), (left, top), mask)

    def draw_ornaments(self) -> None:
        """Draw the frame's inner lines, and rivets on metal."""
        left, top, right, bottom = self.pixels(self.style.frame)
        for inset, tone in ((2, 0.45), (5, -0.45)):
            step = inset * self.line
            edge = _chamfered((left + step, top + step, right - step, bottom - step), round(0.019 * self.height))
            self.draw.line([*edge, edge[0]], fill=_toned(self.inks.light, tone), width=self.line * 2)
        if self.card.frame_style == "relic":
            for v in (0.11, 0.285, 0.458, 0.532, 0.71, 0.893):
                for u in (0.063, 0.937):
                    x, y, r = u * self.width, v * self.height, 0.008 * self.height
                    for shift, scale, tone in ((0.25, 1.1, -0.7), (0.0, 1.0, -0.15), (-0.2, 0.6, 0.5)):
                        cx, cy, s = x + shift * r, y + shift * r, scale * r
                        self.draw.ellipse((cx - s, cy - s, cx + s, cy + s), fill=_toned(self.inks.light, tone))

    def draw_picture(self) -> None:
        """Draw the picture and its rim."""
        left, top, right, bottom = self.pixels(self.style.art)
        wide, tall = right - left, bottom - top
        large = Image.fromarray(fit_picture(self.card.scene, self.card.colour, wide, tall))
        if self.style.clear:
            mask = Image.new("L", (wide, tall), 0)
            ImageDraw.Draw(mask).polygon(_chamfered((0, 0, wide, tall), round(0.02 * self.height)), fill=255)
            self.image.paste(large, (left, top), mask)
            return
        self.image.paste(large, (left, top))
        # A sunken rim: dark above and on the left, bright below and on the right.
        rim = self.line * 3
        dark, bright = _toned(self.inks.dark, -0.6), _toned(self.inks.light, 0.4)
        self.draw.line([(left - rim, bottom + rim), (left - rim, top - rim), (right + rim, top - rim)], dark, rim * 2)
        lower = [(right + rim, top - rim), (right + rim, bottom + rim), (left - rim, bottom + rim)]
        self.draw.line(lower, bright, rim * 2)
        self.draw.rectangle((left, top, right, bottom), outline=BLACK, width=self.line)

    def draw_panels(self) -> None:
        """Draw the panels of title, type line and text."""
        if self.style.plates:
            self._panel(self.style.title, 0.014)
            self._panel(self.style.kind, 0.014)
        self._panel(self.style.text, 0.008)

    def _panel(self, box: Box, cut: float) -> None:
        left, top, right, bottom = self.pixels(box)
        size = (right - left, bottom - top)
        shade = np.linspace(0, 1, size[1], dtype=np.float32)[:, np.newaxis, np.newaxis]
        high, low = (_toned(self.inks.dark, change) for change in (-0.45, -0.7))
        if not self.style.clear:
            high, low = _toned(self.inks.panel, 0.35), _toned(self.inks.panel, -0.07)
        gradient = np.array(high, np.float32) * (1 - shade) + np.array(low, np.float32) * shade
        fill = Image.fromarray(np.broadcast_to(gradient, (size[1], size[0], 3)).astype(np.uint8))
        mask = Image.new("L", size, 0)
        outline = _chamfered((0, 0, size[0] - 1, size[1] - 1), round(cut * self.height))
        ImageDraw.Draw(mask).polygon(outline, fill=200 if self.style.clear else 255)
        self.image.paste(fill, (left, top), mask)
        placed = [(x + left, y + top) for x, y in outline]
        edge = _toned(self.inks.light, 0.35) if self.style.clear else _toned(self.inks.dark, -0.55)
        self.draw.line([*placed, placed[0]], fill=edge, width=self.line * 2, joint="curve")

    @property
    def ink(self) -> Ink:
        """Colour of title and type line."""
        if self.style.plates:
            return self.panel_ink
        return CREAM if sum(self.inks.light) + sum(self.inks.dark) < MID_GREY_SUM else BLACK

    def print_title(self) -> None:
        """Print the name, small enough to leave room for the pips."""
        left, _, right, _ = self.style.title
        room = right - left - 0.05 - 0.062 * (self.card.cost + (self.card.generic > 0))
        self._print(self.card.name, self.style.title, 0.0475, room * self.width, centred=self.style.centred)

    def print_type_line(self) -> None:
        """Print the type line and the set symbol in the rarity's colour."""
        left, top, right, bottom = self.style.kind
        self._print(self.card.type_line, self.style.kind, 0.038, (right - left - 0.12) * self.width)
        x, y, r = (right - 0.05) * self.width, (top + bottom) / 2 * self.height, 0.0145 * self.height
        tone = RARITY_INK[self.card.rarity]
        self.draw.ellipse((x - r * 1.25, y - r * 1.25, x + r * 1.25, y + r * 1.25), fill=_toned(tone, 0.75))
        self.draw.ellipse((x - r, y - r, x + r, y + r), outline=tone, width=round(r * 0.38))
        self.draw.polygon([(x - r * 0.3, y + r * 0.35), (x + r * 0.1, y - r * 0.45), (x + r * 0.3, y - r * 0.35)], tone)

    def _print(self, text: str, box: Box, size: float, room: float, *, centred: bool = False) -> None:
        """Print a line at the left or in the middle of a box.

        The font's size is ``size`` of the card's height, or what fits into ``room`` pixels if that is smaller.
        """
        points = round(size * self.height)
        while (font := load_font("Bold", points)).getlength(text) > room:
            points -= 1
        left, top, right, bottom = box
        x, y = (left + 0.026) * self.width, ((top + bottom) / 2 + 0.0125) * self.height
        if centred:
            x = (left + right) / 2 * self.width - font.getlength(text) / 2
        if not self.style.plates and self.ink == CREAM:
            shadow = (x + self.line * 1.6, y + self.line * 1.6)
            self.draw.text(shadow, text, _toned(self.inks.dark, -0.75), font, "ls", stroke_width=self.line)
        self.draw.text((x, y), text, self.ink, font, "ls")

    def draw_pips(self) -> None:
        """Draw the cost as hexagonal gems at the right end of the title."""
        _, top, right, bottom = self.style.title
        y, r = (top + bottom) / 2 * self.height, 0.0215 * self.height
        x = right * self.width - r * 1.5
        for _ in range(self.card.cost):
            self._gem(x, y, r, self.inks.pip)
            x -= r * 1.96
        if self.card.generic:
            self._gem(x, y, r, (188, 186, 180))
            self.draw.text((x, y + r * 0.02), str(self.card.generic), BLACK, load_font("Bold", round(r * 1.5)), "mm")

    def _gem(self, x: float, y: float, r: float, ink: Ink) -> None:
        rim = [(x + r * np.cos(a), y + r * np.sin(a)) for a in np.arange(6) * np.pi / 3 + np.pi / 6]
        table = [(x + 0.62 * r * np.cos(a), y + 0.62 * r * np.sin(a)) for a in np.arange(6) * np.pi / 3 + np.pi / 6]
        for k in range(6):
            tone = 0.45 * float(np.cos(np.pi / 3 * (k + 1) + 0.9))
            self.draw.polygon([rim[k], rim[(k + 1) % 6], table[(k + 1) % 6], table[k]], fill=_toned(ink, tone))
        self.draw.polygon(table, fill=_toned(ink, 0.12))
        self.draw.line([*rim, rim[0]], fill=BLACK, width=self.line, joint="curve")

    def print_rules(self) -> None:
        """Print the text as large as it fits."""
        left, top, right, bottom = self.pixels(self.style.text)
        inset = round(0.024 * self.width)
        room, tall = right - left - 2 * inset, bottom - top - 2 * inset
        points = round(0.036 * self.height)
        while _text_height(lines := _wrapped(self.card.text, points, room), points) > tall:
            points -= 1
        y = top + inset + (tall - _text_height(lines, points)) / 2 + points
        for line, weight in lines:
            self.draw.text((left + inset, y), line, self.panel_ink, load_font(weight, points), "ls")
            y += points * (LINE_STEP if line else PARAGRAPH_GAP)

    def print_power_toughness(self) -> None:
        """Print power and toughness, if any, on a panel at the lower right."""
        if self.card.power_toughness:
            self._panel(POWER_BOX, 0.02)
            left, top, right, bottom = self.pixels(POWER_BOX)
            middle, font = ((left + right) / 2, (top + bottom) / 2), load_font("Bold", round(0.044 * self.height))
            self.draw.text(middle, self.card.power_toughness, self.panel_ink, font, "mm")

    @property
    def foot_ink(self) -> Ink:
        """Colour of the foot."""
        return _toned(CREAM, -0.08) if self.style.plates else self.ink

    def print_collector_line(self, draw: ImageDraw.ImageDraw, height: int, ink: Ink) -> None:
        """Print number, rarity, set and language at the left, and the credit at the right."""
        number = f"{int(self.card.collector_number):03d}/{len(demo_cards()):03d} {self.card.rarity}"
        upper, lower = (0.9525, 0.9735) if self.style.plates else (0.9215, 0.9425)
        font = load_font("Medium", round(0.0225 * height))
        left = (0.07 if self.style.plates else 0.102) * self.width
        draw.text((left, upper * height), number, ink, font, "ls")
        draw.text((left, lower * height), f"{DEMO_SET.upper()} • EN", ink, font, "ls")
        if self.style.plates:
            draw.text((self.width - left, lower * height), "drawn by code", ink, font, "rs")


def _chamfered(box: tuple[float, float, float, float], cut: float) -> list[tuple[float, float]]:
    """Return the outline of a box without its corners, ``cut`` pixels each way."""
    left, top, right, bottom = box
    return [
        (left + cut, top), (right - cut, top), (right, top + cut), (right, bottom - cut),
        (right - cut, bottom), (left + cut, bottom), (left, bottom - cut), (left, top + cut),
    ]  # fmt: skip


def _text_height(lines: list[tuple[str, Weight]], points: int) -> float:
    return points * sum(LINE_STEP if line else PARAGRAPH_GAP for line, _ in lines)


def _wrapped(text: str, points: int, room: float) -> list[tuple[str, Weight]]:
    """Break a text into lines of at most ``room`` pixels, with an empty line between paragraphs."""
    lines: list[tuple[str, Weight]] = []
    for paragraph in text.split("\n"):
        weight: Weight = "MediumItalic" if paragraph.startswith("~") else "Medium"
        font, line = load_font(weight, points), ""
        for word in paragraph.removeprefix("~").split():
            longer = f"{line} {word}".strip()
            if line and font.getlength(longer) > room:
                lines.append((line, weight))
                longer = word
            line = longer
        lines += [(line, weight), ("", weight)]
    return lines[:-1]
