"""What is counted of faces upside down, with an embedder whose sense of direction is known."""

from __future__ import annotations

import numpy as np
import pytest

from engine.embedder import Seen
from engine.rectify import upside_down
from tests.engine.drawings import pattern
from training.direction import measure_direction
from training.embedder.measure import Found
from training.embedder.pack import FacePack, PackedFace


class Judge:
    """Knows the faces it was given; says they are upright with a probability of its own."""

    def __init__(self, faces, sure=1.0, right=True):
        self._upright = {face.tobytes() for face in faces}
        self._sure, self._right = sure, right

    def see(self, faces):
        stands = np.array([(face.tobytes() in self._upright) == self._right for face in faces])
        return Seen(self(faces), np.where(stands, self._sure, 1 - self._sure).astype(np.float32))

    def __call__(self, faces):
        vectors = np.stack([face[::8, ::8].astype(np.float32).ravel() for face in faces]) - 128
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture(name="pack")
def drawn_pack():
    pixels = np.stack([pattern(seed) for seed in range(12)])
    return FacePack(tuple(PackedFace(f"Card {i}", "", "real") for i in range(12)), pixels)


def direction(pack, judge):
    rows = np.arange(len(pack.faces))
    found = Found(rows, rows[:, np.newaxis], np.ones((len(rows), 1), np.float32), pack.pixels)
    return measure_direction(judge, pack, judge(list(pack.pixels)), found)


def test_one_that_knows_needs_a_second_pass_only_for_faces_upside_down(pack):
    one = direction(pack, Judge(pack.pixels))
    assert (one.told, one.sure, one.sure_told, one.count) == (1, 1, 1, 12)
    assert one.recall_told == one.recall_both == 1
    assert 1 < one.passes < 2


def test_one_that_is_unsure_is_not_believed_and_looks_twice(pack):
    one = direction(pack, Judge(pack.pixels, sure=0.6, right=False))
    assert (one.told, one.sure, one.passes) == (0, 0, 2)
    assert one.recall_told == 1


def test_one_that_is_sure_and_wrong_loses_the_cards(pack):
    one = direction(pack, Judge(pack.pixels, right=False))
    assert one.recall_told < 0.5 < one.recall_both


def test_half_a_turn_is_seen_by_the_judge(pack):
    assert not np.array_equal(upside_down(pack.pixels[0]), pack.pixels[0])
