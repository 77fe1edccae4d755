"""Measure how well printings are told apart: ``python -m training evaluate-printings``.

With ``--faces`` on real scans, see ``training/evaluation/editions.py``; without, on cards drawn by our own code: they
have names with several printings, the same picture for all of them, and the collector line of one printing. The
synthetic camera photographs them one by one at several sizes for the engine. With ``--cover-title`` the collector line
is all that names them.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from engine import Engine
from engine.catalogue.catalogue import Catalogue, PrintingRow
from engine.core.artifacts import SHIPPED, open_artifacts
from engine.core.values import Card, Rgb
from engine.printings.expected_line import CODED_SINCE, NUMBERED_SINCE, printed_codes, printed_number
from training.calibration.card_splits import build_recogniser
from training.camera.optics import to_jpeg
from training.camera.surfaces import SURFACES
from training.camera.tabletop import photograph
from training.drawing.cards import DemoCard, card_mask, demo_cards, draw_card
from training.drawing.collector_lines import Era, Imprint
from training.evaluation.editions import choose_scans, measure_scans, scan_tables
from training.scene.demo_set import JPEG_QUALITY, SEVERITY
from training.scoring.results import Rate
from training.scoring.tables import Table, percent
from training.scoring.timing import timed

HEIGHTS = (300, 400, 500, 600, 800, 1000)
"""Heights of the card in the photo, pixels."""
CARD_HEIGHT_PX = 1408
"""Height of the drawn cards: a little more than in any photo."""
CARDS = 40
RARITY_FIRST_SINCE = "2023-03-01"
LONGEST_NAME = 26
REPRINT = "plst"
RARITIES = {"common": "C", "uncommon": "U", "rare": "R", "mythic": "M"}
COVERED = 0.11
"""Share of a card's height that is covered with its title."""
COVERS = ((28, 26, 30), (196, 160, 132), (120, 124, 128), (60, 82, 140))
"""Colours of what covers it: a sleeve, a hand, another card."""
PROBE_PX = 400
"""Height of the trial photo that shows how large the card comes out."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A card to draw: its name, its printing, and its collector line."""

    name: str
    type_line: str
    row: PrintingRow
    imprint: Imprint


@dataclass
class HeightTally:
    """Counts of the answers at one height; ``unnamed`` are cards whose name was not found."""

    height: int
    right: int = 0
    abstained: int = 0
    wrong: int = 0
    unnamed: int = 0
    listed: int = 0
    milliseconds: float = 0.0

    @property
    def cards(self) -> int:
        """Number of cards."""
        return self.right + self.abstained + self.wrong + self.unnamed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training evaluate-printings``."""
    parser.add_argument("--artifacts", type=Path, metavar="DIR", help="artifact folder (default: the one shipped)")
    parser.add_argument("--faces", type=Path, action="append", metavar="CSV", help="a list of real scans to measure")
    parser.add_argument("--cards", type=int, default=CARDS, metavar="N", help="cards at each size")
    parser.add_argument("--heights", type=int, nargs="+", default=HEIGHTS, metavar="PX", help="heights in the photo")
    parser.add_argument("--cover-title", action="store_true", help="cover the titles of drawn cards")
    parser.add_argument("--severity", type=float, default=SEVERITY, help="of the photos, 0..1")
    parser.add_argument("--seed", type=int, default=1, help="of all randomness")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(args: argparse.Namespace) -> int:
    """Draw, or read scans, photograph, identify and count."""
    if args.faces:
        artifacts = open_artifacts(args.artifacts or SHIPPED)
        with contextlib.closing(Catalogue.open(artifacts.catalogue)) as catalogue:
            scans = choose_scans(args.faces, catalogue, args.cards, np.random.default_rng(args.seed))
            shoot = partial(photograph_face, severity=args.severity)
            counts = measure_scans(build_recogniser(artifacts, catalogue), scans, args.heights, shoot)
        print("\n\n".join(table.to_text() for table in scan_tables(counts)))
        return 0
    with contextlib.closing(Engine.open(args.artifacts)) as engine:
        chosen = choose_subjects(engine.catalogue, args.cards, np.random.default_rng(args.seed))
        tallies = measure(engine, chosen, args.heights, args.severity, cover_title=args.cover_title)
    print(json.dumps([asdict(tally) for tally in tallies]) if args.json else printings_table(tallies).to_text())
    return 0


def choose_subjects(catalogue: Catalogue, count: int, rng: np.random.Generator) -> list[Subject]:
    """Choose names with several printings, and for each name one printing that can be drawn."""
    ids = sorted({title.card_id for title in catalogue.titles if title.lang == "en"})
    chosen: list[Subject] = []
    for card_id in rng.permutation(ids):
        rows = catalogue.printings(int(card_id))
        card = catalogue.card(int(card_id))
        drawable = [row for row in rows if is_drawable(row, rows)]
        if len(rows) > 1 and drawable and card.layout in ("normal", "") and len(card.name) <= LONGEST_NAME:
            row = drawable[int(rng.integers(len(drawable)))]
            chosen.append(Subject(card.name, card.type_line or "Creature", row, imprint_of(row, rows, rng)))
        if len(chosen) == count:
            break
    return chosen


def is_drawable(row: PrintingRow, rows: Sequence[PrintingRow]) -> bool:
    """Return whether the collector line of a printing is known: it has a number and is no stamped promotional card."""
    if row.set == REPRINT:
        code = printed_codes(row)[0].lower()
        return any(other.set == code and other.released_at >= CODED_SINCE for other in rows)
    return row.collector_number.isdecimal() and row.released_at >= NUMBERED_SINCE and not row.set.startswith("p")


def imprint_of(row: PrintingRow, rows: Sequence[PrintingRow], rng: np.random.Generator) -> Imprint:
    """Return the contents of the printing's collector line; the size of its set is unknown and made up."""
    code = printed_codes(row)[0]
    released = next((other.released_at for other in rows if other.set == code.lower()), row.released_at)
    era: Era = "1998" if released < CODED_SINCE else "2014" if released < RARITY_FIRST_SINCE else "2023"
    number = int(printed_number(row))
    total = row.set_size if era == "1998" and row.set_size >= number else max(number, int(rng.integers(140, 360)))
    return Imprint(
        era, code, number, total, RARITIES.get(row.rarity or "", "R"), int(released[:4]),
        artist=row.artist or "Ada Drawn", reprint=row.set == REPRINT,
    )  # fmt: skip


