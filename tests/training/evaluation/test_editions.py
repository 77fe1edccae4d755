"""Measuring printings of real scans: which scans, what counts as right, and catalogues without foreign titles."""

from __future__ import annotations

from collections import Counter
from contextlib import closing

import numpy as np
import pytest

from engine.catalogue.catalogue import Catalogue
from engine.core.artifacts import CATALOGUE, SHIPPED, open_artifacts
from engine.core.values import Printing
from engine.printings.line_parser import CollectorLine
from engine.printings.posterior import Clues, PrintingVerdict
from tests.engine.printings.test_posterior import row
from training.data.held_out import is_held_out
from training.evaluation.editions import CLUES, MIN_PRINTINGS, choose_scans, outcome, scan_tables
from training.evaluation.english_titles import forget_foreign_titles


@pytest.fixture(scope="module")
def catalogue():
    opened = Catalogue.open(SHIPPED / CATALOGUE)
    yield opened
    opened.close()


def printing(code, number):
    return Printing(None, code, code, number, "", 0.9)


def test_an_answer_is_right_if_set_and_number_are():
    truth = row("mh1", "181")
    assert outcome(PrintingVerdict(printing("mh1", "181")), truth) == "right"
    assert outcome(PrintingVerdict(printing("mh1", "182")), truth) == "wrong"
    assert outcome(PrintingVerdict(None, (printing("m10", "1"), printing("mh1", "181")), 2), truth) == "among"
    assert outcome(PrintingVerdict(None, (printing("m10", "1"),), 1), truth) == "open"


def test_scans_are_of_names_that_were_held_out_and_have_several_printings(catalogue, tmp_path):
    names = ["Lightning Bolt", "Counterspell", "Giant Growth", "Shivan Dragon", "Serra Angel", "Dark Ritual", "Terror",
             "Disenchant", "Sol Ring", "Wrath of God", "Swords to Plowshares", "Lord of Atlantis", "Birds of Paradise",
             "Hypnotic Specter", "Black Vise", "Howling Mine"]  # fmt: skip
    lines = ["file,name,face,set,collector_number,scryfall_id"]
    for name in names:
        first = next(one for one in catalogue.printings(catalogue.find(name)) if one.set == "lea")
        lines += [f"{name}.png,{name},,lea,{first.collector_number},", f"{name}.png,{name},,,,"]
    (tmp_path / "faces.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    chosen = choose_scans([tmp_path / "faces.csv"], catalogue, 50, np.random.default_rng(0))
    assert {scan.face.name for scan in chosen} == set(filter(is_held_out, names)) != set()
    assert {scan.era for scan in chosen} == {"1993"}
    assert all(len(catalogue.printings(scan.card_id)) >= MIN_PRINTINGS for scan in chosen)


def test_each_clue_is_measured_without_the_others():
    line = CollectorLine("MH1", "181", texts=("MH1", "Ada Drawn"))
    clues = Clues(line, looks=np.ones(11) / 11, marked=False)
    assert CLUES["nothing"](clues) == Clues(CollectorLine())
    assert CLUES["artist"](clues).line.texts == line.texts
    assert CLUES["artist"](clues).line.code is None
    assert CLUES["collector line"](clues).line.texts == ()
    assert CLUES["frame"](clues).looks is clues.looks
    assert CLUES["all"](clues) is clues


def test_figures_are_shown_by_height_era_and_clue():
    counts = Counter({("all", 300, "1993", "right"): 3, ("all", 300, "1993", "among"): 1})
    counts["symbol", 300, "1993", "wrong"] = 4
    by_height, by_era, by_clue = scan_tables(counts)
    assert by_height.rows == (("300 px", "4", "75.0%", "0", "1", "1 of 1"),)
    assert [one[0] for one in by_era.rows] == ["1993"]
    assert ("symbol", "4", "0.0%", "4", "0", "0 of 0") in by_clue.rows


def test_foreign_titles_are_forgotten_in_a_copy(demo_artifacts, tmp_path):
    folder = forget_foreign_titles(demo_artifacts, tmp_path / "copy")
    with closing(Catalogue.open(open_artifacts(folder).catalogue)) as copied:
        assert {title.lang for title in copied.titles} == {"en"}
    with closing(Catalogue.open(demo_artifacts / CATALOGUE)) as original:
        assert {title.lang for title in original.titles} != {"en"}
