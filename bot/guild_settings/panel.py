"""The settings of a server as a panel: pure, by value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import discord
from discord import ui

from bot.components.controls import Control, ControlItem, What, button, menu, options
from bot.core.limits import MAX_OPTIONS
from bot.messages import LANGUAGES, Messages, Words
from bot.store import GuildSettings

CONFIDENCES = (0, 50, 70, 90)
"""Percent below which a name is not told unasked."""
OWN_LANGUAGE = "own"


def settings_panel(
    guild: GuildSettings, messages: Messages, words: Words, warnings: Sequence[str] = ()
) -> ui.LayoutView:
    """Return the panel; ``warnings`` say what does not work at present."""
    view = ui.LayoutView(timeout=None)
    lines = [f"### {words('settings-title')}", *_summary(guild, words), *(f"⚠️ {warning}" for warning in warnings)]
    box: ui.Container[Any] = ui.Container(ui.TextDisplay("\n".join(lines)))
    box.add_item(_channels(guild, words)).add_item(_confirmers(guild, words))
    box.add_item(_languages(guild, messages, words)).add_item(_confidences(guild, words)).add_item(
        _switches(guild, words)
    )
    return view.add_item(box)


def changed(guild: GuildSettings, what: What, values: Sequence[str]) -> GuildSettings:
    """Return the settings after something was chosen or pressed; raises ValueError for what no panel offers."""
    match what:
        case What.CHANNELS:
            return replace(guild, channels=frozenset(map(int, values)))
        case What.CONFIRMERS:
            return replace(guild, confirmers=frozenset(map(int, values)))
        case What.LANGUAGE:
            return replace(guild, language=None if values[0] == OWN_LANGUAGE else values[0])
        case What.CONFIDENCE:
            return replace(guild, min_confidence=int(values[0]) / 100)
        case What.AUTOMATIC:
            return replace(guild, auto_answer=not guild.auto_answer)
        case What.QUIET:
            return replace(guild, quiet=not guild.quiet)
        case What.LOOKUPS:
            return replace(guild, lookups=not guild.lookups)
    raise ValueError(f"{what} is no setting")


def _summary(guild: GuildSettings, words: Words) -> list[str]:
    on, off = words("on"), words("off")
    channels = " ".join(f"<#{channel}>" for channel in sorted(guild.channels)) or words("none")
    roles = " ".join(f"<@&{role}>" for role in sorted(guild.confirmers)) or words("none")
    return [
        words("settings-channels", channels=channels, state=on if guild.auto_answer else off),
        words("settings-confirmers", roles=roles),
        words("settings-quiet", state=on if guild.quiet else off),
        words("settings-lookups", state=on if guild.lookups else off),
    ]


def _channels(guild: GuildSettings, words: Words) -> ui.ActionRow[Any]:
    chosen = [discord.SelectDefaultValue(id=one, type=discord.SelectDefaultValueType.channel) for one in guild.channels]
    select: ui.ChannelSelect[Any] = ui.ChannelSelect(
        custom_id=Control(What.CHANNELS).custom_id,
        channel_types=[discord.ChannelType.text, discord.ChannelType.forum, discord.ChannelType.news],
        placeholder=words("choose-channels"),
        min_values=0,
        max_values=MAX_OPTIONS,
        default_values=chosen[:MAX_OPTIONS],
    )
    return ui.ActionRow(ControlItem(select))


def _confirmers(guild: GuildSettings, words: Words) -> ui.ActionRow[Any]:
    chosen = [discord.SelectDefaultValue(id=one, type=discord.SelectDefaultValueType.role) for one in guild.confirmers]
    select: ui.RoleSelect[Any] = ui.RoleSelect(
        custom_id=Control(What.CONFIRMERS).custom_id,
        placeholder=words("choose-confirmers"),
        min_values=0,
        max_values=MAX_OPTIONS,
        default_values=chosen[:MAX_OPTIONS],
    )
    return ui.ActionRow(ControlItem(select))


def _languages(guild: GuildSettings, messages: Messages, words: Words) -> ui.ActionRow[Any]:
    named = [(one, messages.words(one)("language-name"), "") for one in LANGUAGES]
    own = (OWN_LANGUAGE, words("language-own"), "")
    return menu(
        Control(What.LANGUAGE), options([own, *named], guild.language or OWN_LANGUAGE), words("choose-language")
    )


def _confidences(guild: GuildSettings, words: Words) -> ui.ActionRow[Any]:
    named = [
        (str(one), words("confidence-least", percent=one) if one else words("confidence-any"), "")
        for one in CONFIDENCES
    ]
    chosen = str(round(guild.min_confidence * 100))
    return menu(Control(What.CONFIDENCE), options(named, chosen), words("choose-confidence"))


def _switches(guild: GuildSettings, words: Words) -> ui.ActionRow[Any]:
    states: Mapping[What, tuple[str, bool]] = {
        What.AUTOMATIC: ("switch-automatic", guild.auto_answer),
        What.QUIET: ("switch-quiet", guild.quiet),
        What.LOOKUPS: ("switch-lookups", guild.lookups),
    }
    row: ui.ActionRow[Any] = ui.ActionRow()
    for what, (key, is_on) in states.items():
        style = discord.ButtonStyle.success if is_on else discord.ButtonStyle.secondary
        row.add_item(button(Control(what), words(key, state=words("on") if is_on else words("off")), style=style))
    return row
