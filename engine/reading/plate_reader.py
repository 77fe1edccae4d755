"""Read name plates: title and mana cost of each, without searching for text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.core.timing import Stopwatch
from engine.core.values import Plate
from engine.image.photo import Photo
from engine.reading.copies import MIN_SIMILARITY, add_up_copies
from engine.reading.mana_cost import NOTHING_READ as NO_COST
from engine.reading.mana_cost import CostReader, CostReading
from engine.reading.ocr import crop_line
from engine.reading.title_reader import NOTHING_READ, TitleReader, TitleReading, expand_line

COST_MARGIN = (0.8, 0.2)
"""Margins with which a mana cost is read: at its ends and at its sides, in line heights."""
CLEAR_PLATE = 0.7
"""Score from which a plate is neither a type line nor any other line of text."""
MIN_COPY_SCORE = 0.5
"""Score from which what copies resemble may name a plate."""
LINE_HEIGHT_PX = 40
"""Height at which the smallest title is read, if the photo has enough pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class ReadPlate:
    """A name plate, its title and its mana cost.

    ``reading.line`` is the title's line, photo pixels, if any title was read.
    """

    plate: Plate
    reading: TitleReading = NOTHING_READ
    cost: CostReading = NO_COST


class PlateReader:
    """Reads name plates; thread-safe."""

    def __init__(self, titles: TitleReader, costs: CostReader) -> None:
        self._titles, self._costs = titles, costs

    def read(self, photo: Photo, plates: Sequence[Plate], clock: Stopwatch) -> list[ReadPlate]:
        """Return each plate with its title and cost, in the same order."""
        if not plates:
            return []
        with clock.time("decode"):
            view = photo.showing(min(plate.height for plate in plates), LINE_HEIGHT_PX)
        scale = np.float32(view.scale)
        with clock.time("read"):
            lines, doubtful = [plate.title * scale for plate in plates], [plate.score < CLEAR_PLATE for plate in plates]
            readings = self._titles.read_plates(view.pixels, lines, doubtful)
            likely = [n for n, plate in enumerate(plates) if plate.score >= MIN_COPY_SCORE]
            added = add_up_copies([readings[n] for n in likely], lambda t: self._titles.find_similar(t, MIN_SIMILARITY))
            for at, reading in added.items():
                readings[likely[at]] = reading
            # Read only where there is a name that the cost can confirm or deny.
            costed = {n: p.cost for n, p in enumerate(plates) if p.cost is not None and readings[n].matches}
            crops = [crop_line(view.pixels, expand_line(cost * scale, *COST_MARGIN)) for cost in costed.values()]
            costs = dict(zip(costed, self._costs.read(crops), strict=True))
        # The line is told in photo pixels; a plate that reads the other way round is turned.
        read = []
        for n, (plate, reading) in enumerate(zip(plates, readings, strict=True)):
            line = np.roll(plate.title, 2, axis=0) if reading.turn else plate.title
            found = replace(reading, turn=0, line=line if reading.line is not None else None)
            if reading.turn:
                # What was taken for the cost, at the other end, is none.
                read.append(ReadPlate(replace(plate, title=line, cost=None), found))
            else:
                read.append(ReadPlate(plate, found, costs.get(n, NO_COST)))
        return read
