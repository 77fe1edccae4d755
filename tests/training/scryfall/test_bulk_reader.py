import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.scryfall import bulk_reader
from training.scryfall.bulk_reader import read_entries
from training.scryfall.errors import BulkDamaged

CARDS = [{"id": "a", "name": "Æther, [Bear] {G}"}, {"id": "b", "name": '日本の熊\n"]}'}]


def as_lines(cards):
    return "".join(json.dumps(card, ensure_ascii=False) + "\n" for card in cards)


def as_array(cards):
    return "[\n" + ",\n".join(json.dumps(card, ensure_ascii=False) for card in cards) + "\n]\n"


FORMS = {
    "lines": as_lines(CARDS),
    "lines with blank ones": "\n \n" + as_lines(CARDS).replace("\n", "\n\n"),
    "array": as_array(CARDS),
    "array in one line": json.dumps(CARDS),
    "array spread out": json.dumps(CARDS, indent=4),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("pack", [gzip.compress, bytes], ids=["gzipped", "plain"])
def test_lines_and_arrays_gzipped_or_not_are_recognised_by_their_first_bytes(tmp_path, form, pack):
    path = tmp_path / "cards"
    path.write_bytes(pack(FORMS[form].encode()))
    assert list(read_entries(path)) == CARDS


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(gzip.compress(as_lines(CARDS).encode())[:-9], id="a gzip file without its end"),
        pytest.param(gzip.compress(as_lines(CARDS).encode())[:-8] + bytes(8), id="a gzip file with a wrong sum"),
        pytest.param(as_array(CARDS).encode()[:-3], id="an array without its end"),
        pytest.param(as_lines(CARDS).encode()[:-9], id="a last line without its end"),
        pytest.param(b"<html>Please log in</html>", id="a page"),
        pytest.param('[{"name": "Æ"}]\n'.encode("latin-1"), id="an array in another encoding"),
        pytest.param(b"[" * 100_000, id="an array in an array in an array"),
        pytest.param(b'[{"id": ' + b"9" * 5000 + b"}]", id="an array with a number that nobody can read"),
        pytest.param(b" " * 2 * bulk_reader.MOST_BLANKS, id="blanks"),
    ],
)
def test_a_damaged_file_is_an_error(tmp_path, content):
    (tmp_path / "cards").write_bytes(content)
    with pytest.raises(BulkDamaged):
        list(read_entries(tmp_path / "cards"))


@pytest.mark.parametrize("value", ["[1]", "7", '"text"', "null", "true"])
def test_entries_that_are_not_objects_are_yielded_too(tmp_path, value):
    (tmp_path / "cards").write_text(f'{{"id": "a"}}\n{value}\n')
    assert list(read_entries(tmp_path / "cards")) == [{"id": "a"}, json.loads(value)]


UNREADABLE = [
    pytest.param(b'{"name": "Bear}', id="without its end"),
    pytest.param('{"name": "Æ"}'.encode("latin-1"), id="in another encoding"),
    pytest.param(b"[" * 100_000, id="nested too deep"),
    pytest.param(b'{"id": ' + b"9" * 5000 + b"}", id="with a number that nobody can read"),
    pytest.param(b"\0" * 9, id="of NULs"),
]


@pytest.mark.parametrize("line", UNREADABLE)
def test_an_unreadable_line_is_yielded_as_text_unless_it_is_the_last(tmp_path, line):
    path, around = tmp_path / "cards", as_lines(CARDS[:1]).encode()
    path.write_bytes(around + line + b"\n" + around)
    assert list(read_entries(path)) == [CARDS[0], line.decode(errors="replace") + "\n", CARDS[0]]
    path.write_bytes(around + line)
    with pytest.raises(BulkDamaged):
        list(read_entries(path))


@pytest.mark.parametrize("begin", ['[{"name": "', '{"name": "'], ids=["array", "lines"])
def test_an_endless_card_does_not_fill_the_memory(tmp_path, monkeypatch, begin):
    monkeypatch.setattr(bulk_reader, "CHUNK", 1000)
    monkeypatch.setattr(bulk_reader, "LONGEST_CARD", 5000)
    (tmp_path / "cards").write_text(begin + "a" * 100_000)
    with pytest.raises(BulkDamaged, match="no end"):
        list(read_entries(tmp_path / "cards"))


@pytest.mark.parametrize("begin", [b'[{"id": "a"}, ', b'{"id": "a"}\n'], ids=["array", "lines"])
def test_a_gzip_bomb_is_not_unpacked_completely(tmp_path, monkeypatch, begin):
    monkeypatch.setattr(bulk_reader, "MOST_UNPACKED", 20)
    (tmp_path / "cards").write_bytes(gzip.compress(begin + b" " * 99_999 + b"\n" * 999))
    with pytest.raises(BulkDamaged, match="no end of blanks"):
        list(read_entries(tmp_path / "cards"))


def test_progress_adds_up_to_the_bytes_read(tmp_path):
    (tmp_path / "cards").write_text(as_lines(CARDS * 2000))
    seen = []
    assert len(list(read_entries(tmp_path / "cards", seen.append))) == 4000
    assert 0 < sum(seen) <= (tmp_path / "cards").stat().st_size


@settings(max_examples=40)
@given(
    cards=st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=9) | st.integers() | st.none()), max_size=8),
    chunk=st.integers(1, 40),
    indent=st.none() | st.integers(0, 3),
)
def test_an_array_is_read_alike_for_any_size_of_chunks(tmp_path_factory, cards, chunk, indent):
    path = tmp_path_factory.mktemp("cut") / "cards"
    path.write_text(json.dumps(cards, ensure_ascii=False, indent=indent), encoding="utf-8", errors="surrogatepass")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk_reader, "CHUNK", chunk)
        assert list(read_entries(path)) == cards
