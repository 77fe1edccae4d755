"""Splits of cards, and what the engine knows of each."""

import csv
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue.catalogue import Catalogue
from engine.core.artifacts import SHIPPED, open_artifacts
from training.calibration import card_splits
from training.calibration.card_splits import (
    CardSplit,
    SplitFilter,
    build_recogniser,
    is_for_fitting,
    read_real_cards,
    read_unknown_cards,
    split_of,
)
from training.data.errors import CommandError
from training.data.face_list import read_faces_csv
from training.data.face_pack import is_held_out


@given(st.text(min_size=1, max_size=30))
def test_the_whole_name_and_its_front_are_in_the_same_split(name):
    both = f"{name} // Somewhere Else"
    assert (is_for_fitting(both), split_of(both)) == (is_for_fitting(name), split_of(name))


def test_halves_and_thirds_have_about_the_expected_size():
    names = [f"Card {i}" for i in range(3000)]
    assert sum(map(is_for_fitting, names)) == pytest.approx(1500, abs=150)
    for split in (CardSplit.PICTURED, CardSplit.TITLED, CardSplit.REMOVED):
        assert sum(split_of(name) is split for name in names) == pytest.approx(1000, abs=120)


def test_split_is_independent_of_half():
    names = [f"Card {i}" for i in range(3000) if is_for_fitting(f"Card {i}")]
    assert sum(split_of(name) is CardSplit.REMOVED for name in names) == pytest.approx(len(names) / 3, rel=0.15)


def test_no_name_is_in_both_halves(demo_set, monkeypatch):
    monkeypatch.setattr(card_splits, "is_held_out", lambda _: True)  # of the few demo cards hardly one is
    halves = [{a.name for a in read_real_cards(demo_set.faces_csv, fitting=half)} for half in (True, False)]
    assert halves[0] | halves[1] == {row.name for row in read_faces_csv(demo_set.faces_csv)}
    assert not halves[0] & halves[1]


def test_only_held_out_names_are_read(demo_set):
    (half,) = {is_for_fitting(row.name) for row in read_faces_csv(demo_set.faces_csv) if is_held_out(row.name)}
    assert all(is_held_out(card.name) for card in read_real_cards(demo_set.faces_csv, fitting=half))
    with pytest.raises(CommandError, match="too few"):
        read_real_cards(demo_set.faces_csv, fitting=not half)


def test_fan_made_cards_with_a_real_title_are_left_out(tmp_path, demo_set):
    faces = [row.path for row in read_faces_csv(demo_set.faces_csv)[:4]]
    with (tmp_path / "fan.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["file", "real_title"])
        rows.writerows([path, "Fog" if n == 0 else ""] for n, path in enumerate(faces))
    halves = [read_unknown_cards(tmp_path / "fan.csv", CardSplit.FAN_MADE, fitting=half) for half in (True, False)]
    assert len(halves[0]) + len(halves[1]) == 3
    read = partial(read_unknown_cards, tmp_path / "fan.csv", CardSplit.FAN_MADE, is_title=lambda _: True)
    assert read(fitting=True) == read(fitting=False) == []
    assert all(card.name == "" for half in halves for card in half)


def test_a_removed_card_is_never_named_and_a_titled_one_only_by_its_title(demo_artifacts, demo_set, demo_table_photo):
    from engine.core.values import Witness
    from engine.image.photo import open_photo

    removed, titled, *others = demo_table_photo.names
    splits = {removed: CardSplit.REMOVED, titled: CardSplit.TITLED} | dict.fromkeys(others, CardSplit.PICTURED)
    artifacts = open_artifacts(demo_artifacts)
    catalogue = Catalogue.open(artifacts.catalogue)

    def named(witness):
        found = recogniser.identify(open_photo(demo_table_photo.image), top_k=3, max_cards=9, witness=witness)
        return {card.name for card in found.cards}

    recogniser = build_recogniser(artifacts, catalogue, SplitFilter(catalogue, splits, split=splits.__getitem__))
    assert removed not in named(Witness.BOTH)
    assert titled in named(Witness.TITLE) - named(Witness.PICTURE)
    assert set(others) <= named(Witness.PICTURE)
    catalogue.close()


def test_a_filter_without_names_allows_everything():
    catalogue = Catalogue.open(open_artifacts(SHIPPED).catalogue)
    known = SplitFilter(catalogue, ())
    assert known.allows_titles("Lightning Bolt")
    assert known.allows_pictures("Lightning Bolt")
    catalogue.close()
