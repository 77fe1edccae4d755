"""The catalogue of a sync, opened as by the engine."""

import sqlite3
from contextlib import closing

import pytest

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.entries import Prices
from tests.support.scryfall.made_up import BACKED, HALVED, PLAIN, card, ident, usual_cards
from training.scryfall.records import ScryfallCard, read_record
from training.scryfall.rows import is_on_paper


@pytest.fixture(name="synced")
def _synced(run, data):
    """Sync and open the catalogue."""
    opened = []

    def synced(**options):
        run(**options)
        opened.append(Catalogue.open(data / "catalogue.sqlite"))
        return opened[-1]

    yield synced
    for catalogue in opened:
        catalogue.close()


def printings(catalogue, name):
    return {(row.set, row.collector_number) for row in catalogue.printings(catalogue.find(name))}


def test_every_name_and_every_face_s_name_is_found(synced):
    catalogue = synced(art_cards=True)
    for value in usual_cards():
        if value["layout"] == "reversible_card" or not is_on_paper(read_record(value, ScryfallCard)):
            continue
        assert catalogue.find(value["name"]) is not None, value["name"]
        for face in value.get("card_faces", ()):
            assert catalogue.find(face["name"]) is not None, face["name"]


def test_digital_cards_and_those_not_to_be_shown_are_not_in_it(synced):
    catalogue = synced()
    for name in ("A-Lone Host", "Online Only", "Not To Be Shown", "Lone Saga // Lone Saga", "Forest Walk Front"):
        assert catalogue.find(name) is None
    assert {row["code"] for row in sets_of(catalogue)} == {"one", "two", "tone", "sld", "aone", "fone"}


def sets_of(catalogue):
    with closing(sqlite3.connect(catalogue._path)) as database:
        database.row_factory = sqlite3.Row
        return database.execute("SELECT * FROM sets").fetchall()


def test_layouts_are_scryfall_s(synced):
    catalogue = synced()
    names = (
        {f"Lone {x.title()}": x for x in PLAIN} | {f"Upper {x}": x for x in HALVED} | {f"Sunny {x}": x for x in BACKED}
    )
    assert {name: catalogue.card(catalogue.find(name)).layout for name in names} == names


def test_the_faces_of_a_reversible_card_are_printings_of_the_card(synced):
    catalogue = synced()
    assert printings(catalogue, "Lone Normal") == {("one", "1"), ("two", "12★"), ("two", "300"), ("sld", "1556")}
    assert catalogue.find("Lone Normal // Lone Normal") is None
    assert catalogue.card(catalogue.find("Lone Normal")).layout == "normal"
    assert printings(catalogue, "Mirrored Alone") == {("sld", "1557")}


def test_a_reversible_card_with_halves_takes_the_whole_name_from_the_card_itself(synced, source):
    whole = source.the("one", "18")
    back = card("Upper adventure // Lower adventure", set_code="sld", number="9", layout="reversible_card")
    for key in ("oracle_id", "image_uris"):
        back.pop(key)
    names = ("Upper adventure", "Lower adventure", "Upper adventure")
    back["card_faces"] = [{"name": name, "oracle_id": whole["oracle_id"]} for name in names]
    source.cards.append(back)
    assert printings(synced(), "Upper adventure // Lower adventure") == {("one", "18"), ("sld", "9")}


def test_a_token_named_like_a_card_stays_apart_from_it(synced, source):
    source.cards.append(card("Bear", number="77"))
    catalogue = synced()
    assert printings(catalogue, "Bear") == {("one", "77")}
    assert catalogue.meta["tokens"] == "3"


def test_printed_names_are_found_in_every_requested_language(synced):
    catalogue = synced(languages=("de", "en"))
    assert catalogue.find("Einsamer Normaler") == catalogue.find("Lone Normal")
    assert catalogue.find("Oben") == catalogue.find("Unten") == catalogue.find("Upper split")
    assert catalogue.find("Mondhell") == catalogue.find("Sunny transform")
    assert catalogue.find("Normal solitaire") is None
    assert "de" in {row.lang for row in catalogue.printings(catalogue.find("Lone Normal"))}


def test_cards_without_an_english_printing_and_other_names_are_always_found(synced):
    catalogue = synced()
    assert catalogue.find("日本の熊") == catalogue.find("Nihon no Kuma")
    assert catalogue.find("Schooled by the Sea") == catalogue.find("Lone Class")
    assert catalogue.find("Webbed Mystery") == catalogue.find("Lone Case")
    assert catalogue.find("Einsamer Normaler") is None


def test_prices_have_the_day_of_the_data(synced):
    catalogue = synced()
    (entry,) = catalogue.printing_entries(catalogue.find("Lone Leveler"))
    assert entry.prices == Prices(usd=125, usd_foil=350, eur=99)
    assert entry.prices_date == "2026-11-23"
    (etched,) = catalogue.printing_entries(catalogue.find("Etched Alone"))
    assert etched.prices == Prices(usd_foil=700)


def test_legalities_of_all_formats_have_the_day_of_the_data(synced):
    catalogue = synced()
    expected = {"standard": "not_legal", "modern": "legal", "vintage": "restricted"}
    assert catalogue.legalities(catalogue.find("Lone Leveler")) == expected
    assert catalogue.legalities_date == "2026-11-23"


def test_an_illegal_printing_does_not_ban_the_card(synced):
    catalogue = synced()
    assert catalogue.legalities(catalogue.find("Lone Meld"))["modern"] == "legal"


def test_links_and_ids_are_scryfall_s(synced):
    catalogue = synced()
    entry = catalogue.entry(catalogue.find("Lone Leveler"))
    assert entry.oracle_id == ident("oracle", "Lone Leveler")
    assert entry.scryfall_uri == "https://scryfall.com/card/one/3"
    assert ident("one", "3", "en") in (entry.image_uri or "")


def test_a_set_missing_from_the_list_is_made_from_its_cards(synced, server, source):
    server.files.sets(source, server.url)[:] = []
    catalogue = synced()
    assert ("one", "ONE", "2020-05-05") in {
        (row["code"], row["name"], row["released_at"]) for row in sets_of(catalogue)
    }


def test_art_cards_have_names_of_their_own_if_requested(synced):
    catalogue = synced(art_cards=True)
    art = catalogue.find("Lone Saga // Lone Saga")
    assert art is not None
    assert art != catalogue.find("Lone Saga")
