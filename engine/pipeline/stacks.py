"""Join name plates with card outlines: one card, one plate.

An outline with its own plate is a whole card. One that holds the plates of several cards, but none of its own, is a
stack. A plate without an outline is a card of which little more than that is visible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.core import geometry
from engine.core.constants import CARD_ASPECT
from engine.core.values import Corners, Quad
from engine.detection.plates import TITLE_HEIGHT
from engine.reading.ocr import Line
from engine.reading.plate_reader import CLEAR_PLATE, ReadPlate
from engine.reading.stray_titles import MAX_LINE_OFFSET
from engine.reading.title_reader import STRONG, card_around, stands_as_title
from engine.reading.title_search import MIN_TITLE_EVIDENCE, TitledQuad, TitleSearch

STACK_PLATES = 2
"""Number of other cards' plates within an outline from which it is a stack's."""
MAX_PARTS_APART = 10.0
"""Distance along a title, in line heights, up to which two plates that say the same are parts of one; copies beside
each other are 16 apart."""
ROUGH = 0.05
"""How far a rough quad's corners may be off, over its sides."""
PLAIN_TEXT, PLAIN_LETTERS = 0.9, 5
"""Least score and length of a text that is read without doubt."""
NEAR = 0.15
"""How far beyond an outline its title may be, over its sides: the outline may be an inner frame's."""
MAX_MISFIT = 1.4
"""Largest ratio of the two estimates of a card's size; a cost that says otherwise is none, or another card's."""
COST_RIGHT, TITLE_LEFT = 0.935, 0.07
"""Right end of the mana cost and left end of the title, over the card's width."""
ABOVE_TITLE = 0.05
"""Height of the frame above a title's line, over the card's."""
MOSTLY = 0.55
"""Visible share of a card from which its picture is compared: the art and a little more."""
MIN_STRIP = 0.11
"""Least height of what is drawn of a hidden card, over the card's: the plate."""


def without_stacks(rough: Sequence[Quad], plates: Sequence[ReadPlate]) -> list[Quad]:
    """Return the rough quads without those around several cards: their plates tell better where each card is."""
    return [
        quad
        for quad in rough
        if not shows_several([p for p in plates if _holds(geometry.expand(quad.corners, ROUGH), p.plate.title)])
    ]


def shows_several(plates: Sequence[ReadPlate]) -> bool:
    """Return whether plates are certainly of several cards; the two titles of a split card are of one."""
    return len({p.reading.matches[0].title.card_id for p in plates if p.reading.evidence >= STRONG}) >= STACK_PLATES


def card_height(plates: Sequence[ReadPlate]) -> float | None:
    """Return the cards' median height in pixels by their certain titles, None without any."""
    heights = [plate.plate.height for plate in plates if plate.reading.evidence >= STRONG]
    return float(np.median(heights)) / TITLE_HEIGHT if heights else None


def join_plates(quads: Sequence[Quad], plates: Sequence[ReadPlate], search: TitleSearch) -> list[TitledQuad]:
    """Return the cards: outlines with their plate's title, if they have one, and plates without an outline."""
    free, owned, cards = list(quads), set[int](), list[TitledQuad]()
    legible = [plate for plate in plates if _is_legible(plate)]
    legible = [plate for n, plate in enumerate(legible) if not any(_are_one(plate, other) for other in legible[:n])]
    for number, plate in sorted(enumerate(legible), key=lambda pair: -pair[1].reading.evidence):
        near = [quad for quad in free if _is_near(quad.corners, plate.plate.title)]
        fitting = [(quad, card) for quad in near if (card := search.attach(TitledQuad(quad), plate.reading))]
        if not fitting:
            continue
        _, card = max(fitting, key=lambda pair: pair[0].score * _fit(pair[0], plate))
        cards.append(replace(card, plate=plate.plate, cost=plate.cost))
        owned.add(number)
        # Others with the same title in the same place are the same card, or a stack.
        free = [quad for quad in free if not any(quad is other for other, _ in fitting)]
    # Without an outline a plate that may be any line of text, such as a book's title, needs a long title.
    hidden = [
        plate
        for number, plate in enumerate(legible)
        if number not in owned and (plate.plate.score >= CLEAR_PLATE or plate.reading.evidence >= STRONG)
    ]
    unknown = [plate for plate in plates if _has_unknown_title(plate)]
    cards += [_with_unknown_title(quad, unknown) for quad in free if not _is_stack(quad, legible)]
    loose = [_estimate_card(plate) for plate in hidden]
    everything = [*cards, *loose]
    return [*cards, *(replace(card, visible=visible_part(card, everything)) for card in loose)]


def _is_legible(plate: ReadPlate) -> bool:
    """Return whether a plate's title is believed; one of three letters if the plate is clear and they are right."""
    if plate.reading.evidence >= MIN_TITLE_EVIDENCE:
        return True
    is_exact = bool(plate.reading.matches) and plate.reading.matches[0].similarity == 1.0
    return is_exact and plate.plate.score >= CLEAR_PLATE


