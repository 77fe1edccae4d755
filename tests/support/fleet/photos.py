"""Drawn photos, an artifact folder with their cards, and the results of the engine in this process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from engine import Engine, Identification
from training.release.index import build_index
from training.scene.demo_set import build_demo, demo_single_photo

SIZE_PX = (480, 640)
DISTINCT = 25


def build_artifacts(folder: Path) -> Path:
    """Return an artifact folder over the demo cards."""
    faces = build_demo(folder / "faces")
    build_index([faces.faces_csv], folder / "artifacts")
    return folder / "artifacts"


def kept(folder: Path) -> list[bytes]:
    """The photos of a folder, in the order of their names."""
    return [path.read_bytes() for path in sorted(folder.glob("*.jpg"))]


def draw_into(folder: Path) -> list[bytes]:
    """Draw the photos into a new folder: drawing takes many times as long as recognition."""
    folder.mkdir()
    for number, jpeg in enumerate(drawn()):
        (folder / f"{number:03d}.jpg").write_bytes(jpeg)
    return kept(folder)


def drawn(count: int = DISTINCT) -> list[bytes]:
    """JPEGs of one card each, of different cards, tables and light."""
    return [demo_single_photo(seed, SIZE_PX).jpeg for seed in range(1, count + 1)]


def distinct(jpeg: bytes, number: int) -> bytes:
    """The same photo in other bytes: a suffix that no decoder reads."""
    return jpeg + f"photo {number}".encode()


def said(result: Identification) -> dict[str, Any]:
    """The result for a photo without its timings."""
    return {key: value for key, value in json.loads(json.dumps(result.to_dict())).items() if key != "timings_ms"}


def expected(engine: Engine, jpegs: list[bytes]) -> list[dict[str, Any]]:
    """The results of the engine in this process."""
    return [said(engine.identify(jpeg, top_k=5)) for jpeg in jpegs]
