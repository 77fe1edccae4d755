"""The whole engine with its real models, on drawn cards: what it names, where, and what it refuses."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from engine import Engine, PhotoError, Status, Witness
from engine.core import geometry
from engine.core.values import STAGES
from engine.pipeline import engine
from tests.support.hostile import hostile_files
from training.camera.surfaces import draw_surface

SAME_PLACE = 0.8
"""Intersection over union of the card named and the card drawn."""


def names(result):
    return [card.name for card in result.cards]


def facts(result):
    """Return all of a result but the time it took."""
    return result.width, result.height, result.cards


def assert_all_found(result, photo, quads=None):
    """Every card of the photo is identified with its name where it was drawn, and nothing else is."""
    assert sorted(names(result)) == sorted(photo.names)
    by_name = {card.name: card for card in result.cards}
    for name, quad in zip(photo.names, quads if quads is not None else photo.quads, strict=True):
        card = by_name[name]
        assert card.status is Status.IDENTIFIED
        corners = np.array(card.corners, np.float32)
        assert geometry.iou(corners, quad) > SAME_PLACE
        # Upright as the card is, not only in the same place: the first corner is its own top left.
        assert np.linalg.norm(corners[0] - quad[0]) < 0.2 * np.linalg.norm(quad[2] - quad[0])


def turned_photo(photo, quarter_turns):
    """Return the photo and its quads turned counter-clockwise by so many quarters."""
    pixels, quads = photo.image, [quad.copy() for quad in photo.quads]
    for _ in range(quarter_turns):
        width = pixels.shape[1]
        pixels = np.rot90(pixels)
        quads = [np.stack([quad[:, 1], width - quad[:, 0]], axis=1).astype(np.float32) for quad in quads]
    return np.ascontiguousarray(pixels), quads


@pytest.fixture(scope="module", name="result")
def result_of_the_table(demo_engine, demo_table_photo):
    return demo_engine.identify(demo_table_photo.jpeg)


class TestWhatIsNamed:
    @pytest.mark.parametrize("quarter_turns", [0, 1, 2, 3], ids=["upright", "left", "upside down", "right"])
    def test_every_card_of_a_table_is_named_where_it_lies(self, demo_engine, demo_table_photo, quarter_turns):
        pixels, quads = turned_photo(demo_table_photo, quarter_turns)
        assert_all_found(demo_engine.identify(pixels), demo_table_photo, quads)

    def test_they_come_in_reading_order(self, result, demo_table_photo):
        assert tuple(names(result)) == demo_table_photo.names

    def test_a_single_card_is_named(self, demo_engine, demo_single_photo):
        result = demo_engine.identify(demo_single_photo.jpeg)
        assert_all_found(result, demo_single_photo)
        assert (result.width, result.height) == (1200, 1600)

    def test_a_card_is_named_that_reaches_beyond_the_photo_on_three_sides(self, demo_engine, demo_single_photo):
        (quad,) = demo_single_photo.quads
        (left, top), (right, bottom) = quad.min(0).astype(int), quad.max(0).astype(int)
        part = demo_single_photo.image[max(0, top - 120) : bottom - 340, left + 20 : right - 20]
        (card,) = demo_engine.identify(np.ascontiguousarray(part)).cards
        assert card.name == demo_single_photo.names[0]
        assert card.status is Status.IDENTIFIED

    def test_a_scan_is_named_whose_edge_is_the_card_s(self, demo_engine, demo_set):
        scan = demo_set.folder / "faces" / "001.png"
        (card,) = demo_engine.identify(scan).cards
        assert card.status is Status.IDENTIFIED
        assert card.name == "Bellrook Sentry"

    @pytest.mark.parametrize("kind", ["wood", "cloth", "paper", "playmat"])
    def test_a_photo_without_a_card_has_none(self, demo_engine, kind):
        table = draw_surface(kind, np.random.default_rng(7), 640, 480)
        assert demo_engine.identify(table).cards == ()

    def test_a_blank_photo_has_none(self, demo_engine):
        assert demo_engine.identify(np.full((600, 900, 3), 140, np.uint8)).cards == ()

    @pytest.mark.parametrize(
        ("witness", "where"), [(Witness.TITLE, "demo_table_photo"), ("title", "demo_single_photo")]
    )
    def test_the_title_alone_names_every_card(self, request, demo_engine, witness, where):
        photo = request.getfixturevalue(where)
        result = demo_engine.identify(photo.image, witness=witness)
        assert sorted(names(result)) == sorted(photo.names)
        assert all(card.evidence.similarity is None for card in result.cards)
        assert result.timings_ms["embed"] == 0

    def test_the_picture_alone_names_cards_too_and_never_wrongly(self, demo_engine, demo_table_photo):
        result = demo_engine.identify(demo_table_photo.image, witness=Witness.PICTURE)
        identified = {card.name for card in result.cards if card.status is Status.IDENTIFIED}
        assert len(identified) >= len(demo_table_photo.names) / 2
        assert identified <= set(demo_table_photo.names)
        assert all(card.evidence.title_read is None for card in result.cards)
        assert result.timings_ms["read"] == 0

    def test_the_picture_alone_names_a_single_card(self, demo_engine, demo_single_photo):
        result = demo_engine.identify(demo_single_photo.image, witness=Witness.PICTURE)
        assert_all_found(result, demo_single_photo)


class TestHowItIsAsked:
    def test_bytes_path_and_pixels_of_one_photo_get_one_answer(self, demo_engine, demo_single_photo, tmp_path):
        path = tmp_path / "single.jpg"
        path.write_bytes(demo_single_photo.jpeg)
        by_bytes = demo_engine.identify(demo_single_photo.jpeg)
        assert facts(demo_engine.identify(path)) == facts(by_bytes)
        assert facts(demo_engine.identify(str(path))) == facts(by_bytes)
        # A JPEG is decoded at several scales, an array is not: the corners may differ by a hair.
        assert names(demo_engine.identify(demo_single_photo.image)) == names(by_bytes)

    def test_the_pixels_given_are_left_alone(self, demo_engine, demo_single_photo):
        pixels = demo_single_photo.image.copy()
        demo_engine.identify(pixels)
        assert (pixels == demo_single_photo.image).all()

    def test_threads_get_the_answers_of_one(self, demo_engine, result, demo_table_photo, demo_single_photo):
        photos = [demo_table_photo.jpeg, demo_single_photo.jpeg] * 2
        expected = [facts(result), facts(demo_engine.identify(demo_single_photo.jpeg))] * 2
        with ThreadPoolExecutor(4) as pool:
            assert [facts(result) for result in pool.map(demo_engine.identify, photos)] == expected

    @pytest.mark.parametrize(("top_k", "max_cards"), [(1, 4), (3, 1)])
    def test_the_surest_cards_and_no_more_candidates_than_asked_for(
        self, demo_engine, result, demo_table_photo, top_k, max_cards
    ):
        kept = demo_engine.identify(demo_table_photo.jpeg, top_k=top_k, max_cards=max_cards).cards
        assert max(len(card.candidates) for card in kept) <= top_k
        assert all(card.candidates[0].name == card.name for card in kept)
        assert len(kept) == max_cards
        surest = sorted((card.confidence for card in result.cards), reverse=True)[:max_cards]
        assert sorted((card.confidence for card in kept), reverse=True) == pytest.approx(surest)

    @pytest.mark.parametrize(
        "options", [{"top_k": 0}, {"max_cards": 0}, {"max_cards": 121}, {"top_k": -1}, {"witness": "smell"}]
    )
    def test_nonsense_is_refused(self, demo_engine, demo_single_photo, options):
        with pytest.raises(ValueError, match=r"must be 1|smell"):
            demo_engine.identify(demo_single_photo.jpeg, **options)


class TestTheAnswer:
    def test_every_stage_is_timed(self, result):
        assert tuple(result.timings_ms) == (*STAGES, "total")
        assert all(spent >= 0 for spent in result.timings_ms.values())
        assert sum(result.timings_ms[stage] for stage in STAGES) <= result.timings_ms["total"] * 1.01

    def test_candidates_are_different_names_best_first_and_likely_together(self, result):
        for card in result.cards:
            values = [candidate.confidence for candidate in card.candidates]
            assert values == sorted(values, reverse=True)
            assert sum(values) <= 1 + 1e-6
            assert len({candidate.name for candidate in card.candidates}) == len(card.candidates)
            assert card.confidence == values[0]

    def test_corners_run_clockwise(self, result):
        for card in result.cards:
            corners = np.array(card.corners, np.float32)
            assert (geometry.clockwise(corners) == corners).all()

    def test_invented_cards_have_a_printing_and_no_oracle_id(self, result):
        for card in result.cards:
            assert card.oracle_id is None
            assert card.printing.scryfall_id is None
            assert card.printing.collector_number

    def test_both_witnesses_were_heard(self, result):
        for card in result.cards:
            assert card.evidence.similarity > 0.5
            assert card.evidence.title_score > 0.8
            assert card.evidence.outline is True


class TestNames:
    def test_a_misspelt_name_is_looked_up(self, demo_engine):
        found = demo_engine.lookup("belrok sentri", top_k=3)
        assert found[0].name == "Bellrook Sentry"
        assert len(found) <= 3
        assert [entry.score for entry in found] == sorted((entry.score for entry in found), reverse=True)

    def test_a_name_is_known_whatever_its_case(self, demo_engine):
        assert demo_engine.card("BELLROOK SENTRY").name == "Bellrook Sentry"
        assert demo_engine.card("Bellrook") is None

    def test_a_name_begun_is_completed(self, demo_engine):
        assert demo_engine.complete("Bellr", limit=5)[0].name == "Bellrook Sentry"
        assert len(demo_engine.complete("s", limit=5)) == 5

    def test_the_engine_tells_what_it_is_made_of(self, demo_engine, demo_artifacts):
        info = demo_engine.info()
        assert info["versions"]["cardglass"]
        assert info["artifacts"]["folder"] == str(demo_artifacts)
        assert info["artifacts"]["index"]["rows"] == 28
        assert len(info["artifacts"]["files"]["embedder.onnx"]["sha256"]) == 64
        assert info["catalogue"]["source_date"]
        assert len(info["text_models"]) == 2


@pytest.mark.parametrize("file", hostile_files(), ids=lambda file: file.name)
def test_any_file_is_answered_or_refused_with_its_code(demo_engine, file):
    if file.code is None:
        # Without searching the picture for text: whether it can be decoded matters here.
        result = demo_engine.identify(file.data, witness=Witness.PICTURE)
        assert result.width > 0
        assert result.height > 0
    else:
        with pytest.raises(PhotoError) as caught:
            demo_engine.identify(file.data)
        assert caught.value.code == file.code


def test_a_closed_engine_can_be_reopened_and_packages_may_be_missing(demo_engine):
    demo_engine.close()
    demo_engine.reopen()
    assert demo_engine.card("Bellrook Sentry").name == "Bellrook Sentry"
    assert engine._version("no-such-package-anywhere") == "not installed"


@pytest.mark.skipif(sys.platform == "win32", reason="files in use can't be replaced there")
def test_the_engine_needs_its_folder_only_to_open(demo_artifacts, demo_single_photo, tmp_path):
    folder = tmp_path / "artifacts"
    shutil.copytree(demo_artifacts, folder)
    with closing(Engine.open(folder, threads=1)) as opened:
        shutil.rmtree(folder)
        assert names(opened.identify(demo_single_photo.jpeg)) == list(demo_single_photo.names)


def test_opening_it_tells_nobody_and_leaves_nothing_behind(tmp_path):
    """ONNX Runtime would keep an id of the machine in the home folder, and send what it opens to its makers."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("CI", "ORT_", "XDG_"))}
    subprocess.run(
        [sys.executable, "-c", "from engine import Engine; Engine.open()"],
        env={**inherited, "HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[3])},
        check=True,
    )
    assert list(tmp_path.rglob("*")) == []
