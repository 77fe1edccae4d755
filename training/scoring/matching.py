"""Match answers to labels.

An answer is right if it names a label of its photo that no more confident answer has taken: by the whole name or
either face, ignoring case, diacritics and punctuation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from engine.catalogue.names import face_names, fold
from engine.core.errors import EngineError
from engine.core.values import Card, Status
from training.data.photo_labels import Label, LabelledPhoto


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result for a photo: cards and milliseconds per stage, or an error."""

    photo: LabelledPhoto
    cards: tuple[Card, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    error: EngineError | None = None


def is_named(card: Card) -> bool:
    """Whether the card has a name, with any status."""
    return card.name is not None


def is_given(card: Card) -> bool:
    """Whether the card has a name with a status other than ``unknown``."""
    return card.name is not None and card.status is not Status.UNKNOWN


def is_identified(card: Card) -> bool:
    """Whether the card has a name with the status ``identified``."""
    return card.name is not None and card.status is Status.IDENTIFIED


def same_card(label: str, answer: str) -> bool:
    """Whether two names mean the same card: both are equal after folding, or one is a face of the other."""
    return fold(answer) in _forms(label) or fold(label) in _forms(answer)


def match(
    labels: Sequence[Label], cards: Sequence[Card], counts: Callable[[Card], bool] = is_given
) -> list[int | None]:
    """Assign each label to at most one answer.

    Args:
        labels: of one photo.
        cards: the answers for the photo.
        counts: whether an answer takes part.

    Returns:
        The position of each card's label; None if it is wrong or doesn't take part.
    """
    free = list(range(len(labels)))
    taken: list[int | None] = [None] * len(cards)
    for at in sorted(range(len(cards)), key=lambda at: -cards[at].confidence):
        name = cards[at].name
        if name is None or not counts(cards[at]):
            continue
        fitting = [which for which in free if same_card(labels[which].name, name)]
        if fitting:
            # An exact match is preferred to a face of the same name, so that neither takes the other's label.
            best = min(fitting, key=lambda which: fold(labels[which].name) != fold(name))
            free.remove(best)
            taken[at] = best
    return taken


def best_answer(cards: Iterable[Card]) -> Card | None:
    """Return the first of the most confident given answers."""
    return max(filter(is_given, cards), key=lambda card: card.confidence, default=None)


def right_answers(outcome: Outcome) -> Iterator[tuple[Card, Label]]:
    """Yield the given answers that are right, each with its label."""
    labels = outcome.photo.labels
    for card, at in zip(outcome.cards, match(labels, outcome.cards), strict=True):
        if at is not None:
            yield card, labels[at]


def missing_labels(outcome: Outcome) -> list[Label]:
    """Return the labels that no given answer names."""
    taken = match(outcome.photo.labels, outcome.cards)
    return [label for at, label in enumerate(outcome.photo.labels) if at not in taken]


def is_failure(outcome: Outcome) -> bool:
    """Whether the photo has an error, a missing name or a wrong one."""
    taken = match(outcome.photo.labels, outcome.cards)
    wrong = any(at is None and is_given(card) for card, at in zip(outcome.cards, taken, strict=True))
    return outcome.error is not None or wrong or bool(missing_labels(outcome))


@lru_cache(maxsize=4096)
def _forms(name: str) -> frozenset[str]:
    return frozenset({fold(name), *(fold(face) for face in face_names(name))})
