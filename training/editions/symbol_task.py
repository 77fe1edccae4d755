"""The training task of the network that recognises set symbols."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.utils.data import Dataset

from engine.catalogue.catalogue import Catalogue
from engine.core.artifacts import SHIPPED, open_artifacts
from engine.core.errors import PhotoError
from engine.printings.set_symbol import BLACK_SYMBOLS, RARITIES, symbol_input
from training.data.face_list import read_faces_csv, read_picture
from training.data.held_out import is_held_out
from training.editions.glyphs import NO_SYMBOL, Glyphs, read_glyphs
from training.editions.network import SymbolNetwork
from training.editions.symbol_crops import LATEST_SINCE, MODERN_SINCE, Patch, cut_patch, paint_symbol, photograph_crop
from training.trainer import distributed
from training.trainer.checkpoints import Progress
from training.trainer.config import Stage, TrainingConfig
from training.trainer.loop import Batch, Epoch, Task

COLOURED_SINCE = "1998-06-01"
"""Exodus: the first set whose symbols show the rarity."""
UNKNOWN = -100
"""The target of what is not known, which the loss leaves out."""
HEIGHTS_PX = (200, 300, 450, 700)
"""Heights of the card at which is validated."""
MIN_SCANS = 6
"""Least scans with a symbol to learn from them, too: of two alike symbols the one with a scan would be seen in both."""
RARE = 0.5
"""Power of a symbol's rarity among the scans with which they are drawn: 0 for as common as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolConfig(TrainingConfig):
    """A training run on set symbols; its stages count batches, and their picture sizes are not used.

    Attributes:
        examples: crops of a batch.
        painted: share of crops whose symbol is painted.
        font, css, sets: as in :func:`training.editions.glyphs.read_glyphs`.
        validate_every: batches between two validations.
    """

    ON_RESUME: ClassVar[frozenset[str]] = TrainingConfig.ON_RESUME | {"validate_every"}

    stages: tuple[Stage, ...] = (Stage(6000, 60, 112),)
    examples: int = 96
    painted: float = 0.6
    font: str = ""
    css: str = ""
    sets: str = ""
    validate_every: int = 1000
    head_lr: float = 3e-3
    ema: float = 0.99


def read_patches(lists: Sequence[Path], glyphs: Glyphs) -> list[Patch]:
    """Return the patch of each listed face whose set is known."""
    cv2.setNumThreads(1)
    patches: list[Patch] = []
    catalogue = Catalogue.open(open_artifacts(SHIPPED).catalogue)
    for row in (row for path in lists for row in read_faces_csv(path)):
        card_id = catalogue.find(row.name) if row.set else None
        printings = [] if card_id is None else [one for one in catalogue.printings(card_id) if one.set == row.set]
        if not printings:
            continue
        try:
            pixels = cut_patch(read_picture(row.path))
        except PhotoError:
            continue
        released = printings[0].released_at
        rarities = {one.rarity for one in printings}
        rarity = rarities.pop() if len(rarities) == 1 and released >= COLOURED_SINCE else None
        patches.append(
            Patch(
                pixels,
                (released >= MODERN_SINCE) + (released >= LATEST_SINCE),
                glyphs.by_set.get(row.set),
                "common" if rarity in BLACK_SYMBOLS else rarity if rarity in RARITIES else None,
                is_held_out(row.name),
            )
        )
    catalogue.close()
    return patches


