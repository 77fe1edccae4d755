"""What the detector's two training tasks have in common: a stock, and batches composed of it."""

from __future__ import annotations

from typing import ClassVar

from training.detector.config import DetectorConfig
from training.detector.dataset import StockBatches, StockFiles
from training.trainer import distributed
from training.trainer.checkpoints import Progress
from training.trainer.loop import Epoch, Task


class DetectorTask(Task):
    """A task on composed photos: a single epoch of as many batches as the stages ask for.

    Args:
        files: what photos are composed of.
        config: of the run.
    """

    validated = "found "
    dataset: ClassVar[type[StockBatches]]

    def __init__(self, files: StockFiles, config: DetectorConfig) -> None:
        self.files = files
        self.config: DetectorConfig = config

    def next_epoch(self, progress: Progress) -> Epoch | None:
        """Return the batches still to do."""
        done, total = progress.step, self.config.length
        if done >= total:
            return None
        part = (distributed.rank(), distributed.world_size())
        batches = self.dataset(self.files, self.config, range(done, total), part)
        return Epoch(0, 1, batches, done, total, self.config.validate_every)
