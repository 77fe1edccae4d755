"""Converts answered cards to plain JSON values and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, TypeVar

from bot.store.values import AnsweredCard
from engine import Candidate, Printing, Status

Value = TypeVar("Value", Candidate, Printing)


def cards_to_json(cards: Sequence[AnsweredCard]) -> list[dict[str, Any]]:
    """Return cards as JSON values; :func:`cards_from_json` is the inverse."""
    return [{**asdict(card), "status": str(card.status)} for card in cards]


def cards_from_json(plain: Sequence[Mapping[str, Any]]) -> tuple[AnsweredCard, ...]:
    """Return the cards that :func:`cards_to_json` converted.

    Raises:
        ValueError, KeyError, TypeError: the values are not cards.
    """
    return tuple(map(_card, plain))


def _card(plain: Mapping[str, Any]) -> AnsweredCard:
    given = _known(AnsweredCard, plain)
    return AnsweredCard(
        **{
            **given,
            "corners": tuple((float(x), float(y)) for x, y in given["corners"]),
            "status": Status(given["status"]),
            "printing": _value(Printing, given["printing"]) if given["printing"] else None,
            "printings": tuple(_value(Printing, one) for one in given["printings"]),
            "candidates": tuple(_value(Candidate, one) for one in given["candidates"]),
        }
    )


def _value(kind: type[Value], plain: Mapping[str, Any]) -> Value:
    return kind(**_known(kind, plain))


def _known(kind: type[Any], plain: Mapping[str, Any]) -> dict[str, Any]:
    """Return only the fields the class has, so that rows written by a newer version can still be read."""
    return {field.name: plain[field.name] for field in fields(kind) if field.name in plain}
