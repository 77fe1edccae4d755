"""Measure the open set: photos of what the engine can't know, one subject each, where any name is wrong.

Cards removed from index and catalogue, fan-made and other games' cards, and places without cards.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from tqdm import tqdm

from engine.catalogue.catalogue import Catalogue
from engine.core.artifacts import Artifacts
from engine.core.values import Card, Rgb, Status, Witness
from engine.image.photo import open_photo
from engine.pipeline.engine import DEFAULT_MAX_CARDS, DEFAULT_TOP_K
from engine.pipeline.recogniser import Recogniser
from training.calibration.card_splits import (
    CalibrationCard,
    CardSplit,
    SplitFilter,
    build_recogniser,
    read_unknown_cards,
)
from training.calibration.photos import compose_photo
from training.data.face_list import read_faces_csv, read_picture
from training.scene.recipes import Recipe, random_recipe
from training.scoring.matching import is_given, is_identified
from training.scoring.tables import Table

SEED = 11
"""Of the photos; the fit and other measurements use other seeds."""
BACKGROUNDS = "places without a card"
OPEN_SET = {
    "removed": CardSplit.REMOVED,
    "fan-made": CardSplit.FAN_MADE,
    "other-games": CardSplit.OTHER_GAME,
    "places": BACKGROUNDS,
}
"""The kinds of photos, by their names on the command line."""

progress = partial(tqdm, leave=False)


@dataclass(frozen=True, slots=True)
class FalseName:
    """A name, ``said``, given to something that the engine can't know.

    Attributes:
        photo: number of the photo among those of its kind, from 0.
        shows: the card's true name, "" if it has none.
        status, confidence, evidence: of the answer, see :class:`engine.Card`.
    """

    photo: int
    shows: str
    said: str
    status: Status
    confidence: float
    evidence: Mapping[str, float | str | bool | None]


@dataclass(frozen=True, slots=True)
class OpenSetResult:
    """The number of photos of one kind, and the most certain false name in each photo that got one."""

    photos: int
    named: tuple[FalseName, ...] = ()

    def count(self, status: Status) -> int:
        """Return the number of photos whose most certain name has that status."""
        return sum(one.status is status for one in self.named)


def measure_open_set(
    artifacts: Artifacts, catalogue: Catalogue, recogniser: Recogniser, args: argparse.Namespace, places: Sequence[Rgb]
) -> Iterator[tuple[str, OpenSetResult]]:
    """Yield the result of each kind."""
    most, kinds = args.open_set, [kind for part, kind in OPEN_SET.items() if part in args.only]
    if CardSplit.REMOVED in kinds:
        rows = read_faces_csv(args.faces)
        removed = [rows[i] for i in np.random.default_rng(SEED).permutation(len(rows))[:most]]
        known = SplitFilter(catalogue, {row.name for row in removed}, split=lambda _: CardSplit.REMOVED)
        without = build_recogniser(artifacts, catalogue, known)
        faces = (CalibrationCard(read_picture(row.path), row.name, CardSplit.REMOVED) for row in removed)
        yield CardSplit.REMOVED, _measure_cards(without, faces, places, len(removed), CardSplit.REMOVED)
    for table, kind in ((args.fan_made, CardSplit.FAN_MADE), (args.other, CardSplit.OTHER_GAME)):
        if table and kind in kinds:
            cards = [c for half in (True, False) for c in read_unknown_cards(table, kind, fitting=half)][:most]
            yield kind, _measure_cards(recogniser, iter(cards), places, len(cards), kind)
    if BACKGROUNDS in kinds:
        crops = (("", crop_place(places, np.random.default_rng((SEED, i)))) for i in range(most))
        yield BACKGROUNDS, _measure_photos(recogniser, progress(crops, desc=BACKGROUNDS, total=most))


def _measure_cards(
    recogniser: Recogniser, cards: Iterator[CalibrationCard], places: Sequence[Rgb], count: int, kind: CardSplit
) -> OpenSetResult:
    """Return the result for cards, each in a photo of its own under a random condition."""

    def photos() -> Iterator[tuple[str, Rgb]]:
        for i, card in enumerate(cards):
            recipe = single_card_recipe(np.random.default_rng((SEED, i)))
            yield card.name, compose_photo([card], places, recipe, np.random.default_rng((i, SEED))).image

    return _measure_photos(recogniser, progress(photos(), desc=kind, total=count))


def single_card_recipe(rng: np.random.Generator) -> Recipe:
    """Return a random recipe of a photo with exactly one card, face up."""
    while (recipe := random_recipe(rng)).layout != "single" or recipe.strange:
        pass
    return recipe


def _measure_photos(recogniser: Recogniser, photos: Iterable[tuple[str, Rgb]]) -> OpenSetResult:
    """Return the result for photos, each with the name of its subject."""
    count, named = 0, []
    for count, (shows, image) in enumerate(photos, 1):
        if cards := [card for card in identify(recogniser, image) if is_given(card)]:
            best = max(cards, key=lambda card: (is_identified(card), card.confidence))
            evidence = best.evidence.to_dict()
            named.append(FalseName(count - 1, shows, best.name or "", best.status, best.confidence, evidence))
    return OpenSetResult(count, tuple(named))


def crop_place(places: Sequence[Rgb], rng: np.random.Generator) -> Rgb:
    """Return a random part of a random place, at least half as wide and half as high."""
    place = places[int(rng.integers(len(places)))]
    size = [max(32, int(side * rng.uniform(0.5, 1))) for side in place.shape[:2]]
    top, left = (int(rng.integers(0, max(1, side - part + 1))) for side, part in zip(place.shape, size, strict=False))
    return np.ascontiguousarray(place[top : top + size[0], left : left + size[1]])


def identify(recogniser: Recogniser, image: Rgb) -> tuple[Card, ...]:
    """Return the cards of a photo, uint8 (H, W, 3), as a caller of the engine gets them."""
    return recogniser.identify(
        open_photo(image), top_k=DEFAULT_TOP_K, max_cards=DEFAULT_MAX_CARDS, witness=Witness.BOTH
    ).cards


def open_set_table(results: Mapping[str, OpenSetResult]) -> Table:
    """Return the results, a row for each kind."""
    rows = []
    for kind, result in results.items():
        counts = (result.count(Status.IDENTIFIED), result.count(Status.UNSURE))
        shares = (f"{count} = {count / max(result.photos, 1):.1%}" for count in counts)
        rows.append((str(kind), str(result.photos), *shares))
    return Table("open set", ("photos of", "photos", "named as identified", "named as unsure"), tuple(rows))
