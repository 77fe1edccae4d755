"""The commands pack, install and rollback."""

import pytest

from engine import Engine
from engine.core.artifacts import JUDGE, open_artifacts, sha256, write_manifest
from tests.support.artifact_folders import fill
from tests.support.web_server import ServedFile, serving
from training.cli import main
from training.release import download
from training.release.install import DOWNLOAD


@pytest.fixture(name="archive", scope="module")
def packed_demo(demo_artifacts, tmp_path_factory):
    """The demo cards' artifact folder, packed."""
    path = tmp_path_factory.mktemp("archive") / "demo.zip"
    assert main(["pack", str(demo_artifacts), "--out", str(path)]) == 0
    return path


def install(source, digest, out):
    return main(["install", str(source), "--sha256", digest, "--out", str(out)])


def test_a_packed_folder_is_installed_and_names_cards(archive, tmp_path, demo_single_photo):
    assert install(archive, sha256(archive), tmp_path / "current") == 0
    engine = Engine.open(tmp_path / "current")
    try:
        assert engine.identify(demo_single_photo.jpeg).cards[0].name == demo_single_photo.names[0]
    finally:
        engine.close()
    assert [path.name for path in (tmp_path / "current.versions").glob(".unfinished*")] == []


def test_pack_prints_the_command_that_installs(demo_artifacts, tmp_path, capsys):
    path = tmp_path / "demo.zip"
    main(["pack", str(demo_artifacts), "--out", str(path)])
    typed = capsys.readouterr().out.splitlines()[-1].split()
    assert typed[:3] == ["python", "-m", "training"]
    assert main([*typed[3:-1], str(tmp_path / "current")]) == 0


def test_a_damaged_folder_is_not_packed(tmp_path, capsys):
    assert main(["pack", str(tmp_path), "--out", str(tmp_path / "a.zip")]) == 2
    assert "manifest.json is not there" in capsys.readouterr().err


@pytest.mark.parametrize("digest", ["0" * 64, "not a digest"])
def test_a_file_with_another_digest_is_not_read(archive, tmp_path, capsys, digest):
    if len(digest) == 64:
        assert install(archive, digest, tmp_path / "current") == 2
        assert "another file, or damaged" in capsys.readouterr().err
    else:
        with pytest.raises(SystemExit):
            install(archive, digest, tmp_path / "current")
        assert "64 hex digits" in capsys.readouterr().err
    assert not (tmp_path / "current").exists()


def test_a_file_that_is_not_an_archive_is_refused(tmp_path, capsys):
    path = tmp_path / "a.zip"
    path.write_bytes(b"not an archive")
    assert install(path, sha256(path), tmp_path / "current") == 2
    assert "damaged or altered" in capsys.readouterr().err
    assert install(tmp_path / "lost.zip", "0" * 64, tmp_path / "current") == 2
    assert "lost.zip" in capsys.readouterr().err


def test_a_folder_that_does_not_open_as_an_engine_is_not_installed(archive, tmp_path, capsys):
    install(archive, sha256(archive), tmp_path / "current")
    useless = tmp_path / "useless"
    useless.mkdir()
    fill(useless, "no engine")
    main(["pack", str(useless), "--out", str(tmp_path / "useless.zip")])
    before = (tmp_path / "current").resolve()
    assert install(tmp_path / "useless.zip", sha256(tmp_path / "useless.zip"), tmp_path / "current") == 2
    assert "is incomplete or altered" in capsys.readouterr().err
    assert (tmp_path / "current").resolve() == before


def test_installing_again_changes_nothing_and_a_rollback_restores_the_previous_folder(archive, tmp_path, capsys):
    current = tmp_path / "current"
    install(archive, sha256(archive), current)
    first = current.resolve()
    assert install(archive, sha256(archive), current) == 0
    assert "Nothing is new" in capsys.readouterr().out
    assert main(["rollback", str(current)]) == 2
    assert "no folder before" in capsys.readouterr().err

    other = tmp_path / "other"
    other.mkdir()
    for path in current.iterdir():
        (other / path.name).write_bytes(path.read_bytes())
    (other / JUDGE).write_text((other / JUDGE).read_text() + "\n")
    write_manifest(other, {key: open_artifacts(current).manifest[key] for key in ("index", "catalogue")})
    main(["pack", str(other), "--out", str(tmp_path / "other.zip")])
    assert install(tmp_path / "other.zip", sha256(tmp_path / "other.zip"), current) == 0
    assert current.resolve() != first
    assert main(["rollback", str(current)]) == 0
    assert current.resolve() == first


class TestFromAnAddress:
    @pytest.fixture(name="served")
    def server_of_it(self, archive, monkeypatch):
        monkeypatch.setattr(download, "FIRST_PAUSE_S", 0.0)
        with serving(ServedFile(archive.read_bytes())) as served:
            yield served

    def test_it_is_downloaded_despite_faults(self, served, archive, tmp_path):
        served.faults = ["reset", 503, "reset"]
        assert install(served.address, sha256(archive), tmp_path / "current") == 0
        assert open_artifacts(tmp_path / "current")
        assert list((tmp_path / "current.versions").glob(f"{DOWNLOAD}*")) == []

    def test_a_partial_download_is_kept_for_the_next_run(self, served, archive, tmp_path, capsys):
        served.faults = ["reset", *[503] * download.ATTEMPTS]
        assert install(served.address, sha256(archive), tmp_path / "current") == 2
        assert "continues from there" in capsys.readouterr().err
        assert install(served.address, sha256(archive), tmp_path / "current") == 0
        assert served.requested_ranges[-1] == f"bytes={archive.stat().st_size // 2}-"

    def test_a_file_with_another_digest_is_deleted(self, served, tmp_path, capsys):
        assert install(served.address, "0" * 64, tmp_path / "current") == 2
        assert "is not used" in capsys.readouterr().err
        assert list((tmp_path / "current.versions").glob(f"{DOWNLOAD}*")) == []

    def test_remains_of_another_download_are_removed(self, served, archive, tmp_path):
        versions = tmp_path / "current.versions"
        versions.mkdir()
        (versions / f"{DOWNLOAD}{'0' * 16}").write_bytes(b"left")
        assert install(served.address, sha256(archive), tmp_path / "current") == 0
        assert list(versions.glob(f"{DOWNLOAD}*")) == []

    def test_other_machines_need_https(self, tmp_path, capsys):
        assert install("http://example.org/a.zip", "0" * 64, tmp_path / "current") == 2
        assert "begins with https://" in capsys.readouterr().err
        assert list(tmp_path.iterdir()) == []
