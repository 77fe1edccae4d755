"""Invalid entries in a list are skipped and reported; a list with many of them is refused."""

import json
from contextlib import closing, nullcontext, suppress

import msgspec
import pytest

from engine.catalogue.catalogue import Catalogue
from tests.support.scryfall.made_up import (
    card,
    foreign_cards,
    ident,
    migration,
    reversible,
    two_faced,
    usual_cards,
)
from tests.training.scryfall.conftest import names
from training import cli
from training.catalogue.build import write_catalogue
from training.scryfall.catalogue_source import StoredCards
from training.scryfall.errors import BulkDamaged
from training.scryfall.options import SCRYFALL
from training.scryfall.records import (
    EXAMPLES,
    InvalidRecord,
    ScryfallCard,
    SkippedEntries,
    read_record,
)
from training.scryfall.store import StoreBuilder


class Bear(msgspec.Struct):
    name: str
    set: str | None = None


@pytest.mark.parametrize("value", [*usual_cards(), *foreign_cards()], ids=lambda value: value["name"])
def test_cards_as_scryfall_sends_them_are_valid(value):
    assert read_record(value, ScryfallCard).name == value["name"]


@pytest.mark.parametrize("key", ["id", "name", "set", "lang", "layout", "collector_number"])
def test_a_missing_or_empty_required_key_is_named(key):
    value = card("Bear")
    for other in ({k: v for k, v in value.items() if k != key}, value | {key: ""}, value | {key: None}):
        with pytest.raises(InvalidRecord, match=f"^{key}$"):
            read_record(other, ScryfallCard)


@pytest.mark.parametrize("value", [None, 7, "card", [card("Bear")]])
def test_a_value_that_is_not_an_object_is_not_a_card(value):
    with pytest.raises(InvalidRecord, match="expected an object"):
        read_record(value, ScryfallCard)


INVALID = [
    ("id", "../../../etc/cron.d/x"),
    ("id", ident("one").upper()),
    ("name", "x\r../outside/x"),
    ("name", "half a \ud83d"),
    ("name", "a" * 1001),
    ("name", {"en": "Bear"}),
    ("lang", ["en"]),
    ("collector_number", 17),
    ("oracle_id", "17"),
    ("printed_name", "Bär\0"),
    ("image_uris", ["a.webp"]),
    ("image_uris", {"thumb": None}),
    ("card_faces", {"name": "Day"}),
    ("card_faces", ["Day", "Night"]),
    ("card_faces", [{"name": "Day"}, {"name": None}]),
    ("card_faces", [{"name": "Day", "oracle_id": "17"}]),
    ("released_at", "soon"),
    ("released_at", "2026-02-30"),
    ("image_status", ["lowres"]),
    ("frame_effects", "showcase"),
    ("games", "paper"),
    ("games", 7),
    ("prices", ["1.25"]),
    ("prices", {"usd": "a lot"}),
    ("prices", {"usd": "1e999999999"}),
    ("prices", {"eur_foil": float("nan")}),
    ("prices", {"eur_foil": True}),
    ("legalities", "legal"),
    ("legalities", {"modern": ["legal"]}),
]


@pytest.mark.parametrize(("key", "value"), INVALID)
def test_the_key_of_an_invalid_value_is_named(key, value):
    with pytest.raises(InvalidRecord, match=rf"^{key}\b[^ ]*$"):
        read_record(card("Bear") | {key: value}, ScryfallCard)


def test_the_face_of_an_invalid_value_is_named():
    faces = [{"name": "Day"}, {"oracle_id": ident("oracle", "Night")}]
    with pytest.raises(InvalidRecord, match=r"^card_faces\[1\]\.name$"):
        read_record(card("Bear") | {"card_faces": faces}, ScryfallCard)


@pytest.mark.parametrize(
    "other",
    [
        {"prices": {"usd": 1.25, "eur": 3, "tix": ["0.02"]}},
        {"cmc": "lots", "colors": 7, "rulings_uri": None},
        {"printed_name": "", "flavor_name": None, "released_at": ""},
        {"name": "a" * 1000},
    ],
)
def test_unused_keys_may_hold_anything_and_optional_ones_may_be_empty(other):
    assert read_record(card("Bear") | other, ScryfallCard)


