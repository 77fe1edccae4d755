"""Hold hundreds of thousands of titles in little memory, and store them in little space."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.catalogue.key_index import KeyIndex
from engine.catalogue.names import Title, fold, fold_lines

BATCH = 10_000
"""Lines that are folded together."""
OWNER_FACES = 8
"""Factor of the card in a stored title's owner; the face is added. The most faces that a card has is five."""


class Lines:
    """Many lines of text in two blocks of memory."""

    def __init__(self, batches: Iterable[str]) -> None:
        """Store lines, given as texts of one or more; a line break ends each line."""
        # UTF-8; a line break before the first line, too, so that one marks the start of each.
        self._block = b"\n" + b"".join(batch.encode("utf-8", "surrogatepass") for batch in batches)
        breaks = np.flatnonzero(np.frombuffer(self._block, np.uint8) == ord("\n"))
        self._starts = (breaks + 1).astype(np.int32)

    @classmethod
    def of(cls, lines: Iterable[str]) -> Lines:
        """Return lines of which each is a text; a line break within becomes a space."""
        rest = iter(lines)
        return cls(map(_join, iter(lambda: list(islice(rest, BATCH)), [])))

    def batches(self) -> Iterator[str]:
        """Yield the lines, :data:`BATCH` at a time in one text; a line break ends each."""
        for first in range(0, len(self), BATCH):
            begin, end = self._starts[first], self._starts[min(first + BATCH, len(self))]
            yield self._block[begin:end].decode("utf-8", "surrogatepass")

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, at: int) -> str:
        begin, end = self._starts[at : at + 2].tolist()
        return self._block[begin : end - 1].decode("utf-8", "surrogatepass")

    def containing(self, wanted: str, first: int, last: int) -> Iterator[int]:
        """Yield which lines from ``first`` to before ``last`` contain a text; a line break in it is a line's start."""
        # Searching one long text is far faster than searching each line.
        code, end = wanted.encode("utf-8", "surrogatepass"), int(self._starts[last])
        at = self._block.find(code, int(self._starts[first]) - 1, end)
        while at >= 0:
            line = int(np.searchsorted(self._starts, at + 1, side="right")) - 1
            if line >= last:
                return
            yield line
            at = self._block.find(code, int(self._starts[line + 1]) - 1, end)


def _join(lines: Sequence[str]) -> str:
    """Return lines in one text, each ended by a line break."""
    text = "\n".join([*lines, ""])
    return text if text.count("\n") == len(lines) else _join([line.replace("\n", " ") for line in lines])


class TitleTable(Sequence[Title]):
    """Titles in order of preference, in some 90 bytes each with their index. Immutable.

    Attributes:
        card_ids, faces: of each title, int32 and uint8 (N,).
        folded: their folded texts.
        keys: the index of those without spaces.
    """

    def __init__(
        self, texts: Iterable[str], card_ids: ArrayLike, faces: ArrayLike, codes: Sequence[str], langs: ArrayLike
    ) -> None:
        """Hold titles, given by their columns; ``langs`` are numbers of language ``codes``."""
        self._codes, self._langs = tuple(codes), np.asarray(langs, np.uint8)
        self.card_ids, self.faces = np.asarray(card_ids, np.int32), np.asarray(faces, np.uint8)
        self._texts = Lines.of(texts)
        # In batches: all at once would take five times the memory of the table.
        self.folded = Lines(map(_fold_batch, self._texts.batches()))
        keys = (key for batch in self.folded.batches() for key in batch.replace(" ", "").split("\n")[:-1])
        self.keys = KeyIndex(keys)
        self._by_key = np.argsort(self.keys.rows, kind="stable").astype(np.int32)
        rows = np.arange(len(self.keys) + 1)
        self._key_starts = np.searchsorted(self.keys.rows[self._by_key], rows).astype(np.int32)

    @classmethod
    def of(cls, titles: Iterable[Title]) -> TitleTable:
        """Return a table of these titles."""
        if isinstance(titles, cls):
            return titles
        texts, card_ids, langs, faces, _ = list(zip(*titles, strict=True)) or [()] * 5
        codes = list(dict.fromkeys(langs))
        return cls(texts, card_ids, faces, codes, [codes.index(lang) for lang in langs])

    def __len__(self) -> int:
        return len(self.card_ids)

    @overload
    def __getitem__(self, at: int) -> Title: ...
    @overload
    def __getitem__(self, at: slice) -> list[Title]: ...
    def __getitem__(self, at: int | slice) -> Title | list[Title]:
        if isinstance(at, slice):
            return [self[n] for n in range(*at.indices(len(self)))]
        n = range(len(self))[at]
        return Title(
            self._texts[n], int(self.card_ids[n]), self._codes[self._langs[n]], int(self.faces[n]), self.folded[n]
        )

    def of_lang(self, lang: str) -> NDArray[np.bool_]:
        """Return which titles are in a language, bool (N,)."""
        return np.isin(self._langs, [n for n, code in enumerate(self._codes) if code == lang])

    def with_key(self, row: int) -> NDArray[np.int32]:
        """Return the places of the titles that share a row of :attr:`keys`, in order of preference."""
        return self._by_key[self._key_starts[row] : self._key_starts[row + 1]]

    def equal(self, key: str) -> list[Title]:
        """Return the titles of which this is the key, in order of preference."""
        row = self.keys.find(key)
        return [] if row is None else [self[n] for n in self.with_key(row).tolist()]


def _fold_batch(lines: str) -> str:
    """Return lines, each ended by a line break, folded as :func:`fold` does it."""
    folded = fold_lines(lines)
    if "\n\n" in f"\n{folded}":
        # Names of punctuation alone stay as they are.
        pairs = zip(folded.split("\n"), lines.split("\n"), strict=True)
        return "\n".join(line or fold(whole) for line, whole in pairs)
    return folded


class TitlePacker:
    """Compresses titles as they come, in order of their cards, into two blocks: their owners and their texts."""

    def __init__(self) -> None:
        self._owners, self._texts = zlib.compressobj(9), zlib.compressobj(9)
        self._blocks: tuple[list[bytes], list[bytes]] = [], []
        self._last = 0

    def add(self, card_id: int, face: int, text: str) -> None:
        """Add a title."""
        owner = card_id * OWNER_FACES + face
        self._blocks[0].append(self._owners.compress((owner - self._last).to_bytes(4, "little")))
        self._blocks[1].append(self._texts.compress((text.replace("\n", " ") + "\n").encode()))
        self._last = owner

    def finish(self) -> tuple[bytes, bytes]:
        """Return both blocks; no more can be added."""
        owners, texts = self._blocks
        return b"".join([*owners, self._owners.flush()]), b"".join([*texts, self._texts.flush()])


def unpack_titles(owners: bytes, texts: bytes) -> tuple[NDArray[np.int64], NDArray[np.int64], list[str]]:
    """Return the cards, faces and texts that a :class:`TitlePacker` stored.

    Raises:
        ValueError, zlib.error: the blocks are damaged.
    """
    numbers = np.cumsum(np.frombuffer(zlib.decompress(owners), "<u4"), dtype=np.int64)
    *lines, rest = zlib.decompress(texts).decode().split("\n")
    if len(lines) != len(numbers) or rest:
        raise ValueError(f"{len(numbers)} owners, {len(lines)} titles")
    return numbers // OWNER_FACES, numbers % OWNER_FACES, lines
