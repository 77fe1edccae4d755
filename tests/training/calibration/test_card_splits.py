"""Who appears in the photos that the judge is fitted on, and what the engine may know of each."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue.catalogue import Catalogue
from engine.core.artifacts import SHIPPED, open_artifacts
from training.calibration import card_splits
from training.calibration.card_splits import (
    Knowledge,
    Known,
    is_for_fitting,
    known_of,
    real_actors,
    recogniser_of,
    strange_actors,
)
from training.data.face_list import read_faces_csv
from training.data.face_pack import is_held_out


@given(st.text(min_size=1, max_size=30))
def test_front_and_back_of_a_card_share_their_fate(name):
    both = f"{name} // Somewhere Else"
    assert (is_for_fitting(both), known_of(both)) == (is_for_fitting(name), known_of(name))


def test_halves_and_thirds_are_about_as_large_as_they_are_called():
    names = [f"Card {i}" for i in range(3000)]
    assert sum(map(is_for_fitting, names)) == pytest.approx(1500, abs=150)
    for known in (Known.PICTURED, Known.TITLED, Known.REMOVED):
        assert sum(known_of(name) is known for name in names) == pytest.approx(1000, abs=120)


def test_which_half_a_name_is_in_says_nothing_of_how_far_it_is_known():
    names = [f"Card {i}" for i in range(3000) if is_for_fitting(f"Card {i}")]
    assert sum(known_of(name) is Known.REMOVED for name in names) == pytest.approx(len(names) / 3, rel=0.15)


def test_no_name_is_in_both_halves(demo_set, monkeypatch):
    monkeypatch.setattr(card_splits, "is_held_out", lambda _: True)  # of the few demo cards hardly one is
    halves = [{a.name for a in real_actors(demo_set.faces_csv, fitting=half)} for half in (True, False)]
    assert halves[0] | halves[1] == {row.name for row in read_faces_csv(demo_set.faces_csv)}
    assert not halves[0] & halves[1]


def test_actors_are_of_held_out_names_only(demo_set):
    (half,) = {is_for_fitting(row.name) for row in read_faces_csv(demo_set.faces_csv) if is_held_out(row.name)}
    assert all(is_held_out(actor.name) for actor in real_actors(demo_set.faces_csv, fitting=half))
    with pytest.raises(ValueError, match="too few"):
        real_actors(demo_set.faces_csv, fitting=not half)


def test_a_fan_made_card_with_a_real_one_s_title_is_left_out(tmp_path, demo_set):
    faces = [row.path for row in read_faces_csv(demo_set.faces_csv)[:4]]
    with (tmp_path / "fan.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["file", "real_title"])
        rows.writerows([path, "Fog" if n == 0 else ""] for n, path in enumerate(faces))
    halves = [strange_actors(tmp_path / "fan.csv", Known.FAN_MADE, fitting=half) for half in (True, False)]
    assert len(halves[0]) + len(halves[1]) == 3
    titled = [a for half in (True, False) for a in strange_actors(tmp_path / "fan.csv", Known.FAN_MADE, fitting=half,
                                                                  is_title=lambda _: True)]  # fmt: skip
    assert titled == []
    assert all(actor.name == "" for half in halves for actor in half)


def test_a_removed_card_is_found_by_neither_title_nor_picture_and_a_titled_one_by_its_title_alone(
    demo_artifacts, demo_set, demo_table_photo
):
    from engine.core.values import Witness
    from engine.image.photo import open_photo

    removed, titled, *others = demo_table_photo.names
    fates = {removed: Known.REMOVED, titled: Known.TITLED} | dict.fromkeys(others, Known.PICTURED)
    artifacts = open_artifacts(demo_artifacts)
    catalogue = Catalogue.open(artifacts.catalogue)

    def named(witness):
        found = recogniser(open_photo(demo_table_photo.image), top_k=3, max_cards=9, witness=witness)
        return {card.name for card in found.cards}

    recogniser = recogniser_of(artifacts, catalogue, Knowledge(catalogue, fates, known=fates.__getitem__))
    assert removed not in named(Witness.BOTH)
    assert titled in named(Witness.TITLE) - named(Witness.PICTURE)
    assert set(others) <= named(Witness.PICTURE)
    catalogue.close()


def test_the_shipped_catalogue_knows_all_where_nothing_is_held_back():
    catalogue = Catalogue.open(open_artifacts(SHIPPED).catalogue)
    knows = Knowledge(catalogue, ())
    assert knows.titled("Lightning Bolt")
    assert knows.pictured("Lightning Bolt")
    catalogue.close()
