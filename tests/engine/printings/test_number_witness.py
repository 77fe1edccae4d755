"""A collector line names its card, in any language and whatever its title."""

from __future__ import annotations

import pytest

from engine.catalogue.catalogue import Catalogue
from engine.core.artifacts import CATALOGUE, SHIPPED
from engine.printings.line_parser import NOTHING_PRINTED, CollectorLine, parse
from engine.printings.number_witness import CODED_NATS, NumberWitness
from engine.ranking.ranker import SURE_NUMBER


@pytest.fixture(scope="module")
def catalogue():
    opened = Catalogue.open(SHIPPED / CATALOGUE)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def weigh(catalogue):
    def named(*texts):
        found = NumberWitness(catalogue).weigh(parse(texts))
        return {catalogue.name(card_id): nats for card_id, nats in found.items()}

    return named


def test_set_and_number_name_a_card_in_any_language(weigh):
    for lang in ("EN", "DE", "JP"):
        found = weigh("094/221 C", f"CN2 • {lang}")
        assert list(found) == ["Kill Shot"]
        assert found["Kill Shot"] > SURE_NUMBER


def test_letters_that_look_like_digits_may_be_misread(weigh):
    assert list(weigh("181/254 C", "MHI • EN")) == list(weigh("181/254 C", "MH1 • EN"))


def test_a_rarity_that_is_not_the_printing_s_speaks_against_it(weigh):
    assert weigh("094/221 R", "CN2 • EN")["Kill Shot"] < CODED_NATS < weigh("094/221 C", "CN2 • EN")["Kill Shot"]


def test_a_token_has_a_number_of_its_own(weigh):
    assert "Kill Shot" not in weigh("094/221 T", "CN2 • EN")


def test_before_2014_number_size_year_and_artist_name_a_card_together(weigh):
    line = "™ & © 1993-1999 Wizards of the Coast, Inc. 56/143"
    alone, signed = weigh(line), weigh(line, "Illus. Mike Raabe")
    assert "Unearth" not in alone or alone["Unearth"] < SURE_NUMBER
    assert max(signed.values()) >= max(alone.values())


def test_a_line_without_a_number_names_nothing(catalogue):
    witness = NumberWitness(catalogue)
    assert witness.weigh(NOTHING_PRINTED) == witness.weigh(CollectorLine(code="CN2")) == {}


def test_an_artist_supports_a_card_that_another_witness_names(catalogue):
    witness, mercy, unearth = NumberWitness(catalogue), catalogue.find("No Mercy"), catalogue.find("Giant Growth")
    found = witness.weigh(parse(["Illus. Mark Tedin"]), [mercy, unearth])
    assert set(found) == {mercy}
    assert 0 < found[mercy] < SURE_NUMBER
    assert witness.weigh(parse(["Illus."]), [mercy]) == {}


def test_an_unknown_set_names_nothing(weigh):
    assert weigh("094/221 C", "QQQ • EN") == {}
