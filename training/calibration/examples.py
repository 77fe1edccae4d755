"""Collect the examples that the judge is fitted on: each candidate name of a card, its features, and the truth."""

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
"""Each photo is examined with each of these: an answer by picture alone ends the search for a card's name, so its
confidence must be a probability too."""


@dataclass(frozen=True, slots=True)
class Example:
    """A candidate name of a card.

    Attributes:
        card: number of the card among all that were examined; candidates of one card share it.
        features: values of :data:`engine.ranking.features.FEATURES`, in their order.
        right: whether it is the card's name.
        corroborated: whether there is more evidence for it than a title.
    """

    card: int
    features: tuple[float, ...]
    right: bool
    corroborated: bool


class ExampleCollector:
    """Runs the recogniser on photos and collects the candidates.

    Args:
        recogniser: built with a :class:`training.calibration.card_splits.SplitFilter`.
        catalogue: the recogniser's catalogue.
    """

    def __init__(self, recogniser: Recogniser, catalogue: Catalogue) -> None:
        self._recogniser, self._catalogue = recogniser, catalogue
        self._cards = 0

    def collect(self, photos: Iterable[CalibrationPhoto]) -> Iterator[Example]:
        """Yield the examples of photos; card numbers go on from one call to the next."""
        for photo in photos:
            names = photo.names()
            for witness in WITNESSES:
                for case in self._recogniser.recognise(open_photo(photo.image), witness, Stopwatch()):
                    self._cards += 1
                    for card_id in candidates(case.evidence):
                        name, values = self._catalogue.name(card_id), feature_values(case.evidence, card_id)
                        yield Example(
                            self._cards,
                            tuple(values[feature] for feature in FEATURES),
                            any(same_card(one, name) for one in names),
                            is_corroborated(case.evidence, card_id),
                        )
