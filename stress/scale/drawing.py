"""Draw a printing's face at any size, small ones in a few milliseconds.

Frames are those of the demo cards, drawn once and cached; illustration and texts are drawn into them.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from uuid import UUID

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from engine.catalogue.names import face_names
from engine.core.constants import CARD_ASPECT
from engine.core.values import Rgb
from stress.scale.art import picture
from stress.scale.plan import IDS, Printing
from training.drawing.card_data import Colour, DemoCard, FrameStyle, demo_cards
from training.drawing.cards import FONTS, draw_face
from training.drawing.frames import BLACK, CREAM, STYLES, Box, Ink

THUMB_HEIGHT = 204
"""Pixels of Scryfall's smallest picture."""
QUALITY, EFFORT = 80, 1
"""Of WebP pictures."""
TITLE, KIND, TEXT, FOOT = 0.0475, 0.038, 0.034, 0.0225
"""Font sizes relative to the card's height."""
COLOURS: dict[str, Colour] = {"W": "dawn", "U": "tide", "B": "dusk", "R": "ember", "G": "grove"}
OLD_FRAMES = frozenset({"1993", "1997"})
SIDEWAYS = frozenset({"split", "aftermath"})
"""Layouts drawn as two small cards on their side."""
CLEAR_DARKNESS = 0.3
"""Brightness of the illustration under transparent panels."""
RARITIES = {"common": "C", "uncommon": "U", "rare": "R", "mythic": "M"}


@dataclass(frozen=True, slots=True)
class CardFace:
    """The contents of one face of a card."""

    title: str
    type_line: str
    illustration_id: str


