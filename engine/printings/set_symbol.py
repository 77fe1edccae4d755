"""Recognise the set symbol at the right end of a card's type line.

A small network turns the symbol's place into a vector. Its products with the references of the known symbols are log
odds: the network learnt each reference as the direction of a class, and gives blurred symbols short vectors
(normalised softmax: Zhai and Wu 2019; length as certainty: Ranjan et al. 2017). Sets that are printed without a symbol
share one reference, too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core.errors import ArtifactDamaged
from engine.core.onnx_session import OnnxModel
from engine.core.rectify import Box, rectify
from engine.core.values import Corners, Rgb

BOX: Box = (0.74, 0.53, 1.0, 0.63)
"""Where the symbol is on cards of all frames, with room for an inaccurate quad."""
WIDTH, HEIGHT = 112, 60
"""Size of the network's input, pixels: that of :data:`BOX` on a face 600 px high."""
FACE_HEIGHT_PX = 600
TEMPERATURE = 1.5
"""Divides the log odds: the network is surer than it should be of photos unlike those it learnt from."""
CONFUSED = 0.35
"""Share of symbols that are taken for any of those that look alike: of 20 pixels, M12 and M10 differ in a few."""
SYMBOL, RARITY = "symbol", "rarity"
"""Names of the network's outputs."""
RARITIES = ("common", "uncommon", "rare", "mythic")
"""In the order of the network's output: black, silver, gold and orange symbols."""
BLACK_SYMBOLS = frozenset({"common", "land", "basic", "token"})


@dataclass(frozen=True, slots=True, eq=False)
class SymbolReading:
    """What the symbol's place on one card looks like.

    Attributes:
        shares: probability of each known symbol, by the code of each set that has it; sets that share a symbol have
            equal shares.
        other: mean probability of a symbol: the share of one that is not known.
        rarities: probability of each of :data:`RARITIES`.
    """

    shares: Mapping[str, float]
    other: float
    rarities: Mapping[str, float]

    def share(self, code: str) -> float:
        """Return the probability of a set's symbol."""
        return self.shares.get(code, self.other)


@dataclass(frozen=True, slots=True, eq=False)
class SymbolReferences:
    """The known symbols.

    Attributes:
        rows: the row of ``vectors`` of each set, by its code; several sets may share one.
        vectors: float32 (symbols, dimension), each of length 1.
        alike: for each row the rows of the symbols that look like it, such as M11's for M10's.
    """

    rows: Mapping[str, int]
    vectors: NDArray[np.float32]
    alike: Sequence[Sequence[int]] = ()

    @classmethod
    def open(cls, path: Path) -> SymbolReferences:
        """Read a file that :meth:`save` wrote; raises ArtifactDamaged if it isn't one."""
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            vectors = np.array(content["vectors"], np.float32)
            rows = {str(code): int(row) for code, row in content["sets"].items()}
            lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
            alike = [[int(row) for row in rows_alike] for rows_alike in content["alike"]]
        except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise ArtifactDamaged(f"{path} is not a list of set symbols ({error}).") from error
        named = {*rows.values(), *chain.from_iterable(alike)} | ({-1} if len(alike) != len(vectors) else set())
        if not (named <= set(range(len(vectors))) and np.isfinite(lengths).all() and lengths.all()):
            raise ArtifactDamaged(f"{path} names symbols of which it has no vectors; restore the file.")
        return cls(rows, vectors / lengths, alike)

    def save(self, path: Path) -> None:
        """Write the references as JSON, rounded to bytes: that changes log odds by less than a thousandth."""
        rounded = np.round(self.vectors * (127 / np.abs(self.vectors).max())).astype(int)
        content = {"sets": dict(self.rows), "vectors": rounded.tolist(), "alike": self.alike}
        path.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")


class SymbolReader:
    """Reads set symbols; thread-safe."""

    def __init__(self, model: Path, references: SymbolReferences, *, threads: int | None = None) -> None:
        self._model, self._references = OnnxModel(model, threads=threads), references

    def read(self, pixels: Rgb, corners: Corners) -> SymbolReading:
        """Return what the symbol of the upright card between ``corners`` may be."""
        crop = rectify(pixels, corners, BOX, face_height=FACE_HEIGHT_PX)
        vector, rarity = (output[0] for output in self._model.run(symbol_input([crop]), (SYMBOL, RARITY)))
        found = softmax(self._references.vectors @ vector / TEMPERATURE)
        alike = np.array([found[[row, *others]].mean() for row, others in enumerate(self._references.alike)])
        shares = (1 - CONFUSED) * found + CONFUSED * alike
        shares /= shares.sum()
        by_set = {code: float(shares[row]) for code, row in self._references.rows.items()}
        rarities = dict(zip(RARITIES, softmax(rarity).tolist(), strict=True))
        return SymbolReading(by_set, 1 / len(shares), rarities)


def symbol_input(crops: Sequence[Rgb]) -> NDArray[np.float32]:
    """Return crops of :data:`BOX` as the network's input: float32 (N, 3, HEIGHT, WIDTH), 0..255."""
    scaled = [cv2.resize(crop, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA) for crop in crops]
    return np.ascontiguousarray(np.stack(scaled).transpose(0, 3, 1, 2).astype(np.float32))


def softmax(odds: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the probabilities of log odds, (N,)."""
    weights = np.exp(odds.astype(np.float64) - odds.max())
    return np.asarray(weights / weights.sum(), np.float64)
