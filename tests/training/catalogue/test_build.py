import argparse
import json
import sqlite3
import uuid
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.entries import FaceEntry, Prices
from engine.catalogue.names import FACE_SEPARATOR, fold
from engine.catalogue.schema import SCHEMA_VERSION
from tests.support.metadata import printing, write_metadata
from training.catalogue import build
from training.catalogue.build import CatalogueCounts, add_cards, write_catalogue
from training.catalogue.csv_source import CsvCards

ID_A, ID_B = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))
SETS = (
    {"code": "new", "name": "New Set", "released_at": "2020-02-02"},
    {"code": "old", "name": "Old Set", "released_at": "1999-01-01"},
    {"code": "pro", "name": "Promos", "released_at": "2021-01-01", "type": "promo"},
    {"code": "gone", "name": "Merged Away", "released_at": "2022-01-01", "retired": "1"},
)


@pytest.fixture(name="build")
def _build(tmp_path):
    """Build a catalogue from rows and open it."""
    opened = []

    def build(**rows):
        write_catalogue(CsvCards(write_metadata(tmp_path / "metadata", **rows)), tmp_path / "catalogue.sqlite")
        opened.append(Catalogue.open(tmp_path / "catalogue.sqlite"))
        return opened[-1]

    yield build
    for catalogue in opened:
        catalogue.close()


def test_every_column_of_a_card_is_kept(build):
    row = {
        "name": "Test Bear",
        "layout": "saga",
        "mana_cost": "{1}{G}",
        "type_line": "Creature — Bear",
        "oracle_id": ID_A,
        "sample_scryfall_id": ID_B,
    }
    catalogue = build(cards=[row])
    card = catalogue.card(catalogue.find("Test Bear"))
    assert (card.name, card.layout, card.mana_cost, card.type_line) == (
        "Test Bear",
        "saga",
        "{1}{G}",
        "Creature — Bear",
    )
    assert card.oracle_id == ID_A
    assert card.image_uri == f"https://cards.scryfall.io/normal/front/0/0/{ID_B}.jpg"


def test_every_column_of_a_printing_is_kept(build):
    columns = {
        "collector_number": "12★",
        "scryfall_id": ID_A,
        "rarity": "rare",
        "lang": "ja",
        "released_at": "2003-04-05",
        "border_color": "white",
        "frame": "1997",
        "full_art": "1",
        "illustration_id": ID_B,
    }
    catalogue = build(cards=[{"name": "Test Bear"}], printings=[printing("Test Bear", **columns)])
    (row,) = catalogue.printings(catalogue.find("Test Bear"))
    expected = columns | {"full_art": True, "set": "one"}
    assert {column: getattr(row, column) for column in expected} == expected
    assert row.set_name == "First Set"


def test_unknown_values_of_a_printing_are_none(build):
    catalogue = build(cards=[{"name": "Test Bear"}], printings=[printing("Test Bear")])
    (row,) = catalogue.printings(catalogue.find("Test Bear"))
    unknown = ("scryfall_id", "rarity", "border_color", "frame", "full_art")
    assert {getattr(row, column) for column in unknown} == {None}
    assert row.illustration_id is None


def test_the_front_picture_represents_a_two_faced_printing(build):
    both = f"{ID_A} // {ID_B}"
    catalogue = build(cards=[{"name": "Day // Night"}], printings=[printing("Day // Night", illustration_id=both)])
    assert catalogue.printings(catalogue.find("Day"))[0].illustration_id == ID_A


class TestPrices:
    def prices(self, build, **columns):
        row = printing("Bear", price_date="2026-01-31", **columns)
        (entry,) = build(cards=[{"name": "Bear"}], printings=[row]).printing_entries(1)
        return entry

    def test_they_are_kept_to_the_cent_with_their_date(self, build):
        entry = self.prices(build, usd="1178.11", eur="0.29", finishes="nonfoil|foil")
        assert entry.prices == Prices(usd=117_811, eur=29)
        assert entry.prices_date == "2026-01-31"

    @pytest.mark.parametrize("finishes", ["foil", "etched", "foil|etched"])
    def test_the_price_of_a_printing_that_only_has_foils_is_the_foil_s(self, build, finishes):
        assert self.prices(build, usd="4.44", eur="3.00", finishes=finishes).prices == Prices(
            usd_foil=444, eur_foil=300
        )

    def test_without_prices_there_is_no_date(self, build):
        entry = self.prices(build)
        assert not entry.prices
        assert entry.prices_date is None

    def test_the_oldest_of_several_dates_is_given(self, build):
        rows = [printing("Bear", collector_number=str(n), usd="1.00", price_date=f"2026-0{n}-01") for n in (2, 1)]
        assert build(cards=[{"name": "Bear"}], printings=rows).meta["prices_date"] == "2026-01-01"

    def test_a_card_has_the_prices_of_the_shown_printing(self, build):
        rows = [
            printing("Bear", set="new", collector_number="1", released_at="2020-02-02", usd="1.00"),
            printing("Bear", set="pro", collector_number="2p", released_at="2021-01-01", usd="9.00"),
        ]
        catalogue = build(cards=[{"name": "Bear"}], printings=rows, sets=SETS)
        entry = catalogue.entry(1)
        assert entry.scryfall_uri.endswith("/new/1")
        assert entry.prices.usd == 100