def draw_printing(printing: Printing, back: bool = False, height_px: int = THUMB_HEIGHT) -> Rgb:
    """Return a printing's face, uint8 (height_px, width, 3); equal arguments give equal pictures.

    Args:
        printing: what to draw.
        back: draw the back, which has a name and an illustration of its own.
        height_px: of the face; the aspect ratio is 63 x 88 mm.
    """
    width = round(height_px * CARD_ASPECT)
    first, *others = sides(printing)
    second = others[-1] if others else first
    if printing.layout in SIDEWAYS and others:
        halves = [_draw(printing, side, width) for side in (first, second)]
        both = [cv2.resize(half, (height_px // 2, width), interpolation=cv2.INTER_AREA) for half in halves]
        return np.ascontiguousarray(np.rot90(np.concatenate(both, axis=1)))
    return _draw(printing, second if back else first, height_px)


def sides(printing: Printing) -> list[CardFace]:
    """Return the faces of a card, whether printed on one side or on two."""
    names, kinds = face_names(printing.name), printing.type_line.split(" // ")
    return [
        CardFace(name, kinds[min(at, len(kinds) - 1)], face_art(printing.illustration_id, at))
        for at, name in enumerate(names)
    ]


def face_art(illustration_id: str, face: int) -> str:
    """Return the id of the illustration on a face."""
    return str(UUID(int=UUID(illustration_id).int ^ face))


def webp(face: Rgb) -> bytes:
    """Return a picture as a WebP file."""
    file = io.BytesIO()
    Image.fromarray(face).save(file, "WEBP", quality=QUALITY, method=EFFORT)
    return file.getvalue()


def _draw(printing: Printing, side: CardFace, height: int) -> Rgb:
    style_name, colour = frame_of(printing), _colour(printing)
    style, rarity = STYLES[style_name], RARITIES.get(printing.rarity, "R")
    face = _frame(style_name, colour, rarity, height).copy()
    width = face.shape[1]
    left, top, right, bottom = _pixels(style.art, width, height, inset=0 if style.clear else max(1, height // 200))
    art = picture(side.illustration_id, right - left, bottom - top)
    if style.clear:
        for box in (style.title, style.kind, style.text):
            x0, y0, x1, y1 = _pixels(box, width, height)
            panel = art[y0 - top : y1 - top, x0 - left : x1 - left]
            panel[:] = (panel * CLEAR_DARKNESS).astype(np.uint8)
    face[top:bottom, left:right] = art
    image = Image.fromarray(face)
    _print_texts(ImageDraw.Draw(image), printing, side, style_name, (width, height))
    return np.asarray(image)


def frame_of(printing: Printing) -> FrameStyle:
    """Return the demo cards' frame that is most like the printing's."""
    if printing.full_art or printing.border == "borderless" or "extendedart" in printing.frame_effects:
        return "full"
    if printing.frame in OLD_FRAMES:
        return "plain"
    return "relic" if "Artifact" in printing.type_line else "bar"


def _colour(printing: Printing) -> Colour:
    own = [letter for letter in COLOURS if letter in printing.mana_cost]
    if own:
        return COLOURS[own[UUID(printing.card_id).int % len(own)]]
    return (*COLOURS.values(), "brass")[UUID(printing.card_id).int % 6]


@lru_cache(maxsize=256)
def _frame(style: FrameStyle, colour: Colour, rarity: str, height: int) -> Rgb:
    """Return an empty card of a style, colour and rarity."""
    card = DemoCard("", "", "", colour, style, "portal", "", cost=0, rarity=rarity, seed=len(colour))  # type: ignore[arg-type]
    return draw_face(card, STYLES[style], (round(height * CARD_ASPECT), height), lambda *_: None)


def _pixels(box: Box, width: int, height: int, inset: int = 0) -> tuple[int, int, int, int]:
    left, top, right, bottom = (round(v * (width, height)[at % 2]) for at, v in enumerate(box))
    return left + inset, top + inset, right - inset, bottom - inset


def _print_texts(
    draw: ImageDraw.ImageDraw, printing: Printing, side: CardFace, style: FrameStyle, size: tuple[int, int]
) -> None:
    """Draw title, type line, text and collector line."""
    width, height = size
    place = STYLES[style]
    ink = CREAM if place.clear else BLACK
    head = ink if place.plates or _colour(printing) in {"dawn", "brass"} else CREAM
    for text, box, points in ((side.title, place.title, TITLE), (side.type_line, place.kind, KIND)):
        left, top, right, bottom = box
        room = (right - left - 0.1) * width
        at = ((left + 0.026) * width, ((top + bottom) / 2 + 0.0125) * height)
        draw.text(at, text, head, _fit_font(text, "Bold", round(points * height), room), "ls")
    left, top, right, bottom = (v * (width, height)[at % 2] for at, v in enumerate(place.text))
    font = _font("Medium", round(TEXT * height))
    rules = _wrap(_rules(printing), font, right - left - 0.04 * width)
    draw.multiline_text((left + 0.02 * width, top + 0.01 * height), rules, ink, font, spacing=1)
    foot: Ink = CREAM if place.plates else BLACK
    line = f"{printing.number} {printing.rarity[:1].upper()}  {printing.set.upper()} {printing.lang.upper()}"
    draw.text(
        (0.07 * width, (0.9735 if place.plates else 0.985) * height),
        line,
        foot,
        _font("Medium", round(FOOT * height)),
        "ls",
    )


@lru_cache(maxsize=128)
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"EBGaramond-{weight}.ttf", size)


def _fit_font(text: str, weight: str, points: int, room: float) -> ImageFont.FreeTypeFont:
    """Return the font of at most ``points`` pixels in which a line is at most ``room`` pixels long."""
    length = _font(weight, points).getlength(text)
    return _font(weight, points if length <= room else max(3, int(points * room / length)))


def _rules(printing: Printing) -> str:
    """Return made-up rules text, equal for printings of one card."""
    dice = Random(UUID(printing.card_id).int ^ IDS.int)  # noqa: S311 - words, no secret
    return " ".join(dice.choices(_words(), k=dice.randint(8, 26))).capitalize() + "."


@lru_cache(maxsize=1)
def _words() -> tuple[str, ...]:
    return tuple("\n".join(card.text for card in demo_cards()).lower().replace("~", "").split())


def _wrap(text: str, font: ImageFont.FreeTypeFont, room: float) -> str:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines)
