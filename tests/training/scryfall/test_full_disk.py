"""A full disk is reported, and does no harm."""

import subprocess

import pytest

from stress.sync.kill import command, contents
from tests.support.scryfall.made_up import EPOCH, card
from tests.training.scryfall.conftest import EVERYTHING, SPACING_S
from training.scryfall.errors import DiskFull

BLOCKS_A_KIB = 2
"""As POSIX shells count for ``ulimit -f``."""


@pytest.mark.parametrize(("limit_kib", "kept"), [(24, "*.part"), (100, "*.gz")])
def test_a_full_disk_during_a_download_is_reported_and_the_next_run_continues(
    run, source, server, data, limit_kib, kept
):
    """A limit on the size of files simulates the full disk; bulk file or store exceed it."""
    source.cards += [card(f"Newcomer {n}", set_code="new", number=str(n)) for n in range(300)]
    source.gone = {value["id"] for value in source.cards}
    server.spacing_s = 0.1
    limited = ["sh", "-c", f'ulimit -f {limit_kib * BLOCKS_A_KIB}; exec "$@"', "sh", *command(server, data)]
    done = subprocess.run(limited, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Make room and run again" in done.stderr
    server.spacing_s = SPACING_S
    assert [path.stat().st_size > 0 for path in (data / "bulk").glob(kept)] == [True]
    calm = data.with_name("calm")
    run(**EVERYTHING)
    run(**EVERYTHING, data=calm)
    assert contents(data) == contents(calm)


def test_a_full_disk_during_pictures_is_reported_and_the_others_are_kept(run, source, data):
    """``/dev/full`` simulates the full disk: every write to it fails as on one."""
    ident_ = source.the("one", "3")["id"]
    path = data / "images" / "thumb" / ident_[:2] / f"{ident_}-front-{EPOCH}.webp"
    path.parent.mkdir(parents=True)
    path.with_name(path.name + ".part").symlink_to("/dev/full")
    with pytest.raises(DiskFull, match="full"):
        run()
    assert not path.exists()
    kept = sum(1 for file in (data / "images").rglob("*.*"))
    summary = run()
    assert summary.fetched == summary.pictures - kept


def test_a_sync_that_can_t_fit_is_not_started(run, data, monkeypatch):
    monkeypatch.setattr("training.scryfall.update_store.UNPACKED", 1 << 60)
    with pytest.raises(DiskFull, match="will not fit"):
        run()
    assert not list((data / "bulk").glob("*.gz*"))
