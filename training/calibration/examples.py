"""Photos -> what the judge is fitted on: each name that came up for a card, its features, whether it is right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.catalogue.catalogue import Catalogue
from engine.core.timing import Stopwatch
from engine.core.values import Witness
from engine.image.photo import open_photo
from engine.pipeline.recogniser import Case, Recogniser
from engine.ranking.features import FEATURES, candidates, features
from engine.ranking.ranker import is_corroborated
from training.calibration.photos import StagedPhoto
from training.scoring.matching import same_card

WITNESSES = (Witness.BOTH, Witness.PICTURE)
"""Each photo is looked at so: an answer by picture alone ends the search for a card's name, so it must be a
probability too."""


@dataclass(frozen=True, slots=True)
class Record:
    """A name that came up for a card.

    Attributes:
        card: number of the card among all looked at; names that came up together share it.
        features: of :data:`engine.ranking.features.FEATURES`, in their order.
        right: whether the card bears the name.
        corroborated: whether more than a title speaks for it.
    """

    card: int
    features: tuple[float, ...]
    right: bool
    corroborated: bool


class Collector:
    """Lets the engine look at photos and notes what came up.

    Args:
        recogniser: knows what it may know, see :class:`training.calibration.card_splits.Knowledge`.
        catalogue: its names.
    """

    def __init__(self, recogniser: Recogniser, catalogue: Catalogue) -> None:
        self._recogniser, self._catalogue = recogniser, catalogue
        self._cards = 0

    def __call__(self, photos: Iterable[StagedPhoto]) -> Iterator[Record]:
        """Yield the records of photos, the cards numbered through."""
        for photo in photos:
            for witness in WITNESSES:
                for case in self._recogniser.cases(open_photo(photo.image), witness, Stopwatch()):
                    self._cards += 1
                    yield from self._records(case, photo)

    def _records(self, case: Case, photo: StagedPhoto) -> Iterator[Record]:
        true = photo.names()
        for card_id in candidates(case.evidence):
            name = self._catalogue.name(card_id)
            right = any(same_card(one, name) for one in true)
            values = features(case.evidence, card_id)
            yield Record(
                self._cards, tuple(values[f] for f in FEATURES), right, is_corroborated(case.evidence, card_id)
            )
