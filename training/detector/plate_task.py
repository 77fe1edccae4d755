"""The plate finder's training task: composed photos and maps of where their titles and mana costs are."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from engine.core import geometry
from engine.core.values import Plate, Rgb
from engine.detection.plates import TITLE_HEIGHT, decode_plates
from training.detector.networks import PlateFinder
from training.detector.plate_targets import ScenePlate, make_plate_targets, scene_plates
from training.detector.task import DetectorConfig, DetectorTask, to_batch
from training.detector.titled_faces import TitledFace, open_titled_stock
from training.scene.photo import ScenePhoto, compose
from training.scene.recipes import Recipe, random_recipe, random_stack
from training.scene.stock import Stock
from training.scene.view import place_cards
from training.trainer.checkpoints import Progress
from training.trainer.config import Stage
from training.trainer.loop import MEMORY_FORMAT, Batch

CONFIG = DetectorConfig(task="plates", width=40, stages=(Stage(1200, 352, 352), Stage(600, 448, 448)), examples=8)
STACKED_SHARE = 0.6
"""Share of photos with overlapping cards; the others are as the finder of cards learns from."""
TITLE_PX = (7.0, 24.0)
"""Range of the titles' heights in photos, pixels; most cards of a deck that fills the photo would be too small."""
FILLS = (0.45, 5.0)
"""Limits of the share of the photo that a layout spans; above 1 the photo shows a part of it."""
NEGATIVES = 3.0
"""Wrong cells that count, the worst first, for each cell of a line (hard negatives, Shrivastava et al. 2016)."""
SHAPE_WEIGHT = 1.0
VALIDATED_LAYOUTS = ("single", "hand", "columns", "fan", "spread", "none")
PHOTOS = 16
"""Photos of each layout in a validation."""
LEGIBLE_PX, CLEAR = 8.0, 0.8
"""Height in the network's pixels, and visible share, of the titles that a validation asks for."""
SAME_IOU = 0.4


def random_plate_recipe(rng: np.random.Generator) -> Recipe:
    """Return the recipe of any photo a player may send; most show cards that cover one another."""
    recipe = random_recipe(rng)
    if rng.uniform() >= STACKED_SHARE:
        return replace(recipe, clutter=recipe.clutter if rng.uniform() < 0.5 else 5)
    return random_stack(rng)


def compose_legible(stock: Stock, recipe: Recipe, rng: np.random.Generator, size: tuple[int, int]) -> ScenePhoto:
    """Compose a photo at such a scale that its titles have a random height within :data:`TITLE_PX`."""
    wanted = float(np.exp(rng.uniform(*np.log(TITLE_PX)))) / TITLE_HEIGHT
    # The same state of the generator gives the same layout, whose size grows with the share that it spans.
    quads = place_cards(replace(recipe, fill=1.0), copy.deepcopy(rng), size)
    if quads and recipe.layout != "single":
        height = float(np.median([geometry.side_lengths(quad)[[1, 3]].mean() for quad in quads]))
        recipe = replace(recipe, fill=float(np.clip(wanted / max(height, 1.0), *FILLS)))
    return compose(stock, recipe, rng, size)


TitledStock = tuple[Stock, list[TitledFace]]
"""A stock, and the titles of its Magic faces."""


@dataclass(frozen=True, slots=True)
class TitledFiles:
    """The files of titled faces and places; each process opens them for itself."""

    titles: Path
    places: Path | None = None

    def open(self, *, held_out: bool) -> TitledStock:
        """Return the stock and its Magic faces' titles; raises CommandError."""
        return open_titled_stock(self.titles, self.places, held_out=held_out)


