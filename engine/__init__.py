"""Names the Magic cards in a photo, without torch and without Discord.

>>> from engine import Engine
>>> engine = Engine.open()
>>> result = engine.identify("photo.jpg", top_k=5, max_cards=100)
>>> [card.name for card in result.cards]
"""

import os

# ONNX Runtime 1.29 and later reports each model it opens, unless this is set before its first import.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

from engine.catalogue.entries import CardEntry, Completion, FaceEntry, Prices, PrintedName, PrintingEntry
from engine.core.errors import (
    ArtifactDamaged,
    ArtifactError,
    ArtifactMismatch,
    ArtifactMissing,
    BadImage,
    ConfirmationRefused,
    ConfirmationsError,
    EngineError,
    ImageSizeError,
    NotKnown,
    PhotoError,
)
from engine.core.values import (
    Candidate,
    Card,
    CardEvidence,
    Confirmation,
    Identification,
    PriceRange,
    Printing,
    Reason,
    Rgb,
    Status,
    Witness,
)
from engine.image.annotate import annotate
from engine.learning.confirmations import Confirmations, StoredConfirmation, admit, has_part
from engine.learning.sqlite_confirmations import SqliteConfirmations
from engine.pipeline.engine import Engine
from engine.printings.prices import price_range

__all__ = [
    "ArtifactDamaged", "ArtifactError", "ArtifactMismatch", "ArtifactMissing", "BadImage", "Candidate", "Card",
    "CardEntry", "CardEvidence", "Completion", "Confirmation", "ConfirmationRefused", "Confirmations",
    "ConfirmationsError", "Engine", "EngineError", "FaceEntry", "Identification", "ImageSizeError", "NotKnown",
    "PhotoError", "PriceRange", "Prices", "PrintedName", "Printing", "PrintingEntry", "Reason", "Rgb",
    "SqliteConfirmations", "Status", "StoredConfirmation", "Witness", "admit", "annotate", "has_part", "price_range",
]  # fmt: skip
