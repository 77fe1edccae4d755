"""The straight line, written once: image -> quads -> faces -> witnesses -> verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.catalogue.catalogue import Catalogue
from engine.core import geometry
from engine.core.constants import FACE_HEIGHT
from engine.core.rectify import sharpness
from engine.core.timing import Stopwatch
from engine.core.values import Card, Identification, Status, Witness
from engine.detection.detector import Detector, is_magic
from engine.image.photo import Photo
from engine.printings.identifier import PrintingIdentifier
from engine.printings.posterior import NO_PRINTING
from engine.ranking.features import Evidence
from engine.ranking.ranker import Judge, Verdict
from engine.ranking.results import to_card
from engine.reading.stray_titles import StrayTitles, is_another_title
from engine.reading.title_reader import TitleReader, stands_as_title
from engine.reading.title_search import TitledQuad, TitleSearch
from engine.retrieval.picture_match import PictureWitness, extract_face

MAY_BE_MAGIC = 0.15
"""Probability of being a Magic card from which a title is sought with all means."""
SAME_NAMED_IOU, SAME_PLACE_IOU = 0.4, 0.75
"""Overlap from which two cases of one name, or one of them without a name, are one card."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A card in a photo, what is known of it, and the verdict."""

    sighting: TitledQuad
    evidence: Evidence
    verdict: Verdict


class Recogniser:
    """Names the cards of a photo; its parts are given, and safe to share among threads."""

    def __init__(
        self,
        detector: Detector,
        search: TitleSearch,
        loose: StrayTitles,
        titles: TitleReader,
        pictures: PictureWitness,
        judge: Judge,
        printings: PrintingIdentifier,
        catalogue: Catalogue,
    ) -> None:
        self._detector, self._search, self._loose, self._titles = detector, search, loose, titles
        self._pictures, self._judge, self._printings, self._catalogue = pictures, judge, printings, catalogue

    def __call__(self, photo: Photo, *, top_k: int, max_cards: int, witness: Witness) -> Identification:
        """Return what is in ``photo``; raises :class:`engine.PhotoError` where it can't be decoded."""
        clock = Stopwatch()
        cases = self.cases(photo, witness, clock)
        with clock.time("judge"):
            told = [case for case in cases if is_worth_telling(case)]
            kept = sorted(told, key=lambda case: -case.verdict.confidence)[:max_cards]
        cards = tuple(self._card(photo, case, top_k, witness, clock) for case in in_reading_order(kept))
        return Identification(photo.width, photo.height, cards, clock.timings_ms())

    def cases(self, photo: Photo, witness: Witness, clock: Stopwatch) -> list[Case]:
        """Return all that may be cards in ``photo``, judged, those not worth telling too; raises as a call does."""
        cases = self._hear(photo, [TitledQuad(quad) for quad in self._detector.detect(photo, clock)], witness, clock)
        if witness is not Witness.PICTURE:
            cards = [case.sighting.quad for case in cases]
            loose = self._loose.find(photo, cards, [case.sighting for case in cases if _is_done_with(case)], clock)
            loose = [self._placed(photo, sighting, clock) for sighting in loose]
            cases = apart([*cases, *self._hear(photo, loose, witness, clock)])
        with clock.time("judge"):
            return self._in_company(cases)

    def _placed(self, photo: Photo, sighting: TitledQuad, clock: Stopwatch) -> TitledQuad:
        """Return a card guessed around its title where it lies, if a closer look shows one there."""
        for quad in self._detector.refine(photo, [sighting.quad], clock):
            line = sighting.reading.line
            if is_magic(quad) and line is not None and stands_as_title(line, quad.corners):
                return replace(sighting, quad=quad, loose=False)
        return sighting

    def _hear(self, photo: Photo, sightings: Sequence[TitledQuad], witness: Witness, clock: Stopwatch) -> list[Case]:
        """Hear what the witnesses say of each card, the dearer evidence only where the cheap leaves doubt."""
        cases = []
        for seen in self._look(photo, sightings, witness, clock):
            case = seen
            if witness is not Witness.PICTURE and case.sighting.reading.line is None:
                case = self._read(
                    photo, case, self._search.read_title_strip(photo, case.sighting, clock), witness, clock
                )
                if case.verdict.status is not Status.IDENTIFIED and case.sighting.quad.magic >= MAY_BE_MAGIC:
                    case = self._read(
                        photo, case, self._search.search_everywhere(photo, case.sighting, clock), witness, clock
                    )
                    case = self._judged(case, sought=True)
            if case.verdict.status is not Status.IDENTIFIED and case.sighting.reading.matches:
                type_line = self._type_line(photo, case.sighting, clock)
                sighting = self._search.resolve_token(case.sighting, type_line)
                case = replace(case, sighting=sighting)
                case = self._judged(case, title=sighting.reading, type_line=type_line)
            cases.append(case)
        return cases

    def _look(self, photo: Photo, sightings: Sequence[TitledQuad], witness: Witness, clock: Stopwatch) -> list[Case]:
        """Return a case for each sighting: what it looks like, turned half round where it looks so."""
        if witness is Witness.TITLE:
            return [self._case(sighting) for sighting in sightings]
        faces = [extract_face(photo, sighting.quad, clock) for sighting in sightings]
        cases = []
        seen = self._pictures.match_either_way(faces, clock)
        for sighting, face, (upside_down, reading) in zip(sightings, faces, seen, strict=True):
            # A title that was read tells top from bottom better than any picture.
            turns = 2 if upside_down and sighting.reading.line is None else 0
            turned = replace(sighting, quad=sighting.quad.rotate(turns))
            cases.append(self._case(turned, picture=reading, sharpness=sharpness(face)))
        return cases

    def _read(self, photo: Photo, case: Case, sighting: TitledQuad, witness: Witness, clock: Stopwatch) -> Case:
        """Return the case with its title read; one that the title turns is looked at again."""
        if sighting.reading.turn and witness is not Witness.TITLE:
            (seen,) = self._pictures.match([extract_face(photo, sighting.quad, clock)], clock)
            return self._case(sighting, picture=seen, sharpness=case.evidence.sharpness)
        return self._case(sighting, picture=case.evidence.picture, sharpness=case.evidence.sharpness)

    def _type_line(self, photo: Photo, sighting: TitledQuad, clock: Stopwatch) -> str:
        """Return the card's type line, sought where it should be, then, for a plain card's clear outline, anywhere."""
        with clock.time("decode"):
            view = photo.at_scale(min(1.0, FACE_HEIGHT / max(sighting.quad.height, 1.0)))
        scale = np.float32(view.scale)
        with clock.time("read"):
            found = self._titles.read_type_line(view.pixels, sighting.type_frame * scale)
            if found or sighting.loose or sighting.body is not None:
                return found
            return self._titles.find_type_line(view.pixels, sighting.quad.corners * scale)

    def _case(self, sighting: TitledQuad, **heard: Any) -> Case:
        """Return the case of a sighting: with its title, and what else is known of it, judged."""
        quad = sighting.quad
        evidence = Evidence(
            sighting.reading, loose=sighting.loose, magic=quad.magic, found=quad.score, height_px=quad.height, **heard
        )
        return Case(sighting, evidence, self._judge(evidence))

    def _judged(self, case: Case, **changes: Any) -> Case:
        """Return the case judged again with other evidence."""
        evidence = replace(case.evidence, **changes)
        return replace(case, evidence=evidence, verdict=self._judge(evidence))

    def _in_company(self, cases: Sequence[Case]) -> list[Case]:
        """Judge again, knowing that the photo has a card that is surely Magic's: a title half hidden gains by it."""
        if not any(case.verdict.status is Status.IDENTIFIED for case in cases):
            return list(cases)
        return [self._judged(case, in_company=True) for case in cases]

    def _card(self, photo: Photo, case: Case, top_k: int, witness: Witness, clock: Stopwatch) -> Card:
        told = NO_PRINTING
        if case.verdict.status is not Status.UNKNOWN:
            named = case.verdict.ranked[0].card_id
            read = witness is not Witness.PICTURE
            told = self._printings.identify(photo, case.sighting, case.evidence.picture, named, read, clock)
        return to_card(case.sighting, case.evidence, case.verdict, self._catalogue, top_k, told)