class TestLegalities:
    def test_known_ones_have_their_date(self, build):
        catalogue = build(cards=[{"name": "Bear", "commander_legal_2025_09": "1"}])
        assert catalogue.legalities(1) == {"commander": "legal"}
        assert catalogue.legalities_date == "2025-09"

    def test_unknown_is_not_the_same_as_not_legal(self, build):
        catalogue = build(cards=[{"name": "Bear"}, {"name": "Crow", "commander_legal_2025_09": "1"}])
        assert catalogue.legalities(1) == {}

    def test_without_legalities_there_is_no_date(self, build):
        assert build(cards=[{"name": "Bear"}]).legalities_date is None

    def test_there_may_be_many_formats_and_equal_cards_share_them(self, build, tmp_path):
        build(cards=[{"name": "Bear"}, {"name": "Crow"}])
        statuses = {"modern": "banned", "vintage": "restricted", "legacy": "not_legal"}
        with closing(sqlite3.connect(tmp_path / "catalogue.sqlite")) as database, database:
            database.executemany("INSERT INTO legalities VALUES (7, ?, ?)", statuses.items())
            database.execute("UPDATE cards SET legality_id = 7")
        with closing(Catalogue.open(tmp_path / "catalogue.sqlite")) as catalogue:
            assert catalogue.legalities(1) == catalogue.legalities(2) == statuses


class TestFaces:
    @pytest.mark.parametrize("layout", ["transform", "modal_dfc"])
    def test_a_card_with_a_printed_back_has_a_picture_of_each_side(self, build, layout):
        row = {"name": "Day // Night", "layout": layout, "sample_scryfall_id": ID_B}
        catalogue = build(cards=[row], printings=[printing("Day // Night", layout=layout)])
        folder = "https://cards.scryfall.io/normal"
        assert catalogue.entry(1).faces == (
            FaceEntry("Day", f"{folder}/front/0/0/{ID_B}.jpg"),
            FaceEntry("Night", f"{folder}/back/0/0/{ID_B}.jpg"),
        )
        (of_printing,) = catalogue.printing_entries(1)
        assert of_printing.faces[1].image_uri.endswith("/one/1?format=image&version=normal&face=back")

    def test_two_names_on_one_side_have_one_picture(self, build):
        entry = build(cards=[{"name": "Fire // Ice", "layout": "split"}]).entry(1)
        assert entry.faces == (FaceEntry("Fire // Ice", None),)


def test_a_card_is_found_by_the_key_of_its_name_a_card_before_a_token(build):
    token = {"name": "Bear", "layout": "token", "type_line": "Token Creature"}
    catalogue = build(cards=[{"name": "Bear"}, token, {"name": "Crow"}])
    for name in ("Bear", "Crow"):
        found = catalogue.by_key[catalogue.entry(catalogue.find(name)).key]
        assert found == catalogue.find(name)
    assert "no such key" not in catalogue.by_key


def test_digital_printings_are_left_out_and_their_card_stays(build):
    rows = [printing("Bear", digital="1", collector_number="7"), printing("Bear")]
    catalogue = build(cards=[{"name": "Bear"}], printings=rows)
    assert [row.collector_number for row in catalogue.printings(catalogue.find("Bear"))] == ["1"]


def test_digital_cards_are_left_out_with_their_foreign_names(build):
    cards = [{"name": "Bear // Cub"}, {"name": "A-Bear // A-Cub", "digital_only": "1"}]
    names = [{"lang": "de", "name": name, "printed_name": "Bär"} for name in ("Bear", "A-Cub", "A-Bear // A-Cub")]
    catalogue = build(cards=cards, printings=[printing("A-Bear // A-Cub", digital="1")], printed_names=names)
    assert {catalogue.name(title.card_id) for title in catalogue.titles} == {"Bear // Cub"}


def test_printings_are_sorted_newest_first(build):
    rows = [
        printing("Bear", set="old", collector_number="5", released_at="1999-01-01"),
        printing("Bear", set="new", collector_number="10", released_at="2020-02-02"),
        printing("Bear", set="new", collector_number="9", released_at="2020-02-02"),
    ]
    catalogue = build(cards=[{"name": "Bear"}], printings=rows, sets=SETS)
    found = catalogue.printings(catalogue.find("Bear"))
    assert [(row.set, row.collector_number) for row in found] == [("new", "9"), ("new", "10"), ("old", "5")]


