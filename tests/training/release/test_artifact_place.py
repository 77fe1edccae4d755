"""The artifact folder in use and the previous one, on a real file system."""

import shutil
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from engine.core.artifacts import CATALOGUE, INDEX, MANIFEST, open_artifacts
from tests.support.artifact_folders import fill, put
from training.data.errors import CommandError
from training.release import artifact_place
from training.release.artifact_place import ArtifactPlace


@pytest.fixture(name="place")
def empty_place(tmp_path):
    return ArtifactPlace(tmp_path / "current")


def content_of(folder):
    return open_artifacts(folder).manifest["of"]


def test_a_folder_put_in_place_has_the_given_path(place):
    assert put(place, "first")
    assert content_of(place.out) == "first"
    assert not place.previous.exists()


def test_the_previous_folder_is_kept_and_older_ones_are_removed(place):
    for text in ("first", "second", "third"):
        put(place, text)
    assert (content_of(place.out), content_of(place.previous)) == ("third", "second")
    assert len([path for path in place.versions.iterdir() if path.is_dir()]) == 2


def test_a_rollback_can_be_rolled_back(place):
    put(place, "first")
    put(place, "second")
    assert content_of(place.roll_back()) == "first"
    assert (content_of(place.out), content_of(place.previous)) == ("first", "second")
    place.roll_back()
    assert content_of(place.out) == "second"


def test_there_is_no_rollback_without_a_previous_folder(place):
    with pytest.raises(CommandError, match="no folder before"):
        place.roll_back()
    put(place, "first")
    with pytest.raises(CommandError, match="no folder before"):
        place.roll_back()
    assert content_of(place.out) == "first"


def test_putting_the_same_files_changes_nothing(place):
    put(place, "first")
    before = place.out.readlink()
    assert not put(place, "first")
    assert place.out.readlink() == before
    assert not place.previous.exists()


def test_the_same_files_replace_damaged_ones(place):
    put(place, "first")
    index = place.out / INDEX
    index.write_text(index.read_text()[::-1])
    assert put(place, "first")
    assert content_of(place.out) == "first"


def test_failed_work_leaves_the_folder_in_place_and_nothing_else(place):
    put(place, "first")

    def fail():
        with place.work() as folder:
            (folder / CATALOGUE).touch()
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert content_of(place.out) == "first"
    assert list(place.versions.glob(f"{artifact_place.UNFINISHED}*")) == []


def test_a_real_folder_becomes_the_previous_one(place):
    place.out.mkdir()
    fill(place.out, "made before there were links")
    put(place, "first")
    assert (content_of(place.out), content_of(place.previous)) == ("first", "made before there were links")


def test_a_link_to_a_folder_elsewhere_is_replaced_and_that_folder_left_alone(place, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    fill(elsewhere, "elsewhere")
    place.out.symlink_to(elsewhere)
    for text in ("first", "second", "third"):
        put(place, text)
    assert content_of(elsewhere) == "elsewhere"


def test_the_whole_place_can_be_moved(place, tmp_path):
    put(place, "first")
    put(place, "second")
    moved = tmp_path / "moved"
    moved.mkdir()
    for path in (place.out, place.previous, place.versions):
        path.rename(moved / path.name)
    assert (content_of(moved / "current"), content_of(moved / "current.previous")) == ("second", "first")


def test_a_place_is_locked_during_work(place):
    other = ArtifactPlace(place.out)
    with place.work(), pytest.raises(CommandError, match="wait until it has ended"):
        other.roll_back()
    put(other, "first")


def test_a_place_that_can_t_be_written_is_reported(tmp_path):
    (tmp_path / "file").touch()
    place = ArtifactPlace(tmp_path / "file" / "current")
    with pytest.raises(CommandError, match="can't be written"), place.work():
        pass


KILLED_AT_EACH_STEP = """
import os, sys
from pathlib import Path
from training.release import artifact_place
from training.release.artifact_place import ArtifactPlace
from tests.support.artifact_folders import put
steps = 0

def dying(call):
    def counted(*given, **named):
        global steps
        steps -= 1
        if steps < 0:
            os._exit(9)
        return call(*given, **named)
    return counted

Path.rename, Path.replace, Path.symlink_to = map(dying, (Path.rename, Path.replace, Path.symlink_to))
artifact_place.shutil.rmtree = dying(artifact_place.shutil.rmtree)
for steps, folder in enumerate(sys.argv[1:]):
    child = os.fork()
    if not child:
        put(ArtifactPlace(Path(folder)), "third")
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
STEPS = 12


def test_killed_at_any_step_a_complete_folder_is_in_place_and_the_next_run_works(place, tmp_path_factory):
    put(place, "first")
    put(place, "second")
    copies = [tmp_path_factory.mktemp("copy") / "place" for _ in range(STEPS)]
    places = [ArtifactPlace(shutil.copytree(place.out.parent, copy, symlinks=True) / "current") for copy in copies]
    command = [sys.executable, "-c", KILLED_AT_EACH_STEP, *(str(one.out) for one in places)]
    codes = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    ends = [(code, content_of(one.out)) for code, one in zip(codes, places, strict=True)]
    assert {content_of(one.previous) for one in places} <= {"first", "second"}
    assert ends[0] == ("9", "second")
    assert ("9", "third") in ends
    assert ends[-1] == ("0", "third")
    for one in places:
        put(one, "fourth")
        assert content_of(one.out) == "fourth"
        assert len([path for path in one.versions.iterdir() if path.is_dir()]) == 2


def test_the_name_of_a_version_has_its_time_and_the_hash_of_its_manifest(place):
    put(place, "first")
    stamp, digest = place.out.resolve().name.split("-")
    assert datetime.strptime(stamp, "%Y%m%dT%H%M%S.%f%z") <= datetime.now(UTC)
    assert artifact_place.sha256(place.out / MANIFEST).startswith(digest)
