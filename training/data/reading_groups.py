"""Cards to read, by what makes reading their titles hard: layout, side, frame, and where the title stands."""

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
class Shown:
    """A card to be read: which group it counts for, its name, and how to get its face (uint8 (H, W, 3))."""

    group: str
    name: str
    face: Callable[[], Rgb]


def listed(rows: Iterable[FaceRow], catalogue: Catalogue) -> Iterator[Shown]:
    """Yield the faces of a list whose names the catalogue knows, and each once more as in a mirror."""
    for row in rows:
        card_id = catalogue.find(row.name)
        if card_id is not None:
            card = catalogue.card(card_id)
            face = partial(read_picture, row.path)
            yield Shown(group_of(card, row.face, printing_of(row, catalogue, card_id)), card.name, face)
            yield Shown(MIRRORED, card.name, partial(mirrored, face))


def mirrored(face: Callable[[], Rgb]) -> Rgb:
    """Return a face as a mirror shows it."""
    return np.ascontiguousarray(face()[:, ::-1])


def printing_of(row: FaceRow, catalogue: Catalogue, card_id: int) -> PrintingRow | None:
    """Return the printing a face is of, as far as its list tells and the catalogue knows it."""
    for printing in catalogue.printings(card_id):
        same_number = not row.collector_number or printing.collector_number == row.collector_number
        if row.set and printing.set == row.set and same_number:
            return printing
    return None


def group_of(card: CardRow, face: str, printing: PrintingRow | None) -> str:
    """Return the group a card's face counts for, the hardest thing about its title first.

    Args:
        card: of the catalogue.
        face: name of the face shown, empty for a card's only one.
        printing: where it is known; frame and border are told by it alone.
    """
    kind = _kind(card, face)
    if kind:
        return kind
    if printing is not None and (printing.full_art or printing.border_color == "borderless"):
        return "full art"
    return f"frame {printing.frame}" if printing is not None and printing.frame else "frame unknown"


def _kind(card: CardRow, face: str) -> str:
    names = face_names(card.name)
    if card.is_token:
        return "token"
    if card.layout in TWO_SIDED and face and face == names[-1]:
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
    return "planeswalker" if "Planeswalker" in card.type_line else ""


def sampled(shown: Iterable[Shown], per_group: int, rng: np.random.Generator) -> list[Shown]:
    """Return at most ``per_group`` cards of each group, chosen by chance, the groups by name."""
    groups: dict[str, list[Shown]] = defaultdict(list)
    for one in shown:
        groups[one.group].append(one)
    chosen: list[Shown] = []
    for _, members in sorted(groups.items()):
        picked = rng.permutation(len(members))[:per_group]
        chosen += [members[i] for i in sorted(picked.tolist())]
    return chosen
