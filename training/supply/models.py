"""The models that the engine opens, with hashes and licences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.core.artifacts import CORNERS, EMBEDDER, FINDER, SHIPPED, open_artifacts
from engine.reading.ocr import TEXT_MODELS

APACHE, MIT = "Apache-2.0", "MIT"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file that the engine verifies and opens.

    Attributes:
        sha256: hex digits.
        licence: SPDX expression.
        origin: author, in a few words.
        is_network: whether it is a neural network rather than data.
    """

    name: str
    sha256: str
    licence: str
    origin: str
    is_network: bool


ORIGINS = {
    FINDER: (f"{MIT} AND {APACHE}", "trained here from EfficientNet-Lite0 by Google"),
    CORNERS: (MIT, "trained here"),
    EMBEDDER: (f"{MIT} AND {APACHE}", "trained here from EfficientNet-Lite0 by Google"),
}
DATA = (MIT, "compiled here; what it tells of cards is the property of Wizards of the Coast")
TEXT = (APACHE, "PP-OCR by PaddlePaddle, shipped by rapidocr")


def shipped_models() -> Iterator[ModelFile]:
    """Yield every file that the engine opens with the shipped artifacts.

    Raises:
        ArtifactError: a shipped file is missing or altered.
    """
    for name, facts in open_artifacts(SHIPPED).manifest["files"].items():
        licence, origin = ORIGINS.get(name, DATA)
        yield ModelFile(name, facts["sha256"], licence, origin, name.endswith(".onnx"))
    for name, sha256 in TEXT_MODELS.items():
        yield ModelFile(name, sha256, *TEXT, is_network=True)