@pytest.mark.parametrize(
    ("rows", "page"),
    [
        pytest.param([{"set": "new"}, {"set": "old"}], "new/1", id="the newest"),
        pytest.param([{"set": "pro"}, {"set": "old"}], "old/1", id="no promo set"),
        pytest.param([{"set": "new", "promo": "1"}, {"set": "old"}], "old/1", id="no promo"),
        pytest.param([{"set": "new", "collector_number": "1p"}, {"set": "old"}], "old/1", id="a plain number"),
        pytest.param([{"set": "new", "lang": "ja"}, {"set": "old"}], "old/1", id="English"),
        pytest.param([{"set": "gone"}, {"set": "pro"}], "pro/1", id="no code that was merged away"),
        pytest.param([{"set": "gone"}], "gone/1", id="rather any page than none"),
        pytest.param([{"set": "new"}, {"set": "old", "scryfall_id": ID_A}], "old/1", id="Scryfall's own choice"),
        pytest.param([{"set": "new", "collector_number": ""}, {"set": "pro"}], "pro/1", id="needs a number"),
        pytest.param([{"set": "new", "collector_number": "7★"}], "new/7%E2%98%85", id="percent-encoded"),
    ],
)
def test_the_page_is_that_of_the_shown_printing(build, rows, page):
    dates = {row["code"]: row["released_at"] for row in SETS}
    printings = [printing("Bear", released_at=dates[row["set"]], **row) for row in rows]
    catalogue = build(cards=[{"name": "Bear", "sample_scryfall_id": ID_A}], printings=printings, sets=SETS)
    assert catalogue.entry(catalogue.find("Bear")).scryfall_uri == f"https://scryfall.com/card/{page}"


def test_tokens_are_kept_apart_from_cards_of_the_same_name(build):
    catalogue = build(
        cards=[{"name": "Crow", "layout": "token"}, {"name": "Crow", "mana_cost": "{U}"}],
        printings=[printing("Crow", layout="token"), printing("Crow", collector_number="2")],
    )
    card = catalogue.card(catalogue.find("Crow"))
    assert (card.is_token, card.mana_cost, card.printings) == (False, "{U}", 1)
    assert catalogue.meta["tokens"] == "1"


def test_cards_that_share_a_name_become_one(build):
    catalogue = build(cards=[{"name": "Spy", "oracle_id": ID_A, "printings": p} for p in ("1", "6")])
    assert catalogue.meta["cards"] == "1"


def test_printed_names_are_split_like_the_card(build):
    catalogue = build(
        cards=[{"name": "Fire // Ice"}, {"name": "Day // Night"}],
        printed_names=[
            {"lang": "de", "name": "Fire // Ice", "printed_name": "Feuer /// Eis"},
            {"lang": "de", "name": "Night", "printed_name": "Nacht"},
            {"lang": "fr", "name": "Day // Night", "printed_name": "Jour"},
        ],
    )
    faces = {(t.text, t.lang, t.face) for t in catalogue.titles if t.lang != "en"}
    assert faces == {("Feuer", "de", 0), ("Eis", "de", 1), ("Nacht", "de", 1), ("Jour", "fr", 0)}


def test_a_printed_name_belongs_to_the_whole_card_rather_than_to_a_face(build):
    catalogue = build(
        cards=[{"name": "A // Recall"}, {"name": "Recall"}],
        printed_names=[{"lang": "de", "name": "Recall", "printed_name": "Rückruf"}],
    )
    assert catalogue.find("Rückruf") == catalogue.find("Recall")
    assert catalogue.card(catalogue.find("Rückruf")).name == "Recall"


def test_other_names_lead_to_their_card(build):
    catalogue = build(
        cards=[{"name": "Bear"}],
        printings=[printing("Bear", scryfall_id=ID_A, flavor_name="old bruin")],
        extra_names=[
            {"name_lower": "mr. paws", "scryfall_id": ID_A},
            {"name_lower": "nobody", "scryfall_id": ID_B},
            {"name_lower": "bear", "scryfall_id": ID_A},
        ],
    )
    assert {title.text for title in catalogue.titles} == {"Bear", "old bruin", "mr. paws"}


