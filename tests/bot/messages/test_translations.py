"""Translations: none forgotten, none with broken markup or names of commands and buttons that don't exist."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import pytest
from babel import Locale
from fluent.syntax import FluentParser, FluentSerializer
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor

from bot.messages import DEFAULT_LANGUAGE, LANGUAGES, Messages
from tests.bot.messages.test_catalogue import FOLDER, said_in
from tests.bot.messages.test_limits import values_for

WORDS = Messages.open()
TRANSLATED = [one for one in LANGUAGES if one != DEFAULT_LANGUAGE]
COMMAND = re.compile(r"`/([^`]+)`")
LETTER = re.compile(r"[^\W\d_]")
RIGHTS = "about-rights"
"""Words that Wizards of the Coast prescribes, in English."""
NAMES = {"about-title", RIGHTS, "lookup-foil"} | {key for key in said_in(DEFAULT_LANGUAGE) if key.startswith("format-")}
"""Messages that are names or terms, the same wherever they are not translated."""
SAME = {
    "de": {"option-name", "form-name", "status-legal"},
    "es": {"status-legal", "currency-euros"},
    "fr": {"photo-number", "rarity-rare", "rarity-bonus", "currency-euros"},
    "pt": {"currency-euros"},
}
"""Words that are spelt as in English."""
MENTIONED = {"help-photos": ("menu-identify",), "help-answers": ("button-wrong", "button-export", "button-remove")}
"""Controls that a message names by their labels."""
ANSWERED = {"help-answers": ("sure", "probably", "perhaps")}
"""Degrees of certainty that a message names."""


def messages_in(language: str) -> Iterator[ftl.Message]:
    for path in sorted((FOLDER / language).glob("*.ftl")):
        for entry in FluentParser(with_spans=False).parse(path.read_text(encoding="utf-8")).body:
            if isinstance(entry, ftl.Message):
                yield ftl.Message(entry.id, entry.value)


def written_in(language: str) -> dict[str, str]:
    """Each message as it is written, without comments."""
    return {one.id.name: FluentSerializer().serialize_entry(one) for one in messages_in(language)}


def has_words(written: str) -> bool:
    """Whether anything but placeables is left to translate."""
    return bool(LETTER.search(re.sub(r"\{[^{}]*\}", "", written.partition("=")[2])))


class Selects(Visitor):
    """Collects the variants of each of a message's selections."""

    def __init__(self) -> None:
        self.found: list[set[str]] = []

    def visit_SelectExpression(self, node: ftl.SelectExpression) -> None:  # noqa: N802 - the visitor's own name for it
        keys = (one.key for one in node.variants)
        self.found.append({key.name for key in keys if isinstance(key, ftl.Identifier)})
        self.generic_visit(node)


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_left_in_english_by_mistake(language):
    english, here = written_in(DEFAULT_LANGUAGE), written_in(language)
    same = {key for key, written in here.items() if written == english[key] and has_words(written)}
    assert same - NAMES == SAME.get(language, set())


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_notice_of_rights_stays_word_for_word(language):
    assert WORDS.words(language).format(RIGHTS) == WORDS.words(DEFAULT_LANGUAGE).format(RIGHTS)


def test_language_names_differ():
    assert len({WORDS.words(one).format("language-name") for one in LANGUAGES}) == len(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_are_those_of_the_language(language):
    forms = Locale(language).plural_form.tags | {"other"}
    for message in messages_in(language):
        selects = Selects()
        selects.visit(message)
        for keys in selects.found:
            # What a language distinguishes for millions alone is told as other numbers are.
            assert forms - {"many"} == keys, message.id.name


@pytest.mark.parametrize("count", [0, 1, 2, 10**6])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_can_be_formatted(language, count, caplog):
    caplog.set_level(logging.ERROR)
    for key, variables in said_in(language).items():
        assert WORDS.words(language).format(key, **values_for(variables, count)).strip()
    assert not caplog.records


@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_are_mentioned_by_their_translated_names(language):
    words = WORDS.words(language)
    commands = {words.format(key) for key in said_in(language) if re.fullmatch(r"command-[a-z]+", key)}
    told = {name for written in written_in(language).values() for name in COMMAND.findall(written)}
    assert told
    assert told <= commands


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_names_commands_buttons_and_answers_as_they_are_shown(language):
    words = WORDS.words(language)
    for key, controls in MENTIONED.items():
        assert all(words.format(control) in words.format(key) for control in controls)
    for key, degrees in ANSWERED.items():
        for degree in degrees:
            (word, *_) = re.findall(r"[\w-]+", words.format(degree, percent=1))
            assert f"*{word}*" in words.format(key).lower()


@pytest.mark.parametrize("language", TRANSLATED)
def test_code_and_emphasis_are_kept(language):
    english, here = written_in(DEFAULT_LANGUAGE), written_in(language)
    for key, written in here.items():
        assert written.count("`") == english[key].count("`"), key
        assert re.findall(r"`(\[\[[^`]*)`", written) == re.findall(r"`(\[\[[^`]*)`", english[key]), key
        assert written.count("**") == english[key].count("**"), key
