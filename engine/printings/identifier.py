"""Identify the printing of a named card from the catalogue, the index and, if worth the time, its collector line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from engine.catalogue.catalogue import Catalogue, PrintingRow
from engine.catalogue.names import ENGLISH
from engine.core.constants import FACE_HEIGHT
from engine.core.timing import Stopwatch
from engine.image.photo import Photo
from engine.printings.expected_line import REPRINT_SETS, is_coded
from engine.printings.line_parser import NOTHING_PRINTED, CollectorLine
from engine.printings.line_reader import CollectorLineReader
from engine.printings.posterior import Clues, PrintingVerdict, identify_printing
from engine.printings.reprint_mark import is_marked
from engine.reading.title_search import TitledQuad
from engine.retrieval.picture_match import PictureMatches

MIN_FACE_HEIGHT_PX = 280
"""Height of the card in the photo from which its collector line is read: below, fewer than one in three are legible."""
MIN_ENLARGEMENT = 1.25
"""Least gain in pixels that makes a second, closer reading worth while."""


TellLanguage = Callable[[str | None], str | None]
"""Tells a card's language, Scryfall's code or None, given the code in its collector line or None."""


class PrintingIdentifier:
    """Tells the printings of a card apart."""

    def __init__(self, reader: CollectorLineReader, catalogue: Catalogue) -> None:
        self._reader, self._catalogue = reader, catalogue

    def identify(
        self,
        photo: Photo,
        card: TitledQuad,
        picture: PictureMatches,
        card_id: int,
        *,
        read: bool,
        tell_language: TellLanguage,
        clock: Stopwatch,
    ) -> PrintingVerdict:
        """Return the printing of ``card_id`` in the photo, or the possible ones, and the card's language.

        Args:
            picture: the card's matches.
            read: whether the collector line may be read.
            tell_language: returns the card's language, given the code in its collector line.
        """
        rows = self._catalogue.printings(card_id)
        line, marked = NOTHING_PRINTED, None
        if read and len(rows) > 1 and not card.loose and card.quad.height >= MIN_FACE_HEIGHT_PX:
            line, marked = self._read(photo, card, rows, clock)
        match = next((seen for seen in picture.matches if seen.card_id == card_id), None)
        clues = Clues(line, marked=marked)
        if match is not None:
            clues = Clues(line, (match.face.set.lower(), match.face.collector_number), match.similarity, marked)
        lang = tell_language(line.language)
        return replace(identify_printing(in_language(rows, lang), clues), lang=lang)

    def _read(
        self, photo: Photo, card: TitledQuad, rows: Sequence[PrintingRow], clock: Stopwatch
    ) -> tuple[CollectorLine, bool | None]:
        """Return the collector line and whether The List's symbol is beside it.

        If the line can't be read at the resolution of the title, it is read again at twice that size, if the photo
        has clearly more pixels.
        """
        best, marked, last_scale = NOTHING_PRINTED, None, 0.0
        dates = {row.set: row.released_at for row in rows}
        has_coded = any(is_coded(row, dates) for row in rows)
        for height in (FACE_HEIGHT, 2 * FACE_HEIGHT):
            with clock.time("decode"):
                view = photo.showing(card.quad.height, height)
            if view.scale < MIN_ENLARGEMENT * last_scale:
                continue
            last_scale = view.scale
            corners = card.quad.corners * np.float32(view.scale)
            with clock.time("read"):
                line = self._reader.read_left(view.pixels, corners) if has_coded else NOTHING_PRINTED
                if not line.has_code_or_number:
                    line = self._reader.read_full_width(view.pixels, corners)
                best = max(best, line, key=lambda line: line.field_count)
                if best.has_code_or_number and any(row.set in REPRINT_SETS for row in rows):
                    marked = is_marked(view.pixels, corners)
            if best.has_code_or_number:
                break
        return best, marked


def in_language(rows: Sequence[PrintingRow], lang: str | None) -> list[PrintingRow]:
    """Return one row for each set and number: that in a language, else the English one, else the first."""
    kept: dict[tuple[str, str], PrintingRow] = {}
    wanted = (lang, ENGLISH)
    for row in sorted(rows, key=lambda row: wanted.index(row.lang) if row.lang in wanted else len(wanted)):
        kept.setdefault((row.set, row.collector_number), row)
    return [row for row in rows if kept[row.set, row.collector_number] is row]
