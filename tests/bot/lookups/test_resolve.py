"""The card that a name means."""

from __future__ import annotations

import pytest

from bot.lookups.resolve import find_printing, resolve
from engine import Engine
from tests.support.bot.entries import FewCards, entry, printing


def test_an_exact_name_means_its_card_whatever_names_are_similar():
    engine = FewCards(entry("Fog"), entry("Fog Bank"), entry("Fogs"))
    resolved = resolve("fog", engine)
    assert (resolved.entry.name, resolved.exact, resolved.candidates) == ("Fog", True, ())


def test_a_name_that_leads_clearly_is_taken_but_not_exact():
    engine = FewCards(entry("Fog Bank"), entry("Fog Frog"), scores={"Fog Bank": 0.9, "Fog Frog": 0.8})
    resolved = resolve("Fog Bnak", engine)
    assert (resolved.entry.name, resolved.exact) == ("Fog Bank", False)


@pytest.mark.parametrize("scores", [{"Fog Bank": 0.9, "Fog Frog": 0.88}, {"Fog Bank": 0.79}])
def test_without_a_clear_lead_the_candidates_are_returned(scores):
    engine = FewCards(entry("Fog Bank"), entry("Fog Frog"), scores=scores)
    resolved = resolve("Foggy", engine)
    assert resolved.entry is None
    assert [one.name for one in resolved.candidates] == ["Fog Bank", "Fog Frog"]


def test_a_prefix_of_one_name_only_means_that_name():
    engine = FewCards(entry("Fog Bank"), entry("Fog Frog"), scores={"Fog Bank": 0.7, "Fog Frog": 0.69})
    assert resolve("Fog B", engine).entry.name == "Fog Bank"
    assert resolve("Fog", engine).entry is None


def test_a_card_with_the_name_on_one_of_its_faces_is_no_rival():
    both = {"Fog Bank": 0.9, "Fogger // Fog Bank": 0.9}
    engine = FewCards(entry("Fog Bank"), entry("Fogger // Fog Bank"), scores=both)
    assert resolve("Fog Bnak", engine).entry.name == "Fog Bank"


def test_a_prefix_of_names_is_not_taken_for_a_misspelt_name():
    engine = FewCards(entry("Fogs"), entry("Fogg Axe"), scores={"Fogs": 0.95, "Fogg Axe": 0.8})
    assert resolve("Fogg", engine).entry is None


def test_a_name_unlike_any_other_means_nothing():
    resolved = resolve("Xyzzy", FewCards(entry("Fog")))
    assert (resolved.entry, resolved.candidates) == (None, ())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("lightnig bolt", "Lightning Bolt"),
        ("jace, the mind sculp", "Jace, the Mind Sculptor"),
        ("ice", "Fire // Ice"),
        ("serra-engel", "Serra Angel"),
        ("emberwing matriach", "Emberwing Matriarch"),
    ],
)
def test_misspelt_names_are_found_in_the_whole_catalogue(demo_engine: Engine, text, name):
    assert resolve(text, demo_engine).entry.name == name


@pytest.mark.parametrize("text", ["bolt", "goblin", "dragon", "lightning"])
def test_a_word_of_many_names_is_ambiguous_unless_it_is_a_name_itself(demo_engine: Engine, text):
    resolved = resolve(text, demo_engine)
    assert (resolved.entry is None) == (demo_engine.card(text) is None)


class TestPrinting:
    PRINTINGS = (printing(12, set="m10"), printing(194), printing(195))

    @pytest.mark.parametrize(
        ("set_code", "number", "found"),
        [("lea", "", "194"), ("lea", "195", "195"), ("lea", "0195", "195"), ("m10", "12", "12")],
    )
    def test_a_printing_is_found_by_set_and_number(self, set_code, number, found):
        assert find_printing(list(self.PRINTINGS), set_code, number).collector_number == found

    @pytest.mark.parametrize(("set_code", "number"), [("leb", ""), ("lea", "1"), ("m10", "194")])
    def test_an_unknown_printing_is_not_found(self, set_code, number):
        assert find_printing(list(self.PRINTINGS), set_code, number) is None
