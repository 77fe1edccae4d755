"""What a message's text asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.lookups.syntax import MAX_ASKED, MAX_CODE, MAX_NAME, Asked, Kind, find_asked


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("is [[Lightning Bolt]] good?", Asked(Kind.CARD, "Lightning Bolt")),
        ("[[ Fog ]]", Asked(Kind.CARD, "Fog")),
        ("[[Fog|LEA]]", Asked(Kind.CARD, "Fog", "lea")),
        ("[[Fog | LEA | 194 ]]", Asked(Kind.CARD, "Fog", "lea", "194")),
        ("[[!Fog]]", Asked(Kind.IMAGE, "Fog")),
        ("[[! Fog|LEA]]", Asked(Kind.IMAGE, "Fog", "lea")),
        ("[[$Fog]]", Asked(Kind.PRICE, "Fog")),
        ("[[#Fog]]", Asked(Kind.LEGALITY, "Fog")),
        ("[[Fire // Ice]]", Asked(Kind.CARD, "Fire // Ice")),
        ("[[稲妻]]", Asked(Kind.CARD, "稲妻")),
        ("[[[Fog]]]", Asked(Kind.CARD, "Fog")),
        ("||[[Fog]]||", Asked(Kind.CARD, "Fog")),
        ("2 > 1, so [[Fog]]", Asked(Kind.CARD, "Fog")),
        ("a lone ` before [[Fog]]", Asked(Kind.CARD, "Fog")),
        ("``` never closed [[Fog]]", Asked(Kind.CARD, "Fog")),
    ],
)
def test_brackets_ask(text, asked):
    assert find_asked(text) == [asked]


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
def test_what_is_no_question_code_or_a_quote_asks_nothing(text):
    assert find_asked(text) == []


def test_text_between_two_pieces_of_code_is_heard():
    assert find_asked("`a` [[Fog]] `b`") == [Asked(Kind.CARD, "Fog")]


def test_each_question_is_asked_once_in_its_order():
    asked = find_asked("[[Fog]] [[Dog]] [[fog]] [[$Fog]] [[Fog|LEA]]")
    assert [(one.kind, one.name, one.set) for one in asked] == [
        (Kind.CARD, "Fog", ""),
        (Kind.CARD, "Dog", ""),
        (Kind.PRICE, "Fog", ""),
        (Kind.CARD, "Fog", "lea"),
    ]


def test_more_than_a_message_can_answer_are_left_out():
    assert [one.name for one in find_asked(" ".join(f"[[card {n}]]" for n in range(30)))] == [
        f"card {n}" for n in range(MAX_ASKED)
    ]


@given(
    st.lists(st.sampled_from(["[[", "]]", "|", "`", "``", "```", ">", "> ", ">>> ", "\n", "!", "$", "#", "Fog", " "]))
)
def test_any_text_of_the_syntax_s_own_marks_is_read(pieces):
    for asked in find_asked("".join(pieces)):
        assert asked.name.strip() == asked.name != ""
        assert not set("[]\n") & set(asked.name)


@given(st.text())
def test_any_text_is_read(text):
    assert len(find_asked(text)) <= MAX_ASKED


@given(st.text(alphabet="abcXYZ '-,", min_size=1, max_size=MAX_NAME).filter(str.strip))
def test_whatever_is_asked_is_found(name):
    (asked,) = find_asked(f"who knows [[{name}]]?")
    assert asked == Asked(Kind.CARD, name.strip())


@pytest.mark.parametrize(
    "piece", ["[[", "[[a", "`", "` ``", "``` `` `", "\n>", ">>> ", "[[`", "]]", "[", "[[|", " \n", "```a`"]
)
def test_a_long_text_made_to_be_slow_is_read(piece):
    # Read piece by piece against the rest, a text like this would take hours.
    assert find_asked(piece * 200_000) == []
