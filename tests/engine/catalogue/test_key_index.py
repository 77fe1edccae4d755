"""The index of keys gives the same answers as comparing every key."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Indel, Levenshtein

from engine.catalogue import key_index
from engine.catalogue.key_index import LONGEST, KeyIndex, Metric

LETTERS = st.one_of(
    st.sampled_from("aabcdeé1"), st.sampled_from("жир"), st.sampled_from("稲妻の"), st.sampled_from("번개")
)
KEYS = st.lists(st.one_of(st.text(LETTERS, max_size=9), st.text("ab", min_size=100, max_size=300)), max_size=30)
TEXTS = st.one_of(st.text(LETTERS, max_size=9), st.text("ab", min_size=100, max_size=300))
SIMILARITIES = st.sampled_from([0.34, 0.5, 0.58, 0.66, 0.75, 0.9, 1.0])


@pytest.fixture(autouse=True, params=[0, key_index.FEW], ids=["bounds", "compared"], scope="module")
def _few(request):
    """Among few keys no bounds are computed: here they are computed once for all, and once not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(key_index, "FEW", request.param)
        yield


def compare_all(keys, text, min_similarity, metric=Metric.LEVENSHTEIN):
    """Return the distinct keys of at least a similarity with it, best first, of equal ones the first given."""
    measure = {Metric.LEVENSHTEIN: Levenshtein, Metric.INDEL: Indel}[metric].normalized_similarity
    similarity = {key: measure(text, key) for key in keys if 0 < len(key) <= LONGEST}
    return sorted(
        ((key, found) for key, found in similarity.items() if found >= min_similarity), key=lambda pair: -pair[1]
    )


def nearest(index, keys, text, limit, min_similarity, among=None, metric=Metric.LEVENSHTEIN):
    key_of = dict(zip(index.rows.tolist(), keys, strict=True))
    found = index.nearest(text, limit, min_similarity, among, metric)
    return [(key_of[near.row], near.similarity) for near in found]


@settings(max_examples=400)
@given(KEYS, TEXTS.filter(bool), SIMILARITIES, st.integers(1, 8), st.sampled_from(Metric))
def test_the_nearest_keys_are_those_that_comparing_all_finds(keys, text, min_similarity, limit, metric):
    expected = compare_all(keys, text, min_similarity, metric)[:limit]
    assert nearest(KeyIndex(keys), keys, text, limit, min_similarity, metric=metric) == [
        (key, pytest.approx(found)) for key, found in expected
    ]


@settings(max_examples=100)
@given(KEYS, TEXTS.filter(bool), st.data())
def test_only_the_rows_asked_for_are_found(keys, text, data):
    index = KeyIndex(keys)
    among = np.array(data.draw(st.lists(st.booleans(), min_size=len(index), max_size=len(index))), np.bool_)
    wanted = [key for key, row in zip(keys, index.rows.tolist(), strict=True) if row >= 0 and among[row]]
    expected = compare_all(wanted, text, 0.5)
    found = nearest(index, keys, text, len(keys) or 1, 0.5, among)
    assert sorted(found) == sorted((key, pytest.approx(similarity)) for key, similarity in expected)


@given(KEYS)
def test_equal_keys_share_a_row_by_which_they_are_found(keys):
    index = KeyIndex(keys)
    assert [index.find(key) for key in keys] == [row if row >= 0 else None for row in index.rows.tolist()]
    assert len(index) == len({key for key in keys if 0 < len(key) <= LONGEST})


@given(KEYS, TEXTS)
def test_a_text_that_is_no_key_has_no_row(keys, text):
    assert (KeyIndex(keys).find(text) is None) == (text not in keys or not 0 < len(text) <= LONGEST)


@given(KEYS, TEXTS.filter(bool))
def test_parts_are_what_comparing_all_finds(keys, text):
    indexed = [key for key in keys if len(key) <= LONGEST]
    expected = any(key != text and (key.startswith(text) or key.endswith(text)) for key in indexed)
    assert KeyIndex(keys).is_part(text) == expected


@given(st.text(LETTERS, min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_the_same_letters_in_another_order_are_alike(key, random):
    mixed = "".join(random.sample(key, len(key)))
    assert KeyIndex([key]).alike(mixed, 5, 1.0) == [0]


@pytest.mark.parametrize("length", [LONGEST, LONGEST + 1, 3 * LONGEST])
def test_keys_and_texts_beyond_the_longest_are_left_out(length):
    key = "ab" * length
    index = KeyIndex([key[:length], "ab"])
    assert (index.rows[0] >= 0) == (length <= LONGEST)
    assert (index.find(key[:length]) is not None) == (length <= LONGEST)
    assert len(index.nearest(key[:length], 3, 0.66)) == (length <= LONGEST)


def test_an_empty_index_finds_nothing():
    empty = KeyIndex([])
    assert (empty.find("a"), empty.nearest("a", 3, 0.5), empty.is_part("a"), empty.alike("a", 3, 0.5)) == (
        None, [], False, [],
    )  # fmt: skip


def test_lone_surrogates_are_no_problem():
    index = KeyIndex(["a\ud800b"])
    assert index.find("a\ud800b") == 0
    assert index.nearest("a\ud800", 1, 0.5)[0].row == 0
