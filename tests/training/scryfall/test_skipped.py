"""What is not as expected in a list is left out and told; a list of which much is not is refused."""

import json
from contextlib import closing

import pytest

from engine.catalogue.catalogue import Catalogue
from tests.support.scryfall.made_up import card, ident, migration, reversible, two_faced
from tests.training.scryfall.conftest import names
from training import cli
from training.catalogue.build import write_catalogue
from training.scryfall.cards import odd_in_card
from training.scryfall.catalogue_source import StoredCards
from training.scryfall.errors import BulkDamaged
from training.scryfall.options import SCRYFALL
from training.scryfall.skipped import TOLD, Oddities, may_be_left_out
from training.scryfall.store import Builder


@pytest.mark.parametrize(
    ("odd", "entries", "taken"),
    [
        pytest.param(0, 0, True, id="an empty list"),
        pytest.param(1, 2, True, id="one of two"),
        pytest.param(1, 1, False, id="the only one"),
        pytest.param(2, 100, False, id="two of a hundred"),
        pytest.param(2, 200, True, id="two of two hundred"),
        pytest.param(1101, 110_000, False, id="more than one in a hundred"),
    ],
)
def test_one_or_a_small_share_may_be_left_out_but_never_all(odd, entries, taken):
    assert may_be_left_out(odd, entries) is taken


def test_all_are_counted_and_the_first_are_told():
    odd = Oddities()
    rows = [{"name": f"Bear {n}"} for n in range(1000)]
    kept = odd.sifted("card", rows, lambda row: ["set"] if row["name"] < "Bear 105" else [])
    assert len(list(kept)) == 1000 - odd.count
    assert (odd.count, len(odd.told)) == (8, TOLD)
    assert odd.told[:2] == ["card 1 ('Bear 0'): set", "card 2 ('Bear 1'): set"]


def test_what_is_told_of_a_foreign_name_can_t_write_to_a_terminal():
    odd = Oddities()
    list(odd.sifted("card", [{"name": "\x1b[2J" + "a" * 500}, {}], lambda row: ["name"] if row else []))
    assert odd.told[0].isprintable()
    assert len(odd.told[0]) < 100


@pytest.mark.parametrize(
    ("key", "value"),
    [("collector_number", None), ("id", "../../../etc/cron.d/x"), ("name", "x\r../y"), ("prices", {"usd": "much"})],
)
def test_a_card_that_is_not_as_expected_is_left_out_and_the_others_are_taken(run, source, data, key, value):
    before = run()
    source.the("one", "3")[key] = value
    source.next_day()
    summary = run()
    assert (summary.odd, summary.printings) == (1, before.printings - 1)
    assert f": {key}" in summary.odd_told[0]
    assert "Lone Leveler" not in names(data)
    assert run().odd_told == summary.odd_told


ANYTHING = (
    *(None, True, 0, -1, 1.5, float("nan"), 10**30, "", " ", "17", "a // b", "\0", "\ud83d", "稲妻", "2020-02-30"),
    *(
        [],
        [None],
        ["a"],
        [[]],
        [{}],
        [{"name": "a"}],
        {},
        {"a": None},
        {"a": "b"},
        {"thumb": "https://[a"},
        {"usd": {}},
    ),
)


@pytest.mark.parametrize(
    "value",
    [card("Fog"), reversible("Fog"), two_faced("Day", "Night", "transform", pictures=2)],
    ids=["a card with one side", "one that is the same on both", "one with two"],
)
def test_whatever_stands_in_one_place_of_a_card_it_is_odd_or_the_catalogue_takes_it(tmp_path, value):
    altered = [value | {key: other} for key in value for other in ANYTHING]
    altered += [
        value | {"card_faces": [face | {key: other}, *value["card_faces"][1:]]}
        for face in value.get("card_faces", ())
        for key in (*face, "printed_name", "layout", "oracle_id")
        for other in ANYTHING
    ]
    taken = [one for one in altered if not odd_in_card(one)]
    assert len(altered) / 9 < len(taken) < len(altered)
    store = tmp_path / "cards.sqlite"
    with closing(Builder(store, "thumb", SCRYFALL, {})) as builder:
        assert builder.add(taken, None) == len(taken)
        builder.finish({"records": "1", "date": "2026-11-23"})
    with closing(StoredCards(store, art_cards=True)) as stored:
        write_catalogue(stored, tmp_path / "catalogue.sqlite")
    with closing(Catalogue.open(tmp_path / "catalogue.sqlite")) as catalogue:
        assert all(catalogue.find(title.text) is not None for title in catalogue.titles())


def test_a_file_of_which_much_is_not_as_expected_is_refused_and_nothing_is_changed(run, source, data):
    run()
    before = (data / "cards.sqlite").read_bytes()
    for value in source.cards[::2]:
        del value["lang"]
    source.next_day()
    with pytest.raises(BulkDamaged, match="22 of 44 cards are not as expected"):
        run()
    assert (data / "cards.sqlite").read_bytes() == before


def test_a_migration_that_is_not_as_expected_is_left_out_and_asked_for_again(run, source, data):
    gone = source.the("one", "3")["id"]
    source.moved = [migration(2, "17", None), migration(1, gone, None)]
    summary = run()
    assert (summary.odd, summary.odd_told) == (1, ("migration 1: old_scryfall_id",))
    assert "Lone Leveler" not in names(data)
    source.moved[0]["old_scryfall_id"] = ident("another")
    source.next_day()
    assert run().odd == 0
    assert "Lone Leveler" not in names(data)


def test_a_set_that_is_not_as_expected_is_known_by_its_cards(run, server, source):
    server.files.sets(source, server.url)[0]["name"] = ["Set", "one"]
    assert run().odd_told == ("set 1 (['Set', 'one']): name",)


def test_what_was_left_out_is_told_at_the_end(server, source, data, capsys):
    server.spacing_s = 0.1
    source.the("one", "3")["layout"] = 7
    assert cli.main(["sync", "--api", server.url, "--data", str(data), "--unique", "cards"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["odd"] == 1
    assert "of what the server sent: card 3 ('Lone Leveler'): layout." in printed.err
