"""The plate network's maps become plates: lines with a reading direction, and the mana cost at their end."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core import geometry
from engine.core.artifacts import PLATES, SHIPPED
from engine.core.timing import Stopwatch
from engine.core.values import Plate, Quad
from engine.detection import plates
from engine.detection.plates import STRIDE, UNIT, PlateFinder, decode_plates, tiles, without_doubles
from engine.image.photo import open_photo
from training.camera.surfaces import draw_surface
from training.drawing.cards import demo_cards, draw_card

HEIGHT, WIDTH = 320, 448


def line(middle, length, height, degrees=0.0):
    """Return a line's corners, float32 (4, 2), in reading direction."""
    angle = np.radians(degrees)
    along, down = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    half, side = along * length / 2, down * height / 2
    return (np.array([-half - side, half - side, half + side, -half + side]) + middle).astype(np.float32)


def maps_of(titles, costs=()):
    """Return the maps that a perfect network would give for lines."""
    parts = np.zeros((2, HEIGHT // STRIDE, WIDTH // STRIDE), np.float32)
    shape = np.zeros((3, *parts.shape[1:]), np.float32)
    rows, columns = np.mgrid[: parts.shape[1], : parts.shape[2]]
    cells = ((np.stack([columns, rows], -1) + 0.5) * STRIDE).reshape(-1, 2).astype(np.float32)
    for part, lines in enumerate((titles, costs)):
        for corners in lines:
            inside = geometry.transform(cells, geometry.quad_to_unit(corners)).reshape(*parts.shape[1:], 2)
            end = 0.2 * geometry.side_lengths(corners)[1] / geometry.side_lengths(corners)[0]
            core = (np.abs(inside[..., 1] - 0.5) < plates.CORE / 2) & (np.abs(inside[..., 0] - 0.5) < 0.5 - end)
            parts[part][core] = 1.0
            along = (corners[1] - corners[0]) / np.linalg.norm(corners[1] - corners[0])
            shape[:, core] = np.array([*along, np.log2(geometry.side_lengths(corners)[1] / UNIT)])[:, np.newaxis]
    return parts, shape


@settings(deadline=None, max_examples=60)
@given(st.floats(0, 360), st.floats(60, 200), st.floats(12, 28), st.floats(-40, 40), st.floats(-20, 20))
def test_a_line_is_found_at_any_angle_in_its_reading_direction(degrees, length, height, x, y):
    true = line((WIDTH / 2 + x, HEIGHT / 2 + y), length, height, degrees)
    (found,) = decode_plates(*maps_of([true]))
    assert geometry.iou(found.title, true) > 0.6
    assert (found.title[1] - found.title[0]) @ (true[1] - true[0]) > 0
    assert found.height == pytest.approx(height, rel=0.05)
    assert found.cost is None


def test_titles_one_above_the_other_stay_two():
    titles = [line((200, y), 160, 16) for y in (100, 124)]
    assert len(decode_plates(*maps_of(titles))) == 2


def test_the_mana_cost_at_the_end_of_the_bar_belongs_to_the_title():
    title, cost = line((120, 100), 120, 16), line((330, 101), 40, 16)
    (found,) = decode_plates(*maps_of([title], [cost]))
    assert found.cost is not None
    assert geometry.iou(found.cost, cost) > 0.5
    assert geometry.coverage(title, geometry.expand(found.quad, 0.05)) > 0.9


@pytest.mark.parametrize("where", [(40, 100), (330, 140)])
def test_a_mana_cost_before_the_title_or_on_another_line_is_another_cards(where):
    (found,) = decode_plates(*maps_of([line((170, 100), 120, 16)], [line(where, 40, 16)]))
    assert found.cost is None


def test_a_title_divided_by_a_finger_is_one():
    (found,) = decode_plates(*maps_of([line((100, 100), 80, 20), line((195, 100), 80, 20)]))
    assert geometry.iou(found.title, line((147, 100), 175, 20)) > 0.8


def test_titles_of_neighbours_in_a_row_are_not_joined_over_the_mana_cost_between_them():
    titles = [line((90, 100), 100, 20), line((240, 100), 100, 20)]
    assert len(decode_plates(*maps_of(titles, [line((160, 100), 24, 20)]))) == 2


def test_of_two_that_overlap_the_longer_is_kept():
    whole, part = Plate(line((200, 100), 160, 16), 0.9), Plate(line((150, 100), 60, 16), 0.95)
    other = Plate(line((200, 130), 160, 16), 0.8)
    assert without_doubles([part, whole, other]) == [whole, other]


@given(st.integers(1, 3000), st.integers(1, 3000))
def test_tiles_cover_every_pixel(width, height):
    corners = list(tiles(width, height))
    assert max(left for left, _ in corners) + plates.TILE_PX >= width
    assert max(top for _, top in corners) + plates.TILE_PX >= height
    assert all(left < width and top < height for left, top in corners)


def test_nothing_is_found_in_a_blank_picture():
    finder = PlateFinder(SHIPPED / PLATES, threads=1)
    assert finder.find(open_photo(np.full((300, 400, 3), 200, np.uint8)), Stopwatch()) == []


def test_titles_too_small_for_the_first_pass_are_found_where_outlines_tell_their_size():
    """A photo of 12 megapixels of six cards."""
    finder, rng = PlateFinder(SHIPPED / PLATES, threads=1), np.random.default_rng(5)
    pixels = draw_surface("wood", rng, 4000, 3000)
    outlines = []
    for n, card in enumerate(demo_cards()[:6]):
        face = draw_card(card, 352)
        left, top = 600 + 900 * (n % 3), 500 + 1000 * (n // 3)
        pixels[top : top + face.shape[0], left : left + face.shape[1]] = face
        corners = geometry.rectangle(face.shape[1], face.shape[0]) + np.float32([left, top])
        outlines.append(Quad(corners.astype(np.float32), 0.9))
    photo = open_photo(pixels)
    assert len(finder.find(photo, Stopwatch())) <= 1
    found = finder.find(photo, Stopwatch(), outlines)
    assert sum(any(geometry.coverage(p.title, quad.corners) > 0.9 for p in found) for quad in outlines) >= 5
