"""Matching texts, as recognition reads them, with titles."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.catalogue.names import Title, fold
from engine.reading.title_matcher import CERTAIN, TitleMatcher, has_surplus_break, title_evidence, title_key


def title(text, card_id, lang="en"):
    return Title(text, card_id, lang, 0, fold(text))


TITLES = [
    title("Lightning Bolt", 1),
    title("Lightning Helix", 2),
    title("Jötun Grunt", 3),
    title("Erase", 4),
    title('Kongming, "Sleeping Dragon"', 5),
    title("Fire", 6),
    title("Ice", 6),
    title("Fire", 7),
    title("Llanowar Elves", 8),
    title("Blitzschlag", 1, "de"),
    title("Éclair", 1, "fr"),
    title("稲妻", 1, "ja"),
    title("Fire", 9, "de"),
]
matcher = TitleMatcher(TITLES)


def first(text):
    """Return the best card for a text, None where there is none."""
    found = matcher.match(text)
    return found[0].title.card_id if found else None


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("Lightning Bolt", 1),
        ("LIGHTNING BOLT", 1),
        ("Jotun Grunt", 3),
        ("Kongming Sleeping Dragon", 5),
        ("Blitzschlag", 1),
        ("Eclair", 1),
        ("稲妻", 1),
    ],
)
def test_a_correctly_read_title_matches_exactly_regardless_of_case_and_accents(text, card):
    best = matcher.match(text)[0]
    assert best.title.card_id == card
    assert best.similarity == 1


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("Lightnlng Bo1t", 1),
        ("ightning Bolt", 1),
        ("Lightning Bol", 1),
        ("Lighning Helx", 2),
        ("Llanovar Elves", 8),
        ("Blitzschleg", 1),
    ],
)
def test_a_misread_title_is_found_with_lower_similarity(text, card):
    best = matcher.match(text)[0]
    assert best.title.card_id == card
    assert best.similarity < 1


@pytest.mark.parametrize("text", ["LightningBolt", "Lightning  Bolt", "LIGHTNING BOLT"])
def test_lost_spaces_cost_nothing(text):
    assert matcher.match(text)[0].similarity == 1.0


@pytest.mark.parametrize("text", ["Light ning Bolt", "L i g h t n i n g Bolt"])
def test_invented_spaces_cost_one_letter(text):
    [spaced, *_], [plain, *_] = matcher.match(text), matcher.match("Lightning Bolt")
    assert spaced.title == plain.title
    assert spaced.evidence < plain.evidence
    assert 0.9 < spaced.similarity < 1.0


def test_of_titles_that_differ_by_spaces_the_one_with_the_same_spaces_is_meant():
    both = TitleMatcher([title("Monster Mashup", 1), title("Monster Mash-Up", 2)])
    assert [match.title.card_id for match in both.match("Monster Mash-Up")] == [2]
    assert [match.title.card_id for match in both.match("Monster Mashup")] == [1]
    assert [match.title.card_id for match in both.match("MonsterMashup")] == [1]


@pytest.mark.parametrize(("words", "title"), [("feldon s cane", "feldons cane"), ("稲 妻", "稲妻")])
def test_an_apostrophe_read_as_a_space_and_spaces_between_characters_are_none_too_many(words, title):
    assert not has_surplus_break(words.split(), title.split())


@pytest.mark.parametrize("text", ["Lightning Bolt R", "Lightning Bolt 1R", "Lightning Bolt 2", "O Lightning Bolt"])
def test_a_mana_cost_or_an_icon_read_with_the_title_costs_nothing(text):
    assert (first(text), matcher.match(text)[0].similarity) == (1, 1)


def test_of_equal_english_titles_the_first_wins_and_foreign_ones_are_ignored():
    assert [found.title.card_id for found in matcher.match("Fire")] == [6]
    other_order = TitleMatcher([title("Fire", 7), title("Fire", 6), title("Fire", 9, "de")])
    assert [found.title.card_id for found in other_order.match("Fire")] == [7]


def test_other_cards_with_the_same_title_are_namesakes():
    assert [lost.card_id for lost in matcher.namesakes(title("Fire", 6))] == [7]
    assert matcher.namesakes(title("Erase", 4)) == []


def test_a_card_is_named_once_by_its_best_title():
    ids = [found.title.card_id for found in matcher.match("Lightning Bolt", limit=8)]
    assert len(ids) == len(set(ids))


def test_the_best_evidence_comes_first_and_no_more_than_asked_for():
    found = matcher.match("Lightning Bolx", limit=8)
    assert [f.title.card_id for f in found] == [1, 2]
    assert found[0].evidence > found[1].evidence
    assert matcher.match("Lightning Bolx", limit=1) == found[:1]


@pytest.mark.parametrize("text", ["", " ", "//", "Zebra crossing ahead", "Sorcery", "xq"])
def test_unrelated_text_matches_nothing(text):
    assert matcher.match(text) == []


@settings(max_examples=200)
@given(st.text(max_size=60))
def test_any_text_gives_valid_sorted_matches(text):
    found = matcher.match(text)
    assert all(0 <= f.similarity <= 1 for f in found)
    assert [f.evidence for f in found] == sorted((f.evidence for f in found), reverse=True)


@settings(max_examples=100)
@given(st.sampled_from(TITLES), st.randoms(use_true_random=False))
def test_a_title_with_one_letter_lost_still_names_its_card(wanted, random):
    letters = list(title_key(wanted.text))
    if len(letters) < 6:
        return
    del letters[random.randrange(len(letters))]
    assert first("".join(letters)) == wanted.card_id


class TestEvidence:
    keys = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=40)

    @settings(max_examples=100)
    @given(keys, st.integers(0, 10))
    def test_each_edit_lowers_the_evidence(self, key, edits):
        assert title_evidence(key, edits + 1) <= title_evidence(key, edits) <= CERTAIN
        if title_evidence(key, edits) < CERTAIN:
            assert title_evidence(key, edits + 1) < title_evidence(key, edits)

    @settings(max_examples=100)
    @given(keys, st.integers(0, 10))
    def test_a_longer_title_is_never_weaker_evidence(self, key, edits):
        assert title_evidence(key + "a", edits) >= title_evidence(key, edits)

    def test_a_short_title_is_weak_evidence_even_if_exact(self):
        assert title_evidence("ow", 0) < title_evidence("lightningbolt", 1)

    def test_an_ideographic_character_is_stronger_evidence(self):
        assert title_evidence("稲妻", 0) > title_evidence("ab", 0)


def test_a_title_with_which_another_begins_or_ends_is_a_part():
    parts = TitleMatcher([title(text, n) for n, text in enumerate(("Arrest", "Thopter Arrest", "Fire", "Fireball"))])
    by_text = {text: parts.match(text)[0].title for text in ("Arrest", "Thopter Arrest", "Fire", "Fireball")}
    assert {text: parts.is_part(found) for text, found in by_text.items()} == {
        "Arrest": True, "Thopter Arrest": False, "Fire": True, "Fireball": False,
    }  # fmt: skip


@given(st.lists(st.text("abc", min_size=1, max_size=6), min_size=1, max_size=12, unique=True))
def test_parts_are_what_comparing_all_pairs_finds(words):
    parts = TitleMatcher([title(word, n) for n, word in enumerate(words)])
    for n, word in enumerate(words):
        others = [other for other in words if other != word]
        expected = any(other.startswith(word) or other.endswith(word) for other in others)
        assert parts.is_part(title(word, n)) == expected
