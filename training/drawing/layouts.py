"""Draw cards with titles in unusual places: on sideways halves, upside down, at the foot or along an edge.

The drawings are this project's own; their names may be real ones, to measure how well they are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

import numpy as np

from engine.catalogue.catalogue import CardRow, Catalogue
from engine.catalogue.names import face_names
from engine.core.constants import CARD_ASPECT
from engine.core.values import Rgb
from training.data.reading_groups import MIRRORED, CardToRead, group_of, mirror, sample_groups
from training.drawing.card_data import Colour, DemoCard, Scene
from training.drawing.cards import draw_face
from training.drawing.frames import STYLES, Style

TitleLayout = Literal["normal", "back", "split", "aftermath", "battle", "flip", "saga", "token", "foot", "edge"]
"""Where titles are: ``back`` right of an icon, ``foot`` at the lower edge, ``edge`` along the left one."""

DRAWN_HEIGHT = 520
"""Height of a drawn face, pixels: that of a card in a phone's photo of a table."""
COLOURS: tuple[Colour, ...] = ("dawn", "tide", "dusk", "ember", "grove", "brass")
SCENES: tuple[Scene, ...] = ("castle", "comet", "dragon", "forest", "gears", "islands", "moth", "peaks", "ship", "tree")
RULES = "When this comes into view, look at the two cards beside it.\nThen turn one of them round."
LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz ,'-/")
LATIN = frozenset({"de", "es", "fr", "it", "pt"})
"""Languages that the font can print."""
LAYOUT_OF: dict[str, TitleLayout] = {
    "title at the head": "normal", "title at the foot": "foot", "title along the edge": "edge",
    "back of a double-faced card": "back", "split": "split", "room": "split", "aftermath": "aftermath",
    "battle": "battle", "flip": "flip", "saga": "saga", "token": "token",
}  # fmt: skip
"""The layout that is drawn for a group."""

_BAR = STYLES["bar"]
_LAYOUT_STYLES: dict[str, Style] = {
    "back": replace(_BAR, title=(0.13, 0.040, 0.944, 0.101)),
    "saga": replace(_BAR, art=(0.5, 0.11, 0.93, 0.82), kind=(0.056, 0.83, 0.944, 0.89), text=(0.07, 0.11, 0.49, 0.82)),
    "token": replace(_BAR, centred=True),
    "foot": replace(STYLES["full"], title=(0.056, 0.86, 0.944, 0.92), text=(0.066, 0.72, 0.934, 0.78)),
    "edge": replace(STYLES["full"], kind=(0.17, 0.606, 0.944, 0.662), text=(0.17, 0.672, 0.934, 0.904)),
    # As fractions of the card on its side:
    "battle": replace(
        _BAR, frame=(0.026, 0.036, 0.974, 0.964), art=(0.03, 0.14, 0.97, 0.56), title=(0.13, 0.05, 0.93, 0.13),
        kind=(0.13, 0.565, 0.93, 0.64), text=(0.13, 0.66, 0.93, 0.93),
    ),
}  # fmt: skip


