"""Packs of name plates: what is cut from faces, what it shows, and what is kept."""

from argparse import ArgumentParser
from contextlib import closing

import numpy as np
import pytest

from engine.catalogue.catalogue import Catalogue
from engine.core.artifacts import CATALOGUE, SHIPPED
from engine.reading.mana_cost import symbol_numbers
from engine.reading.ocr import LineFinder
from training.drawing.cards import demo_cards, draw_card
from training.symbols import pack_plates
from training.symbols.drawing import draw_plate, locate_cost, random_cost, replace_cost
from training.symbols.plates import (
    HEIGHT,
    WIDTH,
    Plate,
    PlateLabel,
    PlatesError,
    cut_plate,
    printed_cost,
    read_plates,
    write_plates,
)


@pytest.fixture(scope="module", name="catalogue")
def shipped_catalogue():
    with closing(Catalogue.open(SHIPPED / CATALOGUE)) as catalogue:
        yield catalogue


@pytest.mark.parametrize(
    ("name", "face", "cost"),
    [
        ("Lightning Bolt", "", "{R}"),
        ("Plains", "", ""),
        ("Kitchen Finks", "", "{1}{G/W}{G/W}"),
        ("Delver of Secrets // Insectile Aberration", "", "{U}"),
        ("Delver of Secrets // Insectile Aberration", "Insectile Aberration", ""),
        ("Bonecrusher Giant // Stomp", "", "{2}{R}"),
        ("Fire // Ice", "", None),
        ("No such card", "", None),
    ],
)
def test_the_cost_at_the_head_of_a_face_is_the_catalogue_s(catalogue, name, face, cost):
    assert printed_cost(catalogue, name, face) == cost


def test_a_cut_plate_shows_the_right_end_of_the_title_s_bar():
    face = draw_card(demo_cards()[0], 520)
    plate = cut_plate(face, LineFinder(threads=1))
    assert plate.shape == (HEIGHT, WIDTH, 3)
    right = face[round(0.02 * 520) : round(0.13 * 520), -100:].reshape(-1, 3)
    assert np.abs(plate.reshape(-1, 3).mean(0) - right.mean(0)).max() < 40


def test_a_pack_gives_back_what_was_packed(tmp_path):
    rng = np.random.default_rng(0)
    plates = [draw_plate(rng, "A Title", random_cost(rng)) for _ in range(3)]
    assert write_plates(tmp_path / "plates.pack", plates) == 3
    found = read_plates([tmp_path / "plates.pack"])
    assert [plate.label for plate in found] == [plate.label for plate in plates]
    assert [plate.ends for plate in found] == [plate.ends for plate in plates]
    for one, other in zip(found, plates, strict=True):
        assert np.abs(one.pixels.astype(int) - other.pixels.astype(int)).mean() < 6


def test_other_files_are_no_packs(tmp_path):
    (tmp_path / "plates.pack").write_bytes(b"none")
    with pytest.raises(PlatesError, match="pack-plates"):
        read_plates([tmp_path / "plates.pack"])
    with pytest.raises(PlatesError):
        read_plates([tmp_path / "missing.pack"])


def test_the_command_packs_the_plates_of_listed_faces_whose_costs_are_known(demo_set, tmp_path, capsys):
    out = tmp_path / "plates.pack"
    parser = ArgumentParser()
    pack_plates.add_arguments(parser)
    assert pack_plates.run(parser.parse_args(["--faces", str(demo_set.faces_csv), "--out", str(out)])) == 0
    assert f"{out}: 0 plates" in capsys.readouterr().out  # invented cards aren't in the catalogue
    assert read_plates([out]) == []


def test_drawn_costs_are_labelled_with_what_they_show_and_where():
    rng = np.random.default_rng(1)
    for _ in range(20):
        plate = draw_plate(rng, "A Title", random_cost(rng))
        count = len(symbol_numbers(plate.label.cost))
        assert count == len(plate.ends) > 0
        assert all(left < right <= WIDTH for left, right in plate.ends)
        assert [left for left, _ in plate.ends] == sorted(left for left, _ in plate.ends)


def test_a_known_cost_is_found_on_its_plate():
    rng = np.random.default_rng(3)
    found = 0
    for _ in range(12):
        plate = draw_plate(rng, "A Title", "{2}{W}{U}")
        ends, fit = locate_cost(plate.pixels, plate.label.cost, None)
        assert len(ends) == 3
        assert -1 <= fit <= 1
        found += bool(np.abs(np.array(ends).mean(1) - np.array(plate.ends).mean(1)).max() < 5)
    assert found >= 10


def test_a_plate_without_a_cost_needs_no_search():
    assert locate_cost(np.zeros((HEIGHT, WIDTH, 3), np.uint8), "", None) == ((), 1.0)


def test_replacing_a_cost_changes_only_the_right_of_the_plate():
    rng = np.random.default_rng(2)
    plate = Plate(PlateLabel("A Card", "{1}{W}"), rng.integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8))
    other = replace_cost(rng, plate, "{2}{B}")
    assert other.label == PlateLabel("A Card", "{2}{B}")
    changed = np.abs(other.pixels.astype(int) - plate.pixels.astype(int)).max(axis=(0, 2)) > 2
    assert not changed[: WIDTH // 2].any()
    assert changed[round(other.ends[0][0]) + 2 : round(other.ends[-1][1]) - 2].all()
