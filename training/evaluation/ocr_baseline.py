"""The naive trial that the engine must beat: read the whole photo, call each line that looks like a name a card.

It stays in the benchmark so that both are measured on the same machine, under the same load.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process, utils
from rapidocr import RapidOCR

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.names import ENGLISH
from engine.core.errors import BadImage
from engine.core.values import Candidate, Card, Identification, Status

MAX_SIDE_PX = 1600
"""Longer side of the picture that is read; larger photos are scaled down to it."""

MIN_RATIO = 85.0
"""Likeness, 0..100, from which a line counts as a name."""

MIN_LETTERS = 4
"""Shorter lines are passed over: numbers and scraps of words, which resemble too many names."""


def english_titles(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield what the trial looks for: each face's English title with its card's full name; no tokens."""
    for title in catalogue.titles():
        if title.lang == ENGLISH:
            card = catalogue.card(title.card_id)
            if not card.is_token:
                yield title.text, card.name


class NaiveTrial:
    """RapidOCR over the photo, each line matched to all titles; every hit is an answer.

    Args:
        titles: pairs of what may stand on a card (its name or a face's) and the card's full name.
    """

    def __init__(self, titles: Iterable[tuple[str, str]]) -> None:
        self._names: dict[str, str] = {}
        for title, name in titles:
            self._names.setdefault(utils.default_process(title), name)
        self._titles = list(self._names)
        self._read = RapidOCR(params={"Global.log_level": "critical"})

    def identify(self, photo: Path) -> Identification:
        """Name the cards of a photo; each has status ``identified`` and the box of the line as its corners.

        Raises:
            BadImage: OpenCV can't read the file.
        """
        marks = [time.perf_counter()]
        image, scale = _load(photo)
        marks.append(time.perf_counter())
        found = self._read(image)
        marks.append(time.perf_counter())
        lines = [] if found.boxes is None else zip(found.boxes, found.txts, strict=True)
        cards = tuple(self._answers(lines, scale))
        marks.append(time.perf_counter())
        height, width = (round(side / scale) for side in image.shape[:2])
        return Identification(width, height, cards, _timings(marks))

    def _answers(self, lines: Iterable[tuple[NDArray[np.float32], str]], scale: float) -> Iterator[Card]:
        for box, text in lines:
            line = utils.default_process(text)
            if len(line) < MIN_LETTERS:
                continue
            hit = process.extractOne(line, self._titles, scorer=fuzz.ratio, score_cutoff=MIN_RATIO)
            if hit is not None:
                yield _card(self._names[hit[0]], hit[1] / 100, box / scale)


def _load(photo: Path) -> tuple[NDArray[np.uint8], float]:
    """Return uint8 (height, width, 3) BGR, and its size over the photo's (at most 1)."""
    image = cv2.imread(str(photo))
    if image is None:
        raise BadImage("file_unreadable", f"OpenCV can't read {photo}.")
    scale = min(1.0, MAX_SIDE_PX / max(image.shape[:2]))
    if scale < 1.0:
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return image, scale


def _card(name: str, confidence: float, corners: NDArray[np.float32]) -> Card:
    points = tuple((float(x), float(y)) for x, y in corners)
    return Card(points, Status.IDENTIFIED, name, confidence, candidates=(Candidate(name, confidence, ""),))


def _timings(marks: list[float]) -> dict[str, float]:
    """Return milliseconds from four clock readings in seconds: before and after decoding, reading and matching."""
    ms = [1000 * (after - before) for before, after in pairwise(marks)]
    return {"decode": ms[0], "read": ms[1], "match": ms[2], "total": sum(ms)}
