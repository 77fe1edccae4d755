"""Artifacts that know no foreign title, to measure cards in languages that a catalogue lacks."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from engine.core.artifacts import CATALOGUE, SHIPPED, open_artifacts, write_manifest


def forget_foreign_titles(artifacts: Path | None, out: Path) -> Path:
    """Copy an artifact folder, the shipped one if None, to ``out`` without foreign titles; return ``out``.

    Raises:
        ArtifactError: the folder is not complete.
    """
    source = open_artifacts(artifacts or SHIPPED)
    shutil.copytree(source.folder, out, dirs_exist_ok=True)
    with closing(sqlite3.connect(out / CATALOGUE)) as database:
        with database:
            database.execute("DELETE FROM titles")
        database.execute("VACUUM")
    write_manifest(out, {key: value for key, value in source.manifest.items() if key not in ("format", "files")})
    return out
