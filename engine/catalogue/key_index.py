"""Find the keys nearest to a text by edit distance among hundreds of thousands: exactly, in about a millisecond.

A key that is some edits away from a text lacks at most that many of its letters, and has at most that many others. Each
key has a signature of 64 bits, one for each statement such as "two e or more". The bits in which two signatures differ
give a lower bound of the edits. So do the pairs of letters that only one of both has, of which an edit changes two at
most (Ukkonen 1992). Few keys are left to compare letter by letter.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Indel, Levenshtein

LONGEST = 200
"""Letters of the longest key: names have up to 141."""
STATEMENTS = 64
OWN_BUCKETS, BUCKETS = 40, 64
"""A script's most frequent letters are counted one by one, the others together with some of their like."""
MOST_OF_A_KIND = 6
SAMPLE = 20_000
"""Keys of a script from which its statements are chosen; also how many are described at a time."""
FEW = 200
"""Keys so few that comparing them all is faster than computing bounds."""
FIRST_COMPARED = 64
"""Keys compared at first, those with the lowest bounds; then four times as many, and so on."""
SLACK = 1e-6
"""Tolerance for rounding in similarities."""

LATIN, CYRILLIC, HANGUL, OTHER, MIXED = 1, 2, 4, 8, 15
SCRIPT_STARTS = ((0, LATIN), (0x370, OTHER), (0x400, CYRILLIC), (0x530, OTHER), (0xAC00, HANGUL), (0xD7B0, OTHER))
"""First code points of a script's letters. Digits count as Latin, Chinese and Japanese as one; the few keys of several
scripts are searched for every text."""
_STARTS = [start for start, _ in SCRIPT_STARTS]
PAIRS = 256
"""Bits for pairs of letters; some pairs share one."""


Scorer = Callable[..., float]


