"""The honest answers to a photo: the engine's own answer, as the bot writes it, or a refusal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.lookups.replies import similar_photo_reply
from bot.messages import Messages
from bot.recognition.photo_worker import PhotoResult
from bot.replies.compose import compose, filter_unasked
from bot.replies.facts import look_up_facts
from bot.replies.layout import answer_layout
from bot.store import Answer, GuildSettings
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
"""Message keys of the refusals, each with values for its placeables."""
CODE = re.compile(r"\(code [0-9A-F]{4}\)")
NUMBER = re.compile(r"\d+")


def refusal_key(text: str) -> str | None:
    """Return the key of the refusal that a text is, None if it is none."""
    texts = {key: normalise(EN.format(key, **values)) for key, values in REFUSALS.items()}
    return next((key for key, refusal in texts.items() if refusal == normalise(text)), None)


def normalise(text: str) -> str:
    """Return a text without the parts that differ from one refusal to the next."""
    return NUMBER.sub("0", CODE.sub("", text))


@dataclass(frozen=True, slots=True, eq=False)
class ExpectedAnswers:
    """The engine's own answers to the drawn photos.

    Attributes:
        version: of the artifacts.
        names: of the cards in each photo.
        texts: the whole reply to each photo.
        similar: the whole answer of ``/similar`` to each photo.
    """

    version: str
    names: Sequence[tuple[str, ...]]
    texts: Sequence[str]
    similar: Sequence[str]


async def compute_answers(engine: Engine, jpegs: Sequence[bytes], top_k: int) -> ExpectedAnswers:
    """Run an engine in this process; on the event loop, which discord.py's views need."""
    names, texts = [], []
    for jpeg in jpegs:
        result = engine.identify(jpeg, top_k=top_k)
        looked = filter_unasked([PhotoResult(result)], GuildSettings(1))
        answer, _ = compose(looked, Answer("key", 1, 1, None, 1, None, "en", datetime.now(UTC)), EN)
        layout = answer_layout(answer, EN, look_up_facts(answer.cards, engine))
        names.append(tuple(card.name or "" for card in result.cards))
        texts.append(text_of({"components": layout.to_components()}))
    similar = [similar_photo_reply(jpeg, top_k, engine, EN).to_components() for jpeg in jpegs]
    return ExpectedAnswers(engine.version, names, texts, [text_of({"components": one}) for one in similar])
