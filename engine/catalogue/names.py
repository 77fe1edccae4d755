"""Names as people and readers write them, brought to one form for comparing: pure.

>>> fold("Æther Vial"), fold("URZA’S  tower"), fold("Lim-Dûl's Vault")
('aether vial', 'urzas tower', 'lim duls vault')
"""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from typing import NamedTuple

FACE_SEPARATOR = " // "
"""Stands between the two face names of a card, as Scryfall writes it."""

KEY_BYTES = 9
"""Bytes of a name's key: a multiple of three, which base64 writes without padding."""

ENGLISH = "en"
"""Scryfall's code of the language in which every card has its name."""

_APOSTROPHES = frozenset("'‘’‛`´ʹʻʼʽʾʿ′")
_WITHOUT_DECOMPOSITION = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŧ": "t"}
)
"""Latin letters that Unicode doesn't split into a base letter and a mark (casefolding sees to ß)."""
_KANA_VOICE_MARKS = frozenset("\u3099\u309a")
"""Kept: without them が would become か, another syllable and not the same one with an accent."""


class Title(NamedTuple):
    """A name printed on a card (a tuple, not a dataclass: ninety thousand are made at start-up).

    Attributes:
        text: as printed.
        card_id: the card in the catalogue.
        lang: Scryfall's code of the language: ``en``, ``de``, ``zhs`` ...
        face: 0 for the front or only face, 1 for the back or second.
        folded: ``fold(text)``.
    """

    text: str
    card_id: int
    lang: str
    face: int
    folded: str


def fold(text: str) -> str:
    """Return ``text`` in the form in which names are compared.

    Case, accents and apostrophes are dropped, other punctuation becomes a space, runs of spaces
    become one. Letters of all scripts stay. A name made of punctuation alone (``_____``) stays as
    it is, without outer spaces. Folding twice changes nothing more.
    """
    # Composed again, because the decomposition also took Hangul syllables and voiced kana apart.
    letters = unicodedata.normalize("NFC", text.translate(_LETTERS))
    return " ".join(letters.split()) or text.strip()


def face_names(name: str) -> tuple[str, ...]:
    """Return the face names of a card, front first; one for a card with a single face."""
    return tuple(name.split(FACE_SEPARATOR))


def name_key(name: str) -> str:
    """Return a short key of a full name, 12 letters of base64url, where a name of 141 letters would not fit.

    It depends on nothing but the name, so that it holds in every catalogue, older and newer; of a million
    names no two are likely to share one (odds of one in ten billion).
    """
    digest = hashlib.blake2b(name.encode(), digest_size=KEY_BYTES).digest()
    return base64.urlsafe_b64encode(digest).decode("ascii")


class _Letters(dict[int, str]):
    """What each character folds to, worked out when first met: whole titles then cost a look-up each."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_character(chr(code))
        return folded


_LETTERS = _Letters()


def _fold_character(character: str) -> str:
    # First of all, because decomposing ´ makes it a space; and below, because ʼn holds one.
    if character in _APOSTROPHES:
        return ""
    # Twice, because compatibility forms hide capitals ("ℌ"), and folding those may bring marks again.
    split = unicodedata.normalize("NFKD", character.casefold()).casefold()
    parts = unicodedata.normalize("NFKD", split).translate(_WITHOUT_DECOMPOSITION)
    return "".join(_kept(part) for part in parts)


def _kept(part: str) -> str:
    """Return one decomposed character as itself, as a space, or as nothing."""
    if part in _APOSTROPHES or (unicodedata.category(part) == "Mn" and part not in _KANA_VOICE_MARKS):
        return ""
    return part if part.isalnum() or part in _KANA_VOICE_MARKS else " "
