"""Formats messages in a user's language."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from fluent.runtime import FluentBundle, FluentResource

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parent
DEFAULT_LANGUAGE = "en"
LANGUAGES = tuple(sorted(folder.name for folder in FOLDER.iterdir() if any(folder.glob("*.ftl"))))
"""The available languages, by their folders."""

_UNICODE_CODES = {"zhs": "zh_Hans", "zht": "zh_Hant"}
"""Unicode's codes of languages, where Scryfall has others."""


class Words:
    """The messages of one language; missing ones fall back to English."""

    def __init__(self, language: str, bundles: Iterable[FluentBundle]) -> None:
        self.language = language
        self._bundles = tuple(bundles)

    def format(self, key: str, **values: Any) -> str:
        """Return a formatted message.

        Args:
            key: the message's id in the Fluent files.
            values: texts and numbers for its placeables.

        Raises:
            KeyError: there is no such message.
        """
        for bundle in self._bundles:
            if bundle.has_message(key):
                pattern = bundle.get_message(key).value
                if pattern is not None:
                    text, faults = bundle.format_pattern(pattern, values)
                    if faults:
                        log.error("message %s in %s: %s", key, self.language, faults)
                    return str(text)
        raise KeyError(key)

    def language_name(self, code: str) -> str:
        """Return the name of a language, given by Scryfall's code, in this language; the code if it has none."""
        try:
            return str(Locale.parse(_UNICODE_CODES.get(code, code)).get_display_name(self.language)) or code
        except (UnknownLocaleError, ValueError):
            return code

    def knows(self, key: str) -> bool:
        """Return whether the message exists."""
        return any(bundle.has_message(key) for bundle in self._bundles)


class Messages:
    """The messages of all languages, read once."""

    def __init__(self, words: Mapping[str, Words]) -> None:
        self._words = dict(words)

    @classmethod
    def open(cls) -> Messages:
        """Read the files of all languages."""
        bundles: dict[str, FluentBundle] = {}
        for language in LANGUAGES:
            # Isolation marks are for mixed writing directions; Discord shows them as boxes.
            bundle = bundles[language] = FluentBundle([language], use_isolating=False)
            for path in sorted((FOLDER / language).glob("*.ftl")):
                bundle.add_resource(FluentResource(path.read_text(encoding="utf-8")))
        fallback = bundles[DEFAULT_LANGUAGE]
        return cls({name: Words(name, dict.fromkeys([bundle, fallback])) for name, bundle in bundles.items()})

    def words(self, language: str | None) -> Words:
        """Return the messages of a language, named as by Discord (``pt-BR``) or by us (``pt``); English by default."""
        return self._words[language_of(language)]


def language_of(locale: str | None) -> str:
    """Return our language for a locale, such as ``es`` for ``es-419``; English if we don't have it."""
    language = (locale or DEFAULT_LANGUAGE).partition("-")[0]
    return language if language in LANGUAGES else DEFAULT_LANGUAGE