def measure(
    engine: Engine, chosen: Sequence[Subject], heights: Sequence[int], severity: float, *, cover_title: bool = False
) -> list[HeightTally]:
    """Photograph every card at every height and count the engine's answers on its printing."""
    tallies = [HeightTally(height) for height in heights]
    for at, subject in enumerate(tqdm(chosen, desc="evaluate-printings", unit="card", file=sys.stderr)):
        face = draw_face(subject, at)
        if cover_title:
            face[: round(COVERED * len(face))] = COVERS[at % len(COVERS)]
        for tally in tallies:
            photo = to_jpeg(photograph_face(face, tally.height, at, severity), JPEG_QUALITY)
            result, ms = timed(engine.identify, photo)
            tally.milliseconds += ms / len(chosen)
            count_answer(tally, subject, result.cards)
    return tallies


def draw_face(subject: Subject, at: int) -> Rgb:
    """Return the face of a card, uint8 (1408, 1008, 3); its number among the cards decides its picture."""
    cards = [card for card in demo_cards() if card.frame_style == "bar"]
    like, name, kind = cards[at % len(cards)], subject.name, subject.type_line
    card = DemoCard(name, kind, like.text, like.colour, like.frame_style, like.scene, "1", seed=like.seed)
    return draw_card(card, CARD_HEIGHT_PX, subject.imprint.print_on)


def photograph_face(face: Rgb, height: int, seed: int, severity: float) -> Rgb:
    """Return a photo in which the face is about ``height`` pixels high."""
    mask = cv2.resize(card_mask(CARD_HEIGHT_PX), face.shape[1::-1], interpolation=cv2.INTER_AREA)

    def shoot(photo_height: int) -> tuple[Rgb, float]:
        size = (round(0.8 * photo_height), photo_height)
        rng, table = np.random.default_rng(seed), SURFACES[seed % len(SURFACES)]
        taken = photograph([face], [mask], rng, size=size, severity=severity, table=table)
        corners = taken.quads[0]
        sides = np.linalg.norm(corners[[3, 2]] - corners[[0, 1]], axis=1)
        return taken.image, float(sides.mean())

    return shoot(round(PROBE_PX * height / shoot(PROBE_PX)[1]))[0]


def count_answer(tally: HeightTally, subject: Subject, cards: Sequence[Card]) -> None:
    """Add the answer for one photo to ``tally``."""
    card = next((card for card in cards if card.name == subject.name), None)
    truth = (subject.row.set, subject.row.collector_number)
    if card is None:
        tally.unnamed += 1
    elif card.printing is None:
        tally.abstained += 1
        tally.listed += truth in [(one.set, one.collector_number) for one in card.printings]
    elif (card.printing.set, card.printing.collector_number) == truth:
        tally.right += 1
    else:
        tally.wrong += 1


def printings_table(tallies: Sequence[HeightTally]) -> Table:
    """Return the figures, a row for each height."""
    columns = ("face height", "cards", "right", "abstained", "wrong", "unnamed", "precision", "right one listed", "ms")
    rows = []
    for tally in tallies:
        counts = (tally.height, tally.cards, tally.right, tally.abstained, tally.wrong, tally.unnamed)
        precision = percent(Rate(tally.right, tally.right + tally.wrong))
        listed = f"{tally.listed} / {tally.abstained}"
        rows.append((*map(str, counts), precision, listed, f"{tally.milliseconds:.0f}"))
    return Table("Printings of drawn cards, by height of the face in the photo", columns, tuple(rows))
