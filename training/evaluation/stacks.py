"""Composed photos of hands, fans, decks and rows, and of printed things, for ``python -m training evaluate --stacks``.

The cards have names that neither the networks nor the judge were fitted on. A card must be named if most of its title
is visible. To name another card of the photo is neither asked nor wrong. Printed things (books, boxes, screens) must
get no name, although some have lines with the names of real cards.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from engine.core import geometry
from engine.core.values import Rgb
from training.calibration.card_splits import CalibrationCard, CardSplit, read_real_cards
from training.camera.optics import to_jpeg
from training.data.photo_labels import Label, LabelledPhoto
from training.scene.layouts import LAYOUTS
from training.scene.lettering import WORDS
from training.scene.photo import ScenePhoto, compose
from training.scene.printed import draw_printed
from training.scene.recipes import Recipe
from training.scene.stock import Stock, read_places
from training.scoring.matching import Outcome, match
from training.scoring.metrics import latencies, measure
from training.scoring.tables import UNKNOWN, WALL, Table, decimal, percent

SEED = 23
"""Of the photos; other measurements use other seeds."""
TITLE = np.array([[0.06, 0.035], [0.75, 0.035], [0.75, 0.105], [0.06, 0.105]], np.float32)
"""Corners of the line that has a card's title, as shares of its width and height."""
MIN_VISIBLE = 0.8
"""Share of that line from which a card must be named."""
SHARPEST = 1.3
"""Most that a face is enlarged: beyond this, a title gets larger but no more legible."""
SMALLEST = 0.65
"""Least height of a card over the largest that :data:`SHARPEST` allows."""
LONGER_PX = 1200, 4000
"""Range of a photo's longer side, pixels."""
SCOUT_PX = 320, 240
"""Size of the small photo that tells how many cards a seed gives, and how large they are."""
SEVERITY = 0.5
"""Greatest severity for a card as high as the photo. Blur grows with the photo, but titles with the card."""
QUALITY = 95
"""Of the files: the photos have already been through a worse JPEG."""
KIND_SHARE = {"fan": 1.0, "deck": 0.25, "row": 0.25, "printed": 1.0}
"""Photos of each kind over ``--each``; decks take the longest."""
FANS, DECK, ROW = ("fan", "hand", "cascade"), "columns", "row"
"""Layouts of each kind; those of fans show most titles."""
FAN_CARDS, DECK_CARDS, ROW_CARDS = range(3, 13), range(55, 66), range(2, 25)
DECK_NAMES = 24
"""Different faces in a deck: the others are copies."""
PRINTED_SIZE, PRINTED_PX = (1600, 1200), 900
"""Width and height of a photo of printed things, and height of a thing, pixels."""
PRINTED_THINGS, PRINTED_CLUTTER = 4, 6
"""Number of different things that such a photo is made of, and most that lie on the ground."""


@dataclass(frozen=True, slots=True, eq=False)
class StackPhoto:
    """A photo to measure: its file with the labels of the cards to name, and the cards whose title is hidden."""

    photo: LabelledPhoto
    hidden: tuple[Label, ...] = ()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``evaluate --stacks``."""
    parser.add_argument("--faces", type=Path, metavar="CSV", help="real card faces and their names, for --stacks")
    parser.add_argument("--places", type=Path, metavar="DIR", help="pictures of places, for --stacks (default: drawn)")
    parser.add_argument("--each", type=int, default=20, metavar="N", help="fans of --stacks (default 20)")


def compose_stacks(
    faces: Path, places: Path | None, each: int, out: Path, kinds: Sequence[str] = tuple(KIND_SHARE)
) -> list[StackPhoto]:
    """Compose photos into the folder ``out`` and return them, kind by kind; equal arguments give equal photos.

    Raises:
        FacesCsvError: the list of faces can't be read.
        PhotoError: a picture can't be read.
        CommandError: no face has a name that is held out.
    """
    out.mkdir(parents=True, exist_ok=True)
    cards = read_real_cards(faces, fitting=False, split=lambda _: CardSplit.PICTURED)
    # Smaller scans would be enlarged more than the others.
    usual = float(np.median([card.picture.shape[0] for card in cards]))
    cards = [card for card in cards if card.picture.shape[0] >= usual]
    grounds = read_places(places)
    composed = []
    for kind in kinds:
        for i in tqdm(range(max(1, round(KIND_SHARE[kind] * each))), desc=f"compose {kind}", leave=False):
            rng = np.random.default_rng((SEED, list(KIND_SHARE).index(kind), i))
            if kind == "printed":
                scene, chosen = _compose_printed(cards, grounds, rng), cards
            else:
                scene, chosen = _compose_kind(kind, cards, grounds, rng)
            path = out / f"{kind}-{i:03d}.jpg"
            path.write_bytes(to_jpeg(scene.image, QUALITY))
            composed.append(_label(scene, chosen, path, kind))
    return composed


def _compose_kind(
    kind: str, cards: list[CalibrationCard], places: Sequence[Rgb], rng: np.random.Generator
) -> tuple[ScenePhoto, list[CalibrationCard]]:
    """Return a photo of a kind with cards, and the cards whose positions its faces are."""
    fingers = float(rng.choice([0.0, 0.0, 0.1])) if kind == "fan" else 0.0
    layout, counts, fill = {
        "fan": (str(rng.choice(FANS)), FAN_CARDS, 0.85),
        "deck": (DECK, DECK_CARDS, 0.95),
        "row": (ROW, ROW_CARDS, 0.9),
    }[kind]
    recipe = Recipe(
        layout, float(rng.uniform(0, 15)), float(rng.normal(0, 8)), fill, case="sleeve" if kind == "deck" else None,
        covered=fingers,
    )  # fmt: skip
    if kind == "deck":
        cards = [cards[i] for i in rng.permutation(len(cards))[:DECK_NAMES]]
    stock = Stock([card.picture for card in cards], (), places)
    seed, share = _find_seed(stock, recipe, counts, rng)
    height_px = SHARPEST * min(face.shape[0] for face in stock.magic) * float(rng.uniform(SMALLEST, 1))
    longer = float(np.clip(height_px / share, *LONGER_PX))
    size = round(longer), round(longer * SCOUT_PX[1] / SCOUT_PX[0])
    severity = SEVERITY * min(1.0, height_px / size[1]) * float(rng.uniform(0.2, 1))
    sized = replace(recipe, fill=fill * height_px / share / longer, severity=severity)
    return compose(stock, sized, np.random.default_rng(seed), size), cards


def _find_seed(stock: Stock, recipe: Recipe, counts: range, rng: np.random.Generator) -> tuple[int, float]:
    """Return the seed of a photo with so many cards, and the height of its tallest card over the photo's width."""
    while True:
        seed = int(rng.integers(2**32))
        # Most seeds can be ruled out without a photo: the layout is what a photo begins with.
        if len(LAYOUTS[recipe.layout](np.random.default_rng(seed))) not in counts:
            continue
        scout = compose(stock, recipe, np.random.default_rng(seed), SCOUT_PX)
        if len(scout.cards) in counts:
            tallest = max(float(geometry.side_lengths(card.corners)[[1, 3]].max()) for card in scout.cards)
            return seed, tallest / SCOUT_PX[0]


