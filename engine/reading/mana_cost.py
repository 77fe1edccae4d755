"""Read the mana cost at the right end of a name plate, and weigh it against the printed cost of a card.

A small convolutional network tells for each column of a plate which symbol is there, if any; columns become symbols as
in text recognition (Graves et al. 2006), without boxes. What is read is weighed by an alignment with the printed cost,
since a crop may cut off symbols on the left, and another card or a finger may cover some on the right.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.catalogue.names import FACE_SEPARATOR
from engine.core.onnx_session import OnnxModel
from engine.core.values import Rgb

Odds = NDArray[np.float32]

HEIGHT = 24
"""Height in pixels to which crops are scaled: about that of a plate on the scans that the network learnt from."""
MAX_WIDTH = 192
"""Pixels of a scaled crop that are read, from its right end: room for nine symbols."""
WIDTH_STEP = 32
"""Crops are padded to a multiple of this, so that ONNX Runtime plans memory for only a few shapes."""
PADDING = 127
"""Grey on the left of narrow crops; the network's mean."""
BATCH = 32
COLUMN = 4
"""Pixels of a scaled crop per column of the network's output."""
SYMBOL_ODDS = "symbols"
"""Name of the network's output."""

COLOURS = ("W", "U", "B", "R", "G")
PAIRS = ("W/U", "W/B", "U/B", "U/R", "B/R", "B/G", "R/G", "R/W", "G/W", "G/U")
OTHER = "{?}"
"""Any symbol that is too rare to be learnt, such as hybrid Phyrexian ones."""
SYMBOLS = (
    *(f"{{{text}}}" for text in (*range(17), 20, "X", "Y", "Z", *COLOURS, "C", "S", *PAIRS)),
    *(f"{{2/{colour}}}" for colour in COLOURS),
    *(f"{{{colour}/P}}" for colour in COLOURS),
    OTHER,
)
"""The symbols that are told apart, in Scryfall's notation and in the order of the network's output."""
BLANK = len(SYMBOLS)
"""The network's last class: no symbol here."""

PER_MILLE = {
    "{W}": 115.0, "{U}": 117.0, "{B}": 119.0, "{R}": 117.0, "{G}": 114.0, "{1}": 108.0, "{2}": 116.0, "{3}": 86.0,
    "{4}": 46.0, "{5}": 18.0, "{6}": 6.0, "{7}": 2.4, "{8}": 1.0, "{0}": 0.9, "{X}": 8.4, "{C}": 0.6,
    **{f"{{{pair}}}": 1.4 for pair in PAIRS},
}  # fmt: skip
"""How common a symbol is among those of all 35,000 cards' costs; others: :data:`RARE_PER_MILLE`."""
RARE_PER_MILLE = 0.2
AGAIN = 0.35
"""Share of symbols that repeat the one before: {W}{W} is far more common than chance would make it."""
LENGTHS = (0.12, 0.33, 0.32, 0.16, 0.05)
"""Shares of costs with one, two ... symbols; longer ones: half as many with each further symbol."""
CUT_LEFT, CUT_RIGHT = 0.02, 0.04
"""Probability that a crop lacks symbols on the left, cut off, or on the right, covered."""
MISSED, SPURIOUS = 0.02, 0.02
"""Probability that a symbol is not seen, and that something else is taken for one."""
MISREAD = 0.02
"""Share of each symbol's probability that is given to all symbols: the network is never quite as sure as it says."""
SPOILT = 0.13
"""Share of crops that say nothing, cut wrongly or blurred: of held-out plates 13 to 19% are misread."""
LIMIT = 6.0
"""Largest evidence in nats: a name plate may always belong to another card of the same cost."""


@dataclass(frozen=True, slots=True, eq=False)
class CostReading:
    """The mana cost read in one crop.

    Attributes:
        symbols: from left to right, of :data:`SYMBOLS`; empty if none was legible.
        shares: float32 (len(symbols), len(SYMBOLS)): probability of each symbol at each place; the rest of a row's sum
            to 1 is the probability that there is no symbol.
    """

    symbols: tuple[str, ...]
    shares: Odds

    @property
    def cost(self) -> str:
        """The symbols in Scryfall's notation, such as ``{2}{W}{U/B}``."""
        return "".join(self.symbols)

    @property
    def probabilities(self) -> tuple[float, ...]:
        """Probability of each symbol, 0..1."""
        return tuple(float(share) for share in self.shares.max(axis=1)) if self.symbols else ()


NOTHING_READ = CostReading((), np.zeros((0, len(SYMBOLS)), np.float32))


class CostReader:
    """The network that reads mana costs, opened as :class:`OnnxModel` is; thread-safe."""

    def __init__(self, model: Path, *, threads: int | None = None) -> None:
        self._model = OnnxModel(model, threads=threads)

    def read(self, crops: Sequence[Rgb]) -> list[CostReading]:
        """Read the cost at the right end of each crop.

        Args:
            crops: uint8 (h, w, 3) of any size; the right part of an upright name plate, 1.1 to 1.7 times as high as
                its line of text, ending with the cost or at most two symbols' width to the right of it. The end of
                the title may be seen on the left, or no cost at all.
        """
        readings: list[CostReading] = []
        for start in range(0, len(crops), BATCH):
            odds = self._model.run_first(cost_input(crops[start : start + BATCH]))
            readings += [decode_cost(one) for one in odds]
        return readings


