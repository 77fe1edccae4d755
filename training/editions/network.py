"""The networks that look at set symbols, and at frames and borders."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from engine.printings.expected_look import LOOKS
from engine.printings.set_symbol import RARITIES
from training.networks.backbone import PIXEL_MEAN, PIXEL_STD

DIMENSION = 64
"""Length of a symbol's vector."""
SYMBOL_LAYERS = ((24, 2), (48, 2), (64, 1), (96, 2), (128, 1), (128, 1))
FRAME_LAYERS = ((16, 2), (32, 2), (48, 2), (64, 2), (96, 2), (96, 1))
"""Channels and stride of each convolution."""
FRAME_PLACES = 5 * 4
"""Places that remain of a card of 160 x 112 pixels."""


def convolutions(layers: tuple[tuple[int, int], ...]) -> nn.Sequential:
    """Return 3 x 3 convolutions, each with its normalisation."""
    modules: list[nn.Module] = []
    inside = 3
    for outside, stride in layers:
        modules += [nn.Conv2d(inside, outside, 3, stride, 1, bias=False), nn.BatchNorm2d(outside), nn.ReLU()]
        inside = outside
    return nn.Sequential(*modules)


class SymbolNetwork(nn.Module):
    """A crop of a symbol's place to a vector, and to log odds of its rarity; normalises pixels itself.

    Args:
        symbols: number of symbols to learn.
    """

    def __init__(self, symbols: int) -> None:
        super().__init__()
        self.layers = convolutions(SYMBOL_LAYERS)
        channels = SYMBOL_LAYERS[-1][0]
        self.attention = nn.Conv2d(channels, 1, 1)
        self.vector = nn.Linear(channels, DIMENSION)
        self.rarity = nn.Linear(channels, len(RARITIES))
        self.references = nn.Parameter(torch.randn(symbols, DIMENSION))

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Return vectors, (B, DIMENSION), and log odds of rarities, of (B, 3, HEIGHT, WIDTH) RGB in 0..255."""
        features = self.layers((pixels - PIXEL_MEAN) / PIXEL_STD).flatten(2)  # (B, channels, places)
        # Where the symbol is, decided by what is there: it may be off by half its size.
        weights = self.attention(features.unsqueeze(-1)).flatten(2).softmax(2)  # (B, 1, places)
        pooled = (features * weights).sum(2)
        return self.vector(pooled), self.rarity(pooled)

    def symbol_odds(self, vectors: Tensor) -> Tensor:
        """Return log odds of each symbol, (B, symbols): products with the references' directions."""
        return vectors @ normalize(self.references).T


class FrameNetwork(nn.Module):
    """A whole card to log odds of its look; normalises pixels itself."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = convolutions(FRAME_LAYERS)
        # Where on the card something is seen matters: a white bar is a border at the edge and a title elsewhere.
        self.looks = nn.Sequential(
            nn.Flatten(), nn.Dropout(0.3), nn.Linear(FRAME_PLACES * FRAME_LAYERS[-1][0], len(LOOKS))
        )

    def forward(self, pixels: Tensor) -> Tensor:
        """Return log odds, (B, looks), of (B, 3, HEIGHT, WIDTH) RGB in 0..255."""
        odds: Tensor = self.looks(self.layers((pixels - PIXEL_MEAN) / PIXEL_STD))
        return odds
