"""Recognise the type line of a Magic card, which tells it from other games' cards."""

from __future__ import annotations

from rapidfuzz.distance import Levenshtein

from engine.catalogue.names import fold

TYPE_LINES = {
    "en": "artifact battle creature enchantment instant interrupt kindred land legendary planeswalker sorcery "
    "emblem summon token tribal",
    "de": "artefakt kreatur verzauberung spontanzauber hexerei legendäre legendärer beschwörung "
    "standardland spielstein",
    "fr": "artefact créature enchantement éphémère rituel terrain légendaire invocation",
    "it": "artefatto creatura incantesimo istantaneo stregoneria terra leggendaria",
    "es": "artefacto criatura encantamiento instantáneo conjuro tierra legendaria invocar",
    "pt": "artefato criatura encantamento mágica instantânea feitiço terreno lendária",
    "ru": "артефакт существо чары мгновенное заклинание волшебство земля легендарное",
}
"""Words that type lines begin with, by Scryfall's code of the language."""
TOKEN_WORDS = ("token", "emblem", "spielstein", "jeton", "pedina", "ficha", "фишка", "トークン", "衍生")
"""Starts of the type lines of tokens and emblems, folded."""
WORD_LANGUAGES: dict[str, frozenset[str]] = {
    word: frozenset(lang for lang, line in TYPE_LINES.items() if word in fold(line).split())
    for line in TYPE_LINES.values()
    for word in fold(line).split()
}
TYPE_WORDS = frozenset(WORD_LANGUAGES)
IDEOGRAPHIC_TYPES: dict[str, frozenset[str]] = {
    word: frozenset(langs.split())
    for langs, words in {
        "ja": "クリーチャー インスタント ソーサリー エンチャント アーティファクト 土地",
        "zhs": "瞬间 法术 结界",
        "zht": "瞬間 法術 結界",
        "zhs zht": "生物 神器",
        "ko": "대지 생물 순간마법 집중마법 부여마법",
    }.items()
    for word in words.split()
}
FUZZY_LENGTH = 6
"""Words with at least so many letters are also recognised with one wrong letter."""
LEAST_CUT_OFF = 4
"""Letters of a type word without its beginning that still tell it."""
LONG_TYPE_WORDS = tuple(word for word in TYPE_WORDS if len(word) >= FUZZY_LENGTH)


def is_type_line(text: str, *, first_word: bool = False) -> bool:
    """Return whether a line of text names a card type, in any language Magic is printed in.

    ``first_word`` requires it in the first word; rules text also names types, but later and in lower case.
    """
    if any(word in text for word in IDEOGRAPHIC_TYPES):
        return True
    if not text[:1].isupper():
        return False
    for word in fold(text).split()[: 1 if first_word else 4]:
        # "TokenCreature": the first word is too short to be recognised by its start.
        word = word.removeprefix("token") or word
        if word in TYPE_WORDS:
            return True
        # "CreatureHuman": recognition loses the dash and its spaces.
        if any(word.startswith(known) for known in LONG_TYPE_WORDS):
            return True
        if len(word) >= FUZZY_LENGTH and any(
            Levenshtein.distance(word, known, score_cutoff=1) <= 1 for known in LONG_TYPE_WORDS
        ):
            return True
    return False


def type_line_languages(text: str) -> frozenset[str]:
    """Return the languages whose words for card types a type line begins with, Scryfall's codes; none if unknown."""
    wide = [langs for word, langs in IDEOGRAPHIC_TYPES.items() if word in text]
    if wide:
        return frozenset.intersection(*map(frozenset, wide))
    found = [WORD_LANGUAGES[word] for word in fold(text).split()[:4] if word in WORD_LANGUAGES]
    return frozenset.intersection(*found) if found else frozenset()


def names_type_besides(text: str, title: str) -> bool:
    """Return whether a line names a card type in other words than a title's: the title is then the end of a type line.

    The line's own beginning may be missing.
    """
    first, *others = [word for word in fold(text).split() if word not in fold(title).split()] or [""]
    cut_off = len(first) >= LEAST_CUT_OFF and any(known.endswith(first) for known in LONG_TYPE_WORDS)
    return cut_off or any(word in TYPE_WORDS or word.startswith(LONG_TYPE_WORDS) for word in (first, *others))


def is_token_line(text: str) -> bool:
    """Return whether a type line is a token's or an emblem's: newer ones start with that word."""
    return fold(text).startswith(TOKEN_WORDS)
