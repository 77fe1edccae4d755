"""Photos that show cards as a mirror does."""

import numpy as np
import pytest

from engine import Witness
from engine.core import geometry
from engine.core.values import Card, Identification, Status
from engine.image.photo import open_photo
from engine.pipeline.mirror import mirror_back


@pytest.fixture(scope="module")
def selfie(demo_single_photo):
    """A mirrored photo of one card."""
    return np.ascontiguousarray(demo_single_photo.image[:, ::-1])


@pytest.fixture(scope="module")
def found(demo_engine, selfie):
    return demo_engine.identify(selfie, witness=Witness.TITLE)


def test_a_mirrored_card_is_named_and_said_to_be_mirrored(found, demo_single_photo):
    (card,) = found.cards
    assert card.name == demo_single_photo.names[0]
    assert card.status is Status.IDENTIFIED
    assert card.evidence.mirrored is True


def test_its_corners_are_the_mirrored_photo_s_own_from_the_card_s_own_top_left(found, selfie, demo_single_photo):
    truth = demo_single_photo.quads[0].copy()
    truth[:, 0] = selfie.shape[1] - truth[:, 0]
    corners = np.array(found.cards[0].corners, np.float32)
    assert geometry.iou(corners, truth) > 0.9
    assert np.linalg.norm(corners[0] - truth[0]) < 0.05 * selfie.shape[1]


def test_a_photo_that_is_not_mirrored_says_nothing_of_mirrors(demo_engine, demo_single_photo):
    (card,) = demo_engine.identify(demo_single_photo.image, witness=Witness.TITLE).cards
    assert not card.evidence.mirrored


def test_where_no_title_shows_up_in_the_mirror_the_first_look_stands(demo_engine, selfie):
    """A mirrored card without a legible title stays a card without a name, and is not said to be mirrored."""
    small = np.ascontiguousarray(selfie[::16, ::16])
    assert all(not card.evidence.mirrored for card in demo_engine.identify(small, witness=Witness.TITLE).cards)


def test_the_picture_alone_is_never_asked_about_mirrors(demo_engine, selfie):
    assert all(not c.evidence.mirrored for c in demo_engine.identify(selfie, witness=Witness.PICTURE).cards)


def card_at(x, y):
    return Card(((x, y), (x + 63, y), (x + 63, y + 88), (x, y + 88)), Status.UNKNOWN, None, 0.0)


def test_cards_come_in_the_mirrored_photo_s_reading_order():
    grid = tuple(card_at(x, y) for y in (10, 200) for x in (10, 110, 210))
    told = mirror_back(Identification(300, 300, grid, {}))
    lefts = [(min(x for x, _ in card.corners), card.corners[0][1]) for card in told.cards]
    assert lefts == [(x, y) for y in (10, 200) for x in (27, 127, 227)]


def test_a_photo_mirrored_twice_is_the_photo():
    pixels = np.random.default_rng(1).integers(0, 256, (90, 120, 3), np.uint8)
    photo = open_photo(pixels)
    assert (photo.mirror().view(120).pixels == pixels[:, ::-1]).all()
    assert (photo.mirror().mirror().view(120).pixels == pixels).all()
