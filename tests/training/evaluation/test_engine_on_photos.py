import json
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from engine import Identification
from engine.core.errors import BadImage
from engine.core.values import Card, Status
from training.cli import main
from training.data.photo_labels import Label, LabelledPhoto
from training.evaluation.engine_on_photos import BASELINE, CARDGLASS, answer_line, evaluate
from training.scoring.matching import Outcome
from training.scoring.tables import WALL

SQUARE = ((0.0, 0.0), (63.0, 0.0), (63.0, 88.0), (0.0, 88.0))
OWL = Card(SQUARE, Status.IDENTIFIED, "Owl", 0.9)
ELK = Card(SQUARE, Status.UNSURE, "Elk", 0.4)
TIMES = {"decode": 1.0, "total": 1.0}


def photo(file: str, *names: str) -> LabelledPhoto:
    return LabelledPhoto(file, Path(file), len(names), tuple(map(Label, names)))


class Scripted:
    """Answers by file name and records the calls; raises an answer that is an error."""

    def __init__(self, calls: list[str], answers: dict[str, Card | BadImage]) -> None:
        self.calls = calls
        self.answers = answers

    def __call__(self, path: Path) -> Identification:
        self.calls.append(path.name)
        answer = self.answers[path.name]
        if isinstance(answer, BadImage):
            raise answer
        return Identification(640, 480, (answer,), TIMES)


class TestEvaluate:
    def test_systems_take_turns_after_one_untimed_photo_each(self):
        calls: list[str] = []
        ours = Scripted(calls, {"a": OWL, "b": ELK})
        evaluate([photo("a", "Owl"), photo("b", "Elk")], {"ours": ours, "trial": ours})
        assert calls == ["a", "a", "a", "a", "b", "b"]

    def test_outcomes_are_in_the_order_of_the_photos_with_the_time_the_caller_waited(self):
        systems = {"ours": Scripted([], {"a": OWL, "b": ELK})}
        outcomes = evaluate([photo("b", "Elk"), photo("a", "Owl")], systems)["ours"]
        assert [outcome.cards for outcome in outcomes] == [(ELK,), (OWL,)]
        assert all(list(outcome.timings_ms) == ["decode", "total", WALL] for outcome in outcomes)

    def test_a_failed_photo_has_its_error_and_the_others_are_processed(self):
        torn = BadImage("damaged_image", "It ends too early.")
        systems = {"ours": Scripted([], {"a": torn, "b": OWL})}
        failed, fine = evaluate([photo("a", "Owl"), photo("b", "Owl")], systems)["ours"]
        assert failed.error is torn
        assert fine.cards == (OWL,)

    def test_no_photos_give_no_outcomes(self):
        assert evaluate([], {"ours": Scripted([], {})}) == {"ours": []}

    def test_progress_goes_to_stderr(self, capsys):
        evaluate([photo("a", "Owl")], {"ours": Scripted([], {"a": OWL})})
        assert capsys.readouterr().out == ""


class TestAnswerLine:
    def test_has_matched_labels_and_missing_names(self):
        outcome = Outcome(photo("a", "Bear", "Owl"), (OWL, ELK), TIMES)
        line = answer_line({"ours": outcome})
        assert line["file"] == "a"
        assert line["labels"][1] == {"name": "Owl", "set": None, "lang": None}
        ours = line["answers"]["ours"]
        assert ours["matches"] == [1, None]
        assert ours["missing"] == ["Bear"]
        assert [card["name"] for card in ours["cards"]] == ["Owl", "Elk"]

    def test_has_the_error_of_a_failed_photo(self):
        line = answer_line({"ours": Outcome(photo("a"), error=BadImage("damaged_image", "Torn."))})
        assert line["answers"]["ours"] == {"error": {"code": "damaged_image", "message": "Torn."}}


# -- The command, with the real engine and the artifacts that ship -----------------------------------


@pytest.fixture(name="photos")
def _photos(tmp_path) -> Path:
    """A CSV with a drawn card, a picture without one and a file that is no picture."""
    drawn = Image.new("RGB", (700, 900), (70, 90, 80))
    draw = ImageDraw.Draw(drawn)
    draw.rounded_rectangle((100, 100, 530, 700), 20, fill=(20, 20, 20))
    draw.rectangle((120, 120, 510, 160), fill=(235, 230, 215))
    draw.text((130, 122), "Llanowar Elves", "black", ImageFont.load_default(30))
    drawn.save(tmp_path / "card.png")
    Image.new("RGB", (700, 900), (70, 90, 80)).save(tmp_path / "table.png")
    (tmp_path / "letter.jpg").write_text("Dear reader")
    rows = ["file,cards_visible,names,tags", "card.png,1,Llanowar Elves,single", "table.png,0,,negative"]
    (tmp_path / "photos.csv").write_text("\n".join([*rows, "letter.jpg,1,Llanowar Elves,single"]))
    return tmp_path / "photos.csv"


def command(*words: str | Path) -> int:
    return main(["evaluate", *map(str, words)])


def test_json_output_equals_the_file(photos, tmp_path, capsys):
    assert command("--photos", photos, "--out", tmp_path / "out", "--json") == 1
    document = json.loads(capsys.readouterr().out)
    assert document == json.loads((tmp_path / "out/metrics.json").read_text())
    assert document["p50_ratio"] is document["p95_ratio"] is None
    ours = document["systems"][CARDGLASS]
    assert ours["metrics"]["photos"] == 3
    assert ours["metrics"]["recall"]["of"] == 2
    assert [error["file"] for error in ours["errors"]] == ["letter.jpg"]
    assert {"decode", "detect", "rectify", "embed", "search", "read", "judge", "total"} <= set(ours["latency_ms"])
    lines = [json.loads(line) for line in (tmp_path / "out/answers.jsonl").read_text().splitlines()]
    assert [line["file"] for line in lines] == ["card.png", "table.png", "letter.jpg"]
    with Image.open(tmp_path / "out/failures.png") as sheet:
        assert sheet.width > 0


def test_the_baseline_is_left_of_the_engine_in_the_markdown_table(photos, tmp_path, capsys):
    command("--photos", photos, "--out", tmp_path / "out", "--baseline", "--markdown")
    head, rule, *rows = capsys.readouterr().out.splitlines()
    assert head == f"| figure | {BASELINE} | {CARDGLASS} | count |"
    assert rule.startswith("| --- |")
    assert any(row.startswith("| single-card photos whose best answer is right | ") for row in rows)


def test_limit_takes_the_first_photos_and_success_exits_with_0(photos, tmp_path, capsys):
    assert command("--photos", photos, "--out", tmp_path / "out", "--limit", "2") == 0
    printed = capsys.readouterr().out
    assert "Risk and coverage" in printed
    assert len((tmp_path / "out/answers.jsonl").read_text().splitlines()) == 2


@pytest.mark.parametrize("limit", ["0", "-1", "many"])
def test_a_limit_below_one_is_wrong_usage(photos, limit, capsys):
    with pytest.raises(SystemExit) as caught:
        command("--photos", photos, f"--limit={limit}")
    assert caught.value.code == 2
    assert "--limit: " in capsys.readouterr().err


def test_missing_photos_and_unusable_artifacts_exit_with_2_and_one_line(photos, tmp_path, capsys):
    assert command("--photos", tmp_path / "none.csv", "--out", tmp_path / "out") == 2
    assert command("--photos", photos, "--artifacts", tmp_path, "--out", tmp_path / "out") == 2
    first, second = capsys.readouterr().err.splitlines()
    assert "none.csv" in first
    assert str(tmp_path) in second
