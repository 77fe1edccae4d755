"""Titles in other scripts, drawn in Debian's fonts, are read and matched as far as the network has their letters."""

from __future__ import annotations

from contextlib import closing

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from engine.catalogue.catalogue import Catalogue
from engine.core.artifacts import CATALOGUE, SHIPPED
from engine.reading.ocr import TextReader
from engine.reading.title_matcher import TitleMatcher
from tests.support.real_parts import CJK_FONT

FACES = {"ja": 0, "zhs": 2, "zht": 3}
"""Numbers of the faces in the font's file: which forms of Chinese characters it draws."""
EACH = 25


@pytest.fixture(name="titles", scope="module")
def _titles():
    with closing(Catalogue.open(SHIPPED / CATALOGUE)) as catalogue:
        yield catalogue.titles


@pytest.fixture(name="matcher", scope="module")
def _matcher(titles):
    return TitleMatcher(titles)


def sample(titles, lang, seed=25):
    places = np.flatnonzero(titles.of_lang(lang))
    return [titles[n] for n in np.random.default_rng(seed).choice(places, EACH, replace=False).tolist()]


def draw(text, face, height=36):
    """Draw a line of text, dark on grey."""
    font = ImageFont.truetype(str(CJK_FONT), height, index=face)
    picture = Image.new("RGB", (int(font.getlength(text)) + 40, round(1.7 * height)), (200, 195, 180))
    ImageDraw.Draw(picture).text((20, 0.15 * height), text, font=font, fill=(20, 20, 20))
    return np.asarray(picture)


@pytest.mark.skipif(not CJK_FONT.exists(), reason="needs fonts-noto-cjk")
@pytest.mark.parametrize("lang", FACES)
def test_chinese_and_japanese_titles_are_read_and_matched(titles, matcher, lang):
    wanted = sample(titles, lang)
    texts = TextReader(threads=1).read([draw(title.text, FACES[lang]) for title in wanted])
    found = [matcher.match(text.text) for text in texts]
    right = [
        bool(matches) and title.card_id in {match.title.card_id for match in matches if match.similarity >= 0.9}
        for title, matches in zip(wanted, found, strict=True)
    ]
    assert sum(right) >= EACH - 1


@pytest.mark.parametrize("lang", ["ru", "ko", "ja", "zhs", "zht"])
def test_titles_in_every_script_are_matched_with_one_letter_misread(titles, matcher, lang):
    for title in sample(titles, lang):
        if len(title.folded) < 5:
            continue
        middle = len(title.folded) // 2
        misread = title.folded[:middle] + "口" + title.folded[middle + 1 :]
        matches = matcher.match(misread)
        assert title.folded in {match.title.folded for match in matches}, title
        assert lang in matcher.edits_by_language(title.text, title.card_id)
