"""Identify the printing of a named card: by its foot, set symbol and frame, the index and the catalogue."""

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
from engine.printings.frame import FrameReader
from engine.printings.line_parser import NOTHING_PRINTED, CollectorLine
from engine.printings.line_reader import CollectorLineReader
from engine.printings.posterior import Clues, PrintingVerdict, identify_printing
from engine.printings.priors import unlisted_reprints
from engine.printings.reprint_mark import is_marked
from engine.printings.set_symbol import SymbolReader
from engine.reading.title_search import TitledQuad
from engine.retrieval.picture_match import PictureMatches

MIN_FACE_HEIGHT_PX = 280
"""Height of the card in the photo from which its collector line is read: below, fewer than one in three are legible."""
MIN_SYMBOL_PX, MIN_FRAME_PX = 150, 100
"""Heights from which its set symbol and its frame are looked at."""
MIN_ENLARGEMENT = 1.25
"""Least gain in pixels that makes a second, closer reading worth while."""


TellLanguage = Callable[[str | None], str | None]
"""Tells a card's language, Scryfall's code or None, given the code in its collector line or None."""


class PrintingIdentifier:
    """Tells the printings of a card apart."""

    def __init__(
        self, reader: CollectorLineReader, symbols: SymbolReader, frames: FrameReader, catalogue: Catalogue
    ) -> None:
        self._reader, self._symbols, self._frames, self._catalogue = reader, symbols, frames, catalogue

    def identify(
        self,
        photo: Photo,
        card: TitledQuad,
        picture: PictureMatches,
        card_id: int,
        *,
        line: CollectorLine | None,
        tell_language: TellLanguage,
        clock: Stopwatch,
    ) -> PrintingVerdict:
        """Return the printing of ``card_id`` in the photo, or the possible ones, and the card's language.

        Args:
            picture: the card's matches.
            line: its collector line if that was read already; None to read it.
            tell_language: returns the card's language, given the code in its collector line.
        """
        rows, clues = self.gather(photo, card, card_id, line, clock)
        match = next((seen for seen in picture.matches if seen.card_id == card_id), None)
        if match is not None:
            looks_like = (match.face.set.lower(), match.face.collector_number)
            clues = replace(clues, looks_like=looks_like, similarity=match.similarity)
        lang = tell_language(clues.line.language)
        return replace(identify_printing(in_language(rows, lang), clues), lang=lang)

    def gather(
        self, photo: Photo, card: TitledQuad, card_id: int, line: CollectorLine | None, clock: Stopwatch
    ) -> tuple[list[PrintingRow], Clues]:
        """Return the printings that a card may be, and what its foot, frame and symbol tell; arguments as above.

        What costs time is looked at only where a name has several printings.
        """
        rows = self._catalogue.printings(card_id)
        clues = Clues(line or NOTHING_PRINTED)
        if card.loose:
            return rows, clues
        if len(rows) > 1:
            line = self.read_line(photo, card, clock, rows) if line is None else line
            clues = self._look(photo, card, Clues(line), clock)
        reprints = unlisted_reprints(rows, self._catalogue.reprinted_sets)
        if reprints or any(row.set in REPRINT_SETS for row in rows):
            clues = replace(clues, marked=self._is_marked(photo, card, clock))
        return ([*rows, *reprints] if clues.marked else rows), clues

    def _look(self, photo: Photo, card: TitledQuad, clues: Clues, clock: Stopwatch) -> Clues:
        """Return the clues with those of frame and set symbol, if they are large enough."""
        if card.quad.height < MIN_FRAME_PX:
            return clues
        with clock.time("decode"):
            view = photo.showing(card.quad.height, FACE_HEIGHT)
        corners = card.quad.corners * np.float32(view.scale)
        with clock.time("read"):
            clues = replace(clues, looks=self._frames.read(view.pixels, corners))
            # Cards that are printed sideways have their type lines elsewhere.
            if card.quad.height >= MIN_SYMBOL_PX and card.body is None:
                clues = replace(clues, symbol=self._symbols.read(view.pixels, corners))
        return clues

    def _is_marked(self, photo: Photo, card: TitledQuad, clock: Stopwatch) -> bool | None:
        """Return whether a card has The List's symbol; None if its corner is illegible."""
        if card.quad.height < MIN_FACE_HEIGHT_PX:
            return None
        with clock.time("decode"):
            view = photo.showing(card.quad.height, 2 * FACE_HEIGHT)
        with clock.time("read"):
            return is_marked(view.pixels, card.quad.corners * np.float32(view.scale))

    def read_line(
        self, photo: Photo, card: TitledQuad, clock: Stopwatch, rows: Sequence[PrintingRow] | None = None
    ) -> CollectorLine:
        """Return a card's collector line, as far as it is legible.

        If it can't be read at the resolution of the title, it is read again at twice that size, if the photo
        has clearly more pixels.

        Args:
            rows: the printings that the card may be; None for any.
        """
        if card.quad.height < MIN_FACE_HEIGHT_PX:
            return NOTHING_PRINTED
        best, last_scale = NOTHING_PRINTED, 0.0
        dates = {row.set: row.released_at for row in rows or ()}
        has_coded = rows is None or any(is_coded(row, dates) for row in rows)
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
                best = max(best, line, key=lambda line: (line.field_count, len(line.texts)))
            if best.has_code_or_number:
                break
        return best


def in_language(rows: Sequence[PrintingRow], lang: str | None) -> list[PrintingRow]:
    """Return one row for each set and number: that in a language, else the English one, else the first."""
    kept: dict[tuple[str, str], PrintingRow] = {}
    wanted = (lang, ENGLISH)
    for row in sorted(rows, key=lambda row: wanted.index(row.lang) if row.lang in wanted else len(wanted)):
        kept.setdefault((row.set, row.collector_number), row)
    return [row for row in rows if kept[row.set, row.collector_number] is row]
