"""The catalogue of messages: every language has every message the code uses."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor

from bot import messages
from bot.messages import DEFAULT_LANGUAGE, LANGUAGES, Messages, language_of

FOLDER = Path(messages.__file__).parent
WORDS = Messages.open()


ASKING = {"format", "UserError", "DownloadError", "RefusedSource", "PhotoGone", "PhotoTooLarge", "Busy"}
"""Callables that take a message's key as their first argument."""


class Variables(Visitor):
    """Collects the variables of a message."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:  # noqa: N802 - the visitor's own name for it
        self.names.add(node.id.name)


def said_in(language: str) -> dict[str, set[str]]:
    """Each message of a language, and its variables."""
    said: dict[str, set[str]] = {}
    for path in sorted((FOLDER / language).glob("*.ftl")):
        for entry in FluentParser().parse(path.read_text(encoding="utf-8")).body:
            assert not isinstance(entry, ftl.Junk), f"{path.name}: {entry.content}"
            if isinstance(entry, ftl.Message):
                assert entry.id.name not in said, f"{path.name}: {entry.id.name} is there twice"
                found = Variables()
                found.visit(entry)
                said[entry.id.name] = found.names
    return said


def asked_for() -> set[str]:
    """Keys that are literals in the bot's code: ``words.format("key")``, and errors' first arguments."""
    keys = set()
    for path in FOLDER.parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if called in ASKING:
                    keys.add(node.args[0].value)
    return keys


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != DEFAULT_LANGUAGE])
def test_every_language_has_the_same_messages_and_variables(language):
    assert said_in(language) == said_in(DEFAULT_LANGUAGE)


def test_every_key_in_the_code_exists():
    assert asked_for() <= set(said_in(DEFAULT_LANGUAGE))


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("en-US", "en"),
        ("en-GB", "en"),
        ("de", "de"),
        ("fr", "fr"),
        ("es-ES", "es"),
        ("es-419", "es"),
        ("pt-BR", "pt"),
        ("ja", "ja"),
        ("fi", DEFAULT_LANGUAGE),
        (None, DEFAULT_LANGUAGE),
        ("", DEFAULT_LANGUAGE),
    ],
)
def test_discords_locales_map_to_languages_and_else_to_english(locale, language):
    assert language_of(locale) == language
    assert WORDS.words(locale).language == language


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["0 cards", "1 card", "2 cards"]),
        ("de", ["0 Karten", "1 Karte", "2 Karten"]),
        ("fr", ["0 carte", "1 carte", "2 cartes"]),
        ("es", ["0 cartas", "1 carta", "2 cartas"]),
        ("pt", ["0 carta", "1 carta", "2 cartas"]),
        ("ja", ["カード 0 枚", "カード 1 枚", "カード 2 枚"]),
    ],
)
def test_counts_follow_the_languages_plurals(language, said):
    words = WORDS.words(language)
    assert [words.format("cards-found", count=n) for n in range(3)] == said


def test_an_unknown_key_raises():
    with pytest.raises(KeyError):
        WORDS.words("en").format("no-such-message")
