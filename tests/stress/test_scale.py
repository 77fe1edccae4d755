"""The scale run: card objects like Scryfall's, a different picture for each illustration, and the measurements."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.core.artifacts import CATALOGUE, SHIPPED
from engine.core.values import Rgb
from engine.retrieval.indexed_faces import IndexedFace
from stress.scale.ask import is_back
from stress.scale.drawing import draw_printing, webp
from stress.scale.measure import StepFailed, measure_command, on_disk
from stress.scale.objects import FORMATS, PICTURES, card_object
from stress.scale.plan import BACKED, LATER, MADE_UP_SET, Printing, printings
from stress.scale.source import ScaleSource
from stress.scale.store import Store, StoreError
from stress.scale.table import figures_table

LINK = re.compile(r"\{base\}/(\w+)/(front|back)/(.)/(.)/([0-9a-f-]{36})\.(webp|jpg|png)\?\d+")
COUNT, PART = 110_000, 2_000
ART = (slice(30, 100), slice(20, 126))
"""Where a thumbnail shows its picture in every frame."""


@pytest.fixture(scope="module")
def whole() -> list[Printing]:
    """Printings of the shipped catalogue, as the full run has them."""
    return printings(SHIPPED / CATALOGUE, COUNT)


@pytest.fixture(scope="module")
def planned(whole: list[Printing]) -> list[Printing]:
    """The first ones."""
    return whole[:PART]


@pytest.fixture(scope="module")
def one_of_each(planned: list[Printing]) -> list[Printing]:
    """A printing of each layout that there is."""
    return list({row.layout: row for row in planned}.values())


@pytest.fixture(scope="module")
def store(one_of_each: list[Printing], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A drawn store of a printing of each layout."""
    path = tmp_path_factory.mktemp("scale") / "store.sqlite"
    fill_store(path, one_of_each).close()
    return path


def fill_store(path: Path, rows: list[Printing]) -> Store:
    made = Store(path, writable=True)
    made.plan(rows)
    made.draw()
    return made


def _links(card: dict[str, object]) -> Iterator[str]:
    yield from re.findall(r'"(\{base\}[^"]*)"', json.dumps(card))


class TestPlan:
    def test_has_the_requested_number_of_cards_and_the_later_ones(self, whole: list[Printing]) -> None:
        cards = [row for row in whole if not row.is_token]
        assert len(cards) == COUNT + LATER
        assert len(whole) > len(cards)

    def test_every_printing_has_an_id_of_its_own(self, whole: list[Printing]) -> None:
        assert len({UUID(row.id) for row in whole}) == len(whole)

    def test_every_printing_can_be_named_by_set_and_number(self, whole: list[Printing]) -> None:
        assert all(row.set and row.number and row.name and row.lang for row in whole)

    def test_the_later_cards_are_new(self, whole: list[Printing]) -> None:
        before = {row.card_id for row in whole[:-LATER]}
        assert not before & {row.card_id for row in whole[-LATER:]}

    def test_missing_printings_are_made_up(self, whole: list[Printing]) -> None:
        promos = [row for row in whole if row.set.startswith(MADE_UP_SET[0])]
        assert promos
        assert all(row.made_up for row in promos)


class TestObjects:
    def test_all_important_layouts_occur(self, one_of_each: list[Printing]) -> None:
        assert {"normal", "transform", "split", "adventure", "token"} <= {row.layout for row in one_of_each}

    def test_pictures_are_in_the_same_place_as_scryfall_s(self, one_of_each: list[Printing]) -> None:
        for row in one_of_each:
            card = card_object(row)
            of_faces = ["image_uris" in face for face in card.get("card_faces", ())]
            backed = row.layout in BACKED
            assert ("image_uris" in card) != backed
            assert all(of_faces) == backed or not of_faces

    def test_links_are_built_as_scryfall_builds_them(self, one_of_each: list[Printing]) -> None:
        for row in one_of_each:
            found = [LINK.fullmatch(link) for link in _links(card_object(row))]
            assert len(found) == len(PICTURES) * (1 + (row.layout in BACKED))
            for match in found:
                assert match is not None
                key, side, first, second, ident, extension = match.groups()
                assert ident == row.id
                assert ident.startswith(first + second)
                assert PICTURES[key].extension == extension
                assert side == "front" or row.layout in BACKED

    def test_values_are_of_scryfalls_types(self, one_of_each: list[Printing]) -> None:
        for row in one_of_each:
            card = json.loads(json.dumps(card_object(row)))
            assert isinstance(card["collector_number"], str)
            assert isinstance(card["cmc"], float)
            assert all(value is None or re.fullmatch(r"\d+\.\d\d", value) for value in card["prices"].values())
            assert set(card["legalities"]) == set(FORMATS)
            assert "paper" in card["games"]
            assert card["image_status"] == "highres_scan"

    def test_faces_have_the_parts_of_the_card_s_name(self, planned: list[Printing]) -> None:
        for row in planned:
            faces = [face["name"] for face in card_object(row).get("card_faces", ())]
            assert not faces or row.name.startswith(faces[0])
            assert len(faces) != 1


