"""Changes at Scryfall change the folder, and nothing else does."""

from contextlib import closing

import pytest

from engine.catalogue.catalogue import Catalogue
from tests.support.scryfall.bulk_files import BulkFormat
from tests.support.scryfall.faults import Endpoint
from tests.support.scryfall.made_up import EPOCH, card, ident, migration, uris
from tests.training.scryfall.conftest import names
from training.data.face_list import read_faces_csv
from training.scryfall.options import Unique


def test_a_new_picture_is_fetched_under_a_new_name_and_the_old_one_removed(run, source, server, data):
    run()
    changed = source.the("one", "3")
    changed["image_uris"] = uris(changed["id"], epoch=EPOCH + 1)
    source.next_day()
    server.forget()
    summary = run()
    assert (summary.new_data, summary.fetched, summary.removed) == (True, 1, 1)
    assert server.counts[Endpoint.PICTURE] == 1
    assert [path.name for path in data.rglob(f"{changed['id']}*")] == [f"{changed['id']}-front-{EPOCH + 1}.webp"]


def test_only_the_pictures_of_new_cards_are_fetched(run, source, server, data):
    run()
    source.cards += [card(f"Newcomer {n}", set_code="new", number=str(n)) for n in range(3)]
    source.next_day()
    server.forget()
    assert run().fetched == server.counts[Endpoint.PICTURE] == 3
    assert {f"Newcomer {n}" for n in range(3)} <= names(data)


@pytest.mark.parametrize("form", BulkFormat)
def test_the_old_bulk_file_is_removed_when_the_new_one_is_in_use(run, server, source, data, form):
    server.form = form
    run()
    source.next_day()
    run()
    assert {path.name for path in (data / "bulk").iterdir()} == {
        f"default_cards-default-cards-20261124210900.{form}",
        "default_cards.json",
        "migrations.json",
    }


@pytest.mark.parametrize("form", BulkFormat)
def test_a_bulk_file_damaged_on_disk_is_fetched_again(run, server, data, form):
    server.form = form
    (data / "bulk").mkdir(parents=True)
    (data / "bulk" / f"default_cards-default-cards-20261123210900.{form}").write_text("[")
    assert run().pictures > 0


def test_a_removed_card_loses_its_picture_and_its_name(run, source, data):
    run()
    source.cards.remove(source.the("one", "3"))
    source.next_day()
    summary = run()
    assert summary.removed == 1
    with closing(Catalogue.open(data / "catalogue.sqlite")) as catalogue:
        assert catalogue.find("Lone Leveler") is None
    assert "Lone Leveler" not in names(data)


def test_cards_deleted_after_the_bulk_file_was_made_are_left_out(run, source, data):
    gone = source.the("one", "3")["id"]
    source.moved = [migration(1, gone, None)]
    assert run().left_out == 4
    assert "Lone Leveler" not in names(data)


def test_a_merged_printing_is_left_out_and_its_target_stays(run, source, data):
    old, new = source.the("two", "12★")["id"], source.the("one", "1")["id"]
    source.moved = [migration(1, old, new)]
    run(unique=Unique.PRINTINGS)
    assert {row.scryfall_id for row in read_faces_csv(data / "faces.csv")} & {old, new} == {new}


def test_merges_are_followed_to_the_end_and_the_printing_takes_the_new_id(run, source, data):
    old, between, new = source.the("one", "3")["id"], ident("between"), ident("new")
    source.moved = [migration(2, between, new), migration(1, old, between)]
    run()
    with closing(Catalogue.open(data / "catalogue.sqlite")) as catalogue:
        (printing,) = catalogue.printings(catalogue.find("Lone Leveler"))
    assert printing.scryfall_id == new
    assert [row.scryfall_id for row in read_faces_csv(data / "faces.csv") if row.name == "Lone Leveler"] == [new]


def test_only_new_pages_of_migrations_are_read_again(run, source, server, data):
    source.moved = [migration(n, ident("old", str(n)), None, day=1 + n // 100) for n in reversed(range(800))]
    run()
    assert server.counts[Endpoint.MIGRATIONS] == 3
    source.moved.insert(0, migration(800, source.the("one", "3")["id"], None, day=20))
    source.next_day()
    server.forget()
    run()
    assert server.counts[Endpoint.MIGRATIONS] == 1
    assert "Lone Leveler" not in names(data)
