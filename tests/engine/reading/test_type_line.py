"""Recognising type lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.reading.type_line import is_token_line, is_type_line, names_type_besides


@pytest.mark.parametrize(
    "text",
    [
        "Instant",
        "Creature — Human Wizard",
        "Legendary Creature — Elf Druid",
        "Basic Land — Forest",
        "Summon Goblins",
        "Enchantment - Aura",
        "Planeswalker",
        "Zauberspruch Hexerei",
        "Kreatur — Mensch, Krieger",
        "Créature : humain et guerrier",
        "Creatura — Drago",
        "Criatura — Humano Soldado",
        "Mágica Instantânea",
        "Существо — Эльф",
        "クリーチャー — 人間",
        "生物～人類",
        "생물 — 인간",
    ],
)
def test_type_lines_are_recognised_in_every_language_of_the_game(text):
    assert is_type_line(text)


@pytest.mark.parametrize("text", ["Creaturc — Human", "CreatureHuman", "Enchantmant", "Sorcary", "Legendory Artifact"])
def test_one_wrong_letter_or_a_lost_space_is_tolerated(text):
    assert is_type_line(text)


@pytest.mark.parametrize(
    "text",
    ["", "Trainer — Supporter", "Basic Pokémon", "Spell Card", "Lightning Bolt", "Draw two cards.", "Lane"],
)
def test_other_lines_are_not_type_lines(text):
    assert not is_type_line(text)


def test_lower_case_rules_text_is_not_a_type_line():
    assert not is_type_line("target creature gets +1/+1 until end of turn")


def test_near_rules_text_the_first_word_must_be_a_type():
    line = "Destroy target creature an opponent controls."
    assert is_type_line(line)
    assert not is_type_line(line, first_word=True)
    assert is_type_line("Creature — Saga", first_word=True)


@given(st.text(max_size=80), st.booleans())
def test_any_text_gives_a_verdict(text, first_word):
    assert is_type_line(text, first_word=first_word) in {True, False}


@pytest.mark.parametrize(
    "text",
    [
        "Token Creature — Soldier",
        "TokenCreature-Angel",
        "Emblem — Ajani",
        "Spielsteinkreatur",
        "トークン・クリーチャー",
    ],
)
def test_a_token_s_type_line_starts_with_token(text):
    assert is_token_line(text)
    assert is_type_line(text, first_word=True)


@pytest.mark.parametrize("text", ["", "Creature — Soldier", "Create a token", "Artifact", "Legendary Creature — Elf"])
def test_other_type_lines_are_not_a_token_s(text):
    assert not is_token_line(text)


@pytest.mark.parametrize(
    "text", ["Creature — Dragon", "eature - Dragon", "Legendary Creature Dragon", "Kreatur — Dragon"]
)
def test_a_title_after_a_card_type_is_the_end_of_a_type_line(text):
    assert names_type_besides(text, "Dragon")


@pytest.mark.parametrize(
    ("text", "title"),
    [("Land Tax", "Land Tax"), ("Enchantment Alteration", "Enchantment Alteration"), ("Dragon 4", "Dragon")],
)
def test_a_card_type_within_the_title_is_no_type_line(text, title):
    assert not names_type_besides(text, title)