class Metric(Enum):
    """How the similarity of two texts is measured, 0..1: by the edits between them, over their length.

    Attributes:
        LEVENSHTEIN: letters replaced, missing or surplus, over the longer length.
        INDEL: letters missing or surplus, over the sum of both lengths; kinder to texts that lack whole words.
    """

    LEVENSHTEIN = "levenshtein"
    INDEL = "indel"

    @property
    def scorer(self) -> Scorer:
        """The function that measures it."""
        return Levenshtein.normalized_similarity if self is Metric.LEVENSHTEIN else Indel.normalized_similarity

    def lengths(self, length: int, least: float) -> tuple[int, int]:
        """Return the shortest and the longest key that may have at least a similarity to a text of a length."""
        factor = least if self is Metric.LEVENSHTEIN else least / (2 - least)
        return math.ceil(factor * length - SLACK), min(math.floor(length / factor + SLACK), LONGEST)

    def most_lacking(self, length: int, lengths: NDArray[np.int64], least: float) -> NDArray[np.int64]:
        """Return how many of a text's letters keys of each length may lack."""
        surplus = length - lengths
        if self is Metric.LEVENSHTEIN:
            edits = np.floor((1 - least) * np.maximum(length, lengths) + SLACK).astype(np.int64)
            return edits + np.minimum(surplus, 0)
        return np.floor(((1 - least) * (length + lengths) + surplus) / 2 + SLACK).astype(np.int64)

    def bounds(self, length: int, lengths: NDArray[np.int64], lacking: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return upper bounds of the similarity of keys that lack at least so many of a text's letters."""
        surplus = length - lengths
        if self is Metric.LEVENSHTEIN:
            return 1 - (lacking - np.minimum(surplus, 0)) / np.maximum(length, lengths)
        return 1 - (2 * lacking - surplus) / (length + lengths)

    def bounds_by_edits(self, length: int, lengths: NDArray[np.int64], edits: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return upper bounds of the similarity of keys that are at least so many edits away."""
        return 1 - edits / (np.maximum(length, lengths) if self is Metric.LEVENSHTEIN else length + lengths)


class Near(NamedTuple):
    """The row of a key near a text, and their similarity, 0..1."""

    row: int
    similarity: float


class KeyIndex:
    """An index of keys: folded titles without spaces. Thread-safe. It needs some 50 bytes a key.

    Attributes:
        rows: int32 (N,): the row of each key given; equal ones share a row, empty and too long ones have -1.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        """Index keys given in order of preference: of equally similar ones the first wins."""
        keys = list(keys)
        # Even among a million keys the chance that two different ones share a hash is one in ten million.
        hashes = np.fromiter(map(hash, keys), np.int64, len(keys))
        _, firsts, given = np.unique(hashes, return_index=True, return_inverse=True)
        distinct = [keys[n] for n in firsts.tolist()]
        del keys, hashes
        parts = (distinct[first : first + SAMPLE] for first in range(0, len(distinct), SAMPLE))
        scripts = np.concatenate([np.zeros(0, np.uint8), *(_scripts(*_codes(part)) for part in parts)])
        rows = np.full(len(distinct), -1, np.int32)
        self._groups: list[_Group] = []
        self._places = np.zeros(0, np.int32)
        for script in np.unique(scripts[scripts > 0]).tolist():
            members = np.flatnonzero(scripts == script)
            group, order = _build_group(script, len(self._places), [distinct[n] for n in members.tolist()])
            self._groups.append(group)
            rows[members[order]] = np.arange(len(self._places), len(self._places) + len(members))
            self._places = np.concatenate([self._places, firsts[members[order]].astype(np.int32)])
        self.rows = rows[given]

    def __len__(self) -> int:
        return len(self._places)

    def find(self, key: str) -> int | None:
        """Return the row of a key, None without one."""
        scripts = set(_scripts_of(key[: LONGEST + 1]))
        wanted = MIXED if len(scripts) > 1 else sum(scripts)
        return next((group.find(key) for group in self._groups if group.scripts == wanted), None)

    def nearest(
        self,
        key: str,
        limit: int,
        min_similarity: float,
        among: NDArray[np.bool_] | None = None,
        metric: Metric = Metric.LEVENSHTEIN,
    ) -> list[Near]:
        """Return the ``limit`` keys nearest to a text, best first, all of at least some similarity (over 0, up to 1).

        ``among``, bool (rows,), tells which rows count.
        """
        found = list[Near]()
        for group in self._of_scripts(key, metric.lengths(len(key), min_similarity)[0]):
            found += group.nearest(key, limit, min_similarity, among, metric)
        return sorted(found, key=lambda near: (-near.similarity, self._places[near.row]))[:limit]

    def alike(self, key: str, limit: int, min_similarity: float) -> list[int]:
        """Return the rows of at most ``limit`` keys with nearly the same letters in any order, likeliest first."""
        found = list[tuple[float, int]]()
        for group in self._of_scripts(key, math.ceil(min_similarity * len(key))):
            rows, bounds = group.within(key, min_similarity, Metric.LEVENSHTEIN)
            found += zip(bounds.tolist(), (rows + group.first_row).tolist(), strict=True)
        return [row for _, row in sorted(found, key=lambda one: (-one[0], self._places[one[1]]))[:limit]]

    def is_part(self, key: str, among: NDArray[np.bool_] | None = None) -> bool:
        """Return whether a longer key begins or ends with this one."""
        return any(group.has_longer(key, among) for group in self._of_scripts(key, len(key)))

    def _of_scripts(self, key: str, least: int) -> list[_Group]:
        """Return the groups of which a key may have at least so many of a text's letters."""
        scripts = _scripts_of(key)
        return [group for group in self._groups if sum(bool(s & group.scripts) for s in scripts) >= max(least, 1)]


@dataclass(frozen=True, slots=True, eq=False)
class _Alphabet:
    """What signatures state: ``bits[bucket][n]`` is the number of the bit for more than ``n`` of its letters, or -1.

    ``own`` holds the buckets of the most frequent letters.
    """

    own: dict[str, int]
    bits: list[list[int]]

    def signature(self, key: str) -> int:
        """Return the signature of one key."""
        signature, counts = 0, [0] * BUCKETS
        for letter in key:
            bucket = self.own.get(letter) or OWN_BUCKETS + ord(letter) % (BUCKETS - OWN_BUCKETS)
            if counts[bucket] < MOST_OF_A_KIND and (bit := self.bits[bucket][counts[bucket]]) >= 0:
                signature |= 1 << bit
            counts[bucket] += 1
        return signature

    def signatures(self, counts: NDArray[np.uint8]) -> NDArray[np.uint64]:
        """Return the signatures of keys with so many letters of each bucket, uint8 (N, BUCKETS)."""
        found = np.zeros(len(counts), np.uint64)
        for bucket, bits in enumerate(self.bits):
            for more, bit in enumerate(bits):
                if bit >= 0:
                    found |= (counts[:, bucket] > more).astype(np.uint64) << np.uint64(bit)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """The keys with letters of the same scripts, shortest first. Rows count from 0 here.

    Attributes:
        scripts: their scripts, bits.
        first_row: where the group's rows begin in the whole index.
        text: all keys, one after the other.
        lengths: uint8 (N,).
        starts: int64 (LONGEST + 2,): the first row of each length.
        text_starts: int64 (LONGEST + 2,): where the keys of each length begin in ``text``.
        lacking: uint64 (N,): the statements of the alphabet that don't hold.
        holding: uint8 (N,): how many hold.
        pairs: uint64 (N, PAIRS / 64): a bit for each pair of successive letters.
    """

    scripts: int
    first_row: int
    alphabet: _Alphabet
    text: str
    lengths: NDArray[np.uint8]
    starts: NDArray[np.int64]
    text_starts: NDArray[np.int64]
    lacking: NDArray[np.uint64]
    holding: NDArray[np.uint8]
    pairs: NDArray[np.uint64]

    def keys(self, rows: NDArray[np.int64]) -> list[str]:
        lengths = self.lengths[rows].astype(np.int64)
        begins = self.text_starts[lengths] + (rows - self.starts[lengths]) * lengths
        return [self.text[a:b] for a, b in zip(begins.tolist(), (begins + lengths).tolist(), strict=True)]

    def find(self, key: str) -> int | None:
        if len(key) > LONGEST:
            return None
        first, end = self.starts[len(key)], self.starts[len(key) + 1]
        lacking = ~np.uint64(self.alphabet.signature(key))
        rows = first + np.flatnonzero(self.lacking[first:end] == lacking)
        return next(
            (self.first_row + row for row, known in zip(rows.tolist(), self.keys(rows), strict=True) if known == key),
            None,
        )

    def within(self, key: str, min_similarity: float, metric: Metric) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the rows that may have at least a similarity to a text, and upper bounds of theirs."""
        length = len(key)
        shortest, longest = metric.lengths(length, min_similarity)
        if shortest > LONGEST:
            return np.zeros(0, np.int64), np.zeros(0)
        first, end = int(self.starts[shortest]), int(self.starts[longest + 1])
        if end - first < FEW:
            return np.arange(first, end), np.ones(end - first)
        most = metric.most_lacking(length, np.arange(shortest, longest + 1), min_similarity)
        signature = self.alphabet.signature(key)
        # Statements that hold for the text alone: as many of its letters, at least, are missing in the key.
        missing = np.bitwise_count(self.lacking[first:end] & np.uint64(signature))
        sizes = np.diff(self.starts[shortest : longest + 2])
        rows = np.flatnonzero(missing <= np.repeat(np.minimum(most, 255).astype(np.uint8), sizes))
        lengths, lacking = self.lengths[first:end][rows].astype(np.int64), missing[rows].astype(np.int64)
        # Of the key's letters the text lacks fewer or more, by the difference of their lengths.
        others = lacking + self.holding[first:end][rows] - signature.bit_count()
        lacking = np.maximum(np.maximum(lacking, others + length - lengths), length - lengths)
        bounds = metric.bounds(length, lengths, lacking)
        possible = bounds >= min_similarity - SLACK
        return rows[possible] + first, bounds[possible]

    def nearest(
        self, key: str, limit: int, min_similarity: float, among: NDArray[np.bool_] | None, metric: Metric
    ) -> list[Near]:
        rows, bounds = self.within(key, min_similarity, metric)
        if among is not None:
            counts = among[rows + self.first_row]
            rows, bounds = rows[counts], bounds[counts]
        if len(rows) >= FEW:
            pairs, (own,) = self.pairs[rows], _pairs(*_codes([key]))
            missing = np.bitwise_count(own & ~pairs).sum(1), np.bitwise_count(pairs & ~own).sum(1)
            edits = (np.maximum(*missing).astype(np.int64) + 1) // 2
            bounds = np.minimum(bounds, metric.bounds_by_edits(len(key), self.lengths[rows].astype(np.int64), edits))
        order = np.argsort(-bounds)
        rows, bounds = rows[order], bounds[order]
        found, done, size = list[Near](), 0, FIRST_COMPARED
        while done < len(rows) and bounds[done] >= min_similarity - SLACK:
            part = rows[done : done + size]
            compared = process.extract(
                key, self.keys(part), scorer=metric.scorer, score_cutoff=min_similarity - SLACK, limit=None
            )
            found += [Near(self.first_row + int(part[n]), similarity) for _, similarity, n in compared]
            if len(found) >= limit:
                # A key that is less similar than as many others doesn't count.
                min_similarity = sorted(near.similarity for near in found)[-limit]
            done, size = done + size, 4 * size
        return found

    def has_longer(self, key: str, among: NDArray[np.bool_] | None) -> bool:
        first = int(self.starts[min(len(key), LONGEST) + 1])
        rows = first + np.flatnonzero((self.lacking[first:] & np.uint64(self.alphabet.signature(key))) == 0)
        if among is not None:
            rows = rows[among[rows + self.first_row]]
        return any(longer.startswith(key) or longer.endswith(key) for longer in self.keys(rows))


def _build_group(scripts: int, first_row: int, keys: Sequence[str]) -> tuple[_Group, NDArray[np.int64]]:
    """Return the group of distinct keys, and their numbers in its order."""
    codes, lengths = _codes(keys)
    frequent, counts = np.unique(codes, return_counts=True)
    # Bucket 0 stays empty, so that it can stand for none.
    most = frequent[np.argsort(-counts, kind="stable")[: OWN_BUCKETS - 1]].tolist()
    own = {chr(code): bucket for bucket, code in enumerate(most, 1)}
    bucket_of = (OWN_BUCKETS + np.arange(int(frequent[-1]) + 1) % (BUCKETS - OWN_BUCKETS)).astype(np.uint8)
    bucket_of[most] = range(1, len(most) + 1)
    in_parts = [_codes(keys[first : first + SAMPLE]) for first in range(0, len(keys), SAMPLE)]
    alphabet = _Alphabet(own, _choose_statements(_letter_counts(bucket_of, *in_parts[0])))
    signatures = np.concatenate([alphabet.signatures(_letter_counts(bucket_of, *part)) for part in in_parts])
    order = np.lexsort((signatures, lengths))
    signatures, lengths = signatures[order], lengths[order]
    starts = np.searchsorted(lengths, np.arange(LONGEST + 2)).astype(np.int64)
    sizes = np.diff(starts, append=len(keys)) * np.arange(LONGEST + 2)
    group = _Group(
        scripts=scripts,
        first_row=first_row,
        alphabet=alphabet,
        text="".join(keys[n] for n in order.tolist()),
        lengths=lengths.astype(np.uint8),
        starts=starts,
        text_starts=np.cumsum(sizes) - sizes,
        lacking=~signatures,
        holding=np.bitwise_count(signatures),
        pairs=np.concatenate([_pairs(codes, part) for codes, part in in_parts])[order],
    )
    return group, order


def _letter_counts(
    bucket_of: NDArray[np.uint8], codes: NDArray[np.uint32], lengths: NDArray[np.int64]
) -> NDArray[np.uint8]:
    """Return how many letters of each bucket keys have, uint8 (N, BUCKETS)."""
    cells = np.repeat(np.arange(len(lengths)) * BUCKETS, lengths) + bucket_of[codes]
    return np.bincount(cells, minlength=len(lengths) * BUCKETS).reshape(-1, BUCKETS).astype(np.uint8)


def _pairs(codes: NDArray[np.uint32], lengths: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return the bits of the pairs of successive letters that keys have, uint64 (N, PAIRS / 64)."""
    mixed = codes[:-1] * np.uint32(0x9E3779B1) + codes[1:] * np.uint32(0x85EBCA6B)
    key = np.repeat(np.arange(len(lengths)), lengths)
    within = key[:-1] == key[1:]
    has = np.zeros((len(lengths), PAIRS), np.bool_)
    has[key[:-1][within], mixed[within] >> np.uint32(32 - PAIRS.bit_length() + 1)] = True
    return np.packbits(has, axis=1).view(np.uint64)


def _choose_statements(counts: NDArray[np.uint8]) -> list[list[int]]:
    """Return the bits of the statements that tell most about keys, those that hold for nearly half of them."""
    shares = np.stack([(counts > more).mean(0) for more in range(MOST_OF_A_KIND)], axis=1)
    chosen = np.argsort(np.abs(shares - 0.5), axis=None, kind="stable")[:STATEMENTS]
    bits = np.full(shares.size, -1, np.int8)
    bits[chosen] = np.arange(len(chosen))
    return [row.tolist() for row in bits.reshape(shares.shape)]


def _codes(keys: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return the code points of all keys, one after the other, and the keys' lengths."""
    codes = np.frombuffer("".join(keys).encode("utf-32-le", "surrogatepass"), "<u4")
    return codes, np.fromiter(map(len, keys), np.int64, len(keys))


def _scripts(codes: NDArray[np.uint32], lengths: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return the scripts of keys, bits; 0 for those that are not indexed."""
    starts, script_of = (np.array(column, np.uint32) for column in zip(*SCRIPT_STARTS, strict=True))
    letters = script_of[np.searchsorted(starts, codes, side="right") - 1].astype(np.uint8)
    scripts = np.zeros(len(lengths), np.uint8)
    filled = np.flatnonzero(lengths)
    if len(filled):
        scripts[filled] = np.bitwise_or.reduceat(letters, (np.cumsum(lengths) - lengths)[filled])
    scripts[np.bitwise_count(scripts) > 1] = MIXED
    scripts[lengths > LONGEST] = 0
    return scripts


def _scripts_of(key: str) -> list[int]:
    """Return the script of each letter of a text, a bit."""
    if key.isascii():
        return [LATIN] * len(key)
    return [SCRIPT_STARTS[bisect_right(_STARTS, ord(letter)) - 1][1] for letter in key]
