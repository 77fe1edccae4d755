"""Measure the engine on labelled photos: ``python -m training evaluate --photos PHOTOS.csv``.

With ``--stacks`` the photos are composed ones of hands, decks and printed things, see ``stacks.py``.
The photos go through the engine one after another. With ``--baseline`` the OCR baseline processes each photo right
after the engine, so that both run under the same load. Exit code 0: all photos processed; 1: some photo failed (it is
listed, and its cards count as missed); 2: wrong usage or unusable files.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from tqdm import tqdm

from engine import Engine, Identification, Witness
from engine.core.arguments import positive
from engine.core.errors import EngineError
from training.data.errors import CommandError
from training.data.photo_labels import Label, LabelledPhoto, read_photo_labels
from training.evaluation import stacks
from training.evaluation.english_titles import forget_foreign_titles
from training.scoring.contact_sheet import write_contact_sheets
from training.scoring.matching import Outcome, is_failure, match, missing_labels
from training.scoring.metrics import latencies, measure
from training.scoring.tables import WALL, SystemFigures, comparison, details, latency_ratio
from training.scoring.timing import timed

CARDGLASS, BASELINE = "cardglass", "naive trial"
"""The systems' names in tables and files."""
Identify = Callable[[Path], Identification]
"""Names the cards of a photo; raises an EngineError if it can't."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``evaluate``."""
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--photos", type=Path, metavar="PHOTOS.csv", help="labelled photos")
    source.add_argument("--stacks", action="store_true", help="composed hands, decks and printed things")
    stacks.add_arguments(parser)
    parser.add_argument("--artifacts", type=Path, metavar="DIR", help="artifact folder (default: the one shipped)")
    parser.add_argument("--out", type=Path, default=Path("out/evaluation"), metavar="DIR", help="where files go")
    parser.add_argument("--witness", type=Witness, choices=list(Witness), default=Witness.BOTH, help="evidence heard")
    parser.add_argument("--baseline", action="store_true", help="run the naive trial beside the engine")
    parser.add_argument("--english-titles", action="store_true", help="take the foreign titles out of the catalogue")
    parser.add_argument("--limit", type=positive, metavar="N", help="measure the first N photos only")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON document instead of tables")
    form.add_argument("--markdown", action="store_true", help="print the table of figures as Markdown")


def run(args: argparse.Namespace) -> int:
    """Measure, print and write the results; return the exit code."""
    args.out.mkdir(parents=True, exist_ok=True)
    photos, hidden = _gather_photos(args)
    artifacts = args.artifacts
    if args.english_titles:
        artifacts = forget_foreign_titles(artifacts, args.out / "artifacts")
    with contextlib.closing(Engine.open(artifacts)) as engine:
        identify = partial(engine.identify, witness=args.witness)
        systems: dict[str, Identify] = {CARDGLASS: identify}
        if args.baseline:
            # Imported here because it loads a second set of text models that nothing else needs.
            from training.evaluation.ocr_baseline import OcrBaseline, english_titles

            systems[BASELINE] = OcrBaseline(english_titles(engine.catalogue)).identify
        outcomes = evaluate(photos, systems)
    outcomes = {
        name: [stacks.leave_out_hidden(outcome, labels) for outcome, labels in zip(of, hidden, strict=True)]
        for name, of in outcomes.items()
    }
    figures = [SystemFigures(name, measure(of), latencies(of)) for name, of in outcomes.items()]
    document = {
        "photos": "stacks" if args.stacks else str(args.photos),
        "witness": str(args.witness),
        "systems": {system.name: _system_document(system, outcomes[system.name]) for system in figures},
        "p50_ratio": latency_ratio(*figures) if args.baseline else None,
        "p95_ratio": latency_ratio(*figures, what="p95") if args.baseline else None,
    }
    text = json.dumps(document, ensure_ascii=False, indent=1)
    metrics, answers = args.out / "metrics.json", args.out / "answers.jsonl"
    metrics.write_text(text + "\n", encoding="utf-8")
    with answers.open("w", encoding="utf-8") as file:
        for per_photo in zip(*outcomes.values(), strict=True):
            line = answer_line(dict(zip(outcomes, per_photo, strict=True)))
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    sheets = write_contact_sheets([outcome for outcome in outcomes[CARDGLASS] if is_failure(outcome)], args.out)
    if args.json:
        print(text)
    else:
        _print_tables(args, document, figures)
        if args.stacks:
            table = stacks.kind_table(outcomes)
            print(f"\n{table.to_markdown() if args.markdown else table.to_text()}")
    print(f"Written: {', '.join(map(str, (metrics, answers, *sheets)))}", file=sys.stderr)
    return 1 if any(outcome.error for outcome in outcomes[CARDGLASS]) else 0