def _has_unknown_title(plate: ReadPlate) -> bool:
    """Return whether a title is plain to read but no known card's: one in another language, or of a later set."""
    reading, is_clear = plate.reading, plate.plate.score >= CLEAR_PLATE
    return is_clear and not reading.matches and reading.text_score >= PLAIN_TEXT and len(reading.text) >= PLAIN_LETTERS


def _with_unknown_title(quad: Quad, unknown: Sequence[ReadPlate]) -> TitledQuad:
    """Return a quad with an unknown title, if it has one at its head: then it need not be searched for another."""
    for plate in unknown:
        for turn in range(4):
            turned = quad.rotate(turn)
            if stands_as_title(plate.plate.title, turned.corners):
                return TitledQuad(turned, plate.reading, plate=plate.plate)
    return TitledQuad(quad)


def _are_one(plate: ReadPlate, other: ReadPlate) -> bool:
    """Return whether two plates are parts of one: the same title on the same line, nearer than copies in a row."""
    if plate.reading.matches[0].title.card_id != other.reading.matches[0].title.card_id:
        return False
    apart, across = Line(other.plate.title, 1.0).distances(plate.plate.title)
    return across < MAX_LINE_OFFSET * other.plate.height and apart < MAX_PARTS_APART * other.plate.height


def _fit(quad: Quad, plate: ReadPlate) -> float:
    """Return how well the title's height fits the outline's, 0..1."""
    ratio = plate.plate.height / max(quad.height, 1.0) / TITLE_HEIGHT
    return float(min(ratio, 1 / max(ratio, 1e-6)))


def _is_stack(quad: Quad, plates: Sequence[ReadPlate]) -> bool:
    """Return whether an outline without a plate of its own holds several others."""
    inside = [p for p in plates if p.reading.evidence >= STRONG and _holds(quad.corners, p.plate.title)]
    return len(inside) >= STACK_PLATES


def holds_title(card: TitledQuad, others: Sequence[TitledQuad]) -> bool:
    """Return whether an outline holds another card's certain title: then it is a stack's, or lies around both."""
    return any(
        other is not card
        and other.reading.line is not None
        and other.reading.evidence >= STRONG
        and _holds(card.quad.corners, other.reading.line)
        for other in others
    )


def _is_near(outline: Corners, line: Corners) -> bool:
    """Return whether a line's middle lies in the box around an outline, and a little beyond: a cheap first test."""
    low, high = outline.min(0), outline.max(0)
    margin = NEAR * (high - low)
    middle = line.mean(0)
    return bool((middle >= low - margin).all() and (middle <= high + margin).all())


def _holds(outline: Corners, line: Corners) -> bool:
    return geometry.coverage(line, outline) > 0.5


def _estimate_card(plate: ReadPlate) -> TitledQuad:
    """Return the whole card that a plate belongs to, estimated from the plate's length and height."""
    line = plate.plate.title
    corners = card_around(line, TITLE_HEIGHT, TITLE_LEFT)
    if plate.plate.cost is not None:
        # From a title's start to the end of its mana cost a card's width is known better than from the letters' height.
        long = float(np.linalg.norm(plate.plate.cost[1:3].mean(0) - line[[0, 3]].mean(0)))
        share = plate.plate.height * (COST_RIGHT - TITLE_LEFT) * CARD_ASPECT / max(long, 1.0)
        if 1 / MAX_MISFIT < share / TITLE_HEIGHT < MAX_MISFIT:
            corners = card_around(line, share, TITLE_LEFT)
    quad = Quad(corners, plate.plate.score)
    return TitledQuad(quad, plate.reading, loose=True, plate=plate.plate, cost=plate.cost)


def is_mostly_visible(card: TitledQuad) -> bool:
    """Return whether at least :data:`MOSTLY` of a card is visible, as far as the titles over it tell."""
    if card.visible is None:
        return True
    return geometry.area(card.visible) >= MOSTLY * geometry.area(card.quad.corners)


def visible_part(card: TitledQuad, others: Sequence[TitledQuad]) -> Corners:
    """Return what other cards leave visible of a card of which only the plate was found: float32 (4, 2), photo pixels.

    That is its upper part, down to the next title below that it doesn't reach beyond.
    """
    lines = [other.reading.line for other in others if other is not card and other.reading.line is not None]
    depth = 1.0
    if lines:
        seen = geometry.transform(np.concatenate(lines), geometry.quad_to_unit(card.quad.corners)).reshape(-1, 4, 2)
        begins = seen[:, :2, 1].mean(1) - ABOVE_TITLE
        over = (seen[..., 0].min(1) < 0.9) & (seen[..., 0].max(1) > 0.1) & (begins > ABOVE_TITLE)
        depth = max(float(begins[over].min(initial=1.0)), MIN_STRIP)
    box = np.array([[0, 0], [1, 0], [1, depth], [0, depth]], np.float32)
    return geometry.transform(box, geometry.unit_to_quad(card.quad.corners))
