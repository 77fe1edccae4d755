"""Syncs killed at random moments; ``python -m stress.sync.kill --times 50`` does the same more often."""

from stress.sync.kill import contents, kill_often

KILLS = 3


def test_a_sync_killed_repeatedly_leaves_the_same_bytes_as_an_undisturbed_one(tmp_path):
    result = kill_often(tmp_path, KILLS, seed=7)
    assert result.kills == KILLS
    assert result.finished > 0
    assert result.differing == []
    assert result.offences == []


def test_the_comparison_covers_every_file_but_the_notes(tmp_path):
    for name in ("faces.csv", "images/thumb/00/a.webp", "state.sqlite", "state.sqlite-journal"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    assert contents(tmp_path) == {name: name.encode() for name in ("faces.csv", "images/thumb/00/a.webp")}
