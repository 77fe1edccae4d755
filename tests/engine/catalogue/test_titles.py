"""Tables of titles, in memory and as stored."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue.names import Title, fold, fold_lines
from engine.catalogue.titles import BATCH, Lines, TitlePacker, TitleTable, unpack_titles

TEXTS = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=20)
ROWS = st.lists(
    st.tuples(TEXTS, st.integers(0, 99), st.sampled_from(["en", "de", "zhs"]), st.integers(0, 4)), max_size=20
)


def titles_of(rows):
    return [Title(text, card_id, lang, face, fold(text)) for text, card_id, lang, face in rows]


@given(ROWS)
def test_a_table_returns_what_it_was_given(rows):
    titles = titles_of(rows)
    table = TitleTable.of(titles)
    assert list(table) == titles
    assert table[::2] == titles[::2]
    assert table.of_lang("de").tolist() == [title.lang == "de" for title in titles]
    if titles:
        assert table[-1] == titles[-1]


@given(ROWS)
def test_titles_with_the_same_key_are_found_in_order(rows):
    titles = titles_of(rows)
    table = TitleTable.of(titles)
    for title in titles:
        key = title.folded.replace(" ", "")
        expected = [one for one in titles if one.folded.replace(" ", "") == key] if key else []
        assert table.equal(key) == expected


def test_more_titles_than_are_folded_together():
    titles = titles_of((f"Card №{n}!", n, "en", 0) for n in range(2 * BATCH + 3))
    table = TitleTable.of(titles)
    assert (len(table), table[0], table[BATCH], table[-1]) == (len(titles), titles[0], titles[BATCH], titles[-1])


def test_an_index_out_of_range_is_an_error():
    with pytest.raises(IndexError):
        TitleTable.of(titles_of([("Opt", 1, "en", 0)]))[1]


@given(st.lists(TEXTS, min_size=1, max_size=8))
def test_lines_are_folded_together_as_one_by_one(lines):
    folded = fold_lines("\n".join(lines)).split("\n")
    alone = [fold(line) for line in lines]
    assert [together or one for together, one in zip(folded, alone, strict=True)] == alone


@given(st.lists(st.text("ab ", max_size=5), max_size=10), st.text("ab ", min_size=1, max_size=2), st.data())
def test_lines_that_contain_or_begin_with_a_text_are_found(lines, wanted, data):
    stored = Lines.of(lines)
    first = data.draw(st.integers(0, len(lines)))
    last = data.draw(st.integers(first, len(lines)))
    inside = [n for n in range(first, last) if wanted in lines[n]]
    begins = [n for n in range(first, last) if lines[n].startswith(wanted)]
    assert list(stored.containing(wanted, first, last)) == inside
    assert list(stored.containing("\n" + wanted, first, last)) == begins


@given(st.lists(st.tuples(st.integers(0, 600_000), st.integers(0, 4), TEXTS), max_size=20).map(sorted))
def test_packed_titles_come_back(rows):
    packer = TitlePacker()
    for row in rows:
        packer.add(*row)
    card_ids, faces, texts = unpack_titles(*packer.finish())
    assert list(zip(card_ids.tolist(), faces.tolist(), texts, strict=True)) == rows


def test_damaged_blocks_are_noticed():
    packer = TitlePacker()
    packer.add(1, 0, "Blitzschlag")
    packer.add(2, 0, "Aschenreiter")
    owners, texts = packer.finish()
    one = TitlePacker()
    one.add(1, 0, "Blitzschlag")
    for blocks in ((owners[:-3], texts), (owners, texts[:-3]), (owners, one.finish()[1])):
        with pytest.raises((ValueError, zlib.error)):
            unpack_titles(*blocks)
