"""The open set: what the engine says of what it can't know, each in a photo of its own: any name is wrong.

Cards taken out of index and catalogue, fan-made and other games' cards, and places without cards.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from tqdm import tqdm

from engine.catalogue.catalogue import Catalogue
from engine.core.artifacts import Artifacts
from engine.core.values import Card, Rgb, Status, Witness
from engine.image.photo import open_photo
from engine.pipeline.engine import DEFAULT_MAX_CARDS, DEFAULT_TOP_K
from engine.pipeline.recogniser import Recogniser
from training.calibration.card_splits import Actor, Knowledge, Known, recogniser_of, strange_actors
from training.calibration.photos import staged
from training.data.face_list import FaceRow, read_faces_csv, read_picture
from training.scene.recipes import Recipe, random_recipe
from training.scoring.tables import Table

SEED = 11
"""Of the photos; other measurements and the fit begin at other numbers."""
BACKGROUNDS = "places without a card"
OPEN_SET = {
    "removed": Known.REMOVED,
    "fan-made": Known.FAN_MADE,
    "other-games": Known.OTHER_GAME,
    "places": BACKGROUNDS,
}
"""The kinds of what can't be known, as they are called on the command line."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name given to what can't be known.

    Attributes:
        photo: number of the photo among those of its kind, from 0.
        shows: the card's true name, "" where it has none.
        said: the name given.
        status: how it was said.
        confidence: its probability as the judge saw it.
        evidence: what spoke for it, see :class:`engine.Card`.
    """

    photo: int
    shows: str
    said: str
    status: Status
    confidence: float
    evidence: Mapping[str, float | str | bool | None]


@dataclass(frozen=True, slots=True)
class Answered:
    """What was said in photos of what can't be known: how many there are, and the surest name of each that got one."""

    photos: int
    named: tuple[Named, ...] = ()

    def count(self, status: Status) -> int:
        """Return in how many photos the surest name has that status."""
        return sum(one.status is status for one in self.named)


def open_set(
    artifacts: Artifacts,
    catalogue: Catalogue,
    recogniser: Recogniser,
    args: argparse.Namespace,
    places: Sequence[Rgb],
) -> Iterator[tuple[str, Answered]]:
    """Yield for each kind of what can't be known what was answered."""
    most, kinds = args.open_set, [kind for part, kind in OPEN_SET.items() if part in args.only]
    if Known.REMOVED in kinds:
        yield Known.REMOVED, _removed(artifacts, catalogue, args, places)
    for table, kind in ((args.fan_made, Known.FAN_MADE), (args.other, Known.OTHER_GAME)):
        if table and kind in kinds:
            actors = [a for half in (True, False) for a in strange_actors(table, kind, fitting=half)][:most]
            yield kind, _answered(recogniser, iter(actors), places, len(actors), kind)
    if BACKGROUNDS in kinds:
        crops = (("", _crop(places, np.random.default_rng((SEED, i)))) for i in range(most))
        yield BACKGROUNDS, _counted(recogniser, watched(crops, most, BACKGROUNDS))


def _removed(artifacts: Artifacts, catalogue: Catalogue, args: argparse.Namespace, places: Sequence[Rgb]) -> Answered:
    """Return what is said of cards taken out of index and catalogue."""
    rows = read_faces_csv(args.faces)
    removed = [rows[i] for i in np.random.default_rng(SEED).permutation(len(rows))[: args.open_set]]
    knows = Knowledge(catalogue, {row.name for row in removed}, known=lambda _: Known.REMOVED)
    without = recogniser_of(artifacts, catalogue, knows)
    return _answered(without, _actors(removed), places, len(removed), Known.REMOVED)


def _actors(rows: Iterable[FaceRow]) -> Iterator[Actor]:
    return (Actor(read_picture(row.path), row.name, Known.REMOVED) for row in rows)


def _answered(
    recogniser: Recogniser, actors: Iterator[Actor], places: Sequence[Rgb], count: int, kind: Known
) -> Answered:
    """Return what is said of each actor in a photo of its own, of any condition."""
    photos = (
        (actor.name, staged([actor], places, alone(np.random.default_rng((SEED, i))), np.random.default_rng((i, SEED))))
        for i, actor in enumerate(actors)
    )
    return _counted(recogniser, ((name, photo.image) for name, photo in watched(photos, count, kind)))


def alone(rng: np.random.Generator) -> Recipe:
    """Return a random recipe of a photo with one card that is a face."""
    while (recipe := random_recipe(rng)).layout != "single" or recipe.strange:
        pass
    return recipe


def _counted(recogniser: Recogniser, photos: Iterable[tuple[str, Rgb]]) -> Answered:
    """Return what is said of photos, each with the name of what it shows."""
    count, named = 0, []
    for count, (shows, image) in enumerate(photos, 1):
        cards = [card for card in identify(recogniser, image) if card.name and card.status is not Status.UNKNOWN]
        if cards:
            named.append(_named(count - 1, shows, max(cards, key=_sureness)))
    return Answered(count, tuple(named))


def _sureness(card: Card) -> tuple[bool, float]:
    return card.status is Status.IDENTIFIED, card.confidence


def _named(photo: int, shows: str, card: Card) -> Named:
    return Named(photo, shows, card.name or "", card.status, card.confidence, card.evidence)


def _crop(places: Sequence[Rgb], rng: np.random.Generator) -> Rgb:
    """Return a part of a place, at least half as wide and high."""
    place = places[int(rng.integers(len(places)))]
    size = [max(32, int(side * rng.uniform(0.5, 1))) for side in place.shape[:2]]
    top, left = (int(rng.integers(0, max(1, side - part + 1))) for side, part in zip(place.shape, size, strict=False))
    return np.ascontiguousarray(place[top : top + size[0], left : left + size[1]])


def identify(recogniser: Recogniser, image: Rgb) -> tuple[Card, ...]:
    """Return the cards of a photo, uint8 (H, W, 3), as a caller of the engine gets them."""
    return recogniser(open_photo(image), top_k=DEFAULT_TOP_K, max_cards=DEFAULT_MAX_CARDS, witness=Witness.BOTH).cards


def open_set_table(figures: Mapping[str, Answered]) -> Table:
    """Return what was said of what can't be known."""
    rows = tuple(
        (str(kind), str(a.photos), *(_part(a.count(said), a.photos) for said in (Status.IDENTIFIED, Status.UNSURE)))
        for kind, a in figures.items()
    )
    return Table("open set", ("photos of", "photos", "named as identified", "named as unsure"), rows)


def _part(count: int, of: int) -> str:
    return f"{count} = {count / max(of, 1):.1%}"


def watched(photos: Iterable[Any], count: int, name: str) -> Iterator[Any]:
    """Yield the photos, and show how far it is."""
    yield from tqdm(photos, total=count, desc=str(name), leave=False, file=sys.stderr)
