"""Glyphs of set symbols: which set has which, and how they are painted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from training.editions.glyphs import NO_SYMBOL, UNMARKED, find_alike, glyph_masks, read_glyphs
from training.editions.symbol_crops import (
    INKS,
    PATCH_HEIGHT,
    PATCH_WIDTH,
    Patch,
    cut_patch,
    paint_symbol,
    photograph_crop,
)

FONT = Path("training/drawing/fonts/EBGaramond-Bold.ttf")
CSS = '.ss-one:before, .ss-uno:before {\n  content: "\\41";\n}\n.ss-two:before { content: "\\42"; }\n'
SETS = "code,icon\none,one.svg\npone,one.svg\ntwo,two.svg\nlea,lea.svg\nfbb,3ed.svg\nppp,star.svg\nnew,new.svg\n"


@pytest.fixture(name="glyphs")
def glyphs_of_letters(tmp_path):
    """A font of letters, as if they were symbols."""
    (tmp_path / "font.css").write_text(CSS, encoding="utf-8")
    (tmp_path / "sets.csv").write_text(SETS, encoding="utf-8")
    return read_glyphs(FONT, tmp_path / "font.css", tmp_path / "sets.csv")


@pytest.fixture(name="patch")
def patch_of_a_plain_bar():
    """The surroundings of a symbol on a plain card."""
    scan = np.full((600, 430, 3), (200, 205, 210), np.uint8)
    scan[:, 410:] = 12
    return Patch(cut_patch(scan), 2, None, None, held_out=False)


def test_sets_share_the_symbol_of_their_icon(glyphs):
    assert glyphs.by_set["one"] == glyphs.by_set["pone"] == "A"
    assert glyphs.by_set["two"] == "B"


def test_sets_without_a_printed_symbol_have_none_whatever_the_font_invents(glyphs):
    assert {code: glyphs.by_set[code] for code in UNMARKED} == dict.fromkeys(UNMARKED, NO_SYMBOL)


def test_sets_with_various_symbols_or_none_in_the_font_are_left_out(glyphs):
    assert not {"ppp", "new"} & set(glyphs.by_set)
    assert glyphs.characters == [NO_SYMBOL, "A", "B"]


def test_symbols_that_look_alike_are_found(tmp_path):
    letters = {"a": "O", "b": "Q", "c": "W"}
    rules = [f'.ss-{code}:before {{ content: "\\{ord(letter):x}"; }}' for code, letter in letters.items()]
    (tmp_path / "font.css").write_text("\n".join(rules), encoding="utf-8")
    (tmp_path / "sets.csv").write_text("code,icon\na,a.svg\nb,b.svg\nc,c.svg\n", encoding="utf-8")
    glyphs = read_glyphs(FONT, tmp_path / "font.css", tmp_path / "sets.csv")
    alike = find_alike(glyphs)
    o, q, w = (glyphs.characters.index(letter) for letter in "OQW")
    assert w not in alike[o] + alike[q]
    assert all(row not in others for row, others in enumerate(alike))
    assert all(row in alike[other] for row, others in enumerate(alike) for other in others)


def test_a_silhouette_has_no_holes():
    mask, silhouette = glyph_masks(FONT, "O")
    assert mask.shape == silhouette.shape
    height, width = mask.shape
    assert mask[height // 2, width // 2] == 0
    assert silhouette[height // 2, width // 2] == 1


@pytest.mark.parametrize("rarity", INKS)
def test_a_painted_symbol_is_seen_at_its_place(glyphs, patch, rarity):
    painted = paint_symbol(patch, glyphs, "A", rarity, np.random.default_rng(1))
    changed = np.abs(painted.astype(int) - patch.pixels).max(axis=2) > 30
    rows, columns = np.nonzero(changed)
    assert 0.4 < rows.mean() / PATCH_HEIGHT < 0.7
    assert 0.55 < columns.mean() / PATCH_WIDTH < 0.85


def test_a_bar_without_a_symbol_stays_plain(glyphs, patch):
    assert np.array_equal(paint_symbol(patch, glyphs, NO_SYMBOL, "common", np.random.default_rng(1)), patch.pixels)


def test_a_crop_is_as_the_engine_cuts_it_and_can_be_made_again(patch):
    first, second = (photograph_crop(patch.pixels, np.random.default_rng(3), 300) for _ in range(2))
    assert (first.shape, first.dtype) == ((60, 112, 3), np.uint8)
    assert np.array_equal(first, second)