@pytest.mark.parametrize(
    ("skipped", "entries", "tolerable"),
    [
        pytest.param(0, 0, True, id="an empty list"),
        pytest.param(1, 2, True, id="one of two"),
        pytest.param(1, 1, False, id="the only one"),
        pytest.param(2, 100, False, id="two of a hundred"),
        pytest.param(2, 200, True, id="two of two hundred"),
        pytest.param(1101, 110_000, False, id="more than one in a hundred"),
    ],
)
def test_one_or_a_small_share_may_be_skipped_but_never_all(skipped, entries, tolerable):
    bears = [{"name": "Bear"}] * (entries - skipped) + [{}] * skipped
    with nullcontext() if tolerable else pytest.raises(BulkDamaged):
        assert len(list(SkippedEntries().filter("bear", bears, Bear))) == entries - skipped


def test_all_skipped_entries_are_counted_and_the_first_are_described():
    skipped = SkippedEntries()
    entries = [{"name": f"Bear {n}", "set": 7 if f"Bear {n}" < "Bear 105" else "one"} for n in range(1000)]
    kept = skipped.filter("card", entries, Bear)
    assert len(list(kept)) == 1000 - skipped.count
    assert (skipped.count, len(skipped.examples)) == (8, EXAMPLES)
    assert skipped.examples[:2] == ["card 1 ('Bear 0'): set", "card 2 ('Bear 1'): set"]


def test_the_description_of_a_foreign_name_can_t_control_a_terminal():
    skipped = SkippedEntries()
    list(skipped.filter("card", [{"name": "\x1b[2J" + "a" * 500, "set": 7}, {"name": "Bear"}], Bear))
    assert skipped.examples[0].isprintable()
    assert len(skipped.examples[0]) < 100


@pytest.mark.parametrize(
    ("key", "value"),
    [("collector_number", None), ("id", "../../../etc/cron.d/x"), ("name", "x\r../y"), ("prices", {"usd": "much"})],
)
def test_an_invalid_card_is_skipped_and_the_others_are_kept(run, source, data, key, value):
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


def valid(values):
    for value in values:
        with suppress(InvalidRecord):
            yield read_record(value, ScryfallCard)


@pytest.mark.parametrize(
    "value",
    [card("Fog"), reversible("Fog"), two_faced("Day", "Night", "transform", pictures=2)],
    ids=["a card with one side", "one that is the same on both", "one with two"],
)
def test_whatever_value_a_card_has_it_is_invalid_or_the_catalogue_accepts_it(tmp_path, value):
    altered = [value | {key: other} for key in value for other in ANYTHING]
    altered += [
        value | {"card_faces": [face | {key: other}, *value["card_faces"][1:]]}
        for face in value.get("card_faces", ())
        for key in (*face, "printed_name", "layout", "oracle_id")
        for other in ANYTHING
    ]
    taken = list(valid(altered))
    assert len(altered) / 9 < len(taken) < len(altered)
    store = tmp_path / "cards.sqlite"
    with closing(StoreBuilder(store, "thumb", SCRYFALL, {})) as builder:
        assert builder.add(taken, None) == len(taken)
        builder.finish({"records": "1", "date": "2026-11-23"})
    with closing(StoredCards(store, art_cards=True)) as stored:
        write_catalogue(stored, tmp_path / "catalogue.sqlite")
    with closing(Catalogue.open(tmp_path / "catalogue.sqlite")) as catalogue:
        assert all(catalogue.find(title.text) is not None for title in catalogue.titles)


def test_a_file_with_many_invalid_cards_is_refused_and_nothing_is_changed(run, source, data):
    run()
    before = (data / "cards.sqlite").read_bytes()
    for value in source.cards[::2]:
        del value["lang"]
    source.next_day()
    with pytest.raises(BulkDamaged, match="22 of 44 cards are not as expected"):
        run()
    assert (data / "cards.sqlite").read_bytes() == before


def test_an_invalid_migration_is_skipped_and_fetched_again(run, source, data):
    gone = source.the("one", "3")["id"]
    source.moved = [migration(2, "17", None), migration(1, gone, None)]
    summary = run()
    assert (summary.odd, summary.odd_told) == (1, ("migration 1: old_scryfall_id",))
    assert "Lone Leveler" not in names(data)
    source.moved[0]["old_scryfall_id"] = ident("another")
    source.next_day()
    assert run().odd == 0
    assert "Lone Leveler" not in names(data)


def test_an_invalid_set_is_made_from_its_cards(run, server, source):
    server.files.sets(source, server.url)[0]["name"] = ["Set", "one"]
    assert run().odd_told == ("set 1 (['Set', 'one']): name",)


def test_skipped_entries_are_reported_at_the_end(server, source, data, capsys):
    server.spacing_s = 0.1
    source.the("one", "3")["layout"] = 7
    assert cli.main(["sync", "--api", server.url, "--data", str(data), "--unique", "cards"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["odd"] == 1
    assert "as expected: card 3 ('Lone Leveler'): layout." in printed.err
