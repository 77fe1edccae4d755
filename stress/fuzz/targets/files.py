"""Targets: files that may be written by others, truncated or altered."""

from __future__ import annotations

import math
from contextlib import closing, suppress
from functools import cache
from pathlib import Path

from bot.core.errors import SettingsError
from bot.core.settings import TOKEN_FILE, read_settings
from bot.store import Store, StoreError
from engine.core.artifacts import FILES, MANIFEST, open_artifacts
from engine.core.errors import ArtifactDamaged, ArtifactError, ConfirmationsError
from engine.learning.confirmations import StoredConfirmation, unpack_vectors
from engine.learning.sqlite_confirmations import SqliteConfirmations
from engine.pipeline.build import check_index_is_of_embedder
from engine.ranking.calibration import Calibration
from engine.ranking.features import FEATURES
from engine.retrieval.indexed_faces import read_faces
from stress.fuzz.targets.registry import as_text, target
from stress.fuzz.targets.scratch import empty_folder, scratch, write_scratch
from tests.support.bot.stored_values import answer
from training.data.face_list import FacesCsvError, read_faces_csv
from training.data.photo_labels import LabelsError, read_photo_labels

DIMENSION = 4


@target("manifest", refuses=(ArtifactError,))
def manifest(data: bytes) -> None:
    folder = _artifact_folder()
    (folder / MANIFEST).write_bytes(data)
    artifacts = open_artifacts(folder)
    assert artifacts.manifest["files"].keys() >= set(FILES)
    check_index_is_of_embedder(artifacts)


@target("judge", refuses=(ArtifactError,))
def judge(data: bytes) -> None:
    calibration = Calibration.open(write_scratch("judge.json", data))
    assert math.isfinite(calibration.odds(dict.fromkeys(FEATURES, 1.0)))


@target("faces", refuses=(ArtifactDamaged,))
def faces(data: bytes) -> None:
    for face in read_faces(write_scratch("faces.csv", data)):
        assert isinstance(face.name, str)


@target("labels", refuses=(LabelsError,))
def labels(data: bytes) -> None:
    path = write_scratch("labels.csv", data)
    with suppress(FacesCsvError):
        assert all(row.path.is_relative_to(path.parent) or row.path.is_absolute() for row in read_faces_csv(path))
    for photo in read_photo_labels(path):
        assert len(photo.labels) <= photo.cards_visible


@target("overlay", refuses=(ConfirmationsError,), longest=16_384)
def overlay(data: bytes) -> None:
    path = write_scratch("overlay.sqlite", data)
    for beside in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + beside).unlink(missing_ok=True)
    opened = SqliteConfirmations.open(path)
    try:
        entries = opened.entries()
        with suppress(ValueError):
            assert unpack_vectors(list(entries.values()), DIMENSION).shape == (len(entries), DIMENSION)
        ident = opened.add(StoredConfirmation("Fog", "lea", "1", "user 1", "2026-01-01", "abc", b"\0\x3c" + bytes(6)))
        assert ident in opened.entries()
        assert opened.revoke(ident)
        assert opened.revoke_origin("user 2") >= 0
        assert ident not in opened.entries()
    finally:
        opened.close()


@target("store", refuses=(StoreError,), longest=16_384)
def store(data: bytes) -> None:
    path = empty_folder("store") / "store.sqlite"
    path.write_bytes(data)
    with closing(Store(path)) as opened:
        opened.answer("first")
        opened.corrections()
        opened.guild(1)
        opened.add_answer(answer("another"))
        assert opened.answer("another") is not None
        opened.forget_user(answer().asker_id)
        assert opened.answer("another") is None


@target("settings", refuses=(SettingsError,))
def settings(data: bytes) -> None:
    file, _, exported = data.partition(b"\0\n")
    path = write_scratch("settings.env", file)
    pairs = (line.partition("=") for line in as_text(exported).splitlines())
    read = read_settings({name: value for name, _, value in pairs if name != TOKEN_FILE}, path)
    assert 1 <= read.max_waiting <= 1000
    assert read.http is None or str(read.http).endswith(f":{read.http.port}")


@cache
def _artifact_folder() -> Path:
    """Return a folder of one-byte files with the hash that is in the seeds."""
    folder = scratch() / "artifacts"
    folder.mkdir()
    for name in FILES:
        (folder / name).write_bytes(b"\n")
    return folder
