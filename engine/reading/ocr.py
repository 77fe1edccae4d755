"""PP-OCR line detection and text recognition, with the models that the package rapidocr ships.

rapidocr decodes the output of both networks. The sessions are ours, so that threads and memory are configured in one
place and calls are thread-safe.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import rapidocr
from numpy.typing import NDArray
from rapidocr.ch_ppocr_det.utils import DBPostProcess
from rapidocr.ch_ppocr_rec.utils import CTCLabelDecode

from engine.core.artifacts import check_sha256
from engine.core.errors import ArtifactMissing
from engine.core.onnx_session import OnnxModel
from engine.core.values import Corners, Rgb

MODEL_DIR = Path(rapidocr.__file__).parent / "models"
DETECTION_MODEL = "PP-OCRv6_det_small.onnx"
RECOGNITION_MODEL = "PP-OCRv6_rec_small.onnx"
TEXT_MODELS = {
    DETECTION_MODEL: "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    RECOGNITION_MODEL: "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
}
"""SHA-256 of each model that this version of rapidocr ships."""
REMEDY = "Install rapidocr again: pip install --force-reinstall --no-deps rapidocr==3.10.0."

LINE_HEIGHT = 48
"""Height in pixels that the recognition network was trained on."""
MAX_LINE_WIDTH = 960
WIDTH_STEP = 32
"""Crops are padded to a multiple of this, so that ONNX Runtime plans memory for only a few shapes."""
STRIDE = 32
"""The detection network halves its input five times: sides must be multiples of this."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line of text in a picture.

    Attributes:
        corners: float32 (4, 2), pixels of the searched picture, clockwise from the start of the line's upper edge.
        score: 0..1, mean probability that these pixels are text.
    """

    corners: Corners
    score: float

    @property
    def height(self) -> float:
        """Mean length of the two ends, pixels."""
        c = self.corners
        return float((np.linalg.norm(c[3] - c[0]) + np.linalg.norm(c[2] - c[1])) / 2)

    @property
    def width(self) -> float:
        """Mean length of upper and lower edge, pixels."""
        c = self.corners
        return float((np.linalg.norm(c[1] - c[0]) + np.linalg.norm(c[2] - c[3])) / 2)

    @property
    def direction(self) -> NDArray[np.float32]:
        """The reading direction as a unit vector, float32 (2,): the mean of upper and lower edge."""
        c = self.corners
        along = c[1] - c[0] + c[2] - c[3]
        return np.asarray(along / (np.linalg.norm(along) + 1e-6), np.float32)

    def distances(self, other: Corners) -> tuple[float, float]:
        """Return how far another line's middle is from this one's, in pixels: along this line, and across it."""
        away, (x, y) = other.mean(0) - self.corners.mean(0), self.direction
        return abs(float(away @ (x, y))), abs(float(away @ (-y, x)))

    def start(self, max_width: float) -> Corners:
        """Return the corners of the line's first part, float32 (4, 2), at most ``max_width`` pixels wide."""
        c = self.corners
        keep = min(1.0, max_width / max(self.width, 1.0))
        return np.array([c[0], c[0] + keep * (c[1] - c[0]), c[3] + keep * (c[2] - c[3]), c[3]], np.float32)


@dataclass(frozen=True, slots=True)
class Text:
    """The text of one crop; ``score`` is the mean probability of its characters, 0..1."""

    text: str
    score: float


class LineFinder:
    """Finds lines of text (Differentiable Binarization, Liao et al. 2020)."""

    def __init__(self, *, threads: int | None = None) -> None:
        self._model = OnnxModel(_model_path(DETECTION_MODEL), threads=threads)
        self._interpret: Any = DBPostProcess(
            thresh=0.3, box_thresh=0.5, max_candidates=400, unclip_ratio=1.6, use_dilation=True
        )

    def find_lines(self, pixels: Rgb) -> list[Line]:
        """Return the lines in ``pixels`` (uint8 (H, W, 3)) from top to bottom."""
        height, width = (max(STRIDE, round(side / STRIDE) * STRIDE) for side in pixels.shape[:2])
        resized = cv2.resize(pixels, (width, height)) if pixels.shape[:2] != (height, width) else pixels
        heat = self._model.run_first(_normalise(resized)[np.newaxis])
        boxes, scores = self._interpret(heat, pixels.shape[:2])
        lines = [
            Line(np.asarray(box, np.float32), float(np.clip(score, 0, 1)))
            for box, score in zip(boxes, scores, strict=True)
        ]
        return sorted(lines, key=lambda line: float(line.corners[:, 1].min()))


