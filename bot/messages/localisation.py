"""Localised names and descriptions of commands and their options."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from bot.messages import DEFAULT_LANGUAGE, Messages, language_of


class CommandTexts:
    """Command names and descriptions by message key: in English, translated by :class:`CommandTranslator`."""

    def __init__(self, messages: Messages) -> None:
        self._english = messages.words(DEFAULT_LANGUAGE)

    def get(self, key: str, **values: Any) -> app_commands.locale_str:
        """Return the text for a key; ``values`` are for its placeables."""
        return app_commands.locale_str(self._english.format(key, **values), key=key, **values)


class CommandTranslator(app_commands.Translator):
    """Translates command texts from the message catalogue, by the ``key`` of each text."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: Any,  # noqa: ARG002 - passed by position
    ) -> str | None:
        """Return the text in one of our languages; None for English or without a message."""
        language = language_of(str(locale))
        key = string.extras.get("key")
        if language == DEFAULT_LANGUAGE or key is None:
            return None
        values = {name: value for name, value in string.extras.items() if name != "key"}
        return self._messages.words(language).format(key, **values)
