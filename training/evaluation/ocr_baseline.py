"""The baseline that the engine must beat: read the whole photo, and count each line that resembles a name as a card.

It stays in the repository so that both are measured on the same machine, under the same load. Tables and files call
it "naive trial".
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
"""Longer side of the picture that is read, pixels; larger photos are scaled down to it."""
MIN_RATIO = 85.0
"""Similarity, 0..100, from which a line counts as a name."""
MIN_LETTERS = 4
"""Shorter lines are ignored: numbers and scraps of words, which resemble too many names."""


def english_titles(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield the titles to match: each face's English title with its card's full name; no tokens."""
    for title in catalogue.titles:
        if title.lang == ENGLISH:
            card = catalogue.card(title.card_id)
            if not card.is_token:
                yield title.text, card.name


class OcrBaseline:
    """RapidOCR on the photo, each line matched to all titles; every match is an answer.

    Args:
        titles: pairs of a title on a card (its name or a face's) and the card's full name.
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
        image = cv2.imread(str(photo))
        if image is None:
            raise BadImage("file_unreadable", f"OpenCV can't read {photo}.")
        scale = min(1.0, MAX_SIDE_PX / max(image.shape[:2]))
        if scale < 1.0:
            image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        marks.append(time.perf_counter())
        found = self._read(image)
        marks.append(time.perf_counter())
        lines = [] if found.boxes is None else zip(found.boxes, found.txts, strict=True)
        cards = tuple(card for box, text in lines if (card := self._match(text, box / scale)) is not None)
        marks.append(time.perf_counter())
        height, width = (round(side / scale) for side in image.shape[:2])
        ms = [1000 * (after - before) for before, after in pairwise(marks)]
        timings = {"decode": ms[0], "read": ms[1], "match": ms[2], "total": sum(ms)}
        return Identification(width, height, cards, timings)

    def _match(self, text: str, box: NDArray[np.float32]) -> Card | None:
        """Return the answer for a line of text in a box, float32 (4, 2); None if it resembles no name."""
        line = utils.default_process(text)
        if len(line) < MIN_LETTERS:
            return None
        hit = process.extractOne(line, self._titles, scorer=fuzz.ratio, score_cutoff=MIN_RATIO)
        if hit is None:
            return None
        name, confidence = self._names[hit[0]], hit[1] / 100
        corners = tuple((float(x), float(y)) for x, y in box)
        return Card(corners, Status.IDENTIFIED, name, confidence, candidates=(Candidate(name, confidence, ""),))
