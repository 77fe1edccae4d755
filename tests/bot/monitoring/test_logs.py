"""Log formats, and secrets hidden in them."""

from __future__ import annotations

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.monitoring.logs import FORMATTERS, HIDDEN, JsonFormatter, TextFormatter, configure_logging, redact

ID, TIME, SIGNATURE = "MTIzNDU2Nzg5MDEyMzQ1Njc4", "GabcDe", "x" * 38
TOKEN = ".".join((ID, TIME, SIGNATURE))
"""Of the shape of a bot's token, made up."""
INTERACTION = "aW50ZXJhY3Rpb246MTIz"
LETTERS = st.characters(codec="ascii", categories=["Lu", "Ll", "Nd"]) | st.sampled_from("-_")


def word(least: int, most: int) -> st.SearchStrategy[str]:
    return st.text(LETTERS, min_size=least, max_size=most)


def record(text: str, *values: object, **more: object) -> logging.LogRecord:
    made = logging.LogRecord("bot.x", logging.WARNING, __file__, 1, text, values, None)
    vars(made).update(more)
    return made


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"logging in with {TOKEN} now", TOKEN),
        (f"Authorization: Bot {TOKEN}", TOKEN),
        ("{'Authorization': 'Bearer abc.def', 'x': 1}", "abc.def"),
        ('"authorization": "Basic"', "Basic"),
        (f"POST https://discord.com/api/v10/interactions/123/{INTERACTION}/callback", INTERACTION),
        (f"PATCH /webhooks/123/{INTERACTION}/messages/@original", INTERACTION),
        (f"{{'token': '{INTERACTION}'}}", INTERACTION),
        ("https://cdn.discordapp.com/attachments/1/2/a.jpg?ex=66&is=65&hm=0a1b2c&", "0a1b2c"),
    ],
)
@pytest.mark.parametrize("form", FORMATTERS)
def test_secrets_are_hidden_everywhere(text: str, secret: str, form: str):
    formatter = FORMATTERS[form]()
    for made in (record(text), record("%s", text), record("event", where=text)):
        line = formatter.format(made)
        assert secret not in line
    assert HIDDEN in formatter.format(record(text))


@given(word(23, 28), word(6, 7), word(27, 60), st.sampled_from([" ", "'", '"', "=", "/", "\n", ""]))
def test_tokens_of_any_length_are_hidden(first: str, second: str, third: str, edge: str):
    token = f"{first}.{second}.{third}"
    assert third not in redact(f"x{edge or ' '}{token}{edge}")


@given(st.text(st.characters(categories=["L", "Nd", "Zs"])))
def test_ordinary_words_are_unchanged(text: str):
    assert redact(text) == text


@pytest.mark.parametrize("text", ["ready as Cardglass in 3 servers", "incident 7F3A", "photo: 2 cards in 312 ms"])
def test_the_bot_s_messages_are_unchanged(text: str):
    assert redact(text) == text


def stumble() -> None:
    raise RuntimeError(f"GET /webhooks/1/{INTERACTION}")


@pytest.mark.parametrize("form", FORMATTERS)
def test_errors_are_logged_with_their_traceback_but_without_secrets(form: str):
    with pytest.raises(RuntimeError) as raised:
        stumble()
    made = record("incident 7F3A")
    made.exc_info = (raised.type, raised.value, raised.tb)
    line = FORMATTERS[form]().format(made)
    assert "RuntimeError" in line
    assert "test_logs.py" in line
    assert INTERACTION not in line


def test_json_is_one_object_per_line():
    line = JsonFormatter().format(record('two\nlines and a "quote", %d', 7, photo=3, kind=Exception))
    assert "\n" not in line
    told = json.loads(line)
    assert told["event"] == 'two\nlines and a "quote", 7'
    assert (told["level"], told["logger"], told["photo"]) == ("warning", "bot.x", 3)
    assert told["time"].endswith("+00:00")


@pytest.fixture
def restore_logging():
    """Restore the root logger's handlers and all levels after the test."""
    root, before = logging.getLogger(), {}
    for name in (None, "bot", "engine"):
        before[name] = logging.getLogger(name).level
    handlers = list(root.handlers)
    # basicConfig(force=True) closes what it takes off.
    root.handlers = []
    yield
    root.handlers = handlers
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.usefixtures("restore_logging")
def test_debugging_the_bot_does_not_log_details_of_libraries():
    configure_logging("DEBUG", "text")
    assert logging.getLogger("bot.client.client").isEnabledFor(logging.DEBUG)
    assert not logging.getLogger("discord.gateway").isEnabledFor(logging.DEBUG)
    assert not logging.getLogger("aiohttp.client").isEnabledFor(logging.DEBUG)


@pytest.mark.usefixtures("restore_logging")
def test_a_higher_level_applies_to_libraries_too():
    configure_logging("ERROR", "json")
    assert not logging.getLogger("discord.client").isEnabledFor(logging.WARNING)
    assert not logging.getLogger("bot.client.client").isEnabledFor(logging.WARNING)
    assert isinstance(logging.getLogger().handlers[0].formatter, JsonFormatter)


def test_text_has_the_level_and_the_logger():
    assert TextFormatter().format(record("hello")).endswith("WARNING bot.x: hello")
