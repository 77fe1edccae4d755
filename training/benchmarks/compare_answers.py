"""Compare the answers of two engines to the same photos.

python -m training compare-answers BEFORE.jsonl AFTER.jsonl

Both files are outputs of ``python -m engine identify --json``: one JSON object for each photo. Prints the photos whose
answers differ and a summary. Exit code 0: all answers are equal; 1: some differ; 2: a file can't be read.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

from training.data.errors import CommandError

EXIT_SAME, EXIT_DIFFERENT = 0, 1

Photo = dict[str, Any]
"""One photo's object, without its ``file``."""


def read_answers(path: Path) -> dict[str, Photo]:
    """Return each photo's answer by its ``file``; raises :class:`CommandError` if a line holds none."""
    answers = {}
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            photo = json.loads(line)
            if "error" not in photo:
                photo["cards"], photo["timings_ms"]["total"]
            answers[str(photo.pop("file"))] = photo
        except (ValueError, TypeError, KeyError) as error:
            raise CommandError(f"{path}, line {number} is not a photo from identify --json: {error!r}") from error
    return answers


def answer_lines(photo: Photo | None) -> list[str]:
    """Return what counts of an answer as lines: each card's status, confidence, name and printing, or the error."""
    if photo is None:
        return ["not in this file"]
    if "error" in photo:
        return [f"error {photo['error']['code']}"]
    lines = []
    for card in photo["cards"]:
        printing = card["printing"]
        code = f"{printing['set']} {printing['collector_number']}" if printing else "-"
        lines.append(f"{card['status']} {card['confidence']} {card['name'] or '-'} [{code}]")
    return lines or ["no card found"]


def differences(before: Mapping[str, Photo], after: Mapping[str, Photo]) -> Iterator[list[str]]:
    """Yield a block of lines for each photo whose answers differ: removed lines with ``-``, added ones with ``+``."""
    for file in dict.fromkeys((*before, *after)):
        old, new = answer_lines(before.get(file)), answer_lines(after.get(file))
        if old != new:
            # Cards are compared by position: the order of the answers is part of the answer.
            changed = [(a, b) for a, b in zip_longest(old, new, fillvalue="") if a != b]
            yield [file, *(f"  - {a}" for a, _ in changed if a), *(f"  + {b}" for _, b in changed if b)]


def differs_elsewhere(old: Photo, new: Photo) -> bool:
    """Return whether equal answers differ in something else than timings: corners, candidates or evidence."""
    untimed = [{key: value for key, value in photo.items() if key != "timings_ms"} for photo in (old, new)]
    return untimed[0] != untimed[1] and answer_lines(old) == answer_lines(new)


def total_seconds(photos: Mapping[str, Photo], files: set[str]) -> float:
    """Return the total time of some photos, seconds."""
    return sum(float(photo["timings_ms"]["total"]) for file, photo in photos.items() if file in files) / 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training compare-answers``."""
    parser.add_argument("before", type=Path, metavar="BEFORE.jsonl", help="output of: python -m engine identify --json")
    parser.add_argument("after", type=Path, metavar="AFTER.jsonl", help="output for the same photos, of another engine")


def run(args: argparse.Namespace) -> int:
    """Compare and print."""
    before, after = read_answers(args.before), read_answers(args.after)
    different = list(differences(before, after))
    for lines in different:
        print("\n".join(lines))
    both = before.keys() & after.keys()
    elsewhere = sum(differs_elsewhere(before[file], after[file]) for file in both)
    timed = {file for file in both if "timings_ms" in before[file] and "timings_ms" in after[file]}
    old_s, new_s = total_seconds(before, timed), total_seconds(after, timed)
    ratio = f"{new_s / old_s:.3f}" if old_s else "–"
    print(
        f"photos: {len(before)} before, {len(after)} after; different answers: {len(different)}; "
        f"same answers but different corners, candidates or evidence: {elsewhere}; "
        f"total time: {old_s:.2f} s before, {new_s:.2f} s after, ratio {ratio}"
    )
    return EXIT_DIFFERENT if different else EXIT_SAME
