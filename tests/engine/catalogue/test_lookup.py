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


@given(st.lists(TEXTS, min_size=1, max_size=12, unique=True), TEXTS)
def test_prefixes_are_found_as_by_checking_each_title(texts, prefix):
    equal = [i for i, text in enumerate(texts) if text == prefix]
    begin = [i for i, text in enumerate(texts) if text.startswith(prefix)]
    within = [i for i, text in enumerate(texts) if f" {prefix}" in text]
    slow = list(dict.fromkeys([*equal, *begin, *within]))
    assert index_of(*texts).complete(prefix, 100)[: len(slow)] == slow


@given(st.lists(TEXTS, min_size=1, max_size=12, unique=True), st.data())
def test_a_title_is_its_own_best_match(texts, data):
    place = data.draw(st.integers(0, len(texts) - 1))
    assert index_of(*texts).search(texts[place], 5)[0] == (place, 1.0)


def test_the_preferred_one_of_equal_titles_wins():
    assert index_of("Storm", "storm!").search("STORM", 5)[0] == (0, 1.0)


def test_the_same_spelling_wins_over_the_preferred_title():
    assert index_of("Lava, Axe", "Lava Axe").search("lava axe", 5)[0] == (1, 1.0)


def test_english_titles_come_before_foreign_ones():
    assert index_of("Blitz Ball", "Das Blitz", foreign=["Blitz Krieg"]).complete("blitz", 5) == [0, 1, 2]


def test_another_word_order_lowers_the_score_a_little():
    ((card, score), *_) = index_of("Lightning Bolt").search("bolt lightning", 5)
    assert card == 0
    assert 0.9 < score < 1


def test_short_prefixes_are_not_matched_fuzzily():
    assert index_of("Ow").complete("wo", 5) == []
    assert index_of("Storm").complete("stromm", 5) == [0]
