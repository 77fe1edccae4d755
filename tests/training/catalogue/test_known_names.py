"""Completing cards with the foreign names of another catalogue."""

from contextlib import closing

import pytest

from engine.catalogue.catalogue import Catalogue
from tests.support.metadata import write_metadata
from training.catalogue.build import write_catalogue
from training.catalogue.csv_source import CsvCards
from training.catalogue.known_names import WithKnownNames


@pytest.fixture(name="catalogue")
def _catalogue(tmp_path):
    """Build a catalogue of cards and foreign names (name, language, printed name), by a name of its own."""

    def build(name, cards, *names):
        metadata = write_metadata(
            tmp_path / name,
            cards=cards,
            printed_names=[{"name": card, "lang": lang, "printed_name": text} for card, lang, text in names],
        )
        return CsvCards(metadata)

    return build


def completed(tmp_path, data, known):
    write_catalogue(known, tmp_path / "known.sqlite")
    write_catalogue(WithKnownNames(data, tmp_path / "known.sqlite"), tmp_path / "new.sqlite")
    with closing(Catalogue.open(tmp_path / "new.sqlite")) as catalogue:
        return {(catalogue.name(title.card_id), title.lang, title.face, title.text) for title in catalogue.titles}


def test_names_that_the_source_lacks_are_added(tmp_path, catalogue):
    cards = [{"name": "Fire // Ice"}, {"name": "Opt"}]
    known = catalogue("known", cards, ("Opt", "de", "Wählen"), ("Fire // Ice", "de", "Feuer // Eis"))
    assert completed(tmp_path, catalogue("new", [*cards, {"name": "Zap"}]), known) == {
        ("Fire // Ice", "en", 0, "Fire"), ("Fire // Ice", "en", 1, "Ice"), ("Opt", "en", 0, "Opt"),
        ("Zap", "en", 0, "Zap"), ("Opt", "de", 0, "Wählen"), ("Fire // Ice", "de", 0, "Feuer"),
        ("Fire // Ice", "de", 1, "Eis"),
    }  # fmt: skip


def test_the_source_s_own_name_in_a_language_wins(tmp_path, catalogue):
    cards = [{"name": "Opt"}]
    known = catalogue("known", cards, ("Opt", "de", "Alt"), ("Opt", "fr", "Choix"))
    titles = completed(tmp_path, catalogue("new", cards, ("Opt", "de", "Neu")), known)
    assert {(lang, text) for _, lang, _, text in titles} == {("en", "Opt"), ("de", "Neu"), ("fr", "Choix")}


def test_cards_that_only_the_other_catalogue_knows_are_not_added(tmp_path, catalogue):
    known = catalogue("known", [{"name": "Zap"}], ("Zap", "de", "Blitz"))
    assert completed(tmp_path, catalogue("new", [{"name": "Opt"}]), known) == {("Opt", "en", 0, "Opt")}


def test_a_token_gets_no_card_s_names(tmp_path, catalogue):
    known = catalogue("known", [{"name": "Opt"}], ("Opt", "de", "Wählen"))
    token = catalogue("new", [{"name": "Opt", "layout": "token"}])
    assert completed(tmp_path, token, known) == {("Opt", "en", 0, "Opt")}
