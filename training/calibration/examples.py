"""Collect the examples to fit the judge on: each candidate name of a card, its features, and whether it is right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.catalogue.catalogue import Catalogue
from engine.core.timing import Stopwatch
from engine.core.values import Witness
from engine.image.photo import open_photo
from engine.pipeline.recogniser import Recogniser
from engine.ranking.features import FEATURES, candidates, feature_values
from engine.ranking.ranker import is_corroborated
from training.calibration.photos import CalibrationPhoto
from training.scoring.matching import same_card

WITNESSES = (Witness.BOTH, Witness.PICTURE)
"""Each photo is examined with each of these: an answer by picture alone may end the search for a card's name, so its
confidence must be a probability, too."""


@dataclass(frozen=True, slots=True)
class Example:
    """A candidate name of a card.

    Attributes:
        card: number of the examined card.
        name: of the candidate.
        features: values of :data:`engine.ranking.features.FEATURES`, in their order.
        right: whether it is the card's name.
        corroborated: whether there is other evidence than a title.
    """

    card: int
    name: str
    features: tuple[float, ...]
    right: bool
    corroborated: bool


def collect_examples(
    recogniser: Recogniser, catalogue: Catalogue, photos: Iterable[CalibrationPhoto], numbers: Iterator[int]
) -> Iterator[Example]:
    """Run the recogniser on photos and yield the candidates of all cards, which take their numbers from ``numbers``."""
    for photo in photos:
        names = photo.names()
        for witness in WITNESSES:
            for case in recogniser.recognise(open_photo(photo.image), witness, Stopwatch()):
                number = next(numbers)
                for card_id in candidates(case.evidence):
                    name, values = catalogue.name(card_id), feature_values(case.evidence, card_id)
                    yield Example(
                        number,
                        name,
                        tuple(values[feature] for feature in FEATURES),
                        any(same_card(one, name) for one in names),
                        is_corroborated(case.evidence, card_id),
                    )
