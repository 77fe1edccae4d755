import json
from types import SimpleNamespace

import pytest

from tests.support.scryfall.made_up import (
    BACKED,
    EPOCH,
    HALVED,
    PLAIN,
    card,
    ident,
    reversible,
    two_faced,
    uris,
)
from tests.support.scryfall.source import BASE
from tests.training.scryfall.conftest import FOREIGN_URLS
from training.scryfall.options import SCRYFALL
from training.scryfall.records import ScryfallCard, read_record
from training.scryfall.rows import epoch_of, is_on_paper, pictures_of, printings_of

HOST = "https://cards.scryfall.io"


def record(value):
    """Return the record of a card object, with Scryfall's own host in its links."""
    return read_record(json.loads(json.dumps(value).replace(BASE, HOST)), ScryfallCard)


def printings(value):
    return [SimpleNamespace(**row) for row in printings_of(record(value))]


def pictures(value):
    return [SimpleNamespace(**row) for row in pictures_of(record(value), "thumb", SCRYFALL)]


@pytest.mark.parametrize("layout", PLAIN)
def test_a_card_with_one_face_is_one_printing_with_one_picture(layout):
    value = card("Bear", layout=layout)
    (printing,), (picture,) = printings(value), pictures(value)
    assert (printing.name, printing.layout, printing.helper) == ("Bear", layout, 0)
    assert (picture.name, picture.side, picture.face, picture.kind) == ("Bear", "front", "", "card")
    assert picture.url == f"{HOST}/thumb/front/{value['id'][0]}/{value['id'][1]}/{value['id']}.webp?{EPOCH}"
    assert picture.path == f"images/thumb/{value['id'][:2]}/{value['id']}-front-{EPOCH}.webp"


@pytest.mark.parametrize("layout", HALVED)
def test_two_names_on_one_picture_are_one_printing_with_one_picture(layout):
    value = two_faced("Fire", "Ice", layout, pictures=1)
    (printing,), (picture,) = printings(value), pictures(value)
    assert printing.name == picture.name == "Fire // Ice"
    assert picture.face == ""


@pytest.mark.parametrize("layout", [*BACKED, "double_faced_token", "art_series"])
def test_two_sides_are_one_printing_with_two_pictures_each_of_its_own_art(layout):
    value = two_faced("Day", "Night", layout, pictures=2)
    (printing,), (front, back) = printings(value), pictures(value)
    assert printing.name == front.name == back.name == "Day // Night"
    assert (front.side, front.face, back.side, back.face) == ("front", "Day", "back", "Night")
    assert (front.art, back.art) == (ident("art", "Day"), ident("art", "Night"))
    assert printing.illustration_id == ident("art", "Day")
    assert printing.mana_cost == "{G}"
    assert len({front.path, back.path}) == 2


def test_a_reversible_card_is_a_printing_of_the_card_on_its_sides():
    value = reversible("Bear")
    (printing,) = printings(value)
    assert (printing.name, printing.layout, printing.oracle_id) == ("Bear", "normal", ident("oracle", "Bear"))
    assert (printing.type_line, printing.reversible) == ("Artifact", 1)
    assert [(p.side, p.name, p.face, p.oracle_id) for p in pictures(value)] == [
        ("front", "Bear", "", ident("oracle", "Bear")),
        ("back", "Bear", "", ident("oracle", "Bear")),
    ]


def test_a_reversible_card_of_two_cards_is_a_printing_of_either():
    value = reversible("Bear")
    value["card_faces"][1] |= {"name": "Crow", "oracle_id": ident("oracle", "Crow")}
    assert [p.name for p in printings(value)] == ["Bear", "Crow"]
    assert [p.name for p in pictures(value)] == ["Bear", "Crow"]


@pytest.mark.parametrize("layout", ["token", "emblem", "double_faced_token", "art_series", "front_card"])
def test_tokens_and_art_cards_are_marked(layout):
    (printing,) = printings(card("Bear", layout=layout))
    assert printing.helper == 1


