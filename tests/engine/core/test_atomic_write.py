"""Files are replaced as a whole or not at all."""

import pytest

from engine.core.atomic_write import PART_SUFFIX, write_atomically


def test_the_old_file_stays_until_the_new_one_is_complete(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")
    with write_atomically(path) as part:
        part.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_if_writing_fails_the_old_file_stays_and_the_part_is_removed(tmp_path, error):
    path = tmp_path / "file"
    path.write_text("old")

    def write(part):
        part.write_text("half of")
        raise error

    with pytest.raises(error), write_atomically(path) as part:
        write(part)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_writing_nothing_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError), write_atomically(tmp_path / "file"):
        pass


def test_a_full_disk_is_an_error_and_leaves_nothing(tmp_path):
    """``/dev/full`` stands in for the disk: every write to it fails."""
    (tmp_path / f"file{PART_SUFFIX}").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space"), write_atomically(tmp_path / "file") as part:
        part.write_text("new")
    assert list(tmp_path.iterdir()) == []


def test_a_part_left_by_a_killed_process_is_overwritten(tmp_path):
    (tmp_path / f"file{PART_SUFFIX}").write_text("a longer text than the new one")
    with write_atomically(tmp_path / "file") as part:
        part.write_text("new")
    assert (tmp_path / "file").read_text() == "new"
