"""The panel of a server's settings: each control changes one thing, and it shows what holds."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from discord import ui

from bot.components.controls import What
from bot.guild_settings.handlers import SETTINGS
from bot.guild_settings.panel import changed, settings_panel
from bot.messages import LANGUAGES, Messages
from bot.store import GuildSettings
from tests.bot.replies.test_layout import components_in, items, text_of

MESSAGES = Messages.open()
GUILD = GuildSettings(1)


def panel(guild: GuildSettings, *warnings: str) -> ui.LayoutView:
    async def build() -> ui.LayoutView:
        return settings_panel(guild, MESSAGES, MESSAGES.words("en"), warnings)

    return asyncio.run(build())


@pytest.mark.parametrize(
    ("what", "values", "field", "value"),
    [
        (What.CHANNELS, ["7", "8"], "channels", frozenset({7, 8})),
        (What.CHANNELS, [], "channels", frozenset()),
        (What.CONFIRMERS, ["9"], "confirmers", frozenset({9})),
        (What.LANGUAGE, ["en"], "language", "en"),
        (What.LANGUAGE, ["own"], "language", None),
        (What.CONFIDENCE, ["70"], "min_confidence", 0.7),
        (What.AUTOMATIC, [], "auto_answer", False),
        (What.QUIET, [], "quiet", True),
        (What.LOOKUPS, [], "lookups", True),
    ],
)
def test_each_control_changes_one_thing(what, values, field, value):
    assert changed(GUILD, what, values) == replace(GUILD, **{field: value})


@pytest.mark.parametrize("what", [What.AUTOMATIC, What.QUIET, What.LOOKUPS])
def test_a_switch_pressed_twice_is_where_it_was(what):
    assert changed(changed(GUILD, what, []), what, []) == GUILD


def test_what_is_no_setting_is_refused():
    with pytest.raises(ValueError, match="no setting"):
        changed(GUILD, What.REMOVE, [])


def test_the_panel_shows_what_holds_and_has_a_control_for_each_setting():
    view = panel(GuildSettings(1, channels=frozenset({7}), confirmers=frozenset({9}), language="en"))
    assert "<#7> (on)" in text_of(view)
    assert "<@&9>" in text_of(view)
    pressed = {item.custom_id.split(":")[1] for item in items(view, ui.DynamicItem)}
    assert pressed == {str(what) for what in SETTINGS}


def test_all_languages_there_are_can_be_chosen():
    menus = [item.item for item in items(panel(GUILD), ui.DynamicItem) if item.custom_id.startswith("v1:language")]
    assert {option.value for option in menus[0].options} == {"own", *LANGUAGES}


def test_what_does_not_work_at_present_is_said():
    assert "⚠️ no rights" in text_of(panel(GUILD, "no rights"))


def test_the_panel_keeps_within_discords_limits():
    many = frozenset(range(1, 60))
    view = panel(GuildSettings(1, channels=many, confirmers=many), *(["x" * 100] * 10))
    assert components_in(view.to_components()) <= 40
    assert len(text_of(view)) <= 4000
