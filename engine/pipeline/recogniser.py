"""The straight line, written once: photo -> quads -> faces -> witnesses -> verdicts -> cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from engine.catalogue.catalogue import Catalogue
from engine.core import geometry
from engine.core.constants import FACE_HEIGHT, READABLE_PX
from engine.core.rectify import sharpness
from engine.core.timing import Stopwatch
from engine.core.values import Identification, Status, Witness
from engine.detection.detector import Detector, is_magic
from engine.detection.plates import PlateFinder
from engine.image.photo import Photo
from engine.pipeline.joining import find_halves
from engine.pipeline.reading_order import reading_order
from engine.pipeline.stacks import (
    card_height,
    holds_title,
    is_mostly_visible,
    join_plates,
    shows_several,
    without_stacks,
)
from engine.printings.identifier import PrintingIdentifier
from engine.printings.line_parser import NOTHING_PRINTED, CollectorLine
from engine.printings.number_witness import NumberWitness
from engine.printings.posterior import NO_PRINTING, PrintingVerdict
from engine.ranking.features import Evidence, candidates
from engine.ranking.ranker import Ranker, Verdict
from engine.ranking.results import to_card
from engine.reading.language import tell_language
from engine.reading.mana_cost import cost_log_odds
from engine.reading.plate_reader import PlateReader
from engine.reading.stray_titles import StrayTitles, is_another_title
from engine.reading.title_reader import TitleReader, stands_as_title
from engine.reading.title_search import TitledQuad, TitleSearch
from engine.retrieval.picture_match import PictureWitness, extract_face

MAY_BE_MAGIC = 0.15
"""Probability of being a Magic card from which every way of reading the title is tried."""
MAX_SEARCHED = 12
"""Most cards of a photo, best outlines first, of which the title is searched everywhere: about half a second each."""
SEARCHED_PX = 220.0
"""Height of a card in the photo from which its title is searched everywhere: letters of smaller ones are illegible."""
TYPE_LINE_PX = 150.0
"""Height of a card in the photo from which its type line may be legible."""
MIN_COPY_COSINE = 0.65
"""Least cosine of two copies' vectors: of 349 pairs of different cards in one photo the most alike had .48, of 31 pairs
of copies the least alike .78."""
SAME_NAME_IOU, SAME_PLACE_IOU = 0.4, 0.75
"""Overlap above which two finds with one name, or one of them without a name, are the same card."""


@dataclass(frozen=True, slots=True, eq=False)
class RecognisedCard:
    """A card in a photo: where it is, the evidence about it, the verdict, and its collector line if that was read."""

    titled: TitledQuad
    evidence: Evidence
    verdict: Verdict
    line: CollectorLine | None = None

    @property
    def is_identified(self) -> bool:
        """Whether its name is certain."""
        return self.verdict.status is Status.IDENTIFIED

    @property
    def is_worth_reporting(self) -> bool:
        """Whether to tell people about it: it has a name, or is a Magic card without one.

        What the detector takes for another game's card or a back is reported only if its name is certain.
        """
        if self.titled.loose:
            return self.verdict.status is not Status.UNKNOWN
        return is_magic(self.titled.quad) or self.is_identified


@dataclass(frozen=True, slots=True)
class Recogniser:
    """Names the cards in a photo; its parts are safe to share among threads. All methods may raise PhotoError."""

    detector: Detector
    plates: PlateFinder
    plate_reader: PlateReader
    search: TitleSearch
    stray_titles: StrayTitles
    titles: TitleReader
    pictures: PictureWitness
    ranker: Ranker
    printings: PrintingIdentifier
    numbers: NumberWitness
    catalogue: Catalogue

    def identify(self, photo: Photo, *, top_k: int, max_cards: int, witness: Witness) -> Identification:
        """Return the cards in ``photo``."""
        clock = Stopwatch()
        cards = self.recognise(photo, witness, clock)
        with clock.time("judge"):
            reported = [card for card in cards if card.is_worth_reporting]
            kept = sorted(reported, key=lambda card: -card.verdict.confidence)[:max_cards]
        results = []
        for card in in_reading_order(kept):
            printing = NO_PRINTING
            if card.verdict.status is not Status.UNKNOWN:
                printing = self._identify_printing(photo, card, witness, clock)
            results.append(to_card(card.titled, card.evidence, card.verdict, self.catalogue, top_k, printing))
        return Identification(photo.width, photo.height, tuple(results), clock.timings_ms())

    def _identify_printing(
        self, photo: Photo, card: RecognisedCard, witness: Witness, clock: Stopwatch
    ) -> PrintingVerdict:
        """Return the printing and the language of a card with a name."""
        card_id = card.verdict.ranked[0].card_id
        titles = self.titles.edits_by_language(card.titled.reading.text, card_id)
        return self.printings.identify(
            photo,
            card.titled,
            card.evidence.picture,
            card_id,
            line=NOTHING_PRINTED if witness is Witness.PICTURE else card.line,
            tell_language=partial(tell_language, titles, card.evidence.type_line),
            clock=clock,
        )

    def recognise(self, photo: Photo, witness: Witness, clock: Stopwatch) -> list[RecognisedCard]:
        """Return everything in ``photo`` that may be a card, ranked, whether worth reporting or not."""
        titled = self._find_cards(photo, witness, clock)
        cards = self._weigh(photo, titled, witness, clock)
        is_named = any(card.verdict.status is not Status.UNKNOWN for card in cards)
        if witness is not Witness.PICTURE and not is_named and not shows_tiny_cards(cards):
            # Nothing has a name: the last resort is to search for text in the whole photo.
            stray = self._find_stray_titles(photo, cards, clock)
            cards = [*cards, *self._weigh(photo, stray, witness, clock)]
        cards = self._join_halves(without_duplicates(self._name_copies(cards)))
        with clock.time("judge"):
            # A card that is certainly Magic makes the half-hidden titles beside it likelier.
            if any(card.is_identified for card in cards):
                cards = [self._rank_again(card, beside_sure_card=True) for card in cards]
        return cards

    def _find_cards(self, photo: Photo, witness: Witness, clock: Stopwatch) -> list[TitledQuad]:
        """Return the cards that outlines, name plates or both show."""
        if witness is Witness.PICTURE:
            return [TitledQuad(quad) for quad in self.detector.detect(photo, clock)]
        rough = self.detector.find(photo, clock)
        plates = self.plate_reader.read(photo, self.plates.find(photo, clock, rough), clock)
        rough = self.detector.find_small(photo, rough, clock, card_height(plates))
        quads = self.detector.outline(photo, without_stacks(rough, plates), clock)
        if not quads and not shows_several(plates):
            quads = self.detector.detect_cut_off(photo, clock)
        return [self._find_outline(photo, one, clock) for one in join_plates(quads, plates, self.search)]

    def _name_copies(self, cards: Sequence[RecognisedCard]) -> list[RecognisedCard]:
        """Return the cards, those that look like a certain one of the same photo ranked again with that evidence."""
        copies = find_copies(cards)
        return [self._rank_again(card, copies=copies[n]) if n in copies else card for n, card in enumerate(cards)]

    def _join_halves(self, cards: Sequence[RecognisedCard]) -> list[RecognisedCard]:
        """Return the cards, surest first, without the less sure half of each whose two titles were found."""
        halves = find_halves([card.titled for card in cards], self.search.layout_of)
        doubles = {max(pair) for pair in halves}
        return [card for number, card in enumerate(cards) if number not in doubles]

    def _weigh(
        self, photo: Photo, quads: Sequence[TitledQuad], witness: Witness, clock: Stopwatch
    ) -> list[RecognisedCard]:
        """Gather the evidence on each card and rank its names; costly evidence only where cheap leaves doubt."""
        cards = self._name_copies(self._match_pictures(photo, quads, witness, clock))
        if witness is Witness.PICTURE:
            return cards
        unread = [n for n, card in enumerate(cards) if may_be_read(card)]
        read = self.search.read_title_strips(photo, [cards[n].titled for n in unread], clock)
        searched = 0
        for n, titled in zip(unread, read, strict=True):
            cards[n] = self._rank_titled(photo, cards[n], titled, witness, clock)
            quad = titled.quad
            is_legible = quad.magic >= MAY_BE_MAGIC and quad.height >= SEARCHED_PX
            is_open = is_legible and not cards[n].is_identified and not holds_title(titled, quads)
            if is_open and searched < MAX_SEARCHED:
                searched += 1
                found = self.search.search_everywhere(photo, titled, clock)
                cards[n] = self._rank_again(self._rank_titled(photo, cards[n], found, witness, clock), searched=True)
        cards = [self._with_type_line(photo, card, clock) for card in cards]
        return [self._with_number(photo, card, clock) for card in cards]

    def _match_pictures(
        self, photo: Photo, quads: Sequence[TitledQuad], witness: Witness, clock: Stopwatch
    ) -> list[RecognisedCard]:
        """Compare each face with the index, upside down too; turn a quad half round where that matches better."""
        if witness is Witness.TITLE:
            return [self._rank(titled) for titled in quads]
        hidden = [titled for titled in quads if not is_mostly_visible(titled)]
        if hidden:
            # Of a hidden card there is no face to compare.
            whole = self._match_pictures(photo, [t for t in quads if is_mostly_visible(t)], witness, clock)
            return [*whole, *(self._rank(titled) for titled in hidden)]
        faces = [extract_face(photo, titled.quad, clock) for titled in quads]
        cards = []
        matches = self.pictures.match_either_way(faces, clock)
        for titled, face, (upside_down, picture) in zip(quads, faces, matches, strict=True):
            # A title that was read tells top from bottom better than any picture.
            turns = 2 if upside_down and titled.reading.line is None else 0
            turned = replace(titled, quad=titled.quad.rotate(turns))
            cards.append(self._rank(turned, picture=picture, sharpness=sharpness(face)))
        return cards

    def _rank_titled(
        self, photo: Photo, card: RecognisedCard, titled: TitledQuad, witness: Witness, clock: Stopwatch
    ) -> RecognisedCard:
        """Rank a card whose title was read; if that turns the card, compare the turned face with the index."""
        picture = card.evidence.picture
        if titled.reading.turn and witness is not Witness.TITLE:
            (picture,) = self.pictures.match([extract_face(photo, titled.quad, clock)], clock)
        return self._rank(titled, picture=picture, sharpness=card.evidence.sharpness)

    def _with_type_line(self, photo: Photo, card: RecognisedCard, clock: Stopwatch) -> RecognisedCard:
        """Return a card whose name is in doubt with its type line, if that is legible.

        It is read where it should be, or anywhere on an ordinary card whose outline is clear.
        """
        titled = card.titled
        if card.is_identified or not titled.reading.matches or titled.quad.height < TYPE_LINE_PX:
            return card
        with clock.time("decode"):
            view = photo.showing(titled.quad.height, FACE_HEIGHT)
        scale = np.float32(view.scale)
        with clock.time("read"):
            type_line = self.titles.read_type_line(view.pixels, titled.type_frame * scale)
            if not type_line and titled.quad.height >= SEARCHED_PX and not titled.loose and titled.body is None:
                type_line = self.titles.find_type_line(view.pixels, titled.quad.corners * scale)
        titled = self.search.resolve_token(titled, type_line)
        return self._rank_again(replace(card, titled=titled), title=titled.reading, type_line=type_line)

    def _with_number(self, photo: Photo, card: RecognisedCard, clock: Stopwatch) -> RecognisedCard:
        """Return a Magic card whose name is in doubt with its collector line, which names it if that is legible."""
        if card.is_identified or card.titled.loose or not is_magic(card.titled.quad):
            return card
        # Without a title, the network alone tells which way up a card is.
        for turns in (0, 2) if card.titled.reading.line is None else (0,):
            turned = replace(card.titled, quad=card.titled.quad.rotate(turns))
            line = self.printings.read_line(photo, turned, clock)
            if numbered := self.numbers.weigh(line, candidates(card.evidence)):
                return self._rank_again(replace(card, titled=turned, line=line), numbered=numbered)
        return card

    def _find_stray_titles(self, photo: Photo, cards: Sequence[RecognisedCard], clock: Stopwatch) -> list[TitledQuad]:
        """Find titles outside the cards recognised so far; give each the outline that a closer look finds, if any."""
        # On a card that has a name, or is not a Magic card, no other title is searched for.
        settled = [c.titled for c in cards if c.verdict.status is not Status.UNKNOWN or not is_magic(c.titled.quad)]
        stray = self.stray_titles.find(photo, [card.titled.quad for card in cards], settled, clock)
        return [self._find_outline(photo, titled, clock) for titled in stray]

    def _find_outline(self, photo: Photo, card: TitledQuad, clock: Stopwatch) -> TitledQuad:
        """Return a card with an estimated outline with the one that a closer look finds, if most of it is visible."""
        line = card.reading.line
        if not card.loose or line is None or not is_mostly_visible(card):
            return card
        outlines = self.detector.refine(photo, [card.quad], clock)
        fitting = (q for q in outlines if is_magic(q) and stands_as_title(line, q.corners))
        outline = next(fitting, None)
        return card if outline is None else replace(card, quad=outline, loose=False, visible=None)

    def _rank(self, titled: TitledQuad, **evidence: Any) -> RecognisedCard:
        """Rank the names of a card by its title and the other evidence given."""
        quad = titled.quad
        known = Evidence(
            titled.reading,
            loose=titled.loose,
            magic=quad.magic,
            detector_score=quad.score,
            height_px=quad.height,
            plate=titled.plate.score if titled.plate is not None else 0.0,
            costs=self._weigh_cost(titled),
            **evidence,
        )
        return RecognisedCard(titled, known, self.ranker.rank(known))

    def _weigh_cost(self, titled: TitledQuad) -> dict[int, float]:
        """Return the nats that the mana cost on a card's plate gives for each card named by its title."""
        if not titled.cost.symbols:
            return {}
        cards = {match.title.card_id: self.catalogue.card(match.title.card_id) for match in titled.reading.matches}
        # An empty cost is that of a land, or not known.
        costs = {n: card.mana_cost or ("" if "Land" in card.type_line else None) for n, card in cards.items()}
        return {card_id: cost_log_odds(titled.cost, cost) for card_id, cost in costs.items()}

    def _rank_again(self, card: RecognisedCard, **changes: Any) -> RecognisedCard:
        """Rank again with evidence changed."""
        evidence = replace(card.evidence, **changes)
        return replace(card, evidence=evidence, verdict=self.ranker.rank(evidence))


