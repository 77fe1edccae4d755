"""Draw cards whose titles stand elsewhere: sideways halves, titles upside down, at the foot or along an edge.

The drawings are this project's own; the names on them may be real ones, for measuring how well they are read.
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
from training.data.reading_groups import MIRRORED, Shown, group_of, mirrored, sampled
from training.drawing.card_data import Colour, DemoCard, Scene
from training.drawing.cards import draw_face
from training.drawing.frames import STYLES, Style

TitleLayout = Literal["normal", "back", "split", "aftermath", "battle", "flip", "saga", "token", "foot", "edge"]
"""Ways in which titles stand: ``back`` behind an icon, ``foot`` at the lower edge, ``edge`` along the left one."""

DRAWN_HEIGHT = 520
"""Pixels of a drawn face that is measured: as large as a card of a phone's photo of a table comes out."""
COLOURS: tuple[Colour, ...] = ("dawn", "tide", "dusk", "ember", "grove", "brass")
SCENES: tuple[Scene, ...] = ("castle", "comet", "dragon", "forest", "gears", "islands", "moth", "peaks", "ship", "tree")
RULES = "When this comes into view, look at the two cards beside it.\nThen turn one of them round."
LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz ,'-/")
LATIN = frozenset({"de", "es", "fr", "it", "pt"})
"""Languages that the font at hand can print."""
LAYOUT_OF: dict[str, TitleLayout] = {
    "title at the head": "normal",
    "title at the foot": "foot",
    "title along the edge": "edge",
    "back of a double-faced card": "back",
    "split": "split",
    "room": "split",
    "aftermath": "aftermath",
    "battle": "battle",
    "flip": "flip",
    "saga": "saga",
    "token": "token",
}
"""The drawing for each group that is drawn."""

_BAR = STYLES["bar"]
_LAYOUT_STYLES: dict[str, Style] = {
    "normal": _BAR,
    "back": replace(_BAR, title=(0.13, 0.040, 0.944, 0.101)),
    "saga": replace(_BAR, art=(0.5, 0.11, 0.93, 0.82), kind=(0.056, 0.83, 0.944, 0.89), text=(0.07, 0.11, 0.49, 0.82)),
    "token": replace(_BAR, centred=True),
    "foot": replace(STYLES["full"], title=(0.056, 0.86, 0.944, 0.92), text=(0.066, 0.72, 0.934, 0.78)),
    "edge": replace(STYLES["full"], kind=(0.17, 0.606, 0.944, 0.662), text=(0.17, 0.672, 0.934, 0.904)),
    # In fractions of the card on its side.
    "battle": replace(
        _BAR, frame=(0.026, 0.036, 0.974, 0.964), art=(0.03, 0.14, 0.97, 0.56), title=(0.13, 0.05, 0.93, 0.13),
        kind=(0.13, 0.565, 0.93, 0.64), text=(0.13, 0.66, 0.93, 0.93),
    ),
}  # fmt: skip


def draw_layout(layout: TitleLayout, names: Sequence[str], kind: str, seed: int, height_px: int = DRAWN_HEIGHT) -> Rgb:
    """Draw a card's face.

    Args:
        layout: how its title stands, or its titles.
        names: of its faces; layouts with one title take the first.
        kind: the type line.
        seed: of colour, picture and grain.
        height_px: height of the face, pixels; the width follows from 63 x 88 mm.

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
    if layout == "split":
        left = _half(first, width)[:, : height_px // 2]
        right = _half(second, width)[:, : height_px - left.shape[1]]
        return _upwards(np.concatenate([left, right], axis=1))
    if layout == "battle":
        return _upwards(draw_face(first, _LAYOUT_STYLES["battle"], (height_px, width)))
    style = _LAYOUT_STYLES.get(layout, _BAR)
    if layout == "edge":
        return _with_title_along_the_edge(first, style, width, height_px)
    face = draw_face(first, style, (width, height_px))
    if layout == "aftermath":
        lower = np.rot90(_half(second, width), -1)[-(face.shape[0] // 2) :]
        return np.ascontiguousarray(np.concatenate([face[: -lower.shape[0]], lower]))
    if layout == "flip":
        return _flip(face, draw_face(second, style, (width, height_px)))
    return face


def _half(card: DemoCard, width: int) -> Rgb:
    """Return half a card as it reads, uint8 (width, about half the card's height, 3): a card in small."""
    return draw_face(card, _BAR, (round(width * CARD_ASPECT), width))


def _upwards(sideways: Rgb) -> Rgb:
    """Return a picture turned so that what stood upright reads up the card's left edge."""
    return np.ascontiguousarray(np.rot90(sideways))


def _flip(face: Rgb, other: Rgb) -> Rgb:
    """Return a face whose lower half is the other's upper half upside down, their type lines above their pictures."""
    height = face.shape[0]
    tall, kind, below = (round(share * height) for share in (0.06, 0.561, 0.27))
    halves = []
    for half in (face.copy(), other.copy()):
        half[below : below + tall] = half[kind : kind + tall]
        halves.append(half[: height // 2])
    return np.concatenate([halves[0], np.rot90(halves[1], 2)])


def _with_title_along_the_edge(card: DemoCard, style: Style, width: int, height: int) -> Rgb:
    """Return a face whose title bar is taken from its head and set along its left edge, reading upwards."""
    face = draw_face(replace(card, cost=0), style, (width, height)).copy()
    top, bottom = (round(share * height) for share in (0.036, 0.106))
    bar = _upwards(face[top:bottom, round(0.05 * width) : round(0.95 * width)].copy())
    face[top:bottom] = face[bottom : 2 * bottom - top]
    start, left = round(0.15 * height), round(0.05 * width)
    face[start : start + bar.shape[0], left : left + bar.shape[1]] = bar
    return face


def drawn(catalogue: Catalogue, per_group: int, rng: np.random.Generator) -> list[Shown]:
    """Return cards drawn under names of the catalogue: of each layout, and with titles in each language drawable."""
    titles = catalogue.titles()
    cards = {card_id: catalogue.card(card_id) for card_id in {title.card_id for title in titles}}
    known = [shown for card in cards.values() if LETTERS.issuperset(card.name) for shown in _in_english(card)]
    for number, title in enumerate(titles):
        if title.lang in LATIN and title.face == 0:
            face = partial(draw_layout, "normal", (title.text,), "Creature", number)
            known.append(Shown(f"title in {title.lang}", cards[title.card_id].name, face))
    return sampled(known, per_group, rng)


def _in_english(card: CardRow) -> Iterator[Shown]:
    """Yield the card as its layout asks, if there is a drawing for that."""
    names, kinds = face_names(card.name), [kind.strip() or "Creature" for kind in card.type_line.split("//")]
    group = group_of(card, "", None)
    if group == "front of a double-faced card":
        group, names, kinds = "back of a double-faced card", names[-1:], kinds[-1:]
    if group == "frame unknown":
        group = "title at the foot" if "Land" in card.type_line else "title at the head"
    if group == "planeswalker":
        group = "title along the edge"
    if group in LAYOUT_OF:
        face = partial(draw_layout, LAYOUT_OF[group], names, kinds[0], card.id)
        yield Shown(group, card.name, face)
        yield Shown(MIRRORED, card.name, partial(mirrored, face))
