"""Cards to read, grouped by what makes their titles hard to read: layout, side, frame, or the title's place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.catalogue.catalogue import CardRow, Catalogue, PrintingRow
from engine.catalogue.names import face_names
from engine.core.values import Rgb
from training.data.face_list import FaceRow, read_picture

BASIC_LANDS = frozenset({"Plains", "Island", "Swamp", "Mountain", "Forest", "Wastes"})
MIRRORED = "mirrored"
TWO_SIDED = frozenset({"transform", "modal_dfc"})


@dataclass(frozen=True, slots=True)
class CardToRead:
    """A card to read: its group, its name, and a function that returns its face (uint8 (H, W, 3))."""

    group: str
    name: str
    face: Callable[[], Rgb]


def find_listed_cards(rows: Iterable[FaceRow], catalogue: Catalogue) -> Iterator[CardToRead]:
    """Yield the listed faces whose names the catalogue knows, each as it is and mirrored."""
    for row in rows:
        card_id = catalogue.find(row.name)
        if card_id is not None:
            card = catalogue.card(card_id)
            face = partial(read_picture, row.path)
            yield CardToRead(group_of(card, row.face, printing_of(row, catalogue, card_id)), card.name, face)
            yield CardToRead(MIRRORED, card.name, partial(mirror, face))


def mirror(face: Callable[[], Rgb]) -> Rgb:
    """Return the mirror image of a face."""
    return np.ascontiguousarray(face()[:, ::-1])


def printing_of(row: FaceRow, catalogue: Catalogue, card_id: int) -> PrintingRow | None:
    """Return the catalogue's printing with the row's set and, if it has one, its number."""
    for printing in catalogue.printings(card_id):
        same_number = not row.collector_number or printing.collector_number == row.collector_number
        if row.set and printing.set == row.set and same_number:
            return printing
    return None


def group_of(card: CardRow, face: str, printing: PrintingRow | None) -> str:
    """Return the group of a card's face, by what is hardest about its title.

    Args:
        card: of the catalogue.
        face: name of the face, empty for a card's only one.
        printing: if known; without it, frame and border are unknown.
    """
    if card.is_token:
        return "token"
    if card.layout in TWO_SIDED and face and face == face_names(card.name)[-1]:
        return "back of a double-faced card"
    if card.type_line.startswith("Battle"):
        return "battle"
    if card.layout == "split":
        return "room" if "Room" in card.type_line else "split"
    if card.layout in TWO_SIDED:
        return "front of a double-faced card"
    if card.name in BASIC_LANDS:
        return "basic land"
    if card.layout not in {"normal", ""}:
        return card.layout
    if "Planeswalker" in card.type_line:
        return "planeswalker"
    if printing and (printing.full_art or printing.border_color == "borderless"):
        return "full art"
    return f"frame {printing.frame}" if printing and printing.frame else "frame unknown"


def sample_groups(cards: Iterable[CardToRead], per_group: int, rng: np.random.Generator) -> list[CardToRead]:
    """Return at most ``per_group`` random cards of each group, sorted by group."""
    groups: dict[str, list[CardToRead]] = defaultdict(list)
    for card in cards:
        groups[card.group].append(card)
    chosen: list[CardToRead] = []
    for _, members in sorted(groups.items()):
        picked = rng.permutation(len(members))[:per_group]
        chosen += [members[i] for i in sorted(picked.tolist())]
    return chosen
