"""All that users read, in one catalogue: a folder a language, Fluent files in it (https://projectfluent.org)."""

from bot.messages.catalogue import DEFAULT_LANGUAGE, LANGUAGES, Messages, Words, language_of

__all__ = ["DEFAULT_LANGUAGE", "LANGUAGES", "Messages", "Words", "language_of"]
