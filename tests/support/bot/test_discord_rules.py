"""The check of requests finds what Discord would reject."""

from __future__ import annotations

import pytest

from tests.support.bot.discord_rules import COMPONENTS_V2, faults

MESSAGES = "/channels/1/messages"
BUTTON = {"type": 2, "style": 1, "label": "Go", "custom_id": "a"}


def text(content: str) -> dict:
    return {"type": 10, "content": content}


def row(*parts: dict) -> dict:
    return {"type": 1, "components": list(parts)}


def layout(*components: dict, **more) -> dict:
    return {"components": list(components), "flags": COMPONENTS_V2, **more}


FINE = layout(
    {"type": 17, "components": [text("a" * 3000), {"type": 12, "items": [{"media": {"url": "attachment://a.jpg"}}]}]},
    text("b" * 1000),
    row(BUTTON),
    attachments=[{"id": 0, "filename": "a.jpg"}],
)


def test_a_message_within_all_limits_is_fine():
    assert list(faults("POST", MESSAGES, FINE)) == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"content": "a" * 2001}, "letters of content"),
        (layout(text("a" * 2000), text("a" * 2000), text("a")), "letters in all texts"),
        (layout(*[row({**BUTTON, "custom_id": str(at)}) for at in range(21)]), "components"),
        (layout(text("a"), attachments=[{"id": at, "filename": str(at)} for at in range(11)]), "files"),
        (layout(row({**BUTTON, "custom_id": "a" * 101})), "letters of an id"),
        (layout(row(BUTTON), row(BUTTON)), "the id a twice"),
        (layout({"type": 13, "file": {"url": "attachment://b.csv"}}), "isn't attached"),
        (layout(text("a"), content="b"), "beside components"),
        ({"contents": 3, "embeds": "x"}, "embeds"),
    ],
)
def test_what_discord_would_reject_is_found(body, fault):
    assert any(fault in found for found in faults("POST", MESSAGES, body))


def test_options_of_a_menu_must_differ():
    option = {"label": "a", "value": "a"}
    menu = {"type": 3, "custom_id": "m", "options": [option, option]}
    assert any("option a twice" in fault for fault in faults("POST", MESSAGES, layout(row(menu))))


def test_responses_to_interactions_have_the_same_limits():
    answer = {"type": 4, "data": {"content": "a" * 2001}}
    assert any("letters of content" in fault for fault in faults("POST", "/interactions/1/token/callback", answer))


def test_an_edited_message_may_refer_to_files_it_already_has():
    shown = {"type": 12, "items": [{"media": {"url": "attachment://a.jpg"}}]}
    assert list(faults("PATCH", f"{MESSAGES}/2", layout(shown))) == []
