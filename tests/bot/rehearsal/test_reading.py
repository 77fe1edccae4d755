"""Messages in plain text, without Markdown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rehearsal.reading import plain
from bot.replies.wording import link


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("### 6 cards", "6 cards"),
        ("-# small print", "small print"),
        ("**1.** sure, 99%", "1. sure, 99%"),
        ("use `/card`", "use /card"),
        ("in <#7> and <#8>", "in #cards and #8"),
        ("[[Fog]] is looked up", "[[Fog]] is looked up"),
        ("it seems *sure*", "it seems sure"),
    ],
)
def test_markdown_is_left_out(sent, read):
    assert plain(sent, {7: "cards"}) == read


@given(st.text("aé ,'-/()_*~|", max_size=30).map(str.strip).filter(bool))
def test_a_linked_name_reads_like_the_card_s_name(name):
    assert plain(link(name, "https://scryfall.com/card/x"), {}) == name
