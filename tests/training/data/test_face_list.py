"""Lists of faces and their pictures."""

import numpy as np
import pytest
from PIL import Image

from engine.core.errors import BadImage
from training.data.face_list import MAX_FACE_SIDE_PX, FaceRow, FacesCsvError, read_faces_csv, read_picture


def write_list(folder, text, encoding="utf-8"):
    path = folder / "faces.csv"
    path.write_text(text, encoding=encoding, newline="")
    return path


def test_every_column_is_read_and_files_are_relative_to_the_list(tmp_path):
    path = write_list(
        tmp_path,
        "file,name,face,set,collector_number,scryfall_id\n"
        "pictures/1.png,Fire // Ice,Fire,APC,128,f98f4538-5b5b-475d-b98f-49d01dae6f04\n",
    )
    row = FaceRow(
        tmp_path / "pictures/1.png", "Fire // Ice", "Fire", "apc", "128", "f98f4538-5b5b-475d-b98f-49d01dae6f04"
    )
    assert read_faces_csv(path) == [row]


def test_file_and_name_suffice_in_any_order_and_with_blanks(tmp_path):
    path = write_list(tmp_path, "name,file\n Opt , opt.png \n")
    assert read_faces_csv(path) == [FaceRow(tmp_path / "opt.png", "Opt", "", "", "", "")]


def test_a_byte_order_mark_is_not_part_of_the_first_column(tmp_path):
    path = write_list(tmp_path, "file,name\r\na.png,Æther Vial\r\n", "utf-8-sig")
    assert [row.name for row in read_faces_csv(path)] == ["Æther Vial"]


def test_rows_without_file_or_name_are_skipped(tmp_path):
    path = write_list(tmp_path, "file,name\n,Opt\na.png,\n\nb.png,Shock\n")
    assert [row.name for row in read_faces_csv(path)] == ["Shock"]


@pytest.mark.parametrize(
    ("text", "lacking"), [("file,title\na.png,Opt\n", "name"), ("", "file, name"), ("a.png,Opt\n", "file, name")]
)
def test_a_missing_column_is_named(tmp_path, text, lacking):
    with pytest.raises(FacesCsvError, match=rf"faces\.csv lacks the column\(s\) {lacking}"):
        read_faces_csv(write_list(tmp_path, text))


@pytest.mark.parametrize("content", [b"file,name\na.png,\xff\xfe\n", None], ids=["not UTF-8", "missing"])
def test_an_unreadable_list_is_named(tmp_path, content):
    path = tmp_path / "faces.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FacesCsvError, match=r"faces\.csv can't be read"):
        read_faces_csv(path)


def test_a_picture_is_read_as_rgb_and_no_larger_than_needed(tmp_path):
    Image.new("RGB", (2100, 2934), (200, 30, 40)).save(tmp_path / "large.png")
    pixels = read_picture(tmp_path / "large.png")
    assert max(pixels.shape[:2]) == MAX_FACE_SIDE_PX
    assert pixels.dtype == np.uint8
    assert (pixels == (200, 30, 40)).all()


def test_a_file_that_is_not_a_picture_is_refused(tmp_path):
    (tmp_path / "text.png").write_text("not a picture")
    with pytest.raises(BadImage):
        read_picture(tmp_path / "text.png")