class TestDrawing:
    def test_equal_printings_are_drawn_alike(self, one_of_each: list[Printing]) -> None:
        for row in one_of_each[:5]:
            assert webp(draw_printing(row)) == webp(draw_printing(row))

    def test_an_illustration_is_the_same_in_another_printing(self, planned: list[Printing]) -> None:
        row = _ordinary(planned)
        again = replace(row, id=planned[1].id, number="999", set="xyz")
        assert np.array_equal(_art(row), _art(again))
        assert not np.array_equal(draw_printing(row), draw_printing(again))

    def test_illustrations_differ_by_more_than_grain(self, planned: list[Printing]) -> None:
        row = _ordinary(planned)
        arts = [_art(replace(row, illustration_id=other.illustration_id)) for other in planned[:6]]
        for at, one in enumerate(arts):
            for other in arts[:at]:
                assert np.abs(one.astype(int) - other).mean() > 15

    @given(st.integers(min_value=204, max_value=500))
    @settings(max_examples=5, deadline=None)
    def test_a_larger_picture_shows_the_same(self, planned: list[Printing], height: int) -> None:
        row = _ordinary(planned)
        small = Image.fromarray(draw_printing(row, height_px=height)).resize((146, 204), Image.Resampling.BOX)
        assert np.abs(np.asarray(small, int) - draw_printing(row)).mean() < 20


def _ordinary(rows: list[Printing]) -> Printing:
    return next(row for row in rows if row.layout == "normal" and not row.full_art and row.frame == "2015")


def _art(row: Printing) -> Rgb:
    return draw_printing(row)[ART]


class TestSource:
    def test_every_printing_has_a_thumbnail_of_each_side(self, store: Path, one_of_each: list[Printing]) -> None:
        source = ScaleSource(store)
        for row in one_of_each:
            for side, there in (("front", True), ("back", row.layout in BACKED)):
                file = source.picture("thumb", side, row.id)
                assert (file is not None) == there
                if file is not None:
                    assert Image.open(io.BytesIO(file)).size == (146, 204)

    def test_a_thumbnail_that_is_not_stored_is_drawn_equally(
        self, store: Path, one_of_each: list[Printing], tmp_path: Path
    ) -> None:
        planned = Store(tmp_path / "planned", writable=True)
        planned.plan(one_of_each[:1])
        planned.close()
        asked = "thumb", "front", one_of_each[0].id
        assert ScaleSource(tmp_path / "planned").picture(*asked) == ScaleSource(store).picture(*asked)

    @pytest.mark.parametrize(("key", "kind"), [("grid", "WEBP"), ("normal", "JPEG")])
    def test_larger_pictures_are_drawn_when_asked_for(
        self, store: Path, one_of_each: list[Printing], key: str, kind: str
    ) -> None:
        file = ScaleSource(store).picture(key, "front", one_of_each[0].id)
        assert file is not None
        picture = Image.open(io.BytesIO(file))
        assert (picture.format, picture.height) == (kind, PICTURES[key].height)

    def test_unknown_pictures_are_none(self, store: Path, one_of_each: list[Printing]) -> None:
        source = ScaleSource(store)
        assert source.picture("thumb", "front", "00000000-0000-4000-8000-000000000000") is None
        assert source.picture("poster", "front", one_of_each[0].id) is None
        assert ScaleSource(store, without=1).picture("thumb", "front", one_of_each[-1].id) is None

    def test_the_bulk_file_is_the_same_each_time_and_has_every_printing(
        self, store: Path, one_of_each: list[Printing]
    ) -> None:
        source = ScaleSource(store)
        cards = list(source.bulk("default_cards"))
        assert cards == list(source.bulk("default_cards"))
        assert [card["id"] for card in cards] == [row.id for row in one_of_each]

    def test_so_many_cards_are_so_many_and_all_tokens(self, store: Path) -> None:
        rows = list(ScaleSource(store, cards=3).printings())
        assert len({row.card_id for row in rows if not row.is_token}) == 3
        assert any(row.is_token for row in rows)


