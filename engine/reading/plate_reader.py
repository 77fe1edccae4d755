"""Read name plates: the title of each, without searching for text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.core.timing import Stopwatch
from engine.core.values import Plate
from engine.image.photo import Photo
from engine.reading.title_reader import NOTHING_READ, TitleReader, TitleReading

LINE_HEIGHT_PX = 40
"""Height at which the smallest title is read, if the photo has enough pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class ReadPlate:
    """A name plate and its title; ``reading.line`` is the title's line, photo pixels, if any title was read."""

    plate: Plate
    reading: TitleReading = NOTHING_READ


class PlateReader:
    """Reads name plates; thread-safe."""

    def __init__(self, titles: TitleReader) -> None:
        self._titles = titles

    def read(self, photo: Photo, plates: Sequence[Plate], clock: Stopwatch) -> list[ReadPlate]:
        """Return each plate with its title, in the same order."""
        if not plates:
            return []
        with clock.time("decode"):
            view = photo.at_scale(min(1.0, LINE_HEIGHT_PX / max(min(plate.height for plate in plates), 1.0)))
        scale = np.float32(view.scale)
        with clock.time("read"):
            readings = [self._titles.read_line(view.pixels, plate.title * scale) for plate in plates]
        # The line is told in photo pixels; a plate that reads the other way round is turned.
        read = []
        for plate, reading in zip(plates, readings, strict=True):
            line = np.roll(plate.title, 2, axis=0) if reading.turn else plate.title
            found = replace(reading, turn=0, line=line if reading.line is not None else None)
            read.append(ReadPlate(replace(plate, title=line, cost=None if reading.turn else plate.cost), found))
        return read
