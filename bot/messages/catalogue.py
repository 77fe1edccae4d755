"""Message key and values -> text in a user's language."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from fluent.runtime import FluentBundle, FluentResource

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parent
DEFAULT_LANGUAGE = "en"
LANGUAGES = tuple(sorted(folder.name for folder in FOLDER.iterdir() if any(folder.glob("*.ftl"))))
"""Languages there are messages in, by their folders."""


class Words:
    """The messages of one language; what it lacks is said in English."""

    def __init__(self, language: str, bundles: Iterable[FluentBundle]) -> None:
        self.language = language
        self._bundles = tuple(bundles)

    def __call__(self, key: str, **values: Any) -> str:
        """Return a message.

        Args:
            key: its id in the Fluent files.
            values: what its placeables stand for: texts and numbers.

        Raises:
            KeyError: no language has it.
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

    def knows(self, key: str) -> bool:
        """Return whether there is such a message."""
        return any(bundle.has_message(key) for bundle in self._bundles)


class Messages:
    """The catalogue, read once."""

    def __init__(self, words: Mapping[str, Words]) -> None:
        self._words = dict(words)

    @classmethod
    def open(cls) -> Messages:
        """Read the files of all languages."""
        bundles = {language: _bundle(language) for language in LANGUAGES}
        spare = bundles[DEFAULT_LANGUAGE]
        return cls({name: Words(name, dict.fromkeys([bundle, spare])) for name, bundle in bundles.items()})

    def words(self, language: str | None) -> Words:
        """Return the messages of a language as Discord (``pt-BR``) or we (``pt``) call it; English for any other."""
        return self._words[language_of(language)]


def language_of(locale: str | None) -> str:
    """Return which of our languages a locale is: ``es-419`` is ``es``; English where we have none for it."""
    language = (locale or DEFAULT_LANGUAGE).partition("-")[0]
    return language if language in LANGUAGES else DEFAULT_LANGUAGE


def _bundle(language: str) -> FluentBundle:
    # Isolating marks are for mixed writing directions; Discord shows them as boxes.
    bundle = FluentBundle([language], use_isolating=False)
    for path in sorted((FOLDER / language).glob("*.ftl")):
        bundle.add_resource(FluentResource(path.read_text(encoding="utf-8")))
    return bundle
