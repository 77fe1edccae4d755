"""Names as people and readers write them, brought to one form for comparing: pure.

>>> fold("Æther Vial"), fold("URZA’S  tower"), fold("Lim-Dûl's Vault")
('aether vial', 'urzas tower', 'lim duls vault')
"""

from __future__ import annotations

import re
import unicodedata

FACE_SEPARATOR = " // "
"""Stands between the two face names of a card, as Scryfall writes it."""

_APOSTROPHES = dict.fromkeys(map(ord, "'‘’‛`´ʹʻʼʽʾʿ′"), None)
_WITHOUT_DECOMPOSITION = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŧ": "t", "ß": "ss"}
)
"""Latin letters that Unicode doesn't split into a base letter and a mark."""
_KANA_VOICE_MARKS = "\u3099\u309a"
"""Kept: without them が would become か, another syllable and not the same one with an accent."""
_BETWEEN_WORDS = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Return ``text`` in the form in which names are compared.

    Case, accents and apostrophes are dropped, other punctuation becomes a space, runs of spaces
    become one. Letters of all scripts stay. A name made of punctuation alone (``_____``) stays as
    it is, without outer spaces. Folding twice changes nothing more.
    """
    lowered = text.casefold()
    plain = lowered.replace("'", "") if lowered.isascii() else _plain(lowered)
    return _BETWEEN_WORDS.sub(" ", plain).strip() or text.strip()


def _plain(lowered: str) -> str:
    """Return casefolded text without accents and apostrophes."""
    # Twice, because compatibility forms hide capitals ("ℌ") and these hide marks ("ẛ") again.
    split = unicodedata.normalize("NFKD", lowered.translate(_APOSTROPHES)).casefold()
    split = unicodedata.normalize("NFKD", split).translate(_APOSTROPHES)
    kept = "".join(c for c in split if unicodedata.category(c) != "Mn" or c in _KANA_VOICE_MARKS)
    # Composed again, because the decomposition also took Hangul syllables and voiced kana apart.
    return unicodedata.normalize("NFC", kept.translate(_WITHOUT_DECOMPOSITION))


def faces(name: str) -> tuple[str, ...]:
    """Return the face names of a card, front first; one for a card with a single face."""
    return tuple(name.split(FACE_SEPARATOR))
