"""Fold card names, as people and text recognition write them, to one form for comparison.

>>> fold("Æther Vial"), fold("URZA’S  tower"), fold("Lim-Dûl's Vault")
('aether vial', 'urzas tower', 'lim duls vault')
"""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from typing import NamedTuple

FACE_SEPARATOR = " // "
"""Separates the two face names of a card, as Scryfall writes it."""

KEY_BYTES = 9
"""Bytes of a name's key: a multiple of three, so that base64 needs no padding."""

ENGLISH = "en"
"""Scryfall's code of the language in which every card has a name."""

_APOSTROPHES = frozenset("'‘’‛`´ʹʻʼʽʾʿ′")
_WITHOUT_DECOMPOSITION = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŧ": "t"}
)
"""Latin letters that Unicode doesn't decompose into a base letter and a mark (casefolding handles ß)."""
_KANA_VOICE_MARKS = frozenset("\u3099\u309a")
"""Kept: without them が would become か, which is another syllable, not the same one without an accent."""


class Title(NamedTuple):
    """A name printed on a card.

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

    Case, accents and apostrophes are dropped, other punctuation becomes a space, and runs of spaces become one. Letters
    of all scripts stay. A name of punctuation alone (``_____``) stays as it is, without outer spaces. Folding is
    idempotent.
    """
    # Composed again, because folding also decomposed Hangul syllables and voiced kana.
    letters = unicodedata.normalize("NFC", text.translate(_LETTERS))
    return " ".join(letters.split()) or text.strip()


def fold_lines(text: str) -> str:
    """Return a text with each of its lines folded, in a tenth of the time that one by one takes.

    Lines of punctuation alone become empty.
    """
    folded = unicodedata.normalize("NFC", text.translate(_LINE_LETTERS))
    while "  " in folded:
        folded = folded.replace("  ", " ")
    return folded.replace("\n ", "\n").replace(" \n", "\n").strip(" ")


def face_names(name: str) -> tuple[str, ...]:
    """Return the face names of a card, front first; a single one for most cards."""
    return tuple(name.split(FACE_SEPARATOR))


def name_key(name: str) -> str:
    """Return a short key of a full name, 12 characters of base64url, for where a name of 141 letters doesn't fit.

    It depends on the name alone, so it is valid in every catalogue. Even among a million names the chance that two
    share a key is one in ten billion.
    """
    digest = hashlib.blake2b(name.encode(), digest_size=KEY_BYTES).digest()
    return base64.urlsafe_b64encode(digest).decode("ascii")


class _Letters(dict[int, str]):
    """A cache of what each character folds to, for :meth:`str.translate`."""

    def __missing__(self, code: int) -> str:
        character, folded = chr(code), ""
        # Apostrophes first, because decomposing ´ makes it a space; and again below, because ŉ holds one.
        if character not in _APOSTROPHES:
            # Twice, because compatibility forms hide capitals ("ℌ"), whose folding may bring marks again.
            split = unicodedata.normalize("NFKD", character.casefold()).casefold()
            for part in unicodedata.normalize("NFKD", split).translate(_WITHOUT_DECOMPOSITION):
                if part in _KANA_VOICE_MARKS:
                    folded += part
                elif part not in _APOSTROPHES and unicodedata.category(part) != "Mn":
                    folded += part if part.isalnum() else " "
        self[code] = folded
        return folded


class _LineLetters(_Letters):
    """The same, but line breaks stay; composed, so that a whole text of them needs little composing."""

    def __missing__(self, code: int) -> str:
        self[code] = "\n" if code == ord("\n") else unicodedata.normalize("NFC", _LETTERS[code])
        return self[code]


_LETTERS, _LINE_LETTERS = _Letters(), _LineLetters()
