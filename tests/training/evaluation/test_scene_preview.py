"""The sheet of composed photos."""

import pytest
from PIL import Image

from tests.support import scenery
from training.cli import main
from training.evaluation import scene_preview
from training.scene.recipes import CONDITIONS


@pytest.fixture(autouse=True)
def _few_photos(monkeypatch):
    monkeypatch.setattr(scene_preview, "ACROSS", 2)
    monkeypatch.setattr(scene_preview, "demo_stock", scenery.demo_stock)


def test_the_command_draws_a_row_for_each_condition_and_two_of_training(tmp_path, capsys):
    out = tmp_path / "new" / "sheet.png"
    assert main(["scene-sheet", "--out", str(out)]) == 0
    assert str(out) in capsys.readouterr().out
    width, height = scene_preview.SIZE
    with Image.open(out) as page:
        assert page.size == (2 * width, (len(CONDITIONS) + 2) * (height + scene_preview.LABEL_PX))


def test_the_same_seed_draws_the_same_sheet():
    one, again, other = (scene_preview.draw_sheet(scenery.demo_stock(), seed).tobytes() for seed in (1, 1, 2))
    assert one == again != other
