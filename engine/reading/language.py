"""Tell the language a card is printed in, from its title, its type line and its collector line.

Each witness has a likelihood for every language; the language is told if it is nearly certain given all of them.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

from engine.catalogue.names import ENGLISH
from engine.reading.type_line import type_line_languages

LANGUAGES = ("en", "de", "fr", "it", "es", "pt", "ru", "ja", "zhs", "zht", "ko")
"""Scryfall's codes of the languages in which cards are printed regularly."""
ENGLISH_SHARE = 0.8
"""Prior of English; the other languages share the rest."""
PER_EDIT = 0.05
"""Likelihood of one more edit between the text read and the title in a language."""
OTHER_TITLE = 1e-6
"""Likelihood of a card in a language of which no title resembles the text: the catalogue may lack it."""
OTHER_TYPE, OTHER_LINE = 0.001, 0.002
"""Likelihood of a type line, and of a language code, of another language: letters are misread."""
TOLD_FROM = 0.9
"""Probability from which a language is told."""
PRINTED_CODES = {"SP": "es", "JP": "ja", "KR": "ko", "KO": "ko", "CS": "zhs", "CT": "zht"}
"""Codes on cards that are not Scryfall's in capitals."""


def tell_language(titles: Mapping[str, int], type_line: str, printed: str | None) -> str | None:
    """Return the language of a card, Scryfall's code, or None if it is not certain.

    Args:
        titles: how many edits the text of the title is away from the card's title in each language that comes near.
        type_line: its text, "" if none was read.
        printed: the code in the collector line, None if none was read.
    """
    types = type_line_languages(type_line) if type_line else frozenset()
    code = PRINTED_CODES.get(printed, printed.lower()) if printed else None
    if not (titles or types or code):
        return None
    weights = {lang: _prior(lang) * _likelihood(lang, titles, types, code) for lang in {*LANGUAGES, *titles}}
    best = max(weights, key=weights.__getitem__)
    return best if weights[best] >= TOLD_FROM * math.fsum(weights.values()) else None


def _prior(lang: str) -> float:
    return ENGLISH_SHARE if lang == ENGLISH else (1 - ENGLISH_SHARE) / (len(LANGUAGES) - 1)


def _likelihood(lang: str, titles: Mapping[str, int], types: Collection[str], code: str | None) -> float:
    likelihood = 1.0
    if titles:
        likelihood *= PER_EDIT ** (titles[lang] - min(titles.values())) if lang in titles else OTHER_TITLE
    if types:
        likelihood *= 1.0 if lang in types else OTHER_TYPE
    if code:
        likelihood *= 1.0 if lang == code else OTHER_LINE
    return likelihood