class TestAsking:
    @pytest.mark.parametrize(
        ("layout", "name", "face", "back"),
        [
            ("normal", "Fog", "", False),
            ("split", "Fire // Ice", "", False),
            ("transform", "Fire // Ice", "Fire", False),
            ("transform", "Fire // Ice", "Ice", True),
            ("reversible_card", "Ice", "", True),
            ("reversible_card", "Fire", "", False),
        ],
    )
    def test_a_row_is_the_side_that_it_names(
        self, planned: list[Printing], layout: str, name: str, face: str, back: bool
    ) -> None:
        printing = replace(planned[0], layout=layout, name="Fog" if layout == "normal" else "Fire // Ice")
        assert is_back(IndexedFace(name, face, "lea", "1", printing.id), printing) == back


class TestStore:
    @given(st.integers(min_value=0, max_value=3))
    @settings(max_examples=3, deadline=None)
    def test_drawing_continues_after_an_interruption(
        self, planned: list[Printing], tmp_path_factory: pytest.TempPathFactory, before: int
    ) -> None:
        rows, folder = planned[:3], tmp_path_factory.mktemp("store")
        at_once, in_parts = fill_store(folder / "a", rows), Store(folder / "b", writable=True)
        in_parts.plan(rows)
        in_parts.draw(before)
        in_parts.draw()
        for place in range(len(rows)):
            assert in_parts.thumbnail(place) == at_once.thumbnail(place) is not None

    def test_a_store_can_be_planned_only_once(self, planned: list[Printing], tmp_path: Path) -> None:
        made = Store(tmp_path / "store", writable=True)
        made.plan(planned[:1])
        with pytest.raises(StoreError, match="already"):
            made.plan(planned[:1])

    def test_the_error_for_a_missing_store_says_how_to_make_it(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match=r"stress\.scale draw"):
            Store(tmp_path / "none")


class TestMeasuring:
    def test_peak_memory_of_a_command_is_measured(self, tmp_path: Path) -> None:
        cost = measure_command([sys.executable, "-c", "held = b'x' * 300_000_000"], tmp_path / "log")
        assert cost.peak_mb > 300

    def test_a_failing_command_is_named_with_its_log(self, tmp_path: Path) -> None:
        with pytest.raises(StepFailed, match="code 3"):
            measure_command([sys.executable, "-c", "print('so'); raise SystemExit(3)"], tmp_path / "log")
        assert (tmp_path / "log").read_text(encoding="utf-8") == "so\n"

    def test_disk_use_is_measured_in_whole_blocks(self, tmp_path: Path) -> None:
        (tmp_path / "deep").mkdir()
        (tmp_path / "deep" / "file").write_bytes(b"x" * 1_000_000)
        assert on_disk(tmp_path) >= 1.0

    def test_missing_figures_are_dashes(self) -> None:
        step = {"wall_s": 90.0, "cpu_s": 30.0, "peak_mb": 200.0, "disk_mb": 5.0, "pictures": 900, "new": 900}
        text = figures_table([("900 cards", {"sync": step})])
        assert "| sync: time | 1.5 min |" in text
        assert "| sync: pictures a second | 10 |" in text
        assert "| index: time | - |" in text

    def test_growth_is_from_the_first_size_to_the_last(self) -> None:
        one = {"wall_s": 9.0, "cpu_s": 30.0, "peak_mb": 200.0, "disk_mb": 5.0, "pictures": 100, "new": 100}
        ten = one | {"cpu_s": 300.0, "peak_mb": 250.0, "pictures": 1000}
        text = figures_table([("small", {"sync": one, "index": one}), ("large", {"sync": ten, "index": ten})])
        assert "10.0 times as many pictures" in text
        assert "10.0 times the processor time and 1.2 times the memory" in text
