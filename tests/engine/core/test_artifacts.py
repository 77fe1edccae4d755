"""The artifact folder is complete, or refused with the file's name and a remedy."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from engine import Engine
from engine.core.artifacts import (
    CATALOGUE,
    EMBEDDER,
    FACES,
    FILES,
    FORMAT,
    INDEX,
    MANIFEST,
    SHIPPED,
    open_artifacts,
    sha256,
    write_manifest,
)
from engine.core.errors import ArtifactDamaged, ArtifactMismatch, ArtifactMissing
from engine.retrieval.index import FaceIndex
from engine.retrieval.indexed_faces import read_faces, write_faces


@pytest.fixture
def folder(demo_artifacts: Path, tmp_path: Path) -> Path:
    """A copy of the demo artifacts to damage."""
    return Path(shutil.copytree(demo_artifacts, tmp_path / "artifacts"))


def refused(folder, error):
    """Return the message with which the engine refuses the folder."""
    with pytest.raises(error) as caught:
        Engine.open(folder)
    codes = {
        ArtifactMissing: "artifact_missing", ArtifactDamaged: "artifact_damaged", ArtifactMismatch: "artifact_mismatch",
    }  # fmt: skip
    assert caught.value.code == codes[type(caught.value)]
    return caught.value.message


def seal(folder, **facts):
    """Rewrite the manifest, as if the folder had been built with these files and facts."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    kept = {key: value for key, value in manifest.items() if key not in {"format", "files"}}
    write_manifest(folder, {**kept, **facts})


def alter_manifest(folder, change):
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    change(manifest)
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def test_a_complete_folder_opens(folder):
    found = open_artifacts(folder)
    finding = (found.finder, found.corners, found.plates)
    telling = (found.cost, found.symbols, found.symbol_references, found.frames, found.embedder)
    paths = (*finding, *telling, found.index, found.faces, found.judge, found.catalogue)
    assert [path.name for path in paths] == list(FILES)
    assert found.manifest["format"] == FORMAT


def test_the_shipped_folder_is_complete():
    assert open_artifacts(SHIPPED).folder == SHIPPED


@pytest.mark.parametrize("name", [*FILES, MANIFEST])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    message = refused(folder, ArtifactMissing)
    assert str(folder / name) in message
    assert "training index" in message


def test_a_missing_folder_is_named(tmp_path):
    assert str(tmp_path / "nowhere") in refused(tmp_path / "nowhere", ArtifactMissing)


@pytest.mark.parametrize("name", FILES)
def test_a_truncated_file_is_named_with_its_size(folder, name):
    path = folder / name
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(size // 2)
    message = refused(folder, ArtifactDamaged)
    assert str(path) in message
    assert f"{size // 2} bytes, not {size}" in message


@pytest.mark.parametrize("name", FILES)
def test_an_altered_byte_is_noticed(folder, name):
    path = folder / name
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 1]))
    message = refused(folder, ArtifactDamaged)
    assert str(path) in message
    assert "SHA-256" in message


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", *(f'{{"format": {FORMAT}{rest}' for rest in ("}", ', "files": []}', ', "files": {}}'))],
)
def test_a_manifest_without_files_is_damage(folder, text):
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    assert MANIFEST in refused(folder, ArtifactDamaged)


def test_a_manifest_in_another_encoding_is_damage(folder):
    (folder / MANIFEST).write_bytes(b"\xff\xfe\x00{")
    assert MANIFEST in refused(folder, ArtifactDamaged)


@pytest.mark.parametrize("number", [0, FORMAT + 1, "1", None])
def test_another_format_is_a_mismatch_that_names_both(folder, number):
    alter_manifest(folder, lambda manifest: manifest.update(format=number))
    message = refused(folder, ArtifactMismatch)
    assert str(folder) in message
    assert f"{number}" in message
    assert f"{FORMAT}" in message


@pytest.mark.parametrize("noted", ["0" * 64, None])
def test_an_index_of_another_embedder_is_refused(folder, noted):
    seal(folder, index={"embedder_sha256": noted})
    message = refused(folder, ArtifactMismatch)
    assert INDEX in message
    assert EMBEDDER in message


def test_a_manifest_without_the_index_s_embedder_is_a_mismatch(folder):
    alter_manifest(folder, lambda manifest: manifest.pop("index"))
    assert INDEX in refused(folder, ArtifactMismatch)


def test_rows_and_vectors_of_different_number_are_refused(folder):
    write_faces(folder / FACES, read_faces(folder / FACES)[:-1])
    seal(folder)
    assert "28 vectors, its list 27 faces" in refused(folder, ArtifactMismatch)


def test_names_the_catalogue_lacks_are_refused(folder):
    shutil.copyfile(SHIPPED / CATALOGUE, folder / CATALOGUE)
    seal(folder)
    assert "The catalogue lacks 28 names" in refused(folder, ArtifactMismatch)


def test_an_index_of_other_dimension_is_refused(folder):
    vectors = np.eye(28, 64, dtype=np.float32)
    FaceIndex.build(vectors).save(folder / INDEX)
    seal(folder)
    message = refused(folder, ArtifactMismatch)
    assert "64 numbers" in message
    assert "192" in message


def test_a_written_manifest_opens_and_keeps_its_facts(folder):
    write_manifest(folder, {"created": "2026-01-02", "note": "ä"})
    manifest = open_artifacts(folder).manifest
    assert (manifest["created"], manifest["note"]) == ("2026-01-02", "ä")
    assert manifest["files"][INDEX] == {
        "bytes": (folder / INDEX).stat().st_size,
        "sha256": sha256(folder / INDEX),
    }
