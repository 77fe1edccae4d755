"""Searching titles in memory."""

from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue.lookup import TitleIndex
from engine.catalogue.names import Title, fold
from engine.catalogue.titles import TitleTable

WORDS = st.sampled_from(["ash", "ashen", "bolt", "bo", "storm", "sto", "x", "稲妻", "の"])
TEXTS = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)


def index_of(*texts, foreign=()):
    """Return an index of titles whose card ids count from 0, the English ones first."""
    langs = ["en"] * len(texts) + ["de"] * len(foreign)
    rows = zip((*texts, *foreign), langs, strict=True)
    return TitleIndex(TitleTable.of(Title(text, i, lang, 0, fold(text)) for i, (text, lang) in enumerate(rows)))


def complete(index, prefix, limit):
    return [title.card_id for title in index.complete(prefix, limit)]


def search(index, text, limit):
    return [(title.card_id, score) for title, score in index.search(text, limit)]


@given(st.lists(TEXTS, min_size=1, max_size=12, unique=True), TEXTS)
def test_prefixes_are_found_as_by_checking_each_title(texts, prefix):
    equal = [i for i, text in enumerate(texts) if text == prefix]
    begin = [i for i, text in enumerate(texts) if text.startswith(prefix)]
    within = [i for i, text in enumerate(texts) if f" {prefix}" in text]
    slow = list(dict.fromkeys([*equal, *begin, *within]))
    assert complete(index_of(*texts), prefix, 100)[: len(slow)] == slow


@given(st.lists(TEXTS, min_size=1, max_size=12, unique=True), st.data())
def test_a_title_is_its_own_best_match(texts, data):
    place = data.draw(st.integers(0, len(texts) - 1))
    assert search(index_of(*texts), texts[place], 5)[0] == (place, 1.0)


def test_the_preferred_one_of_equal_titles_wins():
    assert search(index_of("Storm", "storm!"), "STORM", 5)[0] == (0, 1.0)


def test_the_same_spelling_wins_over_the_preferred_title():
    assert search(index_of("Lava, Axe", "Lava Axe"), "lava axe", 5)[0] == (1, 1.0)


def test_english_titles_come_before_foreign_ones():
    assert complete(index_of("Blitz Ball", "Das Blitz", foreign=["Blitz Krieg"]), "blitz", 5) == [0, 1, 2]


def test_another_word_order_lowers_the_score_a_little():
    ((card, score), *_) = search(index_of("Lightning Bolt"), "bolt lightning", 5)
    assert card == 0
    assert 0.9 < score < 1


def test_short_prefixes_are_not_matched_fuzzily():
    assert complete(index_of("Ow"), "wo", 5) == []
    assert complete(index_of("Storm"), "stromm", 5) == [0]


def test_the_title_that_matches_is_told():
    index = index_of("Lightning Bolt", foreign=["Blitzschlag"])
    assert [title.text for title in index.complete("blitzs", 5)] == ["Blitzschlag"]
    assert index.search("Blizschlag", 5)[0][0].text == "Blitzschlag"
