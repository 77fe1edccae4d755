"""The panel of a server's settings: it shows them, and each control changes one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from discord import ui
from discord.ui.select import BaseSelect

from bot.components.controls import Action
from bot.guild_settings.panel import CHANGES, apply_choice, settings_panel
from bot.messages import LANGUAGES, Messages
from bot.store import Currency, GuildSettings
from tests.support.bot.layouts import items, layout_faults, text_of

MESSAGES = Messages.open()
GUILD = GuildSettings(1)


def panel(guild: GuildSettings, *warnings: str) -> ui.LayoutView:
    return settings_panel(guild, MESSAGES, MESSAGES.words("en"), warnings)


@pytest.mark.parametrize(
    ("action", "values", "field", "value"),
    [
        (Action.CHANNELS, ["7", "8"], "channels", frozenset({7, 8})),
        (Action.CHANNELS, [], "channels", frozenset()),
        (Action.CONFIRMERS, ["9"], "confirmers", frozenset({9})),
        (Action.LANGUAGE, ["en"], "language", "en"),
        (Action.LANGUAGE, ["own"], "language", None),
        (Action.CURRENCY, ["eur"], "currency", Currency.EUROS),
        (Action.CONFIDENCE, ["70"], "min_confidence", 0.7),
        (Action.AUTOMATIC, [], "auto_answer", False),
        (Action.QUIET, [], "quiet", True),
        (Action.LOOKUPS, [], "lookups", True),
    ],
)
def test_each_control_changes_one_thing(action, values, field, value):
    assert apply_choice(GUILD, action, values) == replace(GUILD, **{field: value})


@pytest.mark.parametrize("action", [Action.AUTOMATIC, Action.QUIET, Action.LOOKUPS])
def test_pressing_a_switch_twice_changes_nothing(action):
    assert apply_choice(apply_choice(GUILD, action, []), action, []) == GUILD


def test_the_panel_shows_the_settings_and_has_a_control_for_each():
    view = panel(GuildSettings(1, channels=frozenset({7}), confirmers=frozenset({9}), language="en"))
    assert "<#7> (on)" in text_of(view)
    assert "<@&9>" in text_of(view)
    controls = [*items(view, ui.Button), *items(view, BaseSelect)]
    assert {item.custom_id.split(":")[1] for item in controls} == set(CHANGES)


def test_every_language_can_be_chosen():
    (menu,) = [item for item in items(panel(GUILD), ui.Select) if item.custom_id.startswith("v1:language")]
    assert {option.value for option in menu.options} == {"own", *LANGUAGES}


def test_the_chosen_currency_is_selected():
    (menu,) = [
        item
        for item in items(panel(replace(GUILD, currency=Currency.EUROS)), ui.Select)
        if "currency" in item.custom_id
    ]
    assert [option.value for option in menu.options if option.default] == ["eur"]


def test_warnings_are_shown():
    assert "⚠️ no rights" in text_of(panel(GUILD, "no rights"))


def test_the_panel_keeps_within_discords_limits():
    many = frozenset(range(1, 60))
    view = panel(GuildSettings(1, channels=many, confirmers=many), *(["x" * 100] * 10))
    assert layout_faults(view) == []
    assert text_of(view).endswith("x" * 100)
