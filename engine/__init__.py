"""Names the Magic cards in a photo: models, index, catalogue and judge, without torch and without Discord.

>>> from engine import Engine
>>> engine = Engine.open()
>>> result = engine.identify("photo.jpg", top_k=5, max_cards=40)
>>> [card.name for card in result.cards]
"""

from engine.draw import annotate
from engine.engine import Engine
from engine.errors import (
    ArtifactDamaged,
    ArtifactError,
    ArtifactMismatch,
    ArtifactMissing,
    BadImage,
    ConfirmationRefused,
    EngineError,
    ImageSizeError,
    OverlayError,
    PhotoError,
)
from engine.reasons import Reason
from engine.values import Candidate, Card, CardEntry, Confirmation, Identification, Printing, Rgb, Status, Witness

__all__ = [
    "ArtifactDamaged",
    "ArtifactError",
    "ArtifactMismatch",
    "ArtifactMissing",
    "BadImage",
    "Candidate",
    "Card",
    "CardEntry",
    "Confirmation",
    "ConfirmationRefused",
    "Engine",
    "EngineError",
    "Identification",
    "ImageSizeError",
    "OverlayError",
    "PhotoError",
    "Printing",
    "Reason",
    "Rgb",
    "Status",
    "Witness",
    "annotate",
]
