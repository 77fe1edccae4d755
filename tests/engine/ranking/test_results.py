"""Verdicts in the catalogue's words: names, links, printings."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from engine.catalogue.catalogue import Catalogue
from engine.core.values import Quad, Status
from engine.printings.line_parser import NOTHING_PRINTED
from engine.printings.posterior import NO_PRINTING, Clues, identify_printing
from engine.ranking import features, ranker
from engine.ranking.results import to_card
from engine.reading.title_reader import TitleReading
from engine.reading.title_search import TitledQuad
from engine.retrieval.indexed_faces import IndexedFace
from engine.retrieval.picture_match import FaceMatch, PictureMatches
from tests.support.drawings import placed
from training.catalogue.build import add_cards
from training.scene.demo_set import DemoSet

SIGHTING = TitledQuad(Quad(placed((300, 400), 500), 0.9))


@pytest.fixture(scope="module")
def catalogue(demo_artifacts: Path):
    opened = Catalogue.open(demo_artifacts / "catalogue.sqlite")
    yield opened
    opened.close()


def verdict(catalogue, *names, status=Status.IDENTIFIED):
    ranked = tuple(ranker.RankedCard(catalogue.find(name), 0.9 / 10**place) for place, name in enumerate(names))
    return ranker.Verdict(status, ranked)


def card(catalogue, *names, status=Status.IDENTIFIED, top_k=5, told=NO_PRINTING, **heard):
    said = verdict(catalogue, *names, status=status)
    return to_card(SIGHTING, features.Evidence(**heard), said, catalogue, top_k, told)


def told(catalogue, name):
    return identify_printing(catalogue.printings(catalogue.find(name)), Clues(NOTHING_PRINTED))


def test_a_card_has_the_catalogue_s_name_id_and_link(catalogue):
    found = card(catalogue, "lightning bolt", "Lightning Helix")
    assert found.name == "Lightning Bolt"
    assert found.oracle_id == catalogue.card(catalogue.find("Lightning Bolt")).oracle_id
    assert found.scryfall_uri.startswith("https://scryfall.com/card/")
    assert [candidate.name for candidate in found.candidates] == ["Lightning Bolt", "Lightning Helix"]
    assert found.confidence == found.candidates[0].confidence == 0.9


def test_the_corners_are_the_sighting_s(catalogue):
    assert card(catalogue, "Opt").corners == tuple((float(x), float(y)) for x, y in SIGHTING.quad.corners)


def test_no_more_candidates_than_asked_for(catalogue):
    names = ("Lightning Bolt", "Lightning Helix", "Opt", "Shock")
    assert len(card(catalogue, *names, top_k=2).candidates) == 2
    assert len(card(catalogue, *names, top_k=9).candidates) == 4


def test_where_nothing_was_heard_there_is_a_card_without_a_name(catalogue):
    found = card(catalogue, status=Status.UNKNOWN)
    assert (found.status, found.name, found.confidence, found.candidates) == (Status.UNKNOWN, None, 0, ())


def test_several_printings_that_are_not_told_apart_are_listed_and_counted(catalogue):
    found = card(catalogue, "Lightning Bolt", told=told(catalogue, "Lightning Bolt"))
    assert found.printing is None
    assert found.scryfall_uri == catalogue.card(catalogue.find("Lightning Bolt")).scryfall_uri
    assert 0 < len(found.printings) <= found.printings_possible
    told_of = found.to_dict()["evidence"]["printings"][0]
    assert told_of["set"] == found.printings[0].set
    assert 0 < told_of["confidence"] < 0.5


def test_an_only_printing_is_told_with_its_own_page(catalogue, demo_set: DemoSet):
    with demo_set.faces_csv.open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file))
    found = card(catalogue, row["name"], told=told(catalogue, row["name"]))
    assert found.printing.collector_number == row["collector_number"]
    assert found.printing.set == row["set"].lower()
    assert found.scryfall_uri == found.printing.scryfall_uri
    assert 0 < found.printing.confidence < 1


def test_a_card_without_a_known_printing_has_a_search_for_its_name(catalogue, tmp_path):
    path = tmp_path / "catalogue.sqlite"
    path.write_bytes(catalogue._path.read_bytes())
    add_cards(path, [{"name": "Unprinted Marvel", "set": "", "collector_number": "", "scryfall_id": ""}])
    altered = Catalogue.open(path)
    found = card(altered, "Unprinted Marvel")
    altered.close()
    assert found.printing is None
    assert found.scryfall_uri.startswith("https://scryfall.com/")
    assert "Unprinted" in found.scryfall_uri


def test_the_evidence_is_what_the_witnesses_said(catalogue):
    likes = PictureMatches((FaceMatch(1, IndexedFace("A", "", "", "", ""), 0.8),))
    both = card(catalogue, "Opt", title=TitleReading("0pt", 0.75), picture=likes, type_line="Instant").evidence
    assert (both.similarity, both.margin, both.title_read, both.type_line) == (0.8, 0.8, "0pt", "Instant")
    assert both.text_score == 0.75
    assert both.height_px == pytest.approx(500)
    none = card(catalogue, "Opt").evidence
    assert none.to_dict().keys() == both.to_dict().keys()
    assert none.similarity is none.title_read is none.type_line is None


@pytest.mark.parametrize(
    ("name", "type_line", "is_token"),
    [("Servo", "", True), ("Opt", "", False), ("Opt", "Token Creature — Soldier", True)],
)
def test_a_token_is_said_to_be_one_by_the_catalogue_or_by_its_type_line(catalogue, name, type_line, is_token):
    assert card(catalogue, name, type_line=type_line).evidence.token is is_token