def draw_layout(layout: TitleLayout, names: Sequence[str], kind: str, seed: int, height_px: int = DRAWN_HEIGHT) -> Rgb:
    """Draw a card's face.

    Args:
        layout: where its title is, or its titles are.
        names: of its faces; layouts with one title use the first.
        kind: the type line.
        seed: of colour, picture and grain.
        height_px: height of the face, pixels; the aspect ratio is 63 x 88.

    Returns:
        uint8 (height_px, width, 3), upright.
    """
    width = round(height_px * CARD_ASPECT)
    cards = []
    for card_seed, name in enumerate((names[0], names[-1]), seed):
        rng = np.random.default_rng(card_seed)
        colour, scene = COLOURS[rng.integers(len(COLOURS))], SCENES[rng.integers(len(SCENES))]
        cards.append(DemoCard(name, kind, RULES, colour, "bar", scene, str(card_seed % 900 + 1), seed=card_seed))
    first, second = cards
    style = _LAYOUT_STYLES.get(layout, _BAR)
    if layout == "battle":
        return _turn_left(draw_face(first, style, (height_px, width)))
    # Half a card is a small one on its side.
    half_size = round(width * CARD_ASPECT), width
    if layout == "split":
        left = draw_face(first, _BAR, half_size)[:, : height_px // 2]
        right = draw_face(second, _BAR, half_size)[:, : height_px - left.shape[1]]
        return _turn_left(np.concatenate([left, right], axis=1))
    if layout == "edge":
        return _draw_edge_title(first, style, width, height_px)
    face = draw_face(first, style, (width, height_px))
    if layout == "aftermath":
        lower = np.rot90(draw_face(second, _BAR, half_size), -1)[-(height_px // 2) :]
        return np.ascontiguousarray(np.concatenate([face[: -lower.shape[0]], lower]))
    if layout == "flip":
        # Both faces' upper halves, the second upside down, with the type line above the picture.
        tall, kind_top, art_top = (round(share * height_px) for share in (0.06, 0.561, 0.27))
        halves = [face, draw_face(second, style, (width, height_px))]
        for half in halves:
            half[art_top : art_top + tall] = half[kind_top : kind_top + tall]
        return np.concatenate([halves[0][: height_px // 2], np.rot90(halves[1][: height_px // 2], 2)])
    return face


def _turn_left(picture: Rgb) -> Rgb:
    """Return a picture turned by a quarter, so that its text reads upwards along the left edge."""
    return np.ascontiguousarray(np.rot90(picture))


def _draw_edge_title(card: DemoCard, style: Style, width: int, height: int) -> Rgb:
    """Draw a face and move its title bar to the left edge, reading upwards."""
    face = draw_face(replace(card, cost=0), style, (width, height))
    top, bottom = (round(share * height) for share in (0.036, 0.106))
    bar = _turn_left(face[top:bottom, round(0.05 * width) : round(0.95 * width)].copy())
    face[top:bottom] = face[bottom : 2 * bottom - top]
    start, left = round(0.15 * height), round(0.05 * width)
    face[start : start + bar.shape[0], left : left + bar.shape[1]] = bar
    return face


def draw_cards_to_read(catalogue: Catalogue, per_group: int, rng: np.random.Generator) -> list[CardToRead]:
    """Return drawn cards with names from the catalogue: of each layout, and with titles in other languages."""
    titles = catalogue.titles
    cards = {card_id: catalogue.card(card_id) for card_id in {title.card_id for title in titles}}
    known = [shown for card in cards.values() if LETTERS.issuperset(card.name) for shown in _draw_english(card)]
    for number, title in enumerate(titles):
        if title.lang in LATIN and title.face == 0:
            face = partial(draw_layout, "normal", (title.text,), "Creature", number)
            known.append(CardToRead(f"title in {title.lang}", cards[title.card_id].name, face))
    return sample_groups(known, per_group, rng)


def _draw_english(card: CardRow) -> Iterator[CardToRead]:
    """Yield the card in its own layout, if that can be drawn, and mirrored."""
    names, kinds = face_names(card.name), [kind.strip() or "Creature" for kind in card.type_line.split("//")]
    group = group_of(card, "", None)
    if group == "front of a double-faced card":
        group, names, kinds = "back of a double-faced card", names[-1:], kinds[-1:]
    elif group == "frame unknown":
        group = "title at the foot" if "Land" in card.type_line else "title at the head"
    elif group == "planeswalker":
        group = "title along the edge"
    if group in LAYOUT_OF:
        face = partial(draw_layout, LAYOUT_OF[group], names, kinds[0], card.id)
        yield CardToRead(group, card.name, face)
        yield CardToRead(MIRRORED, card.name, partial(mirror, face))