class PlateTask(DetectorTask[TitledStock]):
    """Learn where titles and mana costs are."""

    @staticmethod
    def compose_batch(stock: TitledStock, config: DetectorConfig, number: int, part: int, count: int) -> Batch:
        """Return pixels, uint8 (B, 3, H, W), and the maps of :class:`PlateTargets` by name, each a batch."""
        scenery, faces = stock
        rngs = [np.random.default_rng((config.seed, number, part * count + i)) for i in range(count)]
        photos = [compose_legible(scenery, random_plate_recipe(rng), rng, config.photo_size(number)) for rng in rngs]
        return to_batch([photo.image for photo in photos], [make_plate_targets(photo, faces) for photo in photos])

    def build_model(self) -> nn.Module:
        """Return the network, its trunk with ImageNet weights."""
        return PlateFinder(self.config.width)

    def pretrained(self, model: nn.Module) -> list[nn.Parameter]:
        """Return the trunk's parameters."""
        return list(cast("PlateFinder", model).blocks.parameters())

    def losses(self, output: Any, targets: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """Return the losses of parts and shape, and their weighted sum.

        Parts have cross entropy with the worst negatives and a Dice loss, as in Differentiable Binarization (Liao et
        al. 2020). ``targets`` are the maps of :class:`PlateTargets` by name, a batch of each.
        """
        parts, shape = output
        wanted, weight = targets["parts"], targets["weight"].unsqueeze(1)
        entropy = binary_cross_entropy_with_logits(parts, wanted, reduction="none") * weight
        inside = (wanted > 0.1) & (weight > 0)
        positive, negative = entropy[inside], entropy[~inside]
        kept = min(negative.numel(), int(NEGATIVES * max(positive.numel(), 100)))
        worst = negative.topk(kept).values
        probability = parts.sigmoid() * weight
        shared = (probability * wanted).sum((0, 2, 3))
        dice = 1 - 2 * shared / ((probability + wanted * weight).sum((0, 2, 3)) + 1)
        away = (shape - targets["shape"]).abs().sum(1) * targets["shape_weight"]
        losses = {
            "parts": (positive.sum() + worst.sum()) / max(positive.numel() + kept, 1),
            "dice": dice.mean(),
            "shape": away.sum() / targets["shape_weight"].sum().clamp(min=1.0),
        }
        return {**losses, "loss": 5 * losses["parts"] + losses["dice"] + SHAPE_WEIGHT * losses["shape"]}

    @cached_property
    def _photos(self) -> dict[str, list[tuple[ScenePhoto, list[ScenePlate]]]]:
        """Photos of some layouts, of faces and places held out from training."""
        (stock, faces), stage = self.files.open(held_out=True), self.config.stages[-1]
        found: dict[str, list[tuple[ScenePhoto, list[ScenePlate]]]] = {}
        for kind, layout in enumerate(VALIDATED_LAYOUTS):
            found[layout] = []
            for i in range(PHOTOS):
                rng = np.random.default_rng((self.config.seed + 1, kind, i))
                recipe = replace(
                    random_plate_recipe(rng), layout=layout, strange=0.0, clutter=5 if layout == "none" else 1,
                    severity=float(rng.uniform(0, 0.5)),
                )  # fmt: skip
                photo = compose_legible(stock, recipe, rng, (stage.width, stage.height))
                found[layout].append((photo, scene_plates(photo, faces)))
        return found

    def validate(self, model: nn.Module, progress: Progress) -> tuple[Mapping[str, float], str]:
        """Measure on photos of each layout."""
        device = next(model.parameters()).device

        @torch.inference_mode()
        def find(image: Rgb) -> list[Plate]:
            pixels = torch.from_numpy(image.transpose(2, 0, 1)[np.newaxis].astype(np.float32)).to(device)
            parts, shape = (out[0].float().cpu() for out in model(pixels.contiguous(memory_format=MEMORY_FORMAT)))
            return decode_plates(parts.sigmoid().numpy(), shape.numpy())

        figures, lines = {}, []
        for layout, photos in self._photos.items():
            one = measure_plates([(find(photo.image), plates) for photo, plates in photos])
            figures[f"{self.validated}{layout}"] = one.found / max(one.clear, 1)
            lines.append(
                f"  {layout:10} {one.clear:4} clear titles: found {one.found / max(one.clear, 1):6.1%}, right way up "
                f"{one.upright / max(one.found, 1):6.1%}, costs {one.costs_found / max(one.costs, 1):6.1%} of "
                f"{one.costs:3}, false plates a photo {one.false / len(photos):.2f}"
            )
        return {"epoch": progress.step, **figures}, "\n".join([f"after {progress.step} batches:", *lines])


@dataclass(slots=True)
class PlateCounts:
    """How many clear titles there are, are found and found in the right direction; costs of those; false plates."""

    clear: int = 0
    found: int = 0
    upright: int = 0
    costs: int = 0
    costs_found: int = 0
    false: int = 0


def measure_plates(photos: Sequence[tuple[Sequence[Plate], Sequence[ScenePlate]]]) -> PlateCounts:
    """Count what was found (first) of what is there (second) in each photo."""
    counts = PlateCounts()
    for found, plates in photos:
        matched: set[int] = set()
        for plate in plates:
            tall = float(geometry.side_lengths(plate.title)[[1, 3]].mean())
            overlaps = [line_iou(one.title, plate.title) for one in found]
            best = int(np.argmax(overlaps)) if overlaps else -1
            if best >= 0 and overlaps[best] > (SAME_IOU if plate.visible > CLEAR else 0.05):
                matched.add(best)
            if plate.visible < CLEAR or tall < LEGIBLE_PX:
                continue
            counts.clear += 1
            if best < 0 or overlaps[best] < SAME_IOU:
                continue
            counts.found += 1
            one = found[best]
            counts.upright += bool((one.title[1] - one.title[0]) @ (plate.title[1] - plate.title[0]) > 0)
            if plate.cost is not None:
                counts.costs += 1
                counts.costs_found += one.cost is not None and line_iou(one.cost, plate.cost) > SAME_IOU
        counts.false += len(found) - len(matched)
    return counts


def line_iou(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return intersection over union of two lines."""
    rectangles = cv2.boundingRect(one), cv2.boundingRect(other)
    (left, top, wide, high), (x, y, w, h) = rectangles
    if left > x + w or x > left + wide or top > y + h or y > top + high:
        return 0.0
    return geometry.iou(one, other)
