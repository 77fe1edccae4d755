"""What tests of several tools share."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.data.face_pack import PackedFace, write_pack
from training.drawing.cards import demo_cards, draw_card


@pytest.fixture(scope="session")
def demo_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack of all demo cards, one of whose names is held out from training. Only to be read."""
    path = tmp_path_factory.mktemp("packs") / "demo.pack"
    write_pack(path, [(PackedFace(card.name, "dmo", "real"), draw_card(card, 256)) for card in demo_cards()])
    return path
