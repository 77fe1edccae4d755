"""Converts values to table rows and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bot.store.serialisation import cards_from_json, cards_to_json
from bot.store.values import Answer, AnsweredPhoto, Correction, GuildSettings, Source
from engine import Status, StoredConfirmation

Row = Mapping[Any, Any]


def guild_to_row(settings: GuildSettings) -> dict[str, Any]:
    """Return a row of ``guilds``."""
    lists = {"channels": sorted(settings.channels), "confirmers": sorted(settings.confirmers)}
    return {**asdict(settings), **lists}


def guild_from_row(row: Row) -> GuildSettings:
    """Return the settings of a row of ``guilds``."""
    lists = {"channels": frozenset(row["channels"]), "confirmers": frozenset(row["confirmers"])}
    return GuildSettings(**{**row, **lists})


def answer_to_row(answer: Answer) -> dict[str, Any]:
    """Return a row of ``answers``."""
    source = answer.source
    return {
        "key": answer.key,
        "guild_id": answer.guild_id,
        "channel_id": answer.channel_id,
        "reply_id": answer.reply_id,
        "asker_id": answer.asker_id,
        "source_channel_id": source.channel_id if source else None,
        "source_message_id": source.message_id if source else None,
        "language": answer.language,
        "created_at": answer.created_at,
        "cards": cards_to_json(answer.cards),
        "photos": [asdict(photo) for photo in answer.photos],
    }


def answer_from_row(row: Row) -> Answer:
    """Return the answer of a row of ``answers``."""
    given = dict(row)
    channel_id, message_id = given.pop("source_channel_id"), given.pop("source_message_id")
    source = None if channel_id is None else Source(channel_id, message_id)
    photos = tuple(AnsweredPhoto(**photo) for photo in given["photos"])
    return Answer(**{**given, "source": source, "cards": cards_from_json(given["cards"]), "photos": photos})


def correction_to_row(correction: Correction) -> dict[str, Any]:
    """Return a row of ``corrections``, without its id."""
    return {**asdict(correction), "was_status": str(correction.was_status)}


def correction_from_row(row: Row) -> Correction:
    """Return the correction of a row of ``corrections``."""
    given = {name: value for name, value in row.items() if name != "id"}
    return Correction(**{**given, "was_status": Status(given["was_status"])})


def confirmation_from_row(row: Row) -> StoredConfirmation:
    """Return the entry of a row of ``confirmations``."""
    return StoredConfirmation(**{name: value for name, value in row.items() if name != "id"})
