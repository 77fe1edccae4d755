"""Flat printed things that are no cards: books, boxes, screens, receipts, notes, other games' title bars.

Their lines of text look like the name plates of cards, and teach a detector the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import cv2
import numpy as np
from PIL import Image, ImageDraw

from engine.core.values import Rgb
from training.scene.lettering import LARGEST_PX, SMALLEST_PX, WORDS, Area, Font, Ink, choose_font, phrase, write_block

HANDS = (cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, cv2.FONT_HERSHEY_SCRIPT_COMPLEX, cv2.FONT_HERSHEY_SIMPLEX,
         cv2.FONT_HERSHEY_PLAIN, cv2.FONT_HERSHEY_TRIPLEX)  # fmt: skip
"""OpenCV's line fonts, which look written by hand or by a plotter."""
HERSHEY_PX = 30
"""About the height of a line of OpenCV's fonts at scale 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A printed thing while it is drawn.

    Attributes:
        picture: what is drawn so far.
        pen: draws on ``picture``.
        rng: of all its randomness.
        words: the words of its text; an entry with a space is a whole name.
        places: pictures to print on it, uint8 (h, w, 3) each; may be empty.
        paper, ink: the colours of its ground and of its text.
    """

    picture: Image.Image
    pen: ImageDraw.ImageDraw
    rng: np.random.Generator
    words: Sequence[str]
    places: Sequence[Rgb]
    paper: Ink
    ink: Ink

    @property
    def width(self) -> int:
        """Pixels."""
        return self.picture.width

    @property
    def height(self) -> int:
        """Pixels."""
        return self.picture.height

    def font(self, px: float) -> Font:
        """Return a random font of about that size."""
        return choose_font(self.rng, px)

    def text(self, most: int = 4) -> str:
        """Return a phrase."""
        return phrase(self.rng, self.words, most)

    def print_picture(self, area: Area) -> None:
        """Fill an area with a part of a place, or with a colour where there are no places."""
        width, height = area[2] - area[0], area[3] - area[1]
        if min(width, height) < 4:
            return
        if not self.places:
            self.pen.rectangle(area, random_ink(self.rng))
            return
        place = Image.fromarray(self.places[int(self.rng.integers(len(self.places)))])
        share = min(place.width / width, place.height / height) * float(self.rng.uniform(0.35, 1))
        wide, high = share * width, share * height
        left, top = self.rng.uniform(0, 1, 2) * (place.width - wide, place.height - high)
        box = (float(left), float(top), float(left) + wide, float(top) + high)
        self.picture.paste(place.resize((width, height), Image.Resampling.BILINEAR, box), area[:2])

    def print_bar(self, area: Area, *, ending: bool, fill: Ink | None = None) -> None:
        """Draw a bar with a phrase and, with ``ending``, a number or a sign at its right."""
        rng, pen = self.rng, self.pen
        left, top, right, bottom = area
        high, fill = bottom - top, fill or random_ink(rng)
        ink = contrast(fill, rng)
        radius = round(high * float(rng.choice([0, 0.2, 0.5])))
        pen.rounded_rectangle(area, radius, fill, ink if rng.uniform() < 0.3 else None)
        font = self.font(high * float(rng.uniform(0.5, 0.75)))
        middle, start = (top + bottom) // 2, left + high // 3
        end = right - high // 3
        if ending:
            end -= print_ending(self, (left, top, right - high // 4, bottom), ink) + high // 4
        at, anchor = ((start + end) // 2, "mm") if rng.uniform() < 0.3 else (start, "lm")
        font.write(self.picture, (at, middle), self.text(), ink, anchor, end - start)


def random_ink(rng: np.random.Generator) -> Ink:
    """Return any colour; greys are more common than each hue."""
    shade = rng.uniform(0, 255, 3) if rng.uniform() < 0.6 else np.full(3, rng.uniform(0, 255))
    return cast("Ink", tuple(int(v) for v in shade))


def contrast(paper: Ink, rng: np.random.Generator) -> Ink:
    """Return a colour that is legible on ``paper``."""
    bright = 0.3 * paper[0] + 0.6 * paper[1] + 0.1 * paper[2]
    low, high = (0, 80) if bright > 120 else (190, 255)
    return cast("Ink", tuple(int(v) for v in rng.uniform(low, high, 3)))


def print_ending(sheet: Sheet, area: Area, ink: Ink) -> int:
    """Draw what stands at the right end of a bar and return its width: points, a price, a time, or a sign."""
    rng, pen = sheet.rng, sheet.pen
    _, top, right, bottom = area
    high, middle, kind = bottom - top, (top + bottom) // 2, int(rng.integers(7))
    number, r = int(rng.integers(1, 400)), max(2, round(0.32 * high))
    if kind < 4:
        text = (f"HP {number}", f"{number / 10:.2f}", f"{number % 24:02d}:{number % 60:02d}", f"{number}")[kind]
        font = sheet.font(0.55 * high)
        return round(font.write(sheet.picture, (right, middle), text, ink, "rm"))
    at = right - r
    if kind == 4:
        # A star or a triangle, sometimes several in a row.
        count, corners = int(rng.integers(1, 5)), int(rng.choice([3, 5, 6]))
        for i in range(count):
            pen.regular_polygon((at - 2 * i * r, middle, r), corners, int(rng.integers(360)), random_ink(rng), ink)
        return 2 * count * r
    if kind == 5:
        pen.line([(at - r // 2, middle - r), (at + r // 2, middle), (at - r // 2, middle + r)], ink, max(1, r // 4))
        return 2 * r
    # A switch.
    pen.rounded_rectangle((at - 3 * r, middle - r, at + r, middle + r), r, random_ink(rng), ink)
    return 4 * r


def print_cover(sheet: Sheet) -> None:
    """Draw the front of a book: a picture or plain cloth, a title in large print, an author."""
    rng, pen, width, height = sheet.rng, sheet.pen, sheet.width, sheet.height
    if rng.uniform() < 0.6:
        sheet.print_picture((0, 0, width, height) if rng.uniform() < 0.5 else (0, height // 3, width, height))
    if rng.uniform() < 0.4:
        edge = width // 16
        pen.rectangle((edge, edge, width - edge, height - edge), None, sheet.ink, max(1, width // 120))
    font, y = sheet.font(width * float(rng.uniform(0.09, 0.2))), round(height * float(rng.uniform(0.05, 0.4)))
    if rng.uniform() < 0.35:
        pen.rectangle((0, y, width, y + round(2.8 * font.px)), sheet.paper)
    for i in range(int(rng.integers(1, 4))):
        line_at = (width // 2, y + round((0.7 + i * 1.1) * font.px))
        font.write(sheet.picture, line_at, sheet.text(2), sheet.ink, "mm", 0.9 * width)
    small = sheet.font(width * float(rng.uniform(0.04, 0.08)))
    foot = round(height * float(rng.uniform(0.82, 0.95)))
    small.write(sheet.picture, (width // 2, foot), sheet.text(3), sheet.ink, "mm", 0.9 * width)
    if rng.uniform() < 0.5:
        high = round(height * float(rng.uniform(0.04, 0.08)))
        top = round(height * float(rng.uniform(0.45, 0.75)))
        sheet.print_bar((width // 10, top, width - width // 10, top + high), ending=rng.uniform() < 0.3)


def print_page(sheet: Sheet) -> None:
    """Draw a page of a book or of a magazine: columns of text, headings, pictures."""
    rng, width, height = sheet.rng, sheet.width, sheet.height
    edge, columns = max(4, width // 12), int(rng.choice([1, 1, 2, 3]))
    body = sheet.font(max(SMALLEST_PX, min(width, height) * float(rng.uniform(0.025, 0.06))))
    across, gap = (width - 2 * edge) // columns, body.px // 2
    top = edge
    if rng.uniform() < 0.6:
        heading = sheet.font(body.px * float(rng.uniform(1.4, 3.5)))
        heading.write(sheet.picture, (edge, edge), sheet.text(), sheet.ink, room=width - 2 * edge)
        top += round(1.5 * heading.px)
    for column in range(columns):
        left, y = edge + column * across, top
        area_right = left + across - round(gap)
        if rng.uniform() < 0.35:
            high = round(height * float(rng.uniform(0.1, 0.35)))
            sheet.print_picture((left, y, area_right, min(y + high, height - edge)))
            y += high + round(gap)
        write_block(sheet.picture, rng, sheet.words, (left, y, area_right, height - edge), body, sheet.ink)


def print_box(sheet: Sheet) -> None:
    """Draw a side of a package: panels of colours and pictures, a brand, bars with claims, small print."""
    rng, pen, width, height = sheet.rng, sheet.pen, sheet.width, sheet.height
    cuts = [0, *sorted(rng.integers(0, height, int(rng.integers(1, 4))).tolist()), height]
    for low, high in pairwise(cuts):
        area, fill = (0, low, width, high), random_ink(rng) if rng.uniform() < 0.7 else sheet.paper
        pen.rectangle(area, fill)
        if rng.uniform() < 0.35:
            sheet.print_picture(area)
        ink = contrast(fill, rng)
        if high - low > 3 * SMALLEST_PX and rng.uniform() < 0.7:
            font = sheet.font(min(0.7 * (high - low), width * float(rng.uniform(0.06, 0.3))))
            at = (int(rng.uniform(0, 0.3) * width), (low + high) // 2)
            font.write(sheet.picture, at, sheet.text(2), ink, "lm", width - at[0])
    for _ in range(int(rng.integers(1, 5))):
        high = round(float(rng.uniform(SMALLEST_PX * 1.6, min(LARGEST_PX, height / 6) + SMALLEST_PX * 2)))
        left, top = int(rng.uniform(0, 0.4) * width), int(rng.uniform(0, 0.9) * height)
        right = min(width - 2, left + round(high * float(rng.uniform(3, 9))))
        sheet.print_bar((left, top, right, top + high), ending=rng.uniform() < 0.4)
    if rng.uniform() < 0.5:
        left, top = int(rng.uniform(0, 0.5) * width), int(rng.uniform(0.4, 0.8) * height)
        area = (left, top, left + width // 2, min(height, top + height // 4))
        write_block(
            sheet.picture, rng, sheet.words, area, sheet.font(SMALLEST_PX + width / 80), contrast(sheet.paper, rng)
        )


def print_screen(sheet: Sheet) -> None:
    """Draw a phone's or a computer's screen: a list of bars, a table, a chat, or a deck as text."""
    rng, pen, width, height = sheet.rng, sheet.pen, sheet.width, sheet.height
    step = round(float(rng.uniform(1.8, 4.5)) * max(SMALLEST_PX, height * 0.022))
    kind, edge, y = int(rng.integers(4)), max(2, width // 25), 0
    sheet.print_bar((0, 0, width, step), ending=True)
    font, bar = sheet.font(0.5 * step), random_ink(rng)
    columns = int(rng.choice([1, 1, 2]))
    for y in range(step, height - step, step):
        if kind == 0:
            # One colour for the whole list, as programs have it.
            sheet.print_bar((edge, y + step // 10, width - edge, y + step - 1), ending=True, fill=bar)
        elif kind == 1:
            long, mine = width * float(rng.uniform(0.3, 0.75)), rng.uniform() < 0.5
            left = round(width - edge - long) if mine else edge
            pen.rounded_rectangle((left, y + 2, left + round(long), y + step - 2), step // 3, bar)
            font.write(sheet.picture, (left + edge, y + step // 2), sheet.text(8), sheet.ink, "lm", long - 2 * edge)
        else:
            pen.line((0, y, width, y), bar, 1) if kind == 2 else None
            for column in range(columns):
                left, room = edge + column * width // columns, width // columns - 2 * edge
                name = sheet.text(3).title()
                line = f"{int(rng.integers(1, 5))} {name}" if kind == 3 else name
                # A table's second column holds the numbers.
                free = 0.6 * room if kind == 2 else room
                font.write(sheet.picture, (left, y + step // 2), line, sheet.ink, "lm", free)
                if kind == 2:
                    print_ending(sheet, (left, y, left + room, y + step), sheet.ink)
    if rng.uniform() < 0.6:
        # Its case.
        case = (int(rng.integers(50)),) * 3 if rng.uniform() < 0.7 else random_ink(rng)
        pen.rectangle((0, 0, width - 1, height - 1), None, case, max(2, width // int(rng.integers(12, 40))))


def print_receipt(sheet: Sheet) -> None:
    """Draw a shop's receipt, or a price list: names at the left, numbers at the right."""
    rng, pen, width, height = sheet.rng, sheet.pen, sheet.width, sheet.height
    font = sheet.font(max(SMALLEST_PX, width * float(rng.uniform(0.05, 0.09))))
    large, edge = sheet.font(1.7 * font.px), width // 16
    large.write(sheet.picture, (width // 2, edge), sheet.text(2), sheet.ink, "ma", width)
    for y in range(round(2.5 * large.px), height - edge, round(1.25 * font.px)):
        if rng.uniform() < 0.1:
            pen.line((edge, y, width - edge, y), sheet.ink, 1)
            continue
        price = f"{rng.uniform(0, 99):.2f}"
        font.write(sheet.picture, (edge, y), sheet.text(3), sheet.ink, room=0.65 * width)
        font.write(sheet.picture, (width - edge, y), price, sheet.ink, "ra")


def print_ruler(sheet: Sheet) -> None:
    """Draw a ruler's or a measuring mat's marks and numbers."""
    rng, pen, width, height = sheet.rng, sheet.pen, sheet.width, sheet.height
    step, font = max(3, round(width * float(rng.uniform(0.015, 0.04)))), sheet.font(width * 0.05)
    rows = int(rng.choice([1, 1, 3]))
    for row in range(rows):
        top = row * height // rows
        for i, x in enumerate(range(0, width, step)):
            long = 0.12 * height / rows * (2.0 if i % 10 == 0 else 1.5 if i % 5 == 0 else 1.0)
            pen.line((x, top, x, top + long), sheet.ink, 1)
            if i % 10 == 0:
                font.write(sheet.picture, (x, top + 0.3 * height / rows), str(i // 10), sheet.ink)
        font.write(sheet.picture, (width // 3, top + 0.6 * height / rows), sheet.text(3), sheet.ink)


def print_game_card(sheet: Sheet) -> None:
    """Draw a card of a game that isn't Magic: a title bar, a picture, rules; in ways Magic's frames don't look."""
    rng, pen, width, height = sheet.rng, sheet.pen, sheet.width, sheet.height
    edge = max(2, round(width * float(rng.uniform(0.02, 0.06))))
    pen.rounded_rectangle((0, 0, width - 1, height - 1), edge, sheet.paper, random_ink(rng), edge)
    high = max(SMALLEST_PX + 4, round(height * float(rng.uniform(0.07, 0.12))))
    name_at = int(rng.choice([edge, round(0.5 * height), height - edge - high]))
    sheet.print_picture((edge, edge, width - edge, round(height * float(rng.uniform(0.45, 0.7)))))
    if rng.uniform() < 0.35:
        # A ribbon, wider in its middle, with a gem at its left.
        fill, y = random_ink(rng), name_at + high // 2
        point, low = (width - high // 3, y), name_at + high
        pen.polygon([(0, name_at), (width, name_at), point, (width, low), (0, low)], fill, sheet.ink)
        font = sheet.font(0.6 * high)
        font.write(sheet.picture, (width // 2, y), sheet.text(3), contrast(fill, rng), "mm", 0.7 * width)
        pen.regular_polygon((high // 2 + edge, y, round(0.6 * high)), 6, 0, random_ink(rng), sheet.ink)
    else:
        sheet.print_bar((edge, name_at, width - edge, name_at + high), ending=rng.uniform() < 0.85)
    foot = name_at if name_at > 0.72 * height else height - 2 * edge
    rules = (2 * edge, round(0.72 * height), width - 2 * edge, foot)
    write_block(sheet.picture, rng, sheet.words, rules, sheet.font(height * 0.035), sheet.ink)


def print_note(sheet: Sheet) -> None:
    """Draw a sheet written by hand, sometimes ruled."""
    rng, width, height = sheet.rng, sheet.width, sheet.height
    canvas = np.array(sheet.picture)
    px = max(2.0 * SMALLEST_PX, min(LARGEST_PX, height * float(rng.uniform(0.05, 0.12))))
    hand, thick = HANDS[int(rng.integers(len(HANDS)))], int(rng.integers(1, 3))
    ruled, pale = rng.uniform() < 0.4, random_ink(rng)
    for y in range(round(1.5 * px), height, round(1.4 * px)):
        if ruled:
            cv2.line(canvas, (0, y + 3), (width, y + 3), pale, 1)
        if rng.uniform() < 0.85:
            at = (int(rng.uniform(0.02, 0.15) * width), y)
            cv2.putText(canvas, sheet.text(5), at, hand, px / HERSHEY_PX, sheet.ink, thick, cv2.LINE_AA)
    sheet.picture.paste(Image.fromarray(canvas))


KINDS: dict[str, tuple[float, tuple[float, float], Callable[[Sheet], None]]] = {
    "cover": (0.14, (0.6, 0.8), print_cover),
    "page": (0.14, (0.6, 1.4), print_page),
    "box": (0.22, (0.4, 1.5), print_box),
    "screen": (0.2, (0.45, 1.6), print_screen),
    "receipt": (0.06, (0.35, 0.6), print_receipt),
    "ruler": (0.03, (1.5, 3.0), print_ruler),
    "game card": (0.16, (0.6, 0.75), print_game_card),
    "note": (0.05, (0.6, 1.2), print_note),
}
"""Share, least and greatest width over height, and painter of each kind of thing."""


def draw_printed(
    rng: np.random.Generator, places: Sequence[Rgb], size: int, words: Sequence[str] = WORDS, kind: str | None = None
) -> Rgb:
    """Return a printed thing, uint8 (size, width, 3); ``size``, at least 16, is its height in pixels.

    Args:
        rng: equal states give equal pictures, with the same fonts installed.
        places: pictures that may be printed on it.
        size: its height, pixels.
        words: of its text; an entry with a space is a whole name, such as a card's.
        kind: one of :data:`KINDS`; None for any.
    """
    kinds = list(KINDS)
    chosen = kinds[int(rng.choice(len(kinds), p=[share for share, _, _ in KINDS.values()]))]
    _, aspect, paint = KINDS[kind or chosen]
    pale = rng.uniform() < 0.6
    paper = cast("Ink", tuple(int(v) for v in rng.uniform(205, 255, 3))) if pale else random_ink(rng)
    picture = Image.new("RGB", (max(12, round(size * float(rng.uniform(*aspect)))), size), paper)
    paint(Sheet(picture, ImageDraw.Draw(picture), rng, words, places, paper, contrast(paper, rng)))
    return np.asarray(picture, np.uint8)
