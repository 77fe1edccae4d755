"""Figures of fuzzing rounds, and a short round if the fuzzer is installed."""

import pytest

from stress.fuzz.rounds import LEDGER, Round, executed, figures, fuzz
from stress.fuzz.targets import TARGETS
from stress.fuzz.targets.registry import as_text, target


def test_rounds_add_up_and_coverage_is_that_of_the_last(tmp_path):
    folder = tmp_path / "ids"
    (folder / "finds").mkdir(parents=True)
    (folder / "finds" / "KeyError-one-1-0").write_bytes(b"x")
    (folder / LEDGER).write_text("100,1.5,2.0,10,20\n50,0.5,1.0,12,25\n", encoding="utf-8")
    got = figures("ids", tmp_path)
    assert (got.executions, got.cpu_s, got.edges, got.features) == (150, 2.0, 12, 25)
    assert got.rounds[0] == Round(100, 1.5, 2.0, 10, 20)
    assert [path.name for path in got.finds] == ["KeyError-one-1-0"]


def test_a_target_without_rounds_has_zero_figures(tmp_path):
    got = figures("ids", tmp_path)
    assert (got.executions, got.cpu_s, got.edges, got.finds) == (0, 0, 0, ())


def test_an_interrupted_round_counts_as_far_as_it_was_reported():
    report = "\nexecuted 100 in 20.01 s\n#200 NEW\n\nexecuted 210 in 40.02 s\nstat::number_of_executed_units: 250\n"
    assert executed(report) == (210, 40.02)
    assert executed("stat::number_of_executed_units: 7\n") == (7, 0.0)


def test_two_targets_of_one_name_are_refused():
    with pytest.raises(AssertionError, match="two targets are called ids"):
        target("ids")(len)


def test_any_bytes_become_text_and_back():
    assert as_text(b"\xff\xc3\xa4").encode("utf-8", "surrogateescape") == b"\xff\xc3\xa4"


def test_the_fuzzer_tries_inputs_and_counts_branches(tmp_path):
    pytest.importorskip("atheris")
    got = fuzz("ids", 0.1, tmp_path)
    assert got.executions > len(list((tmp_path / "ids").glob("corpus/*")))
    assert got.edges > 0
    assert got.finds == ()
    assert "ids" in TARGETS
