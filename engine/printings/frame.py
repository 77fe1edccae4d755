"""Recognise the frame and the border of a card."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core.onnx_session import OnnxModel
from engine.core.rectify import Box, rectify
from engine.core.values import Corners, Rgb
from engine.printings.set_symbol import softmax

BOX: Box = (-0.02, -0.015, 1.02, 1.015)
"""The card with a narrow rim, which tells a border from what lies around the card."""
WIDTH, HEIGHT = 112, 160
"""Size of the network's input, pixels."""
SHRUNK_PX = 320
"""Height at which the card is cut out, then averaged: details finer than its pixels would flicker otherwise."""


class FrameReader:
    """Tells frames and borders; thread-safe."""

    def __init__(self, model: Path, *, threads: int | None = None) -> None:
        self._model = OnnxModel(model, threads=threads)

    def read(self, pixels: Rgb, corners: Corners) -> NDArray[np.float64]:
        """Return the probability of each of :data:`engine.printings.expected_look.LOOKS`, (looks,)."""
        face = rectify(pixels, corners, BOX, face_height=SHRUNK_PX)
        return softmax(self._model.run_first(frame_input([face]))[0])


def frame_input(faces: Sequence[Rgb]) -> NDArray[np.float32]:
    """Return faces with their rims as the network's input: float32 (N, 3, HEIGHT, WIDTH), 0..255."""
    scaled = [cv2.resize(face, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA) for face in faces]
    return np.ascontiguousarray(np.stack(scaled).transpose(0, 3, 1, 2).astype(np.float32))
