"""The straight line, written once: image -> quads -> faces -> witnesses -> verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.catalogue import Catalogue
from engine.constants import FACE_HEIGHT
from engine.detector import Detector
from engine.image import Photo
from engine.judge import Testimony, Verdict, judge
from engine.pictures import PictureReading, PictureWitness
from engine.reader import TitleWitness
from engine.rectify import rectify
from engine.sighting import GOOD_SHAPE, Sighting, TitleSearch, is_free
from engine.stopwatch import Stopwatch
from engine.values import Card, Identification, Quad, Rgb, Status, Witness
from engine.verdicts import to_card

EMBED_FACE_PX = 320
"""Height of the face shown to the picture network, which takes about two thirds of it."""
WHOLE_SHARE = 0.9
"""Share of the photo from which a quad is the photo's own outline, which holds every card in it."""
MAX_UNREAD = 16
"""Quads without a legible title that the picture witness is asked about."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A card in a photo, what is known of it, and the verdict."""

    sighting: Sighting
    testimony: Testimony
    verdict: Verdict


class Recogniser:
    """Names the cards of a photo; its parts are given, and safe to share among threads."""

    def __init__(
        self,
        detector: Detector,
        search: TitleSearch,
        titles: TitleWitness,
        pictures: PictureWitness,
        catalogue: Catalogue,
    ) -> None:
        self._detector, self._search, self._titles = detector, search, titles
        self._pictures, self._catalogue = pictures, catalogue

    def __call__(self, photo: Photo, *, top_k: int, max_cards: int, witness: Witness) -> Identification:
        """Return what is in ``photo``; raises :class:`engine.PhotoError` where it can't be decoded."""
        clock = Stopwatch()
        quads = self._detector(photo, clock)
        sightings = [] if witness is Witness.PICTURE else self._search(photo, quads, clock)
        cases = self._hear_titled(photo, sightings, witness, clock)
        cases += self._hear_untitled(photo, quads, sightings, witness, clock)
        with clock.time("judge"):
            kept = sorted(cases, key=lambda case: -case.verdict.confidence)[:max_cards]
            cards = tuple(self._card(case, top_k) for case in in_reading_order(kept))
        return Identification(photo.width, photo.height, cards, clock.timings_ms())

    def _hear_titled(
        self, photo: Photo, sightings: Sequence[Sighting], witness: Witness, clock: Stopwatch
    ) -> list[Case]:
        """Hear what else there is on cards whose title was read, and judge them."""
        if witness is Witness.TITLE:
            seen = [PictureReading()] * len(sightings)
        else:
            seen = self._pictures(self._faces(photo, [s.quad for s in sightings], clock), clock)
        cases = []
        for sighting, picture in zip(sightings, seen, strict=True):
            testimony = Testimony(sighting.reading, picture, sighting.loose)
            verdict = judge(testimony)
            if verdict.status is not Status.IDENTIFIED:
                # The dearer evidence only where the cheap leaves doubt.
                testimony = replace(testimony, type_line=self._type_line(photo, sighting, clock))
                verdict = judge(testimony)
            cases.append(Case(sighting, testimony, verdict))
        with clock.time("judge"):
            return _in_company(cases)

    def _hear_untitled(
        self, photo: Photo, quads: Sequence[Quad], sightings: Sequence[Sighting], witness: Witness, clock: Stopwatch
    ) -> list[Case]:
        """Let the picture witness, who needs no title, look at the quads that are left."""
        if witness is Witness.TITLE:
            return []
        free = [quad for quad in quads if is_free(quad, sightings)]
        first = [quad for quad in free if quad.score >= GOOD_SHAPE and not _is_whole(quad, photo)]
        cases = self._look(photo, first, clock)
        if not cases and not sightings:
            # A scan or a tight crop: the picture's own outline is the card's.
            cases = self._look(
                photo, [quad for quad in free if quad.score < GOOD_SHAPE or _is_whole(quad, photo)], clock
            )
        return cases

    def _look(self, photo: Photo, quads: Sequence[Quad], clock: Stopwatch) -> list[Case]:
        tried = outermost(quads)[:MAX_UNREAD]
        seen = self._pictures.either_way(self._faces(photo, tried, clock), clock)
        cases = []
        for quad, (upside_down, picture) in zip(tried, seen, strict=True):
            testimony = Testimony(picture=picture)
            verdict = judge(testimony)
            if verdict.status is not Status.UNKNOWN:
                upright = replace(quad.turned(2 if upside_down else 0), upright_known=True)
                cases.append(Case(Sighting(upright), testimony, verdict))
        return cases

    def _faces(self, photo: Photo, quads: Sequence[Quad], clock: Stopwatch) -> list[Rgb]:
        faces = []
        for quad in quads:
            with clock.time("decode"):
                view = photo.at_scale(min(1.0, EMBED_FACE_PX / max(quad.height, 1.0)))
            with clock.time("rectify"):
                faces.append(rectify(view.pixels, quad.corners * np.float32(view.scale), face_height=EMBED_FACE_PX))
        return faces

    def _type_line(self, photo: Photo, sighting: Sighting, clock: Stopwatch) -> str:
        """Return the card's type line, sought at its usual place, then, for a clear outline, anywhere."""
        with clock.time("decode"):
            view = photo.at_scale(min(1.0, FACE_HEIGHT / max(sighting.quad.height, 1.0)))
        corners = sighting.quad.corners * np.float32(view.scale)
        with clock.time("read"):
            found = self._titles.type_line(view.pixels, corners)
            if found or sighting.loose:
                return found
            return self._titles.any_type_line(view.pixels, corners)

    def _card(self, case: Case, top_k: int) -> Card:
        return to_card(case.sighting, case.testimony, case.verdict, self._catalogue, top_k)


def _is_whole(quad: Quad, photo: Photo) -> bool:
    return quad.area >= WHOLE_SHARE * photo.width * photo.height


def outermost(quads: Sequence[Quad]) -> list[Quad]:
    """Return the quads, from the largest inwards, that lie in none of those already taken."""
    taken: list[Sighting] = []
    for quad in sorted(quads, key=lambda q: -q.area):
        if is_free(quad, taken):
            taken.append(Sighting(quad))
    return [sighting.quad for sighting in taken]


def in_reading_order(cases: Sequence[Case]) -> list[Case]:
    """Return cases by rows from the top, each row from the left; a row's cards overlap by half their height."""
    rows: list[list[Case]] = []
    for case in sorted(cases, key=_middle_y):
        row = rows[-1] if rows else None
        if row is not None and _middle_y(case) - _middle_y(row[0]) < 0.5 * row[0].sighting.quad.height:
            row.append(case)
        else:
            rows.append([case])
    return [case for row in rows for case in sorted(row, key=lambda c: float(c.sighting.quad.corners[:, 0].mean()))]


def _middle_y(case: Case) -> float:
    return float(case.sighting.quad.corners[:, 1].mean())


def _in_company(cases: list[Case]) -> list[Case]:
    """Judge again, knowing that the photo has a card that is surely Magic's: a title half hidden gains by it."""
    if not any(case.verdict.status is Status.IDENTIFIED for case in cases):
        return cases
    heard = [replace(case, testimony=replace(case.testimony, in_company=True)) for case in cases]
    return [replace(case, verdict=judge(case.testimony)) for case in heard]
