"""What the measurements' tests share."""

import pytest

from training.data.face_pack import PackedFace, write_pack
from training.drawing.cards import demo_cards, draw_card


@pytest.fixture(scope="session", name="demo_pack")
def packed_demo_cards(tmp_path_factory):
    path = tmp_path_factory.mktemp("packs") / "demo.pack"
    write_pack(path, [(PackedFace(card.name, "dmo", "real"), draw_card(card, 256)) for card in demo_cards()])
    return path
