"""What a photo may honestly be told: what the engine says of it by itself, as the bot writes it, or a refusal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.lookups.replies import similar_photo_reply
from bot.messages import Messages
from bot.recognition.photo_result import Looked
from bot.replies.compose import Occasion, compose, unasked
from bot.replies.facts import facts_of
from bot.replies.layout import answer_layout
from bot.store import GuildSettings
from engine import Engine
from stress.faults.real_time import text_of

EN = Messages.open().words("en")
REFUSALS: Mapping[str, Mapping[str, Any]] = {
    "busy": {"waiting": 7},
    "recognisers-away": {},
    "too-late": {},
    "photo-not-had": {},
    "photo-late": {},
    "memory-away": {},
    "incident": {"code": "0000"},
}
"""Keys of what may be said instead of cards, each with values for its placeables."""
CODE = re.compile(r"\(code [0-9A-F]{4}\)")
NUMBER = re.compile(r"\d+")


def refusal_in(text: str) -> str | None:
    """Return the key of the refusal that a text is, None where it is none."""
    return next((key for key, said in _refusals() if said == plain(text)), None)


def plain(text: str) -> str:
    """Return a text without what differs from one refusal to the next."""
    return NUMBER.sub("0", CODE.sub("", text))


def _refusals() -> Iterator[tuple[str, str]]:
    for key, values in REFUSALS.items():
        yield key, plain(EN(key, **values))


@dataclass(frozen=True, slots=True, eq=False)
class Right:
    """What the engine says by itself of each drawn photo.

    Attributes:
        version: of the artifacts.
        names: of the cards in each photo.
        texts: the whole reply to each.
        similar: the whole answer of ``/similar`` to each.
    """

    version: str
    names: Sequence[tuple[str, ...]]
    texts: Sequence[str]
    similar: Sequence[str]


async def right_answers(engine: Engine, jpegs: Sequence[bytes], top_k: int) -> Right:
    """Ask an engine in this process; on the event loop, which discord.py's views need."""
    names, texts = [], []
    for jpeg in jpegs:
        result = engine.identify(jpeg, top_k=top_k)
        looked = unasked([Looked(result)], GuildSettings(1))
        answer, _ = compose(looked, Occasion(1, 1, 1, None, "en", datetime.now(UTC)), EN)
        layout = answer_layout(answer, EN, facts_of(answer.cards, engine))
        names.append(tuple(card.name or "" for card in result.cards))
        texts.append(text_of({"components": layout.to_components()}))
    similar = [similar_photo_reply(jpeg, top_k, engine, EN).to_components() for jpeg in jpegs]
    return Right(engine.version, names, texts, [text_of({"components": one}) for one in similar])
