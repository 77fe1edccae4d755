"""Pack lists of faces into one small file for training: ``python -m training pack-faces``."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from tqdm import tqdm

from engine.core.errors import PhotoError
from engine.core.values import Rgb
from training.data.face_list import FacesCsvError, read_faces_csv, read_picture
from training.data.face_pack import PackedFace, write_pack

KINDS = ("real", "fan-made", "other")


def iterate_faces(kind: str, path: Path) -> Iterator[tuple[PackedFace, Path]]:
    """Yield the faces of a list and their files, without fan-made ones that show a real card.

    Args:
        kind: one of :data:`KINDS`; only real faces need names.
        path: a CSV; of real faces for :func:`training.data.face_list.read_faces_csv`, of others with the columns
            ``file`` and, if known, ``real_title``.

    Raises:
        FacesCsvError: the list can't be used.
    """
    if kind == "real":
        for row in read_faces_csv(path):
            yield PackedFace(row.name, row.set, kind, row.face), row.path
        return
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for other in csv.DictReader(lines):
                if not other.get("real_title"):
                    yield PackedFace("", "", kind), path.parent / other["file"]
    except (OSError, KeyError, UnicodeDecodeError) as error:
        raise FacesCsvError(f"{path} can't be read as a CSV with the column file: {error}") from error


def read_pictures(listed: list[tuple[PackedFace, Path]]) -> Iterator[tuple[PackedFace, Rgb]]:
    """Yield each face with its picture; report and leave out pictures that can't be read."""
    for face, path in tqdm(listed, unit="face", desc="packing"):
        try:
            yield face, read_picture(path)
        except PhotoError as error:
            tqdm.write(f"left out {path}: {error.message}", file=sys.stderr)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training pack-faces``."""
    for kind in KINDS:
        text = f"a list of {kind} faces"
        parser.add_argument(f"--{kind}", type=Path, action="append", default=[], metavar="CSV", help=text)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the pack to write")


def run(args: argparse.Namespace) -> int:
    """Pack and report."""
    lists = [(kind, path) for kind in KINDS for path in getattr(args, kind.replace("-", "_"))]
    listed = [face for kind, path in lists for face in iterate_faces(kind, path)]
    count = write_pack(args.out, read_pictures(listed))
    held_out = sum(face.held_out for face, _ in listed)
    print(f"{args.out}: {count} faces, {args.out.stat().st_size / 1e6:.1f} MB; {held_out} held out from training")
    return 0
