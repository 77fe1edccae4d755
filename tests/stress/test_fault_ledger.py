"""The ledger of the fault soak: it accepts honest answers and reports all others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("simcord", reason="the extra demo is not installed")

from stress.faults import ledger as module
from stress.faults.answers import EN, ExpectedAnswers, refusal_key
from stress.faults.ledger import Ledger, Photo
from stress.faults.log import FaultLog, fault_table

BOT, PLAYER = 1, 2
OLD, NEW = "Fog, as the old artifacts have it", "Fog, as the new ones have it"
GROUPS = {"Redis killed": "redis", "download broken off": "cdn"}


@pytest.fixture(name="ledger")
def of_two_versions(tmp_path: Path) -> Ledger:
    expected = {name: ExpectedAnswers(name, [("Fog",)], [text], [""]) for name, text in (("old", OLD), ("new", NEW))}
    log = FaultLog(tmp_path / "faults.jsonl")
    ledger = Ledger(expected, {}, log, 60.0, GROUPS, bot_id=BOT)
    ledger.switch_version("old")
    return ledger


def post(ledger: Ledger, ident: int = 10) -> Photo:
    return ledger.post(ident, 0, "channel", PLAYER)


def reply(ledger: Ledger, text: str, to: int = 10, by: int = BOT) -> None:
    components = [{"type": 17, "components": [{"type": 10, "content": text}]}]
    message = {"id": "99", "channel_id": "5", "author": {"id": str(by)}, "content": "", "components": components}
    ledger.on_event("MESSAGE_CREATE", message | {"message_reference": {"message_id": str(to)}})


def test_the_engine_s_own_answer_is_accepted(ledger: Ledger):
    post(ledger)
    reply(ledger, OLD)
    assert ledger.outcomes == {"answered": 1}
    assert ledger.findings == []


def test_messages_of_others_are_no_answer(ledger: Ledger):
    post(ledger)
    reply(ledger, OLD, by=PLAYER)
    reply(ledger, OLD, to=11)
    assert list(ledger.waiting) == [10]


def test_a_wrong_card_is_reported(ledger: Ledger):
    post(ledger)
    reply(ledger, "Storm Crow")
    assert ledger.outcomes == {"wrong": 1}
    assert "Storm Crow" in ledger.findings[0]


def test_a_second_answer_is_reported(ledger: Ledger):
    post(ledger)
    reply(ledger, OLD)
    reply(ledger, OLD)
    assert len(ledger.findings) == 1
    assert ledger.outcomes == {"answered": 1}


def test_an_unanswered_photo_is_reported(ledger: Ledger, monkeypatch: pytest.MonkeyPatch):
    post(ledger)
    ledger.report_lost()
    assert ledger.waiting
    monkeypatch.setattr(module, "LOST_AFTER_S", -1)
    ledger.report_lost()
    assert ledger.outcomes == {"silent": 1}
    assert "never answered" in ledger.findings[0]


def test_only_versions_in_use_since_the_post_are_accepted(ledger: Ledger, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "HANDED_OVER_S", 0)
    post(ledger, 10)
    ledger.switch_version("new")
    post(ledger, 11)
    reply(ledger, NEW, to=10)
    assert ledger.findings == []
    reply(ledger, OLD, to=11)
    assert len(ledger.findings) == 1


def test_right_after_a_switch_the_previous_version_is_accepted(ledger: Ledger):
    ledger.switch_version("new")
    post(ledger, 10)
    post(ledger, 11)
    reply(ledger, OLD, to=10)
    reply(ledger, NEW, to=11)
    assert ledger.findings == []


@pytest.mark.parametrize("key", ["recognisers-away", "too-late", "photo-not-had", "memory-away"])
def test_a_refusal_without_its_reason_is_reported(ledger: Ledger, key: str):
    post(ledger)
    reply(ledger, EN.format(key))
    assert ledger.outcomes == {key: 1}
    assert len(ledger.findings) == 1


@pytest.mark.parametrize(
    ("kind", "key"), [("Redis killed", "recognisers-away"), ("download broken off", "photo-not-had")]
)
def test_a_refusal_with_its_reason_is_accepted(ledger: Ledger, kind: str, key: str):
    ledger.begin(kind, "")
    post(ledger)
    reply(ledger, EN.format(key))
    assert ledger.findings == []


def test_an_unforeseen_error_is_always_reported(ledger: Ledger):
    ledger.begin("Redis killed", "")
    post(ledger)
    reply(ledger, EN.format("incident", code="7F3A"))
    assert ledger.outcomes == {"incident": 1}
    assert len(ledger.findings) == 1


def test_refusals_are_recognised_whatever_their_values():
    assert refusal_key(EN.format("busy", waiting=23)) == "busy"
    assert refusal_key(EN.format("incident", code="0A1B")) == "incident"
    assert refusal_key(OLD) is None


def test_a_fault_is_written_when_it_has_ended_and_all_its_photos_have_an_outcome(ledger: Ledger, tmp_path: Path):
    post(ledger, 10)
    fault = ledger.begin("Redis killed", "for a second")
    post(ledger, 11)
    reply(ledger, OLD, to=10)
    ledger.log.end(fault)
    assert not (tmp_path / "faults.jsonl").exists()
    post(ledger, 12)
    reply(ledger, EN.format("recognisers-away"), to=11)
    (line,) = (tmp_path / "faults.jsonl").read_text(encoding="utf-8").splitlines()
    told = json.loads(line)
    assert (told["kind"], told["in_flight"]) == ("Redis killed", 1)
    assert told["outcomes"] == {"answered": 1, "recognisers-away": 1}
    assert "| Redis killed | 1 | 0.0 | 2 | 1 | recognisers-away 1 |" in fault_table(ledger.log.done).to_markdown()