def _compose_printed(cards: Sequence[CalibrationCard], places: Sequence[Rgb], rng: np.random.Generator) -> ScenePhoto:
    """Return a photo of printed things without a card; in half of them, the text has the names of real cards."""
    words = [card.name for card in cards] if rng.uniform() < 0.5 else WORDS
    things = [draw_printed(rng, places, PRINTED_PX, words) for _ in range(PRINTED_THINGS)]
    recipe = Recipe("none", severity=SEVERITY * float(rng.uniform(0.1, 0.6)), clutter=PRINTED_CLUTTER)
    return compose(Stock([card.picture for card in cards], (), things), recipe, rng, PRINTED_SIZE)


def _label(scene: ScenePhoto, cards: Sequence[CalibrationCard], path: Path, kind: str) -> StackPhoto:
    """Return the photo with its labels, by what is visible of each card's title."""
    shown: list[Label] = []
    hidden: list[Label] = []
    for number, card in enumerate(scene.cards):
        if card.face >= 0:
            label = Label(cards[card.face].name, None, "en")
            (shown if visible_title(scene, number) >= MIN_VISIBLE else hidden).append(label)
    visible = sum(card.magic and card.visible > 0 for card in scene.cards)
    photo = LabelledPhoto(path.name, path, max(visible, len(shown)), tuple(shown), (kind,), "composed")
    return StackPhoto(photo, tuple(hidden))


def visible_title(scene: ScenePhoto, number: int) -> float:
    """Return the share, 0..1, of the line with a card's title that is visible in a photo."""
    line = geometry.transform(TITLE, geometry.unit_to_quad(scene.cards[number].corners))
    low, high = np.floor(line.min(0)).astype(int), np.ceil(line.max(0)).astype(int) + 1
    mask = np.zeros((high - low)[::-1], np.uint8)
    cv2.fillConvexPoly(mask, np.round(line - low).astype(np.int32), 1)
    height, width = scene.owner.shape
    (left, top), (right, bottom) = np.maximum(low, 0), np.minimum(high, (width, height))
    if left >= right or top >= bottom:
        return 0.0
    inside = mask[top - low[1] : bottom - low[1], left - low[0] : right - low[0]]
    seen = (scene.owner[top:bottom, left:right] == number) & (inside > 0)
    return float(seen.sum() / max(int(mask.sum()), 1))


def leave_out_hidden(outcome: Outcome, hidden: Sequence[Label]) -> Outcome:
    """Return the outcome without answers that name a card whose title is hidden, which is neither asked nor wrong."""
    labels = outcome.photo.labels
    taken = match((*labels, *hidden), outcome.cards)
    cards = (card for card, at in zip(outcome.cards, taken, strict=True) if at is None or at < len(labels))
    return replace(outcome, cards=tuple(cards))


def kind_table(outcomes: Mapping[str, Sequence[Outcome]]) -> Table:
    """Return the figures of each kind of photo that there is, for each system; the keys are the systems' names."""
    return Table(
        "By kind of photo",
        ("photos of", "system", "photos", "cards", "recall", "precision", "identified recall", "identified precision",
         "calibration error", "with a name", "p50", "p95"),
        tuple(_kind_rows(outcomes)),
        left=(0, 1),
    )  # fmt: skip


def _kind_rows(outcomes: Mapping[str, Sequence[Outcome]]) -> Iterator[tuple[str, ...]]:
    for kind in KIND_SHARE:
        for name, of in outcomes.items():
            part = [outcome for outcome in of if kind in outcome.photo.tags]
            if not part:
                continue
            m, wait = measure(part), latencies(part).get(WALL)
            times = (UNKNOWN, UNKNOWN) if wait is None else (f"{wait.p50_ms:.0f} ms", f"{wait.p95_ms:.0f} ms")
            shares = (m.recall, m.precision, m.identified_recall, m.identified_precision)
            false = f"{m.false_named.hits} / {m.false_named.of}" if m.false_named.of else UNKNOWN
            yield (kind, name, str(m.photos), str(m.labels), *map(percent, shares), decimal(m.calibration_error), false,
                   *times)  # fmt: skip