def may_be_read(card: RecognisedCard) -> bool:
    """Return whether a card's title should be read: not if it has been, is too small, or the card is a certain copy."""
    is_sure_copy = card.is_identified and bool(card.evidence.copies)
    return card.titled.reading.line is None and card.titled.quad.height >= READABLE_PX and not is_sure_copy


def shows_tiny_cards(cards: Sequence[RecognisedCard]) -> bool:
    """Return whether a photo shows Magic cards, all so small that none of its text can be a title."""
    heights = [card.titled.quad.height for card in cards if not card.titled.loose and is_magic(card.titled.quad)]
    return bool(heights) and max(heights) < READABLE_PX


def find_copies(cards: Sequence[RecognisedCard]) -> dict[int, dict[int, float]]:
    """Return for each card that is not certain, by position, the certain ones that it looks like.

    They are told as in :class:`~engine.ranking.features.Evidence`: cosines by card id.
    """
    sure = [
        (card.verdict.ranked[0].card_id, vector)
        for card in cards
        if card.is_identified and (vector := card.evidence.picture.vector) is not None
    ]
    copies: dict[int, dict[int, float]] = {}
    for n, card in enumerate(cards):
        vector = card.evidence.picture.vector
        if vector is None or card.is_identified:
            continue
        for card_id, known in sure:
            cosine = float(vector @ known)
            if cosine >= MIN_COPY_COSINE:
                alike = copies.setdefault(n, {})
                alike[card_id] = max(cosine, alike.get(card_id, 0.0))
    return copies


