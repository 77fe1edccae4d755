"""Whole syncs from a server with Scryfall's API: the first, the second, and the choice of pictures."""

import csv
import io
from datetime import timedelta

from PIL import Image

from stress.sync.kill import contents
from tests.support.scryfall.faults import Endpoint
from tests.support.scryfall.made_up import EPOCH
from tests.training.scryfall.conftest import EVERYTHING, TODAY, listed, names
from training.data.face_list import read_faces_csv
from training.scryfall.options import Unique


def test_the_list_has_every_picture_and_no_other(run, data):
    summary = run(**EVERYTHING)
    rows = read_faces_csv(data / "faces.csv")
    assert len(rows) == summary.pictures == summary.fetched
    assert {row.path for row in rows} == {path for path in (data / "images").rglob("*") if path.is_file()}
    assert [row.path for row in rows] == sorted(row.path for row in rows)
    for row in rows:
        with Image.open(row.path) as picture:
            picture.load()
        assert row.path.name.startswith(f"{row.scryfall_id}-")
        assert str(EPOCH) in row.path.name


def test_the_list_has_the_columns_of_every_list_of_faces(run, data):
    run()
    header = next(csv.reader(io.StringIO((data / "faces.csv").read_text())))
    assert header == ["file", "name", "face", "set", "collector_number", "scryfall_id"]


def test_a_second_run_without_news_requests_only_the_bulk_index(run, server, data):
    run(**EVERYTHING)
    before = contents(data)
    server.forget()
    summary = run(**EVERYTHING)
    assert dict(server.counts) == {Endpoint.BULK_INDEX: 1}
    assert server.bytes == 0
    assert (summary.new_data, summary.fetched, summary.removed) == (False, 0, 0)
    assert contents(data) == before


def test_a_second_run_writes_nothing(run, data):
    run()
    times = {path: path.stat().st_mtime_ns for path in data.rglob("*") if path.name != "state.sqlite"}
    run()
    assert {path: path.stat().st_mtime_ns for path in times} == times


class TestWhichPictures:
    def test_tokens_and_art_cards_have_pictures_only_if_requested(self, run, data):
        run()
        usual = names(data)
        assert not usual & {"Bear", "Bear // Crow", "Emblem of Bears", "Lone Saga // Lone Saga", "Forest Walk Front"}
        run(tokens=True)
        assert names(data) - usual == {"Bear", "Bear // Crow", "Emblem of Bears"}
        # The token's own picture also represents the same one on a side of the other.
        assert [face for name, face, *_ in listed(data) if name == "Bear // Crow"] == ["Crow"]
        run(art_cards=True)
        assert names(data) - usual == {"Lone Saga // Lone Saga", "Forest Walk Front"}

    def test_cards_have_one_picture_of_each_face_with_the_usual_look(self, run, data):
        run(unique=Unique.CARDS)
        keys = [(name, face) for name, face, *_ in listed(data)]
        assert len(keys) == len(set(keys))
        assert {("Lone Normal", "", "one", "1"), ("Lone Saga", "", "one", "6")} <= listed(data)
        assert {face for name, face, *_ in listed(data) if name == "Sunny transform // Moonlit transform"} == {
            "Sunny transform",
            "Moonlit transform",
        }

    def test_every_artwork_has_one_picture(self, run, data):
        run(unique=Unique.ARTWORK)
        found = {place for name, _, *place in listed(data) if name == "Lone Normal" for place in [tuple(place)]}
        assert found == {("one", "1"), ("two", "300"), ("sld", "1556")}

    def test_every_printing_has_one_picture(self, run, data):
        run(unique=Unique.PRINTINGS)
        found = {place for name, _, *place in listed(data) if name == "Lone Normal" for place in [tuple(place)]}
        assert found == {("one", "1"), ("two", "12★"), ("two", "300"), ("sld", "1556")}

    def test_placeholders_missing_ones_and_digital_cards_have_no_picture(self, run, data):
        run(**EVERYTHING)
        left_out = {"No Picture Yet", "Stand-in Only", "Broken Link", "Elsewhere", "A-Lone Host", "Online Only"}
        assert not names(data) & {*left_out, "Not To Be Shown"}

    def test_another_size_replaces_all_pictures(self, run, server, data):
        first = run()
        server.forget()
        second = run(image="grid")
        assert second.removed == first.pictures
        assert server.counts[Endpoint.BULK_FILE] == 0
        assert {path.suffix for path in (data / "images" / "grid").rglob("*.*")} == {".webp"}
        assert not (data / "images" / "thumb").exists()


class TestUnavailablePictures:
    def test_a_missing_one_is_requested_again_on_another_day(self, run, source, server, data):
        gone = source.the("one", "3")["id"]
        source.gone.add(gone)
        assert run().missing == 1
        assert "Lone Leveler" not in names(data)
        server.forget()
        assert run().missing == 0
        assert server.counts[Endpoint.PICTURE] == 0
        source.gone.clear()
        assert run(today=TODAY + timedelta(days=1)).fetched == 1
        assert "Lone Leveler" in names(data)

    def test_an_undecodable_one_is_left_out(self, run, source, data):
        source.broken.add(source.the("one", "3")["id"])
        assert run().missing == 1
        assert "Lone Leveler" not in names(data)
        assert not list(data.rglob("*.part"))
