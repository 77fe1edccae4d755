"""Frames and borders, as the shipped network tells them on drawn cards."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from engine.core import geometry
from engine.core.artifacts import FRAMES, SHIPPED
from engine.printings.expected_look import LOOKS
from engine.printings.frame import HEIGHT, WIDTH, FrameReader, frame_input

CORNERS = geometry.rectangle(430, 600) + np.float32(40)


@pytest.fixture(scope="module")
def reader():
    return FrameReader(SHIPPED / FRAMES, threads=1)


def card_on_table(border):
    """Return a photo of a card in about the frame of 1993."""
    photo = np.full((680, 510, 3), (150, 110, 70), np.uint8)
    card = photo[40:640, 40:470]
    card[:] = (120, 112, 100)
    cv2.rectangle(card, (0, 0), (429, 599), border, 40)
    card[60:325, 50:380] = (70, 110, 120)
    card[365:520, 50:380] = (205, 200, 188)
    return photo


def test_a_white_border_is_told_from_a_black_one(reader):
    white, black = (reader.read(card_on_table(border), CORNERS) for border in ((228, 226, 220), (16, 14, 14)))
    is_white = [look.endswith("white") for look in LOOKS]
    assert white[is_white].sum() > 0.5 > black[is_white].sum()


def test_probabilities_add_up_to_one(reader):
    shares = reader.read(np.zeros((680, 510, 3), np.uint8), CORNERS)
    assert shares.shape == (len(LOOKS),)
    assert shares.sum() == pytest.approx(1)


def test_faces_of_any_size_become_the_network_s_input():
    assert frame_input([np.zeros((333, 200, 3), np.uint8)]).shape == (1, 3, HEIGHT, WIDTH)
