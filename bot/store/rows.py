"""Converts values to table rows and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from msgspec import convert

from bot.store.values import Answer, AnsweredCard, Correction, GuildSettings
from engine import StoredConfirmation

Value = TypeVar("Value", Answer, Correction, GuildSettings, StoredConfirmation)


def from_row(kind: type[Value], row: Mapping[Any, Any]) -> Value:
    """Return the value of a row; columns and JSON fields of newer versions are ignored.

    Raises:
        ValueError: the row is not such a value.
    """
    # msgspec takes plain strings only, and SQLAlchemy's names are of a subclass.
    given = {str(name): value for name, value in row.items()}
    source = {"channel_id": row.get("source_channel_id"), "message_id": row.get("source_message_id")}
    return convert({**given, "source": None if source["channel_id"] is None else source}, kind)


def guild_to_row(settings: GuildSettings) -> dict[str, Any]:
    """Return a row of ``guilds``."""
    lists = {"channels": sorted(settings.channels), "confirmers": sorted(settings.confirmers)}
    return {**asdict(settings), **lists, "currency": str(settings.currency)}


def answer_to_row(answer: Answer) -> dict[str, Any]:
    """Return a row of ``answers``."""
    row = asdict(answer)
    source = row.pop("source") or {"channel_id": None, "message_id": None}
    return {**row, "source_channel_id": source["channel_id"], "source_message_id": source["message_id"]}


def cards_to_json(cards: Sequence[AnsweredCard]) -> list[dict[str, Any]]:
    """Return what ``answers`` stores of cards."""
    return [asdict(card) for card in cards]


def correction_to_row(correction: Correction) -> dict[str, Any]:
    """Return a row of ``corrections``, without its id."""
    return {**asdict(correction), "was_status": str(correction.was_status)}
