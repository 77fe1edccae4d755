"""Composed hands, fans, decks and printed things to measure on."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.core.values import Card, Status
from tests.support.scenery import demo_stock
from training.calibration import card_splits
from training.cli import main
from training.data.photo_labels import Label, LabelledPhoto
from training.drawing.cards import demo_cards
from training.evaluation.stacks import (
    FAN_CARDS,
    FANS,
    KIND_SHARE,
    compose_stacks,
    kind_table,
    leave_out_hidden,
    visible_title,
)
from training.scene.layouts import LAYOUTS
from training.scene.photo import compose
from training.scene.recipes import Recipe
from training.scoring.matching import Outcome

SQUARE = ((0.0, 0.0), (63.0, 0.0), (63.0, 88.0), (0.0, 88.0))


def answer(name: str, confidence: float = 0.9) -> Card:
    return Card(SQUARE, Status.IDENTIFIED, name, confidence)


def outcome(*cards: Card, visible=("Owl",), kind="fan", **times) -> Outcome:
    photo = LabelledPhoto("a.jpg", Path("a.jpg"), len(visible), tuple(map(Label, visible)), (kind,))
    return Outcome(photo, cards, times)


def scene(layout: str, seed: int = 3, **options):
    recipe = Recipe(layout, severity=0.0, flat=True, **options)
    return compose(demo_stock(), recipe, np.random.default_rng(seed), (640, 480))


class TestVisibleTitle:
    def test_the_top_card_shows_its_whole_title(self):
        photo = scene("cascade")
        assert visible_title(photo, len(photo.cards) - 1) > 0.95

    def test_a_card_under_another_of_the_same_place_shows_none(self):
        heaps = [scene("heap", seed) for seed in range(8)]
        assert min(visible_title(heap, 0) for heap in heaps) < 0.1

    def test_a_title_outside_the_photo_is_hidden(self):
        photo = scene("single", fill=4.0)
        assert visible_title(photo, 0) < 0.95

    def test_no_share_is_beyond_0_to_1(self):
        photo = scene("spread")
        assert all(0 <= visible_title(photo, number) <= 1 for number in range(len(photo.cards)))


class TestLeaveOutHidden:
    def names(self, one: Outcome, *hidden: str) -> list[str | None]:
        return [card.name for card in leave_out_hidden(one, [Label(name) for name in hidden]).cards]

    def test_naming_a_hidden_card_is_neither_right_nor_wrong(self):
        assert self.names(outcome(answer("Owl"), answer("Elk")), "Elk") == ["Owl"]

    def test_a_wrong_name_stays(self):
        assert self.names(outcome(answer("Owl"), answer("Elk")), "Moth") == ["Owl", "Elk"]

    def test_of_copies_the_visible_one_counts(self):
        copies = outcome(answer("Owl"), answer("Owl", 0.5), answer("Owl", 0.4))
        assert self.names(copies, "Owl") == ["Owl", "Owl"]
        assert self.names(copies) == ["Owl", "Owl", "Owl"]


def test_each_kind_has_a_row_for_each_system():
    ours = [outcome(answer("Owl"), wall=100.0), outcome(answer("Elk"), visible=(), kind="printed", wall=50.0)]
    rows = {row[:2]: row[2:] for row in kind_table({"ours": ours, "trial": ours[:1]}).rows}
    assert list(rows) == [("fan", "ours"), ("fan", "trial"), ("printed", "ours")]
    assert rows["fan", "ours"][:4] == ("1", "1", "100.0%", "100.0%")
    assert rows["fan", "ours"][-2:] == ("100 ms", "100 ms")
    assert "1 / 1" in rows["printed", "ours"]


def test_the_layouts_exist():
    assert set(FANS) <= set(LAYOUTS)


@pytest.fixture(name="held_out")
def _held_out(monkeypatch):
    monkeypatch.setattr(card_splits, "is_held_out", lambda _: True)  # of the few demo cards hardly one is


def test_a_fan_has_labels_of_its_cards_and_printed_things_have_none(held_out, demo_set, tmp_path):
    known = {card.name for card in demo_cards()}
    photos = compose_stacks(demo_set.faces_csv, None, 1, tmp_path, kinds=("fan", "printed"))
    fan, printed = photos
    names = [label.name for label in (*fan.photo.labels, *fan.hidden)]
    assert len(names) in FAN_CARDS
    assert set(names) <= known
    assert fan.photo.labels
    assert fan.photo.tags == ("fan",)
    assert min(cv2.imread(str(fan.photo.path)).shape[:2]) >= 900
    assert printed.photo.is_empty


def test_equal_arguments_give_equal_files(held_out, demo_set, tmp_path):
    one, other = (
        compose_stacks(demo_set.faces_csv, None, 1, tmp_path / name, kinds=("fan",))[0].photo for name in "ab"
    )
    assert one.path.read_bytes() == other.path.read_bytes()
    assert one.labels == other.labels


def test_the_command_measures_every_kind(held_out, demo_set, demo_artifacts, tmp_path, capsys):
    options = ["--faces", demo_set.faces_csv, "--artifacts", demo_artifacts, "--each", 1, "--out", tmp_path]
    assert main(["evaluate", "--stacks", "--markdown", *map(str, options)]) == 0
    printed = capsys.readouterr().out
    assert "| fan | cardglass | 1 |" in printed
    assert {path.name for path in (tmp_path / "photos").iterdir()} == {f"{kind}-000.jpg" for kind in KIND_SHARE}


def test_without_faces_there_is_nothing_to_compose(tmp_path, capsys):
    assert main(["evaluate", "--stacks", "--out", str(tmp_path)]) == 2
    assert "--faces" in capsys.readouterr().err