def test_a_back_never_gets_the_picture_of_the_whole_card():
    value = two_faced("Day", "Night", "meld", pictures=1)
    assert [p.side for p in pictures(value)] == ["front"]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"image_status": "missing"}, id="missing"),
        pytest.param({"image_status": "placeholder"}, id="a placeholder"),
        pytest.param({"image_uris": {"thumb": "https://errors.scryfall.com/soon.jpg"}}, id="soon"),
        pytest.param({"image_uris": {"thumb": "https://example.org/a.webp?1"}}, id="a foreign host"),
        pytest.param({"image_uris": {"thumb": "https://[cards.scryfall.io/a.webp?1"}}, id="no address"),
        pytest.param({"image_uris": {"thumb": f"{HOST}/a.webp"}}, id="no time"),
        pytest.param({"image_uris": {"thumb": f"{HOST}/a.webp?{'1' * 99}"}}, id="no time that fits into a name"),
        pytest.param({"image_uris": {"png": f"{HOST}/a.png?1"}}, id="another size alone"),
        pytest.param({"image_uris": {}}, id="no links"),
        pytest.param({"image_uris": None}, id="null"),
    ],
)
def test_placeholders_and_missing_pictures_are_left_out(other):
    assert pictures(card("Bear", **other)) == []


def test_without_a_webp_the_jpeg_of_that_size_is_used_and_keeps_its_own_folder():
    value = card("Bear", image_uris={"small": uris("abcd")["small"]})
    assert [p.path for p in pictures(value)] == [f"images/small/{value['id'][:2]}/{value['id']}-front-{EPOCH}.jpg"]


def test_printed_names_are_stored_by_face():
    value = two_faced("Day", "Night", "transform", pictures=2, lang="de")
    for face, name in zip(value["card_faces"], ("Tag", "Nacht"), strict=True):
        face["printed_name"] = name
    (printing,) = printings(value)
    assert json.loads(printing.titles) == [[0, "Tag"], [1, "Nacht"]]


@pytest.mark.parametrize("key", ["printed_name", "flavor_name"])
def test_halves_of_a_whole_name_belong_to_the_faces(key):
    (printing,) = printings(two_faced("Fire", "Ice", "split", pictures=1) | {key: "Feuer // Eis"})
    names = printing.titles if key == "printed_name" else printing.bynames
    assert json.loads(names) == [[0, "Feuer"], [1, "Eis"]]


def test_the_english_name_is_not_stored_as_a_printed_name():
    (printing,) = printings(card("Bear", lang="de", printed_name="Bear"))
    assert json.loads(printing.titles) == []


def test_without_a_plain_foil_the_etched_one_s_price_is_used():
    (printing,) = printings(card("Bear", prices={"usd": None, "usd_foil": None, "usd_etched": "7.00"}))
    assert (printing.usd, printing.usd_foil) == ("", "7.00")


def test_values_that_are_null_or_left_out_are_empty():
    kept = ("object", "id", "name", "lang", "layout", "set", "collector_number")
    whole = card("Bear")
    value = {key: whole[key] for key in kept} | {"oracle_id": None, "prices": None, "illustration_id": None}
    (printing,) = printings(value)
    assert (printing.oracle_id, printing.illustration_id, printing.usd, printing.released_at) == ("", "", "", "")
    assert pictures(value) == []


@pytest.mark.parametrize(
    ("other", "seen"),
    [
        ({}, True),
        ({"games": ["arena"]}, False),
        ({"games": []}, False),
        ({"games": None}, False),
        ({"digital": True}, False),
        ({"content_warning": True}, False),
        ({"oversized": True}, True),
    ],
)
def test_only_printings_on_paper_that_may_be_shown_are_kept(other, seen):
    assert is_on_paper(record(card("Bear", **other))) is seen


@pytest.mark.parametrize(
    "other",
    [
        {"lang": "de"},
        {"oversized": True},
        {"image_status": "lowres"},
        {"set_type": "promo"},
        {"promo": True},
        {"full_art": True},
        {"frame_effects": ["showcase"]},
        {"border_color": "borderless"},
        {"number": "12★"},
    ],
)
def test_a_printing_with_the_usual_look_ranks_first(other):
    (usual,), (odd,) = pictures(card("Bear")), pictures(card("Bear", **other))
    assert usual.rank < odd.rank


@pytest.mark.parametrize(("query", "epoch"), [("?1559591595", "1559591595"), ("", None), ("?v=1", None), ("?1a", None)])
def test_a_picture_s_time_is_the_query_of_its_address(query, epoch):
    assert epoch_of(f"https://cards.scryfall.io/a.webp{query}", SCRYFALL) == epoch


@pytest.mark.parametrize("url", FOREIGN_URLS)
def test_a_foreign_address_has_no_time(url):
    assert epoch_of(url, SCRYFALL) is None
