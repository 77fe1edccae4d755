"""The artifact folder: a manifest and the files it lists. Only this module knows their names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.core.errors import ArtifactDamaged, ArtifactMismatch, ArtifactMissing

SHIPPED = Path(__file__).parents[1] / "data"
"""The artifacts in the package."""
FORMAT = 5
"""Increased whenever this code can no longer read older folders, or older code can't read newer ones."""

MANIFEST = "manifest.json"
FINDER = "finder.onnx"
CORNERS = "corners.onnx"
PLATES = "plates.onnx"
COST = "cost.onnx"
SYMBOLS = "symbols.onnx"
SYMBOL_REFERENCES = "symbols.json"
FRAMES = "frames.onnx"
EMBEDDER = "embedder.onnx"
INDEX = "index.faiss"
FACES = "faces.csv"
JUDGE = "judge.json"
CATALOGUE = "catalogue.sqlite"
FILES = (
    FINDER, CORNERS, PLATES, COST, SYMBOLS, SYMBOL_REFERENCES, FRAMES, EMBEDDER, INDEX, FACES, JUDGE, CATALOGUE,
)  # fmt: skip
"""In the order of the fields of :class:`Artifacts`."""

REMEDY = "Fetch the folder again, or build it: python -m training index --faces FACES.csv --out DIR."


@dataclass(frozen=True, slots=True)
class Artifacts:
    """A folder with all its files, checked against its manifest.

    Attributes:
        finder: the network that finds cards in a photo.
        corners: the network that refines each card's corners.
        plates: the network that finds name plates.
        cost: the network that reads mana costs.
        symbols: the network that recognises set symbols.
        symbol_references: the vectors of the known symbols.
        frames: the network that tells frames and borders.
        embedder: the picture network.
        index: the vectors of the known faces.
        faces: the card and printing of each row of the index.
        judge: the weights of the ranker.
        catalogue: names, printings and titles.
    """

    folder: Path
    manifest: Mapping[str, Any]
    finder: Path
    corners: Path
    plates: Path
    cost: Path
    symbols: Path
    symbol_references: Path
    frames: Path
    embedder: Path
    index: Path
    faces: Path
    judge: Path
    catalogue: Path


def open_artifacts(folder: Path) -> Artifacts:
    """Check a folder's files against the sizes and hashes in its manifest, and return it.

    Raises:
        ArtifactMissing: the folder, its manifest or one of its files is missing.
        ArtifactDamaged: the manifest is unreadable, or a file differs from it.
        ArtifactMismatch: the folder has another format than this code reads.
    """
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ArtifactMissing(f"{path} is not there: {folder} is not an artifact folder. {REMEDY}") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ArtifactDamaged(f"{path} can't be read ({error}). {REMEDY}") from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        raise ArtifactDamaged(f"{path} is not a manifest: it lists no files. {REMEDY}")
    if not isinstance(manifest.get("index", {}), dict):
        raise ArtifactDamaged(f"{path} is not a manifest: its index entry is not an object. {REMEDY}")
    if manifest.get("format") != FORMAT:
        raise ArtifactMismatch(f"{folder} has format {manifest.get('format')}, this version reads {FORMAT}. {REMEDY}")
    for name in FILES:
        path, expected = folder / name, manifest["files"].get(name)
        if not isinstance(expected, dict):
            raise ArtifactDamaged(f"{folder / MANIFEST} does not list {name}. {REMEDY}")
        if not path.is_file():
            raise ArtifactMissing(f"{path} is not there. {REMEDY}")
        size = path.stat().st_size
        if size != expected.get("bytes"):
            raise ArtifactDamaged(
                f"{path} has {size} bytes, not {expected.get('bytes')}: it is truncated or altered. {REMEDY}"
            )
        check_sha256(path, expected.get("sha256"), REMEDY)
    return Artifacts(folder, manifest, *(folder / name for name in FILES))


def write_manifest(folder: Path, facts: Mapping[str, Any]) -> None:
    """Write the manifest of a folder with all of :data:`FILES`; ``facts`` are other entries: version, dates, counts."""
    files = {name: {"bytes": (folder / name).stat().st_size, "sha256": sha256(folder / name)} for name in FILES}
    text = json.dumps({"format": FORMAT, **facts, "files": files}, indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def fingerprint(manifest: Mapping[str, Any]) -> str:
    """Return 12 hex digits that change with any file of a folder; the manifest must have been checked."""
    hashes = {name: manifest["files"][name]["sha256"] for name in FILES}
    return hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()[:12]


def sha256(path: Path) -> str:
    """Return the file's SHA-256 as hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_sha256(path: Path, expected: Any, remedy: str) -> None:
    """Raise :class:`ArtifactDamaged` unless a file has the ``expected`` SHA-256; ``remedy`` says what to do then."""
    if sha256(path) != expected:
        raise ArtifactDamaged(f"{path} is altered: its SHA-256 is not the expected one. {remedy}")