def cost_input(crops: Sequence[Rgb]) -> Odds:
    """Return crops as the network's input: float32 (N, 3, HEIGHT, W), 0..255, each at the right end of its picture."""
    scaled = []
    for crop in crops:
        height, width = crop.shape[:2]
        # Only what can be seen at the end is scaled.
        seen = crop[:, max(0, width - math.ceil(MAX_WIDTH * height / HEIGHT)) :]
        size = int(np.clip(round(seen.shape[1] * HEIGHT / height), 1, MAX_WIDTH)), HEIGHT
        shrinks = height > HEIGHT
        scaled.append(cv2.resize(seen, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR))
    widest = max(one.shape[1] for one in scaled)
    padded = np.full((len(scaled), HEIGHT, -(-widest // WIDTH_STEP) * WIDTH_STEP, 3), PADDING, np.float32)
    for picture, one in zip(padded, scaled, strict=True):
        picture[:, -one.shape[1] :] = one
    return np.ascontiguousarray(padded.transpose(0, 3, 1, 2))


def decode_cost(odds: Odds) -> CostReading:
    """Return the most probable reading of a crop: equal symbols in adjacent columns are one, blanks are dropped.

    Args:
        odds: float32 (len(SYMBOLS) + 1, columns), log odds of each symbol and of :data:`BLANK`.
    """
    share = np.exp(odds - odds.max(axis=0))
    share /= share.sum(axis=0)
    best: list[int] = share.argmax(axis=0).tolist()
    symbols, shares = [], []
    for number, columns in groupby(range(len(best)), key=best.__getitem__):
        if number != BLANK:
            clearest = max(columns, key=share[number].__getitem__)
            symbols.append(SYMBOLS[number])
            shares.append(share[:BLANK, clearest])
    return CostReading(tuple(symbols), np.array(shares, np.float32)) if symbols else NOTHING_READ


def symbol_numbers(cost: str) -> list[int]:
    """Return the places in :data:`SYMBOLS` of the symbols of a cost without halves, in Scryfall's notation."""
    places = {symbol: place for place, symbol in enumerate(SYMBOLS)}
    return [places.get(symbol, places[OTHER]) for symbol in re.findall(r"\{[^}]*\}", cost)]


def cost_log_odds(reading: CostReading, cost: str | None) -> float:
    """Return the evidence, in nats, that a plate belongs to a card of this cost rather than to any other card.

    Args:
        reading: of the plate.
        cost: the card's in Scryfall's notation; of two halves, such as ``{1}{R} // {1}{U}``, the one that fits better
            counts. Empty for a card without a cost, such as a land; None if the cost is not known.

    Returns:
        log(SPOILT)..LIMIT. 0 if nothing was read or the cost is not known: a cost may be covered, or the plate blurred.
    """
    if cost is None or not reading.symbols:
        return 0.0
    symbols = _likelihood_ratios(reading)
    absent = 1 - reading.shares.sum(axis=1).astype(float) + SPURIOUS
    halves = dict.fromkeys(half.strip() for half in cost.split(FACE_SEPARATOR.strip()))
    best = max(_likelihood(symbols, absent, symbol_numbers(half)) for half in halves)
    ratio = (best + 1e-12) / (_likelihood_of_any(symbols, absent) + 1e-12)
    return min(math.log((1 - SPOILT) * ratio + SPOILT), LIMIT)


def _likelihood_ratios(reading: CostReading) -> NDArray[np.float64]:
    """Return how much more probable each place's look is if it is a certain symbol than if it is any, (m, SYMBOLS)."""
    share = reading.shares.astype(np.float64)
    softened = (1 - MISREAD) * share + MISREAD * share.sum(axis=1, keepdims=True) * _frequencies()
    ratios: NDArray[np.float64] = softened / _frequencies()
    return ratios


def _likelihood(symbols: NDArray[np.float64], absent: NDArray[np.float64], cost: Sequence[int]) -> float:
    """Return the likelihood of a reading if this is the printed cost, summed over all alignments of the two."""
    # reached[j]: the places so far are explained, and j symbols of the cost are used up.
    each = 1 / max(len(cost), 1)
    reached = [1.0] + [CUT_LEFT * each] * len(cost)
    for place in range(len(symbols)):
        ratios = symbols[place]
        before, reached = reached, [reached[0] * float(absent[place])]
        for j, symbol in enumerate(cost, 1):
            seen, spurious = before[j - 1] * float(ratios[symbol]), before[j] * float(absent[place])
            reached.append(seen + spurious + reached[j - 1] * MISSED)
    return reached[-1] + sum(reached[:-1]) * CUT_RIGHT * each


def _likelihood_of_any(symbols: NDArray[np.float64], absent: NDArray[np.float64]) -> float:
    """Return the mean likelihood of a reading over all costs, as common as they are."""
    often = _frequencies()
    # reached[k]: for each last symbol, the sum over all beginnings with k symbols.
    reached = np.zeros((len(symbols) + 1, len(often)))
    none = 1.0
    for place, ratios in enumerate(symbols):
        after = (1 - AGAIN) * reached.sum(axis=1, keepdims=True) * often + AGAIN * reached
        after[0] = none * often
        reached *= absent[place]
        reached[1:] += after[:-1] * ratios
        none *= float(absent[place])
    last = len(LENGTHS) - 1
    lengths = [LENGTHS[min(k, last)] * 0.5 ** max(0, k - last) for k in range(len(symbols))]
    return float(reached[1:].sum(axis=1) @ lengths) + none


@cache
def _frequencies() -> NDArray[np.float64]:
    often = np.array([PER_MILLE.get(symbol, RARE_PER_MILLE) for symbol in SYMBOLS])
    return np.asarray(often / often.sum(), np.float64)
