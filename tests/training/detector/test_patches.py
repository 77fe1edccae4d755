"""Patches: rough quads with known corners."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core import geometry
from engine.core.rectify import rectify
from engine.detection.corners import MAGIC, NOTHING, OTHER, PATCH_HEIGHT, PATCH_WIDTH, QUAD_IN_PATCH, decode_corners
from tests.support.drawings import placed
from tests.support.scenery import demo_stock
from training.detector.patches import corner_heatmaps, cut_patches, perturb
from training.scene.photo import compose
from training.scene.recipes import Recipe

seeds = st.integers(0, 2**32 - 1)


def patches(recipe, seed=0, most=8):
    rng = np.random.default_rng(seed)
    return list(cut_patches(compose(demo_stock(), recipe, rng, (384, 320)), rng, most))


def likeness(one, other) -> float:
    """Return the correlation of two faces at a coarse size, -1..1."""
    small = [cv2.resize(face, (22, 31), interpolation=cv2.INTER_AREA)[2:-2, 2:-2] for face in (one, other)]
    return float(np.corrcoef(*(face.astype(float).ravel() for face in small))[0, 1])


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_rectifying_a_patch_by_its_corners_and_turn_restores_the_face(seed):
    faces = demo_stock().magic
    for patch in patches(Recipe("single", severity=0.0, flat=True, fill=0.8), seed):
        assert patch.pixels.shape == (PATCH_HEIGHT, PATCH_WIDTH, 3)
        if patch.kind == MAGIC:
            assert geometry.iou(patch.corners, QUAD_IN_PATCH) > 0.35
            seen = rectify(patch.pixels, np.roll(patch.corners, -patch.turn, axis=0), face_height=93)
            assert max(likeness(seen, face) for face in faces) > 0.8


def test_kinds_are_told_apart():
    assert {p.kind for p in patches(Recipe("row", flat=True))} <= {MAGIC, NOTHING}
    assert {p.kind for p in patches(Recipe("row", flat=True, strange=1.0))} <= {OTHER, NOTHING}
    kinds = [p.kind for seed in range(30) for p in patches(Recipe("none", clutter=3), seed)]
    assert set(kinds) == {NOTHING}


def test_all_turns_occur_but_most_patches_are_upright():
    turns = [p.turn for seed in range(20) for p in patches(Recipe("page", flat=True), seed) if p.kind == MAGIC]
    assert set(turns) == {0, 1, 2, 3}
    assert np.mean(np.array(turns) == 0) > 0.5


@given(seeds)
def test_a_perturbed_quad_still_overlaps_its_card(seed):
    card = placed((200, 200), 150, 30)
    rough = perturb(card, np.random.default_rng(seed))
    assert geometry.iou(rough, card) > 0.35
    assert np.linalg.norm(rough - card, axis=1).max() > 0


@settings(max_examples=40)
@given(st.lists(st.floats(-12, 12), min_size=8, max_size=8))
def test_heatmaps_are_decoded_to_the_same_corners(shifts):
    corners = QUAD_IN_PATCH + np.array(shifts, np.float32).reshape(4, 2)
    none = np.zeros((1, 4), np.float32)
    look = decode_corners(np.log(corner_heatmaps(corners) + 1e-9)[np.newaxis], none, none[:, :3], [QUAD_IN_PATCH])
    assert np.abs(look.corners[0] - corners).max() < 0.5


def test_a_corner_outside_the_patch_has_an_empty_map():
    corners = QUAD_IN_PATCH.copy()
    corners[2] = (PATCH_WIDTH + 9, 50)
    shares = corner_heatmaps(corners).sum((1, 2))
    assert shares.tolist() == pytest.approx([1, 1, 0, 1], abs=1e-3)
