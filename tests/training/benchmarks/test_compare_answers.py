import json

import pytest

from training.cli import main

BOLT = {
    "corners": [[0, 0], [1, 0], [1, 1], [0, 1]],
    "status": "identified",
    "name": "Lightning Bolt",
    "confidence": 0.9912,
    "printing": {"set": "lea", "collector_number": "161"},
    "candidates": [],
    "evidence": {},
}


def photo(file="a.jpg", *cards, total=100.0):
    return {"file": file, "width": 2, "height": 2, "cards": list(cards), "timings_ms": {"total": total}}


def failed(file="a.jpg", code="not_a_photo"):
    return {"file": file, "error": {"code": code, "message": "can't be read"}}


@pytest.fixture
def compare(tmp_path, capsys):
    """Compare two lists of photos; return the exit code and the lines printed."""

    def run(before, after):
        for name, photos in (("before", before), ("after", after)):
            (tmp_path / name).write_text("".join(json.dumps(one) + "\n" for one in photos), encoding="utf-8")
        code = main(["compare-answers", str(tmp_path / "before"), str(tmp_path / "after")])
        return code, capsys.readouterr().out.splitlines()

    return run


def test_equal_answers_exit_with_0_whatever_the_times(compare):
    code, lines = compare(
        [photo("a.jpg", BOLT), photo("b.jpg"), failed("c.jpg")],
        [photo("a.jpg", BOLT, total=50.0), photo("b.jpg", total=25.0), failed("c.jpg")],
    )
    assert code == 0
    assert lines == [
        "photos: 3 before, 3 after; different answers: 0; "
        "same answers but different corners, candidates or evidence: 0; "
        "total time: 0.20 s before, 0.07 s after, ratio 0.375"
    ]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"name": "Shock"}, "  + identified 0.9912 Shock [lea 161]"),
        ({"status": "unsure"}, "  + unsure 0.9912 Lightning Bolt [lea 161]"),
        ({"confidence": 0.9911}, "  + identified 0.9911 Lightning Bolt [lea 161]"),
        ({"printing": None}, "  + identified 0.9912 Lightning Bolt [-]"),
        ({"printing": {"set": "leb", "collector_number": "161"}}, "  + identified 0.9912 Lightning Bolt [leb 161]"),
        ({"name": None}, "  + identified 0.9912 - [lea 161]"),
    ],
)
def test_a_change_of_name_status_confidence_or_printing_is_shown(compare, change, line):
    code, lines = compare([photo("a.jpg", BOLT), photo("b.jpg")], [photo("a.jpg", BOLT | change), photo("b.jpg")])
    assert code == 1
    assert lines[:-1] == ["a.jpg", "  - identified 0.9912 Lightning Bolt [lea 161]", line]
    assert "different answers: 1" in lines[-1]


def test_only_the_cards_that_differ_are_shown(compare):
    _, lines = compare([photo("a.jpg", BOLT, BOLT)], [photo("a.jpg", BOLT, BOLT | {"name": "Shock"}, BOLT)])
    assert lines[:-1] == [
        "a.jpg",
        "  - identified 0.9912 Lightning Bolt [lea 161]",
        "  + identified 0.9912 Shock [lea 161]",
        "  + identified 0.9912 Lightning Bolt [lea 161]",
    ]


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ([photo()], [failed()], ["  - no card found", "  + error not_a_photo"]),
        ([failed(code="too_large")], [failed()], ["  - error too_large", "  + error not_a_photo"]),
        ([photo()], [], ["  - no card found", "  + not in this file"]),
        ([], [failed()], ["  - not in this file", "  + error not_a_photo"]),
    ],
)
def test_errors_and_missing_photos_differ(compare, before, after, shown):
    code, lines = compare(before, after)
    assert code == 1
    assert lines[:-1] == ["a.jpg", *shown]
    assert lines[-1].endswith("ratio –")


def test_changes_of_other_fields_are_counted_but_are_no_difference(compare):
    code, lines = compare([photo("a.jpg", BOLT)], [photo("a.jpg", BOLT | {"evidence": {"new": 1}})])
    assert code == 0
    assert "candidates or evidence: 1" in lines[-1]


@pytest.mark.parametrize("text", ["{", "[]", "7", '{"cards": []}', '{"file": "a.jpg"}'])
def test_a_file_of_another_form_is_reported_with_its_line(tmp_path, capsys, text):
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_text("")
    bad.write_text(json.dumps(photo()) + "\n" + text)
    assert main(["compare-answers", str(good), str(bad)]) == 2
    assert f"{bad}, line 2" in capsys.readouterr().err


def test_a_missing_file_is_reported(tmp_path, capsys):
    assert main(["compare-answers", str(tmp_path / "no"), str(tmp_path / "no")]) == 2
    assert "error: " in capsys.readouterr().err
