from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.data.photo_labels import Label, LabelledPhoto, LabelsError, read_photo_labels

HEADER = "file,cards_visible,names,sets,langs,tags,source\n"


def read(tmp_path: Path, text: str) -> list[LabelledPhoto]:
    csv_path = tmp_path / "photos.csv"
    csv_path.write_text(text, encoding="utf-8")
    return read_photo_labels(csv_path)


def test_a_row_becomes_a_photo_beside_the_csv(tmp_path):
    [photo] = read(tmp_path, HEADER + 'images/a.jpg,3,"Ember Owl|Moth, the Grey",DRK|leg,en|de,multi glare,someone\n')
    assert photo == LabelledPhoto(
        "images/a.jpg",
        tmp_path / "images/a.jpg",
        3,
        (Label("Ember Owl", "drk", "en"), Label("Moth, the Grey", "leg", "de")),
        ("multi", "glare"),
        "someone",
    )


@pytest.mark.parametrize(
    ("sets", "expected"),
    [
        ("", [None, None, None]),
        ("abc", ["abc", None, None]),
        ("|abc", [None, "abc", None]),
        ("||abc", [None, None, "abc"]),
        ("abc|def|ghi", ["abc", "def", "ghi"]),
    ],
)
def test_sets_correspond_to_names_by_position_and_may_be_missing(tmp_path, sets, expected):
    [photo] = read(tmp_path, HEADER + f"a.jpg,3,One|Two|Three,{sets},,,\n")
    assert [label.set_code for label in photo.labels] == expected


def test_a_photo_without_a_card_has_no_labels(tmp_path):
    [photo] = read(tmp_path, HEADER + "a.jpg,0,,,,negative,\n")
    assert photo.labels == ()
    assert photo.is_empty
    assert not photo.is_single


def test_a_single_is_one_visible_and_named_card(tmp_path):
    photos = read(tmp_path, HEADER + "a.jpg,1,One,,,,\nb.jpg,2,One,,,,\nc.jpg,1,,,,,\nd.jpg,2,One|Two,,,,\n")
    assert [photo.is_single for photo in photos] == [True, False, False, False]


def test_only_file_cards_visible_and_names_are_required(tmp_path):
    [photo] = read(tmp_path, "names,file,cards_visible\nOne,a.jpg,1\n")
    assert photo == LabelledPhoto("a.jpg", tmp_path / "a.jpg", 1, (Label("One"),))


def test_a_byte_order_mark_is_not_part_of_the_first_column(tmp_path):
    (tmp_path / "photos.csv").write_bytes(b"\xef\xbb\xbf" + (HEADER + "a.jpg,1,One,,,,\n").encode())
    assert len(read_photo_labels(tmp_path / "photos.csv")) == 1


def test_a_repeated_tag_counts_once(tmp_path):
    [photo] = read(tmp_path, HEADER + "a.jpg,0,,,,dim dim blur,\n")
    assert photo.tags == ("dim", "blur")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no column file, cards_visible, names"),
        ("file,names\n", "no column cards_visible"),
        (HEADER + ",1,One,,,,\n", "line 2: no file"),
        (HEADER + "a.jpg,1,One,,,,\nb.jpg,many,One,,,,\n", "line 3: cards_visible must be a whole number, not 'many'"),
        (HEADER + "a.jpg,-1,,,,,\n", "line 2: cards_visible"),
        (HEADER + "a.jpg,1,One|Two,,,,\n", "line 2: 2 names, but only 1 cards visible"),
        (HEADER + "a.jpg,2,One||Two,,,,\n", "line 2: a name is empty"),
        (HEADER + "a.jpg,1,One,abc|def,,,\n", "line 2: 2 sets for 1 names"),
        (HEADER + "a.jpg,1,One,,en|de,,\n", "line 2: 2 langs for 1 names"),
    ],
)
def test_an_inconsistent_table_is_refused_with_file_and_line(tmp_path, text, complaint):
    with pytest.raises(LabelsError, match=r"photos\.csv") as caught:
        read(tmp_path, text)
    assert complaint in str(caught.value)


@pytest.mark.parametrize(
    "content", [b"\xff\xd8\xff\xe0 a photo, not a table", b"file,cards_visible,names\n\xff.jpg,0,\n"]
)
def test_binary_files_are_refused(tmp_path, content):
    (tmp_path / "photos.csv").write_bytes(content)
    with pytest.raises(LabelsError):
        read_photo_labels(tmp_path / "photos.csv")


def test_a_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_photo_labels(tmp_path / "none.csv")


words = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=8)


@given(st.lists(st.tuples(words, st.booleans()), max_size=6))
def test_every_name_keeps_its_own_set(tmp_path_factory, cards):
    names = "|".join(name for name, _ in cards)
    sets = "|".join(f"s{at}" if known else "" for at, (_, known) in enumerate(cards))
    [photo] = read(tmp_path_factory.mktemp("labels"), HEADER + f"a.jpg,{len(cards)},{names},{sets},,,\n")
    assert [label.name for label in photo.labels] == [name for name, _ in cards]
    assert [label.set_code for label in photo.labels] == [
        f"s{at}" if known else None for at, (_, known) in enumerate(cards)
    ]