class TextReader:
    """Reads single lines of text (PP-OCR recognition, CTC decoding)."""

    def __init__(self, *, threads: int | None = None) -> None:
        path = _model_path(RECOGNITION_MODEL)
        self._model = OnnxModel(path, threads=threads)
        self._interpret: Any = CTCLabelDecode(character=self._model.metadata["character"].splitlines())
        cores = threads or len(os.sched_getaffinity(0))
        self._pool = ThreadPoolExecutor(cores, thread_name_prefix="read") if cores > 1 else None
        self._lone = OnnxModel(path, threads=1) if cores > 1 else self._model

    def read(self, crops: Sequence[Rgb]) -> list[Text]:
        """Return the text of each crop (uint8 (H, W, 3), one upright line each), in the same order."""
        # A batch would pad every line to the longest. Two short lines, one a core, take 40% less time than one after
        # the other on both, because their layers are too small to share; for long ones it makes little difference.
        tensors = [_line_input(crop) for crop in crops]
        if self._pool is None or len(tensors) < 2:
            heats = [self._model.run_first(tensor) for tensor in tensors]
        else:
            heats = list(self._pool.map(self._lone.run_first, tensors))
        texts = []
        for heat in heats:
            decoded, _ = self._interpret(heat)
            text, score = decoded[0]
            texts.append(Text(text.strip(), float(score)))
        return texts


def _line_input(crop: Rgb) -> NDArray[np.float32]:
    """Return a line as float32 (1, 3, :data:`LINE_HEIGHT`, W), black on the right up to a multiple of a step."""
    height, width = crop.shape[:2]
    if height == LINE_HEIGHT:
        scaled = crop[:, :MAX_LINE_WIDTH]
    else:
        size = int(np.clip(round(width * LINE_HEIGHT / height), 8, MAX_LINE_WIDTH)), LINE_HEIGHT
        scaled = np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    padded_width = -(-scaled.shape[1] // WIDTH_STEP) * WIDTH_STEP
    tensor = np.zeros((1, 3, LINE_HEIGHT, padded_width), np.float32)
    tensor[0, :, :, : scaled.shape[1]] = _normalise(scaled)
    return tensor


def crop_line(pixels: Rgb, corners: Corners, *, squeeze: float = 1.0) -> Rgb:
    """Return the line between ``corners``, straightened and scaled to a height of :data:`LINE_HEIGHT` pixels.

    Its width is multiplied by ``squeeze``: a narrower line is read faster.
    """
    line = Line(corners, 1.0)
    wanted = round(squeeze * LINE_HEIGHT * line.width / max(line.height, 1.0))
    width = int(np.clip(wanted, LINE_HEIGHT, MAX_LINE_WIDTH))
    target = np.array([[0, 0], [width, 0], [width, LINE_HEIGHT], [0, LINE_HEIGHT]], np.float32)
    homography = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    return np.asarray(
        cv2.warpPerspective(
            pixels, homography, (width, LINE_HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        ),
        np.uint8,
    )


def _model_path(name: str) -> Path:
    path = MODEL_DIR / name
    if not path.is_file():
        raise ArtifactMissing(f"The package rapidocr lacks {name}. {REMEDY}")
    check_sha256(path, TEXT_MODELS[name], REMEDY)
    return path


def _normalise(pixels: Rgb) -> NDArray[np.float32]:
    """Return float32 (3, H, W) in -1..1, blue first: PP-OCR was trained on OpenCV's channel order."""
    return (pixels[..., ::-1].astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)
