"""Artifact folders with tiny files, for tests that only move or check them."""

from __future__ import annotations

from pathlib import Path

from engine.core.artifacts import FILES, write_manifest
from training.release.artifact_place import ArtifactPlace


def fill(folder: Path, text: str) -> None:
    """Make an artifact folder that every check but an engine's accepts; ``text`` goes into each file."""
    for name in FILES:
        (folder / name).write_text(f"{name} of {text}")
    write_manifest(folder, {"of": text})


def put(place: ArtifactPlace, text: str) -> bool:
    """Put such a folder in place."""
    with place.work() as folder:
        fill(folder, text)
        return place.put(folder)
