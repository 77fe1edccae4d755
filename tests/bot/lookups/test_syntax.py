"""The card queries in a message's text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.lookups.syntax import MAX_CODE, MAX_NAME, MAX_QUERIES, CardQuery, LookupKind, find_queries


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("is [[Lightning Bolt]] good?", CardQuery(LookupKind.CARD, "Lightning Bolt")),
        ("[[ Fog ]]", CardQuery(LookupKind.CARD, "Fog")),
        ("[[Fog|LEA]]", CardQuery(LookupKind.CARD, "Fog", "lea")),
        ("[[Fog | LEA | 194 ]]", CardQuery(LookupKind.CARD, "Fog", "lea", "194")),
        ("[[!Fog]]", CardQuery(LookupKind.IMAGE, "Fog")),
        ("[[! Fog|LEA]]", CardQuery(LookupKind.IMAGE, "Fog", "lea")),
        ("[[$Fog]]", CardQuery(LookupKind.PRICE, "Fog")),
        ("[[#Fog]]", CardQuery(LookupKind.LEGALITY, "Fog")),
        ("[[Fire // Ice]]", CardQuery(LookupKind.CARD, "Fire // Ice")),
        ("[[稲妻]]", CardQuery(LookupKind.CARD, "稲妻")),
        ("[[[Fog]]]", CardQuery(LookupKind.CARD, "Fog")),
        ("||[[Fog]]||", CardQuery(LookupKind.CARD, "Fog")),
        ("2 > 1, so [[Fog]]", CardQuery(LookupKind.CARD, "Fog")),
        ("a lone ` before [[Fog]]", CardQuery(LookupKind.CARD, "Fog")),
        ("``` never closed [[Fog]]", CardQuery(LookupKind.CARD, "Fog")),
    ],
)
def test_a_name_in_double_brackets_is_a_query(text, query):
    assert find_queries(text) == [query]


@pytest.mark.parametrize(
    "text",
    [
        *("", "Fog", "[Fog]", "[[]]", "[[ ]]", "[[!]]", "[[|LEA]]", "[[Fog]", "[[Fo\ng]]"),
        *("`[[Fog]]`", "``a ` [[Fog]]``", "```\n[[Fog]]\n```", "```js\nx = [[Fog]]```"),
        *("> [[Fog]]", "hi\n> as [[Fog]] said\nyes", ">>> all\nof [[Fog]]\nthis"),
        f"[[{'x' * (MAX_NAME + 1)}]]",
        f"[[Fog|{'x' * (MAX_CODE + 1)}]]",
    ],
)
def test_malformed_brackets_code_and_quotes_are_no_queries(text):
    assert find_queries(text) == []


def test_text_between_two_pieces_of_code_is_read():
    assert find_queries("`a` [[Fog]] `b`") == [CardQuery(LookupKind.CARD, "Fog")]


def test_queries_come_in_order_without_duplicates():
    queries = find_queries("[[Fog]] [[Dog]] [[fog]] [[$Fog]] [[Fog|LEA]]")
    assert [(one.kind, one.name, one.set) for one in queries] == [
        (LookupKind.CARD, "Fog", ""),
        (LookupKind.CARD, "Dog", ""),
        (LookupKind.PRICE, "Fog", ""),
        (LookupKind.CARD, "Fog", "lea"),
    ]


def test_queries_beyond_the_limit_are_left_out():
    assert [one.name for one in find_queries(" ".join(f"[[card {n}]]" for n in range(30)))] == [
        f"card {n}" for n in range(MAX_QUERIES)
    ]


@given(
    st.lists(st.sampled_from(["[[", "]]", "|", "`", "``", "```", ">", "> ", ">>> ", "\n", "!", "$", "#", "Fog", " "]))
)
def test_any_text_of_marks_gives_well_formed_names(pieces):
    for query in find_queries("".join(pieces)):
        assert query.name.strip() == query.name != ""
        assert not set("[]\n") & set(query.name)


@given(st.text())
def test_any_text_can_be_read(text):
    assert len(find_queries(text)) <= MAX_QUERIES


@given(st.text(alphabet="abcXYZ '-,", min_size=1, max_size=MAX_NAME).filter(str.strip))
def test_any_name_is_found(name):
    (query,) = find_queries(f"who knows [[{name}]]?")
    assert query == CardQuery(LookupKind.CARD, name.strip())


@pytest.mark.parametrize(
    "piece", ["[[", "[[a", "`", "` ``", "``` `` `", "\n>", ">>> ", "[[`", "]]", "[", "[[|", " \n", "```a`"]
)
def test_a_long_malicious_text_takes_linear_time(piece):
    # With quadratic time these would take hours.
    assert find_queries(piece * 200_000) == []