def test_the_same_input_gives_the_same_bytes(tmp_path):
    rows = {"cards": [{"name": "Bear"}, {"name": "Crow"}], "printings": [printing("Crow"), printing("Bear")]}
    metadata = write_metadata(tmp_path / "metadata", **rows)
    for name in ("a", "b"):
        write_catalogue(CsvCards(metadata), tmp_path / name)
    reordered = {table: entries[::-1] for table, entries in rows.items()}
    write_catalogue(CsvCards(write_metadata(metadata, **reordered)), tmp_path / "c")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() == (tmp_path / "c").read_bytes()


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ({"printings": [printing("Nobody")]}, "no card is named 'Nobody'"),
        ({"cards": [{"name": "Bear"}], "printings": [printing("Bear", set="xyz")]}, "no set has the code 'xyz'"),
        ({"printed_names": [{"lang": "de", "name": "Nobody", "printed_name": "Niemand"}]}, "named 'Nobody'"),
    ],
)
def test_inconsistent_rows_stop_the_build_and_leave_the_old_file(tmp_path, rows, complaint):
    out = tmp_path / "catalogue.sqlite"
    out.write_bytes(b"old")
    with pytest.raises(ValueError, match=complaint):
        write_catalogue(CsvCards(write_metadata(tmp_path / "metadata", **rows)), out)
    assert out.read_bytes() == b"old"


def test_a_folder_without_a_date_is_refused(tmp_path):
    metadata = write_metadata(tmp_path)
    (metadata / "README.md").write_text("Some cards.")
    with pytest.raises(ValueError, match="compiled YYYY-MM-DD"):
        write_catalogue(CsvCards(metadata), tmp_path / "catalogue.sqlite")


def test_the_command_builds_and_prints_counts(tmp_path, capsys):
    parser = argparse.ArgumentParser()
    build.add_arguments(parser)
    metadata, out = write_metadata(tmp_path, cards=[{"name": "Bear"}]), tmp_path / "catalogue.sqlite"
    assert build.run(parser.parse_args(["--metadata", str(metadata), "--out", str(out)])) == 0
    counts = {"cards": 1, "tokens": 0, "printings": 0, "printed_names": 0, "sets": 1}
    assert json.loads(capsys.readouterr().out) == counts | {"bytes": out.stat().st_size}


def test_added_cards_are_found_and_known_ones_unchanged(tmp_path):
    out = tmp_path / "catalogue.sqlite"
    write_catalogue(CsvCards(write_metadata(tmp_path, cards=[{"name": "Bear", "mana_cost": "{G}"}])), out)
    rows = [
        {"name": "Bear", "face": "", "set": "dem", "collector_number": "1", "scryfall_id": ""},
        {"name": "Demo Owl", "face": "", "set": "dem", "collector_number": "2", "scryfall_id": ID_A},
        {"name": "Demo Fox", "face": "", "set": "", "collector_number": "", "scryfall_id": ""},
        {"name": "Demo Fox", "face": "", "set": "", "collector_number": "", "scryfall_id": ""},
    ]
    assert add_cards(out, rows) == 2
    with closing(Catalogue.open(out)) as catalogue:
        assert catalogue.card(catalogue.find("bear")).mana_cost == "{G}"
        assert catalogue.entry(catalogue.find("demo owl")).scryfall_uri == "https://scryfall.com/card/dem/2"
        assert catalogue.printings(catalogue.find("demo owl"))[0].scryfall_id == ID_A
        assert catalogue.printings(catalogue.find("demo fox")) == []
    assert add_cards(out, rows) == 0


NAMES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12).filter(lambda n: "/" not in n)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(NAMES, min_size=1, max_size=2).map(FACE_SEPARATOR.join), unique_by=str.casefold, max_size=8))
def test_every_name_is_found(tmp_path_factory, names):
    folder = tmp_path_factory.mktemp("names")
    write_catalogue(
        CsvCards(write_metadata(folder, cards=[{"name": name} for name in names])), folder / "catalogue.sqlite"
    )
    with closing(Catalogue.open(folder / "catalogue.sqlite")) as catalogue:
        assert {catalogue.card(catalogue.find(name)).name for name in names} == set(names)
        titles = {(title.card_id, title.folded) for title in catalogue.titles}
        assert titles == {(catalogue.find(n), fold(f)) for n in names for f in n.split(FACE_SEPARATOR)}


def test_the_file_names_its_format(tmp_path):
    write_catalogue(CsvCards(write_metadata(tmp_path)), tmp_path / "catalogue.sqlite")
    with closing(sqlite3.connect(tmp_path / "catalogue.sqlite")) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    with closing(Catalogue.open(tmp_path / "catalogue.sqlite")) as catalogue:
        counts = CatalogueCounts(cards=0, tokens=0, printings=0, printed_names=0, sets=1)
        expected = {"format": str(SCHEMA_VERSION), "source_date": "2026-11-23", "cards": "0", "sets": str(counts.sets)}
        assert expected.items() <= catalogue.meta.items()
