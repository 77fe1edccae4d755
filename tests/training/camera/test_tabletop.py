"""The table-top camera: the corners it reports are true, and severity makes everything worse."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core import geometry
from engine.core.rectify import rectify
from training.camera.optics import to_jpeg
from training.camera.tabletop import photograph
from training.drawing.cards import card_mask, demo_cards, draw_card

HEIGHT = 176
SIZE = (480, 360)
FACES = [draw_card(card, HEIGHT) for card in demo_cards()[:6]]
MASK = card_mask(HEIGHT)

seeds = st.integers(0, 2**32 - 1)
severities = st.floats(0, 1)
few = settings(max_examples=25, deadline=None)


def photo_of(count: int, seed: int, size=SIZE, **options):
    return photograph(FACES[:count], [MASK] * count, np.random.default_rng(seed), size=size, **options)


def likeness(one, other) -> float:
    """Return the correlation of two faces at a coarse size, without their round corners, -1..1."""
    inner = [cv2.resize(face, (44, 62), interpolation=cv2.INTER_AREA)[3:-3, 3:-3] for face in (one, other)]
    return float(np.corrcoef(*(face.astype(float).ravel() for face in inner))[0, 1])


@few
@given(st.integers(1, 6), seeds, severities)
def test_all_cards_are_inside_the_photo_without_overlaps(count, seed, severity):
    photo = photo_of(count, seed, severity=severity)
    assert photo.image.shape == (SIZE[1], SIZE[0], 3)
    assert photo.image.dtype == np.uint8
    assert len(photo.quads) == count
    for i, quad in enumerate(photo.quads):
        assert quad.dtype == np.float32
        assert quad.min() >= 0
        assert (quad.max(0) <= SIZE).all()
        assert np.array_equal(quad, geometry.clockwise(quad))
        assert cv2.isContourConvex(quad)
        for other in photo.quads[i + 1 :]:
            assert geometry.intersection_area(quad, other) < 1.0


@few
@given(seeds, st.floats(0, 0.4))
def test_rectifying_a_true_quad_gives_the_face_back(seed, severity):
    photo = photo_of(3, seed, severity=severity, size=(640, 480))
    for face, quad in zip(FACES, photo.quads, strict=False):
        back = rectify(photo.image, quad, face_height=HEIGHT)
        assert likeness(back, face) > 0.8
        assert likeness(back, face) > likeness(back[::-1, ::-1], face) + 0.1, "upside down fits as well"


def test_cards_are_upright_and_in_order():
    first, second, third, fourth, *_ = photo_of(6, 1, severity=0.2).quads
    for quad in (first, second, third, fourth):
        assert quad[:2, 1].max() < quad[2:, 1].min()
    assert first[:, 0].max() < second[:, 0].min()
    assert first[:, 1].mean() < fourth[:, 1].mean()


def test_without_severity_cards_are_exact_63_by_88_rectangles():
    for quad in photo_of(4, 3, severity=0.0).quads:
        sides = geometry.side_lengths(quad)
        assert sides[0] / sides[1] == pytest.approx(63 / 88, rel=1e-3)
        along, down = quad[1] - quad[0], quad[3] - quad[0]
        assert quad[2] == pytest.approx(quad[0] + along + down, rel=1e-3)
        assert along @ down == pytest.approx(0, abs=float(2e-3 * sides[0] * sides[1]))


@few
@given(seeds, severities, st.sampled_from(["wood", "cloth", "paper", "playmat"]))
def test_equal_seeds_give_equal_photos(seed, severity, table):
    one, other = (photo_of(2, seed, severity=severity, table=table) for _ in range(2))
    assert np.array_equal(one.image, other.image)
    assert np.array_equal(one.quads, other.quads)


def test_other_seeds_give_other_photos():
    assert not np.array_equal(photo_of(2, 1).image, photo_of(2, 2).image)


def test_the_tables_differ():
    photos = [photo_of(1, 4, severity=0.0, table=table).image for table in ("wood", "cloth", "paper", "playmat")]
    corners = [photo[:40, :40].reshape(-1, 3).mean(0) for photo in photos]
    for i, one in enumerate(corners):
        for other in corners[i + 1 :]:
            assert np.abs(one - other).max() > 8


def test_a_card_casts_a_shadow():
    photo = photo_of(1, 8, severity=0.0, table="paper")
    around = np.concatenate([geometry.expand(photo.quads[0], share) for share in (0.01, 0.015, 0.02)])
    far = geometry.expand(photo.quads[0], 0.15)
    near_light, far_light = (
        photo.image[p[:, 1].astype(int).clip(0, 359), p[:, 0].astype(int).clip(0, 479)].mean() for p in (around, far)
    )
    assert near_light < far_light


def test_a_jpeg_shows_nearly_the_same_picture():
    data = to_jpeg(FACES[2], 95)
    assert data.startswith(b"\xff\xd8\xff")
    opened = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    assert likeness(opened, FACES[2]) > 0.98
    assert len(to_jpeg(FACES[2], 20)) < len(data)


@pytest.mark.parametrize("severity", [-0.1, 1.1, float("nan")])
def test_a_severity_outside_its_range_is_refused(severity):
    with pytest.raises(ValueError, match="severity"):
        photo_of(1, 0, severity=severity)


def test_each_face_needs_its_mask():
    with pytest.raises(ValueError, match="masks"):
        photograph(FACES[:2], [MASK], np.random.default_rng(0))
    with pytest.raises(ValueError, match="at least one face"):
        photograph([], [], np.random.default_rng(0))
