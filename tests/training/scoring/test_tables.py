from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.values import Card, Status
from training.data.photo_labels import Label, LabelledPhoto
from training.scoring.matching import Outcome
from training.scoring.metrics import measure
from training.scoring.results import Latency
from training.scoring.tables import WALL, SystemFigures, Table, comparison, details, latency_ratio


def card(name, confidence=0.9) -> Card:
    return Card(((0, 0), (1, 0), (1, 1), (0, 1)), Status.IDENTIFIED, name, confidence)


def photo(*names, visible=None) -> LabelledPhoto:
    visible = len(names) if visible is None else visible
    return LabelledPhoto("a.jpg", Path("a.jpg"), visible, tuple(map(Label, names)), ("single",), "here")


def measured(name, outcomes, **wall) -> SystemFigures:
    return SystemFigures(name, measure(outcomes), {WALL: Latency(**wall)} if wall else {})


class TestTable:
    def test_text_aligns_the_first_column_left_and_the_others_right(self):
        table = Table("Owls", ("what", "n"), (("a", "100"), ("long", "2")))
        assert table.to_text().splitlines() == ["Owls", "---------", "what    n", "---------", "a     100", "long    2"]

    def test_markdown_escapes_a_bar(self):
        table = Table("Owls", ("what", "n"), (("a|b", "1"),))
        assert table.to_markdown().splitlines() == ["| what | n |", "| --- | ---: |", "| a\\|b | 1 |"]

    def test_columns_can_be_aligned_left(self):
        table = Table("Owls", ("n", "what"), (("100", "a"),), left=(1,))
        assert table.to_text().splitlines()[2:] == ["  n  what", "---------", "100  a   "]
        assert table.to_markdown().splitlines() == ["| n | what |", "| ---: | --- |", "| 100 | a |"]

    def test_rows_of_another_length_are_refused(self):
        with pytest.raises(ValueError, match="2 cells"):
            Table("Owls", ("what", "n"), (("a",),))

    @given(st.lists(st.tuples(st.text("ab–", max_size=9), st.text("12%", max_size=5)), max_size=5))
    def test_all_lines_of_a_text_are_equally_wide(self, rows):
        lines = Table("t", ("first", "second"), tuple(rows)).to_text().splitlines()[1:]
        assert len({len(line) for line in lines}) == 1


class TestComparison:
    def rows(self, *systems):
        table = comparison(systems)
        return table.columns, {row[0]: row[1:] for row in table.rows}

    def test_each_system_has_a_column_and_counts_are_last(self):
        trial = measured("trial", [Outcome(photo("Owl"), (card("Elk"), card("Owl", confidence=0.8)))])
        ours = measured("ours", [Outcome(photo("Owl"), (card("Owl"),))])
        columns, rows = self.rows(trial, ours)
        assert columns == ("figure", "trial", "ours", "count")
        assert rows["single-card photos whose best answer is right"] == ("0.0%", "100.0%", "1 photos")
        assert rows["names given that are right (precision)"] == ("50.0%", "100.0%", "2 / 1 names")

    def test_false_names_are_counts(self):
        empty = photo(visible=0)
        _, rows = self.rows(measured("ours", [Outcome(empty, (card("Owl"),)), Outcome(empty)]))
        assert rows["photos without a card given an identified name"] == ("1", "2 photos")

    def test_a_figure_without_counts_is_a_dash(self):
        _, rows = self.rows(measured("ours", []))
        assert rows["card instances named (recall)"] == ("–", "0 cards")
        assert rows["p50 per photo"] == ("–", "0 photos")

    def test_times_are_those_of_the_caller(self):
        ours = measured("ours", [Outcome(photo("Owl"))], p50_ms=250.0, p95_ms=1500.0)
        _, rows = self.rows(ours)
        assert rows["p50 per photo"][0] == "0.25 s"
        assert rows["p95 per photo"][0] == "1.50 s"

    def test_the_ratio_of_the_medians_needs_both(self):
        ours, trial = (measured(name, [], p50_ms=ms, p95_ms=ms) for name, ms in (("ours", 100.0), ("trial", 400.0)))
        assert latency_ratio(ours, trial) == pytest.approx(0.25)
        assert latency_ratio(ours, measured("trial", [])) is None

    def test_the_slowest_photos_have_a_ratio_of_their_own(self):
        ours = measured("ours", [], p50_ms=100.0, p95_ms=300.0)
        trial = measured("trial", [], p50_ms=400.0, p95_ms=400.0)
        assert latency_ratio(ours, trial, what="p95") == pytest.approx(0.75)


def test_details_have_all_six_tables():
    ours = measured("ours", [Outcome(photo("Owl"), (card("Owl"),))], p50_ms=1.0, p95_ms=2.0)
    tables = {table.title: table for table in details(ours)}
    assert tables["Milliseconds per photo"].rows == (("wall", "1.0", "2.0"),)
    assert tables["By tag"].rows == (("single", "1", "1", "100.0%", "100.0%", "100.0%"),)
    assert tables["By source"].rows[0][0] == "here"
    assert tables["Calibration"].rows[9] == ("0.9–1.0", "1", "0.900", "100.0%")
    assert len(tables) == 6
