"""All texts users read: one folder of Fluent files (https://projectfluent.org) per language."""

from bot.messages.catalogue import DEFAULT_LANGUAGE, LANGUAGES, Messages, Words, language_of

__all__ = ["DEFAULT_LANGUAGE", "LANGUAGES", "Messages", "Words", "language_of"]
