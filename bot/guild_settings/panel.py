"""The panel of a server's settings, and what its controls change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import discord
from discord import ui

from bot.components.controls import Action, Control, ControlItem, button, menu, options
from bot.components.layout import Block, Box, Row, render
from bot.core.limits import MAX_OPTIONS
from bot.messages import LANGUAGES, Messages, Words
from bot.store import Currency, GuildSettings

CONFIDENCES = (0, 50, 70, 90)
"""Minimum confidences, in percent, to choose from for names in channels where nobody asked."""
OWN_LANGUAGE = "own"
CHANGES: Mapping[Action, Callable[[GuildSettings, Sequence[str]], dict[str, Any]]] = {
    Action.CHANNELS: lambda _, values: {"channels": frozenset(map(int, values))},
    Action.CONFIRMERS: lambda _, values: {"confirmers": frozenset(map(int, values))},
    Action.LANGUAGE: lambda _, values: {"language": None if values[0] == OWN_LANGUAGE else values[0]},
    Action.CURRENCY: lambda _, values: {"currency": Currency(values[0])},
    Action.CONFIDENCE: lambda _, values: {"min_confidence": int(values[0]) / 100},
    Action.AUTOMATIC: lambda guild, _: {"auto_answer": not guild.auto_answer},
    Action.QUIET: lambda guild, _: {"quiet": not guild.quiet},
    Action.LOOKUPS: lambda guild, _: {"lookups": not guild.lookups},
}
"""What each control changes, given the present settings and the chosen values."""


def settings_panel(
    guild: GuildSettings, messages: Messages, words: Words, warnings: Sequence[str] = ()
) -> ui.LayoutView:
    """Return the panel; ``warnings`` are about settings that don't work at present."""
    on, off = words.format("on"), words.format("off")
    channels = " ".join(f"<#{channel}>" for channel in sorted(guild.channels)) or words.format("none")
    roles = " ".join(f"<@&{role}>" for role in sorted(guild.confirmers)) or words.format("none")
    lines = [
        f"### {words.format('settings-title')}",
        words.format("settings-channels", channels=channels, state=on if guild.auto_answer else off),
        words.format("settings-confirmers", roles=roles),
        words.format("settings-quiet", state=on if guild.quiet else off),
        words.format("settings-lookups", state=on if guild.lookups else off),
        *(f"⚠️ {warning}" for warning in warnings),
    ]
    named = [(one, messages.words(one).format("language-name"), "") for one in LANGUAGES]
    languages = options([(OWN_LANGUAGE, words.format("language-own"), ""), *named], guild.language or OWN_LANGUAGE)
    percents = [
        (str(one), words.format("confidence-least", percent=one) if one else words.format("confidence-any"), "")
        for one in CONFIDENCES
    ]
    confidences = options(percents, str(round(guild.min_confidence * 100)))
    rows = [
        *_channel_and_role_rows(guild, words),
        [menu(Control(Action.LANGUAGE), languages, words.format("choose-language"))],
        [
            menu(
                Control(Action.CURRENCY),
                options(currency_choices(words), guild.currency),
                words.format("choose-currency"),
            )
        ],
        [menu(Control(Action.CONFIDENCE), confidences, words.format("choose-confidence"))],
        [
            button(
                Control(action),
                words.format(key, state=on if is_on else off),
                style=discord.ButtonStyle.success if is_on else discord.ButtonStyle.secondary,
            )
            for action, key, is_on in (
                (Action.AUTOMATIC, "switch-automatic", guild.auto_answer),
                (Action.QUIET, "switch-quiet", guild.quiet),
                (Action.LOOKUPS, "switch-lookups", guild.lookups),
            )
        ],
    ]
    return render([Box([Block(lines, rows=rows)])])


def currency_choices(words: Words) -> list[tuple[str, str, str]]:
    """Return the options of a menu of currencies: value, label and no description."""
    keys = {
        Currency.BOTH: "currency-both",
        Currency.DOLLARS: "currency-dollars",
        Currency.EUROS: "currency-euros",
        Currency.NONE: "currency-none",
    }
    return [(currency, words.format(key), "") for currency, key in keys.items()]


def apply_choice(guild: GuildSettings, action: Action, values: Sequence[str]) -> GuildSettings:
    """Return the settings after one of the panel's controls was used."""
    return replace(guild, **CHANGES[action](guild, values))


def _channel_and_role_rows(guild: GuildSettings, words: Words) -> list[Row]:
    def selected(ids: frozenset[int], kind: discord.SelectDefaultValueType) -> list[discord.SelectDefaultValue]:
        return [discord.SelectDefaultValue(id=one, type=kind) for one in ids][:MAX_OPTIONS]

    channels: ui.ChannelSelect[Any] = ui.ChannelSelect(
        custom_id=Control(Action.CHANNELS).custom_id,
        channel_types=[discord.ChannelType.text, discord.ChannelType.forum, discord.ChannelType.news],
        placeholder=words.format("choose-channels"),
        min_values=0,
        max_values=MAX_OPTIONS,
        default_values=selected(guild.channels, discord.SelectDefaultValueType.channel),
    )
    roles: ui.RoleSelect[Any] = ui.RoleSelect(
        custom_id=Control(Action.CONFIRMERS).custom_id,
        placeholder=words.format("choose-confirmers"),
        min_values=0,
        max_values=MAX_OPTIONS,
        default_values=selected(guild.confirmers, discord.SelectDefaultValueType.role),
    )
    return [[ControlItem(channels)], [ControlItem(roles)]]
