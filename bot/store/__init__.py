"""The bot's storage, in SQLite or PostgreSQL: guild settings, answers, corrections, and confirmations."""

from bot.core.errors import StoreError
from bot.store.shard_claims import ShardClaim
from bot.store.store import Store
from bot.store.values import (
    NO_PRICE,
    Answer,
    AnsweredCard,
    AnsweredPhoto,
    Correction,
    Currency,
    Forgotten,
    GuildSettings,
    Source,
    new_key,
)

__all__ = [
    "NO_PRICE",
    "Answer",
    "AnsweredCard",
    "AnsweredPhoto",
    "Correction",
    "Currency",
    "Forgotten",
    "GuildSettings",
    "ShardClaim",
    "Source",
    "Store",
    "StoreError",
    "new_key",
]