def _gather_photos(args: argparse.Namespace) -> tuple[list[LabelledPhoto], list[tuple[Label, ...]]]:
    """Return the photos to measure, and of each the cards that need not be named."""
    if not args.stacks:
        photos = read_photo_labels(args.photos)[: args.limit]
        return photos, [()] * len(photos)
    if args.faces is None:
        raise CommandError("--stacks needs the faces to compose photos of: --faces FACES.csv")
    composed = stacks.compose_stacks(args.faces, args.places, args.each, args.out / "photos")[: args.limit]
    return [one.photo for one in composed], [one.hidden for one in composed]


def evaluate(photos: Sequence[LabelledPhoto], systems: Mapping[str, Identify]) -> dict[str, list[Outcome]]:
    """Run all systems on every photo, in turn.

    Each system first processes one photo untimed: models warm up with their first picture.

    Returns:
        For each system its outcomes, in the order of the photos.
    """
    for identify in systems.values():
        for photo in photos[:1]:
            measure_photo(photo, identify)
    outcomes: dict[str, list[Outcome]] = {name: [] for name in systems}
    for photo in tqdm(photos, desc="evaluate", unit="photo", file=sys.stderr):
        for name, identify in systems.items():
            outcomes[name].append(measure_photo(photo, identify))
    return outcomes


def measure_photo(photo: LabelledPhoto, identify: Identify) -> Outcome:
    """Run a system on one photo and return the outcome, with the wall-clock time; an error is an outcome, too."""
    try:
        result, wall_ms = timed(identify, photo.path)
    except EngineError as error:
        return Outcome(photo, error=error)
    return Outcome(photo, result.cards, {**result.timings_ms, WALL: wall_ms})


def answer_line(outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
    """Return one photo's line of ``answers.jsonl``: labels, and for each system answers, matches and missing names."""
    photo = next(iter(outcomes.values())).photo
    labels = [{"name": label.name, "set": label.set_code, "lang": label.lang} for label in photo.labels]
    answers: dict[str, dict[str, Any]] = {}
    for system, outcome in outcomes.items():
        if outcome.error is not None:
            answers[system] = {"error": outcome.error.to_dict()}
            continue
        answers[system] = {
            "cards": [card.to_dict() for card in outcome.cards],
            # For each card the position of its label, null if the name is wrong or not given.
            "matches": match(photo.labels, outcome.cards),
            "missing": [label.name for label in missing_labels(outcome)],
            "timings_ms": {stage: round(ms, 2) for stage, ms in outcome.timings_ms.items()},
        }
    return {"file": photo.file, "cards_visible": photo.cards_visible, "labels": labels, "answers": answers}


def _system_document(system: SystemFigures, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    return {
        "metrics": system.metrics.to_dict(),
        "latency_ms": {stage: latency.to_dict() for stage, latency in system.latencies.items()},
        "errors": [{"file": o.photo.file, **o.error.to_dict()} for o in outcomes if o.error],
    }


def _print_tables(args: argparse.Namespace, document: Mapping[str, Any], systems: Sequence[SystemFigures]) -> None:
    # The baseline is on the left, as the one to beat.
    table = comparison(systems[::-1])
    if args.markdown:
        print(table.to_markdown())
        return
    print("\n\n".join(one.to_text() for one in (*details(systems[0]), table)))
    for failed in document["systems"][CARDGLASS]["errors"]:
        print(f"error: {failed['file']}: {failed['code']}: {failed['message']}")
    if document["p50_ratio"] is not None:
        share = f"{document['p50_ratio']:.0%} of the {BASELINE}'s p50 time and {document['p95_ratio']:.0%} of its p95"
        print(f"\n{CARDGLASS} takes {share}.")
