"""The plate finder: titles are labelled by reading faces, photos of them become maps, and a network learns these."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("efficientnet_lite_pytorch")

# The light installation has neither: only from here on may they be needed.
from engine.core import geometry  # noqa: E402 - see above
from engine.core.timing import Stopwatch  # noqa: E402 - see above
from engine.core.values import Plate  # noqa: E402 - see above
from engine.detection.plates import STRIDE, PlateFinder, decode_plates  # noqa: E402 - see above
from engine.image.photo import open_photo  # noqa: E402 - see above
from training.cli import main  # noqa: E402 - see above
from training.detector import plate_task, train_plates  # noqa: E402 - torch may be missing
from training.detector.plate_targets import make_plate_targets, scene_plates  # noqa: E402 - see above
from training.detector.plate_task import CONFIG, compose_legible, measure_plates, random_plate_recipe  # noqa: E402
from training.detector.titled_faces import open_titled_stock, read_titled_faces  # noqa: E402 - see above
from training.drawing.cards import demo_cards  # noqa: E402 - see above
from training.scene.demo_set import build_demo  # noqa: E402 - see above
from training.scene.recipes import Recipe  # noqa: E402 - see above

SIZE = (448, 448)


@pytest.fixture(scope="module")
def titles(tmp_path_factory) -> Path:
    """The list of the demo cards' titles, found by reading the drawn cards."""
    folder = tmp_path_factory.mktemp("titles")
    demo = build_demo(folder)
    with redirect_stdout(StringIO()) as printed:
        assert main(["label-titles", "--faces", str(demo.faces_csv), "--out", str(folder / "titled.jsonl")]) == 0
    assert "0 left out" in printed.getvalue()
    return folder / "titled.jsonl"


@pytest.fixture(scope="module")
def stock(titles):
    return open_titled_stock(titles, None, held_out=False)


def photo_of(stock, layout, seed=0):
    rng = np.random.default_rng(seed)
    return compose_legible(stock[0], Recipe(layout, severity=0.0), rng, SIZE)


def test_each_drawn_card_has_its_title_at_the_top_and_the_cost_at_its_right(titles):
    faces = read_titled_faces(titles)
    assert len(faces) == len(demo_cards())
    for face in faces:
        (title, _), *others = face.lines()
        assert not others
        assert title[:, 1].max() < 0.13
        assert title[:, 0].min() < 0.15


def test_perfect_maps_of_a_hand_give_back_its_visible_titles(stock):
    found = []
    for seed in range(4):
        photo = photo_of(stock, "hand", seed)
        targets = make_plate_targets(photo, stock[1])
        found.append((decode_plates(targets.parts, targets.shape), scene_plates(photo, stock[1])))
    counts = measure_plates(found)
    assert counts.clear > 5
    assert counts.found >= 0.95 * counts.clear
    assert counts.upright == counts.found
    assert counts.false == 0


def test_a_covered_title_is_no_target(stock):
    photo = photo_of(stock, "hand", 1)
    hidden = replace(photo, owner=np.full_like(photo.owner, -1))
    assert make_plate_targets(photo, stock[1]).parts[0].max() == 1
    assert make_plate_targets(hidden, stock[1]).parts.max() == 0


def test_titles_too_small_to_be_read_do_not_count(stock):
    photo = photo_of(stock, "single")
    small = replace(photo.cards[0], corners=photo.cards[0].corners / np.float32(6))
    targets = make_plate_targets(replace(photo, cards=(small,), owner=np.zeros_like(photo.owner)), stock[1])
    assert targets.parts.max() == 0
    assert targets.weight.min() == 0


def test_maps_have_a_quarter_of_the_photo_s_sides(stock):
    targets = make_plate_targets(photo_of(stock, "columns"), stock[1])
    assert targets.parts.shape == (2, SIZE[1] // STRIDE, SIZE[0] // STRIDE)
    assert targets.shape.shape == (3, *targets.parts.shape[1:])


@pytest.mark.parametrize("seed", range(5))
def test_random_photos_have_a_recipe(seed):
    assert random_plate_recipe(np.random.default_rng(seed)).fill > 0


def test_found_lost_and_false_plates_are_counted(stock):
    photo = photo_of(stock, "single")
    (true,) = scene_plates(photo, stock[1])
    away = Plate(true.title + np.float32(150), 0.9)
    counts = measure_plates([([Plate(true.title, 0.9), away], [true]), ([], [true])])
    assert (counts.clear, counts.found, counts.false) == (2, 1, 1)


@pytest.fixture(scope="module", autouse=True)
def _small() -> Iterator[None]:
    """A small network, validated on one photo a layout."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plate_task, "PHOTOS", 1)
        patch.setattr(train_plates, "TASK", (plate_task.PlateTask, replace(CONFIG, width=16)))
        yield


def test_the_commands_train_and_export_it_and_the_engine_can_use_it(titles, tmp_path):
    options = ["--stages", "4:64", "--examples", "2", "--look-every", "4", "--workers", "0"]
    out = tmp_path / "run"
    printed = StringIO()
    with warnings.catch_warnings(), redirect_stdout(printed):
        # From torch's own exporter, about its own code.
        warnings.filterwarnings("ignore", r"`isinstance\(treespec, LeafSpec\)` is deprecated", FutureWarning)
        assert main(["train", "plates", "--titles", str(titles), "--out", str(out), *options]) == 0
        assert main(["export-detector", "--training", str(out), "--out", str(tmp_path)]) == 0
    assert float(re.findall(r"differs from torch by (\S+) at most", printed.getvalue())[0]) < 2e-3
    finder = PlateFinder(tmp_path / "plates.onnx", threads=1)
    for size in ((90, 300), (700, 500)):
        assert isinstance(finder.find(open_photo(np.zeros((*size, 3), np.uint8)), Stopwatch()), list)


def test_a_few_steps_lower_the_loss(stock):
    task = plate_task.PlateTask(None, replace(CONFIG, width=16, examples=2, stages=CONFIG.stages))
    network = task.build_model().train()
    optimizer = torch.optim.AdamW([p for p in network.parameters() if p.requires_grad], 3e-3)
    pixels, targets = task.compose_batch(stock, replace(CONFIG, examples=2), 0, 0, 2)
    losses = []
    for _ in range(8):
        loss = task.losses(network(pixels.float()), targets)["loss"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.8 * losses[0]


def test_lines_overlap_as_polygons_do():
    line = geometry.rectangle(100, 20)
    assert plate_task.line_iou(line, line) == pytest.approx(1.0)
    assert plate_task.line_iou(line, line + np.float32(500)) == 0.0
