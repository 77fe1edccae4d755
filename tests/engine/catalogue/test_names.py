"""Folding card names."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue import names
from engine.catalogue.names import face_names, fold


def test_the_docstrings_examples_hold():
    results = doctest.testmod(names)
    assert results.attempted > 0
    assert results.failed == 0


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Lightning Bolt", "lightning bolt"),
        ("  LIGHTNING\tbolt ", "lightning bolt"),
        ("Æther Vial", "aether vial"),
        ("Urza's Tower", "urzas tower"),
        ("Urza’s Tower", "urzas tower"),
        ("Urzas Tower", "urzas tower"),
        ("Lim-Dûl's Vault", "lim duls vault"),
        ("Jötun Grunt", "jotun grunt"),
        ("Fire // Ice", "fire ice"),
        ("Borrowing 100,000 Arrows", "borrowing 100 000 arrows"),
        ("Smørrebrød Łódź Straße", "smorrebrod lodz strasse"),
        ("Blitzschlag — 稲妻", "blitzschlag 稲妻"),
        ("번개 화살", "번개 화살"),
        ("Удар молнии", "удар молнии"),
        ("ゴブリンの長槍", "ゴブリンの長槍"),
        ("ﾀﾞｰｸ", "ダーク"),
        ("ŉa", "na"),
        ("_____", "_____"),
        (" ______ ", "______"),
        ("_____ Goblin", "goblin"),
        ("", ""),
    ],
)
def test_fold(written, folded):
    assert fold(written) == folded


@given(st.text())
def test_folding_is_idempotent(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_case_does_not_matter(text):
    assert fold(text.upper()) == fold(text) == fold(text.casefold())


@given(st.text())
def test_only_an_empty_name_folds_to_nothing(text):
    assert bool(fold(text)) == bool(text.strip())


@given(st.lists(st.text(st.characters(categories=["L"]), min_size=1), min_size=1, max_size=2))
def test_face_names_are_split_at_the_separator(parts):
    assert face_names(" // ".join(parts)) == tuple(parts)