@dataclass(eq=False)
class SymbolBatches(Dataset[Batch]):
    """Batches of crops, one per ``__getitem__``; each can be made again, alone and in any process.

    Attributes:
        patches: of all scans.
        glyphs: the symbols to paint.
        config: of the run.
        numbers: of the batches, in order.
        share: the number of this process and the number of processes.
    """

    patches: Sequence[Patch]
    glyphs: Glyphs
    config: SymbolConfig
    numbers: Sequence[int]
    share: tuple[int, int] = (0, 1)

    @cached_property
    def _learnt(self) -> tuple[list[Patch], np.ndarray[Any, Any]]:
        """Return the patches with a known symbol, and the probability of each: more for rare symbols."""
        learnt = [one for one in self.patches if not one.held_out and one.character is not None]
        often = Counter(one.character for one in learnt)
        learnt = [one for one in learnt if often[one.character] >= MIN_SCANS]
        names, places = np.unique([one.character or "" for one in learnt], return_inverse=True)
        weights = np.bincount(places, minlength=len(names))[places] ** -RARE
        return learnt, weights / weights.sum()

    def shares(self) -> NDArray[np.float64]:
        """Return the share of each symbol among the crops, in the order of the glyphs' characters."""
        learnt, chances = self._learnt
        characters = self.glyphs.characters
        scanned = np.zeros(len(characters))
        np.add.at(scanned, [characters.index(one.character or NO_SYMBOL) for one in learnt], chances)
        return self.config.painted / len(characters) + (1 - self.config.painted) * scanned

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, position: int) -> Batch:
        """Return this process's part of a batch: crops, and the number of each one's ``symbol`` and ``rarity``."""
        cv2.setNumThreads(1)
        (part, parts), config = self.share, self.config
        rng = np.random.default_rng((config.seed, self.numbers[position], part))
        learnt, chances = self._learnt
        characters = self.glyphs.characters
        crops, symbols, rarities = [], [], []
        for _ in range(config.examples // parts):
            if rng.uniform() < config.painted:
                below = self.patches[int(rng.integers(len(self.patches)))]
                character, rarity = str(rng.choice(characters)), str(rng.choice(RARITIES))
                pixels = paint_symbol(below, self.glyphs, character, rarity, rng)
                named: str | None = rarity if character != NO_SYMBOL else None
            else:
                patch = learnt[int(rng.choice(len(learnt), p=chances))]
                pixels, character, named = patch.pixels, patch.character or NO_SYMBOL, patch.rarity
            crops.append(photograph_crop(pixels, rng))
            symbols.append(characters.index(character))
            rarities.append(UNKNOWN if named is None else RARITIES.index(named))
        targets = {"symbol": torch.tensor(symbols), "rarity": torch.tensor(rarities)}
        return torch.from_numpy(symbol_input(crops).astype(np.uint8)), targets


class SymbolTask(Task):
    """Learn to recognise set symbols: a single epoch of as many batches as the stages ask for."""

    validated = "right "

    def __init__(self, lists: Sequence[Path], config: SymbolConfig) -> None:
        self.config: SymbolConfig = config
        self.glyphs = read_glyphs(Path(config.font), Path(config.css), Path(config.sets))
        self.patches = read_patches(lists, self.glyphs)

    def build_model(self) -> nn.Module:
        """Return the untrained network."""
        self.model = SymbolNetwork(len(self.glyphs.characters))
        return self.model

    def next_epoch(self, progress: Progress) -> Epoch | None:
        """Return the batches still to do."""
        done, total = progress.step, self.config.length
        if done >= total:
            return None
        share = (distributed.rank(), distributed.world_size())
        batches = SymbolBatches(self.patches, self.glyphs, self.config, range(done, total), share)
        return Epoch(0, 1, batches, done, total, self.config.validate_every)

    def losses(self, output: Any, targets: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Return the losses of symbol and rarity."""
        vectors, rarities = output
        # Scans are of few sets: without this (Menon et al. 2021) a doubtful symbol would be taken for one of those.
        odds = self.model.symbol_odds(vectors) + self._log_shares.to(vectors.device)
        symbol = cross_entropy(odds, targets["symbol"])
        rarity = cross_entropy(rarities, targets["rarity"], ignore_index=UNKNOWN)
        return {"symbol": symbol, "rarity": rarity, "loss": symbol + 0.3 * rarity}

    @cached_property
    def _log_shares(self) -> Tensor:
        shares = SymbolBatches(self.patches, self.glyphs, self.config, ()).shares()
        return torch.from_numpy(np.log(shares).astype(np.float32))

    @cached_property
    def _crops(self) -> dict[int, list[tuple[Any, int, int]]]:
        """Held-out scans at each of :data:`HEIGHTS_PX`: crop, symbol and rarity."""
        rng = np.random.default_rng((self.config.seed, 3))
        held_out = [one for one in self.patches if one.held_out and one.character is not None]
        characters = self.glyphs.characters
        return {
            px: [
                (
                    photograph_crop(one.pixels, rng, px),
                    characters.index(one.character or NO_SYMBOL),
                    UNKNOWN if one.rarity is None else RARITIES.index(one.rarity),
                )
                for one in held_out
            ]
            for px in HEIGHTS_PX
        }

    @torch.inference_mode()
    def validate(self, model: nn.Module, progress: Progress) -> tuple[Mapping[str, float], str]:
        """Measure the share of held-out scans whose symbol is the likeliest of all, by height of the card."""
        device, figures = next(model.parameters()).device, {}
        for px, crops in self._crops.items():
            pixels = torch.from_numpy(symbol_input([crop for crop, _, _ in crops])).to(device)
            vectors, rarities = model(pixels)
            found = model.symbol_odds(vectors).argmax(1).tolist()  # type: ignore[operator]  # its own method
            figures[f"{px} px"] = float(np.mean([a == b for a, (_, b, _) in zip(found, crops, strict=True)]))
            coloured = [n for n, (_, _, rarity) in enumerate(crops) if rarity != UNKNOWN]
            told = rarities.argmax(1).tolist()
            figures[f"rarity {px} px"] = float(np.mean([told[n] == crops[n][2] for n in coloured]))
        shown = ", ".join(f"{name} {value:.1%}" for name, value in figures.items())
        values = {f"{self.validated}{name}": value for name, value in figures.items()}
        return {"epoch": progress.step, **values}, f"after {progress.step} batches:\n  {shown}"
