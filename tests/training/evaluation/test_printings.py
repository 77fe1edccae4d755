"""Drawn collector lines, the cards chosen for them, and how answers are counted."""

import numpy as np
import pytest

from engine.catalogue.catalogue import Catalogue
from engine.core.artifacts import SHIPPED
from engine.core.values import Card, Printing, Status
from engine.printings.expected_line import printed_number
from engine.printings.line_parser import parse
from training.drawing.cards import demo_cards, draw_card
from training.drawing.collector_lines import Imprint
from training.evaluation.printings import HeightTally, choose_subjects, count_answer, photograph_face, printings_table

NEW, OLD = Imprint("2023", "MOM", 12, 281, "R", 2023), Imprint("1998", "ONS", 217, 350, "R", 2002)


@pytest.fixture(scope="module")
def chosen():
    catalogue = Catalogue.open(SHIPPED / "catalogue.sqlite")
    yield [
        (subject, catalogue.printings(subject.row.card_id)) for subject in choose_subjects(catalogue, 12, generator())
    ]
    catalogue.close()


def generator():
    return np.random.default_rng(4)


def test_the_engine_s_parser_reads_the_drawn_lines():
    assert NEW.lines() == ("R 0012", "MOM • EN")
    assert parse(OLD.lines()).number == "217"
    middle = parse(Imprint("2014", "M15", 46, 269, "R", 2014).lines())
    assert (middle.code, middle.number, middle.total, middle.language) == ("M15", "46", 269, "EN")


def test_only_the_foot_differs_between_imprints():
    card = next(card for card in demo_cards() if card.frame_style == "bar")
    new, old = (draw_card(card, 700, imprint.print_on).astype(int) for imprint in (NEW, OLD))
    rows = np.flatnonzero(np.abs(new - old).max((1, 2)) > 40)
    assert len(rows) > 10
    assert rows.min() > 0.9 * 700


def test_subjects_have_several_printings_and_show_one_of_them(chosen):
    assert len({subject.name for subject, _ in chosen}) == 12
    for subject, rows in chosen:
        assert len(rows) > 1
        assert subject.row in rows
        assert subject.imprint.number == int(printed_number(subject.row))
        assert subject.imprint.reprint == (subject.row.set == "plst")


def test_the_photo_shows_the_card_at_the_given_height():
    face = np.full((1408, 1008, 3), 200, np.uint8)
    heights = [photograph_face(face, height, 0, 0.0).shape[0] for height in (300, 600)]
    assert heights[0] > 300
    assert heights[1] / heights[0] == pytest.approx(2, rel=0.02)


def test_answers_are_right_abstained_wrong_or_unnamed(chosen):
    subject = chosen[0][0]
    tally = HeightTally(600)
    truth = printing(subject.row.set, subject.row.collector_number)
    for answer in (
        [card(subject.name, truth)],
        [card(subject.name, printing("xyz", "1"))],
        [card(subject.name, None, (truth,))],
        [card(subject.name, None)],
        [],
    ):
        count_answer(tally, subject, answer)
    assert (tally.right, tally.wrong, tally.abstained, tally.unnamed, tally.listed) == (1, 1, 2, 1, 1)
    assert printings_table([tally]).rows[0][:8] == ("600", "5", "1", "2", "1", "1", "50.0%", "1 / 2")


def printing(code, number):
    return Printing(None, code, code, number, "https://scryfall.com/", 0.9)


def card(name, known, possible=()):
    corners = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    return Card(corners, Status.IDENTIFIED, name, 0.9, printing=known, printings=possible)
