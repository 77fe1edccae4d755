"""Measure how many titles the engine reads, by layout and frame: ``python -m training evaluate-reading``.

Real scans (``--faces``), or otherwise cards drawn by our own code under real names, lie alone on a table in front of
the synthetic camera, twice: flat and well lit, like a scan, and at mild severity, like a careful photo. Only the title
witness is used. A card is right if its best answer is its name (whole, or of either face).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from engine import Engine, PhotoError
from engine.core.values import Rgb, Witness
from training.camera.closeup import MILD
from training.camera.tabletop import photograph
from training.data.face_list import read_faces_csv
from training.data.reading_groups import CardToRead, find_listed_cards, sample_groups
from training.drawing.cards import card_mask
from training.drawing.layouts import draw_cards_to_read
from training.scoring.matching import best_answer, is_given, is_identified, same_card
from training.scoring.tables import Table
from training.scoring.timing import timed

SCAN, PHOTO = "scan", "photo"
SEVERITIES = {SCAN: 0.0, PHOTO: MILD}
"""Severity of the synthetic camera by condition."""
MARGIN = 1.12
"""Ratio of the photo's sides to the card's: the table shows around it."""
PER_GROUP, SEED = 25, 7


@dataclass(frozen=True, slots=True)
class TitleAnswer:
    """The engine's answer for one card, whose own name is ``name``, and the milliseconds it took."""

    group: str
    condition: str
    name: str
    said: str
    """The best answer, empty if there was none."""
    sure: bool
    """Whether its status is ``identified``."""
    beside: int
    """Number of further names given, although there is only one card."""
    ms: float

    @property
    def is_right(self) -> bool:
        """Whether the answer is the card's name."""
        return bool(self.said) and same_card(self.name, self.said)


def photograph_face(face: Rgb, severity: float, rng: np.random.Generator) -> Rgb:
    """Return a photo, uint8 (H, W, 3), which one face fills almost completely, at about its own resolution."""
    height, width = face.shape[:2]
    size = round(width * MARGIN), round(height * MARGIN)
    return photograph([face], [card_mask(height)], rng, size=size, severity=severity).image


def measure_titles(engine: Engine, shown: Sequence[CardToRead], seed: int) -> Iterator[TitleAnswer]:
    """Identify each card in each condition; pictures that can't be read are reported and left out."""
    for number, one in enumerate(tqdm(shown, desc="reading", unit="card", file=sys.stderr)):
        try:
            face = one.face()
        except PhotoError as error:
            print(f"{one.name}: {error}", file=sys.stderr)
            continue
        for condition, severity in SEVERITIES.items():
            picture = photograph_face(face, severity, np.random.default_rng([seed, number]))
            found, ms = timed(engine.identify, picture, witness=Witness.TITLE)
            best = best_answer(found.cards)
            said, sure = (best.name or "", is_identified(best)) if best else ("", False)
            beside = max(0, sum(map(is_given, found.cards)) - 1)
            yield TitleAnswer(one.group, condition, one.name, said, sure, beside, ms)


def titles_table(answers: Sequence[TitleAnswer]) -> Table:
    """Return the figures by group and condition: right, of these certain, wrong, no answer, extra names, median ms."""
    kinds = ("right", "surely", "wrong", "nothing", "beside", "ms")
    heads = [f"{kind}, {condition}" for condition in SEVERITIES for kind in kinds]
    rows = []
    for group in (*sorted({answer.group for answer in answers}), "all"):
        members = [answer for answer in answers if group in {answer.group, "all"}]
        cells = [group, str(sum(answer.condition == SCAN for answer in members))]
        for condition in SEVERITIES:
            given = [answer for answer in members if answer.condition == condition]
            right = sum(answer.is_right for answer in given)
            surely = sum(answer.is_right and answer.sure for answer in given)
            nothing = sum(not answer.said for answer in given)
            cells += [f"{right / len(given):.0%}", f"{surely / len(given):.0%}"]
            cells += [str(len(given) - right - nothing), str(nothing), str(sum(answer.beside for answer in given))]
            cells.append(f"{np.median([answer.ms for answer in given]):.0f}")
        rows.append(tuple(cells))
    return Table("Titles read", ("group", "cards", *heads), tuple(rows))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training evaluate-reading``."""
    parser.add_argument("--faces", type=Path, metavar="FACES.csv", help="scans (default: cards that we draw)")
    parser.add_argument("--artifacts", type=Path, metavar="DIR", help="artifact folder (default: the one shipped)")
    parser.add_argument("--per-group", type=int, default=PER_GROUP, metavar="N", help="most cards of a group")
    parser.add_argument("--seed", type=int, default=SEED, metavar="N", help="of the choice and of the camera")
    parser.add_argument("--out", type=Path, default=Path("out/reading"), metavar="DIR", help="where files go")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")


def run(args: argparse.Namespace) -> int:
    """Measure and report."""
    with contextlib.closing(Engine.open(args.artifacts)) as engine:
        rng = np.random.default_rng(args.seed)
        if args.faces:
            shown = sample_groups(find_listed_cards(read_faces_csv(args.faces), engine.catalogue), args.per_group, rng)
        else:
            shown = draw_cards_to_read(engine.catalogue, args.per_group, rng)
        answers = list(measure_titles(engine, shown, args.seed))
    args.out.mkdir(parents=True, exist_ok=True)
    path = args.out / "answers.jsonl"
    lines = ({**asdict(answer), "right": answer.is_right} for answer in answers)
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    table = titles_table(answers)
    print(table.to_markdown() if args.markdown else table.to_text())
    print(f"Written: {path}", file=sys.stderr)
    return 0
