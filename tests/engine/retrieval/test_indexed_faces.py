"""The list of the index's rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.errors import ArtifactDamaged
from engine.retrieval.indexed_faces import COLUMNS, IndexedFace, read_faces, write_faces

texts = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12)


@given(st.lists(st.builds(IndexedFace, texts, texts, texts, texts, texts), max_size=5))
def test_rows_come_back_as_they_were_written(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("faces") / "faces.csv"
    write_faces(path, rows)
    assert read_faces(path) == rows


@pytest.mark.parametrize(
    "content",
    [b"", b"name,set\nOpt,dom\n", ",".join(COLUMNS).encode() + b"\nOpt,0\n", b"\xff\xfe\x00", b'"never closed'],
    ids=["empty", "other columns", "short row", "no text", "no header"],
)
def test_another_file_is_damage_and_named(tmp_path, content):
    path = tmp_path / "faces.csv"
    path.write_bytes(content)
    with pytest.raises(ArtifactDamaged, match=r"faces\.csv"):
        read_faces(path)
