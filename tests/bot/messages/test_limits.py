"""Discord's limits on commands and messages, in every language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import discord
import pytest
from discord import ui

from bot.commands.info import about_view, help_view, privacy_view
from bot.core.limits import MAX_OPTIONS
from bot.guild_settings.panel import settings_panel
from bot.messages import DEFAULT_LANGUAGE, LANGUAGES, Messages, language_of
from bot.store import GuildSettings
from tests.bot.messages.test_catalogue import said_in
from tests.support.bot.layouts import text_of
from tests.support.bot.world import World

WORDS = Messages.open()
SERVED = {str(one) for one in discord.Locale if language_of(str(one)) != DEFAULT_LANGUAGE}
"""Discord's locales for which there are translations."""
SLASH, MENU = re.compile(r"[-'\w]{1,32}"), re.compile(r".{1,32}")
"""What names may be; Discord also allows signs of Devanagari and Thai, which no language of ours has."""
MAX_DESCRIPTION, MAX_COMMAND = 100, 8000
MAX_TEXT, MAX_TEXTS = 2000, 4000
"""Letters in a message's plain content, and in all its text components together."""
BUTTON, PLACEHOLDER, OPTION, FORM = 80, 150, 100, 45
LIMITS = {
    r"button-.*|switch-.*|lookup-(printings-button|newer|older)": BUTTON,
    r"choose-.*|lookup-pick|which-is-(it|card)": PLACEHOLDER,
    r"confidence-.*|language-.*|currency-(?!own).*|form-printing-hint": OPTION,
    r"form-(title|name|printing)": FORM,
}
"""Keys of texts in buttons, menus and forms, where long text would be cut off."""
LONGEST_ID, LONG_NAME = 2**63, 150


NUMBERS = {"answers", "cards", "corrections", "count", "days", "learnt", "pictures", "servers", "waiting"}
"""Variables that are counts; dates are dates, and all others stand for texts."""


def values_for(variables: set[str], count: int) -> dict[str, Any]:
    """Values for the variables of a message: long texts, and all counts the same."""
    special = {"date": date(2026, 9, 30), **dict.fromkeys(NUMBERS, count)}
    return {name: special.get(name, "x" * LONG_NAME) for name in variables}


def longest(key: str, language: str) -> str:
    """The message with the longest possible values; the numbers in a form's title are texts."""
    words = WORDS.words(language)
    state = max(words.format("on"), words.format("off"), key=len)
    return words.format(key, state=state, number="10.40", percent=100)


@pytest.fixture(name="payloads")
async def translated_payloads(world: World) -> list[dict[str, Any]]:
    """The commands as registered with Discord, with all translations."""
    tree = world.client.tree
    assert tree.translator is not None
    return [await one.get_translated_payload(tree, tree.translator) for one in tree.get_commands()]


def named_parts(payload: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A command, its options, and theirs."""
    yield payload
    for option in payload.get("options", ()):
        yield from named_parts(option)


def told(part: dict[str, Any], what: str) -> dict[str, str]:
    """A name or a description by locale; the default under ""."""
    return {"": part[what], **part.get(f"{what}_localizations", {})}


async def test_names_and_descriptions_exist_in_exactly_our_languages(payloads):
    for payload in payloads:
        for part in named_parts(payload):
            assert set(told(part, "name")) == {"", *SERVED}
            if part.get("description"):
                assert set(told(part, "description")) == {"", *SERVED}


async def test_discord_accepts_the_names(payloads):
    for payload in payloads:
        is_menu = payload["type"] != discord.AppCommandType.chat_input.value
        for part in named_parts(payload):
            for name in told(part, "name").values():
                assert (MENU if is_menu else SLASH).fullmatch(name), name
                assert is_menu or name == name.lower()


async def test_descriptions_are_neither_missing_nor_too_long(payloads):
    for payload in payloads:
        if payload["type"] == discord.AppCommandType.chat_input.value:
            for part in named_parts(payload):
                for text in told(part, "description").values():
                    assert 1 <= len(text) <= MAX_DESCRIPTION, text


async def test_names_of_commands_and_of_options_are_unique(payloads):
    groups = [[one for one in payloads if one["type"] == kind] for kind in {one["type"] for one in payloads}]
    groups += [one["options"] for one in payloads if one.get("options")]
    for group in groups:
        for locale in ("", *SERVED):
            names = [told(part, "name")[locale] for part in group]
            assert len(set(names)) == len(names), (locale, names)


async def test_no_command_has_too_many_letters_in_total(payloads):
    for payload in payloads:
        texts = [told(part, what) for part in named_parts(payload) for what in ("name", "description") if what in part]
        assert sum(max(map(len, text.values())) for text in texts) <= MAX_COMMAND


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("keys", "limit"), LIMITS.items())
def test_texts_of_buttons_menus_and_forms_are_not_cut(keys, limit, language):
    shown = [key for key in said_in(language) if re.fullmatch(keys, key)]
    assert shown
    for key in shown:
        text = longest(key, language)
        assert len(text) <= limit, text


def pages(language: str) -> Iterator[tuple[ui.LayoutView, str]]:
    """The longest messages, each with its last text; the settings with as many channels and roles as can be chosen."""
    words, contact = WORDS.words(language), "x" * 100
    info = {"catalogue": {"cards": 10**6, "source_date": "2026-09-30"}, "artifacts": {"index": {"rows": 10**6}}}
    many = frozenset(range(LONGEST_ID - MAX_OPTIONS, LONGEST_ID))
    yield help_view(words), words.format("help-admins")
    yield privacy_view(365, contact, words), words.format("privacy-contact", contact=contact)
    yield about_view(info, 10**6, contact, words), words.format("about-thanks")
    warning = words.format("warning-no-content")
    yield settings_panel(GuildSettings(1, channels=many, confirmers=many), WORDS, words, [warning]), warning


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_fit_into_a_message_uncut(language):
    for view, end in pages(language):
        assert len(text_of(view)) <= MAX_TEXTS
        assert text_of(view).endswith(end)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_alone_fits_into_a_plain_message(language):
    for key, variables in said_in(language).items():
        assert len(WORDS.words(language).format(key, **values_for(variables, count=10**6))) <= MAX_TEXT, key