def without_duplicates(cards: Sequence[RecognisedCard]) -> list[RecognisedCard]:
    """Return the cards, surest first, each once: no two with the same title or in the same place."""
    kept: list[RecognisedCard] = []
    for card in sorted(cards, key=lambda c: -c.verdict.confidence):
        new_title = is_another_title(card.titled, [other.titled for other in kept])
        if new_title and not any(_is_same_card(other, card) for other in kept):
            kept.append(card)
    return kept


def _is_same_card(surer: RecognisedCard, other: RecognisedCard) -> bool:
    """Return whether a less sure find is the same card: in much the same place, with the same name or none.

    Two name plates in different places are two cards: copies in a stack have nearly the same outline.
    """
    if surer.titled.plate is not None and other.titled.plate is not None:
        return False
    best, surer_best = other.verdict.best, surer.verdict.best
    if best and (surer_best is None or best.card_id != surer_best.card_id):
        return False
    overlap = geometry.iou(surer.titled.quad.corners, other.titled.quad.corners)
    return overlap > (SAME_NAME_IOU if best else SAME_PLACE_IOU)


def in_reading_order(cards: Sequence[RecognisedCard]) -> list[RecognisedCard]:
    """Return cards as people read them, see :mod:`engine.pipeline.reading_order`."""
    order = reading_order([card.titled.quad.corners for card in cards])
    return [cards[at] for at in order]
