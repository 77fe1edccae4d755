"""Crops -> text: PP-OCR line detection and recognition, with the models the package rapidocr ships.

Each model keeps the rhythm prepare, run, interpret. Decoding of both networks is rapidocr's own;
the sessions are ours, so that threads and memory are set in one place and a call is thread-safe.
"""

from __future__ import annotations

from collections.abc import Sequence
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
from engine.core.onnx_session import OnnxModel, Tensor
from engine.core.values import Corners, Rgb

MODEL_DIR = Path(rapidocr.__file__).parent / "models"
DETECTION_MODEL = "PP-OCRv6_det_small.onnx"
RECOGNITION_MODEL = "PP-OCRv6_rec_small.onnx"
TEXT_MODELS = {
    DETECTION_MODEL: "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    RECOGNITION_MODEL: "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
}
"""SHA-256 of each model that this version's rapidocr ships."""
REMEDY = "Install rapidocr again: pip install --force-reinstall --no-deps rapidocr==3.10.0."

LINE_HEIGHT = 48
"""Pixels of height the recognition network was trained at."""
MAX_LINE_WIDTH = 960
WIDTH_STEP = 32
"""Crops are padded to a multiple of this: few shapes, so that ONNX Runtime plans its memory once for each."""
STRIDE = 32
"""The detection network halves its input five times: sides must be multiples of this."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line of text in a picture.

    Attributes:
        corners: float32 (4, 2), clockwise from the left end's top, pixels of the picture searched.
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


@dataclass(frozen=True, slots=True)
class Text:
    """What was read in one crop; ``score`` is the mean probability of its characters, 0..1."""

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
        height, width = pixels.shape[:2]
        heat = self._model.run_first(_detection_input(pixels))
        boxes, scores = self._interpret(heat, (height, width))
        lines = [
            Line(np.asarray(box, np.float32), float(np.clip(score, 0, 1)))
            for box, score in zip(boxes, scores, strict=True)
        ]
        return sorted(lines, key=lambda line: float(line.corners[:, 1].min()))


class TextReader:
    """Reads single lines of text (PP-OCR recognition, CTC decoding)."""

    def __init__(self, *, threads: int | None = None) -> None:
        self._model = OnnxModel(_model_path(RECOGNITION_MODEL), threads=threads)
        self._interpret: Any = CTCLabelDecode(character=self._model.metadata["character"].splitlines())

    def read(self, crops: Sequence[Rgb]) -> list[Text]:
        """Return the text of each crop (uint8 (H, W, 3), one upright line each), in the same order."""
        return [self._read(crop) for crop in crops]

    def _read(self, crop: Rgb) -> Text:
        # One by one: on a CPU a batch gains nothing, and pads every line to the longest.
        answers, _ = self._interpret(self._model.run_first(_recognition_input(crop)))
        text, score = answers[0]
        return Text(text.strip(), float(score))


def crop_line(pixels: Rgb, corners: Corners) -> Rgb:
    """Return the line between ``corners`` straightened to :data:`LINE_HEIGHT` px height."""
    line = Line(corners, 1.0)
    width = int(np.clip(round(LINE_HEIGHT * line.width / max(line.height, 1.0)), LINE_HEIGHT, MAX_LINE_WIDTH))
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


def _detection_input(pixels: Rgb) -> Tensor:
    height, width = (max(STRIDE, round(side / STRIDE) * STRIDE) for side in pixels.shape[:2])
    resized = cv2.resize(pixels, (width, height)) if pixels.shape[:2] != (height, width) else pixels
    return _normalised(resized)[np.newaxis]


def _recognition_input(crop: Rgb) -> Tensor:
    scaled = _scaled_line(crop)
    width = -(-scaled.shape[1] // WIDTH_STEP) * WIDTH_STEP
    tensor = np.zeros((1, 3, LINE_HEIGHT, width), np.float32)
    tensor[0, :, :, : scaled.shape[1]] = _normalised(scaled)
    return tensor


def _scaled_line(crop: Rgb) -> Rgb:
    height, width = crop.shape[:2]
    if height == LINE_HEIGHT:
        return crop[:, :MAX_LINE_WIDTH]
    wanted = int(np.clip(round(width * LINE_HEIGHT / height), 8, MAX_LINE_WIDTH))
    return np.asarray(cv2.resize(crop, (wanted, LINE_HEIGHT), interpolation=cv2.INTER_LINEAR), np.uint8)


def _normalised(pixels: Rgb) -> NDArray[np.float32]:
    """Return float32 (3, H, W) in -1..1, blue first: PP-OCR was trained on OpenCV's channel order."""
    return (pixels[..., ::-1].astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)