def is_worth_telling(case: Case) -> bool:
    """Return whether people are to hear of a case: a name, or that there is a Magic card without one.

    What the detector takes for another game's card or a back is told only where a name is beyond doubt.
    """
    if case.sighting.loose:
        return case.verdict.status is not Status.UNKNOWN
    return is_magic(case.sighting.quad) or case.verdict.status is Status.IDENTIFIED


def _is_done_with(case: Case) -> bool:
    """Return whether no other title is to be sought where a card is: it has its name, or is no Magic card."""
    return case.verdict.status is not Status.UNKNOWN or not is_magic(case.sighting.quad)


def apart(cases: Sequence[Case]) -> list[Case]:
    """Return the cases, surest first, without cards found twice: by the same title, or in the same place."""
    kept: list[Case] = []
    for case in sorted(cases, key=lambda c: -c.verdict.confidence):
        new_title = is_another_title(case.sighting, [other.sighting for other in kept])
        if new_title and not any(_is_one_card(other, case) for other in kept):
            kept.append(case)
    return kept


def _is_one_card(surer: Case, other: Case) -> bool:
    """Return whether a less sure case is the same card: much in the same place, with the same name or none."""
    named = {ranked.card_id for ranked in other.verdict.ranked[:1]}
    if named and named != {ranked.card_id for ranked in surer.verdict.ranked[:1]}:
        return False
    return geometry.iou(surer.sighting.quad.corners, other.sighting.quad.corners) > (
        SAME_NAMED_IOU if named else SAME_PLACE_IOU
    )


def in_reading_order(cases: Sequence[Case]) -> list[Case]:
    """Return cases by rows from the top, each row from the left; a row's cards overlap by half their height."""
    order = geometry.reading_order([case.sighting.quad.corners for case in cases])
    return [cases[at] for at in order]
