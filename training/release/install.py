"""``python -m training install``: install a packed artifact folder from a file or an https address.

Nothing in it is read before its SHA-256 has been checked. The unpacked folder must open as an engine before it replaces
the folder in use, which is kept as the previous one.
"""

from __future__ import annotations

import argparse
import re
import shutil
from pathlib import Path

from engine import Engine
from engine.core.artifacts import sha256
from training.data.errors import CommandError
from training.release.archive import unpack
from training.release.artifact_place import ArtifactPlace
from training.release.download import check_address, download

DOWNLOAD = ".download-"
"""Prefix of partial downloads, which are kept among the versions so that the next run can continue."""


def install(source: str, digest: str, place: ArtifactPlace) -> bool:
    """Install an archive's artifact folder; return False if its files are those already in place.

    Args:
        source: path or https address of an archive.
        digest: its SHA-256, 64 hex digits.
        place: where its folder goes.

    Raises:
        CommandError: it can't be downloaded, is another archive or not one of ours, or ``place`` is in use.
        ArtifactError: its folder can't be used with this version.
        OSError: a file can't be read or written.
    """
    with place.work() as folder:
        archive = folder / "archive.zip"
        if "://" in source:
            part = place.versions / f"{DOWNLOAD}{digest[:16]}"
            for other in place.versions.glob(f"{DOWNLOAD}*"):
                if other != part:
                    other.unlink()
            download(source, part)
            # Not kept for the next run, which would end the same way.
            part.rename(archive)
        else:
            # Copied, so that the checked file is the one that is unpacked.
            shutil.copyfile(source, archive)
        found = sha256(archive)
        if found != digest:
            raise CommandError(
                f"{source} has the SHA-256 {found}, not {digest}: it is another file, or damaged, and is not used. "
                "Get both again from where it was packed."
            )
        unpacked = folder / "unpacked"
        unpacked.mkdir()
        unpack(archive, unpacked)
        Engine.open(unpacked).close()
        return place.put(unpacked)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``python -m training install``."""
    parser.add_argument("archive", metavar="ARCHIVE|URL", help="file or https address, made by: training pack")
    parser.add_argument(
        "--sha256", type=parse_digest, required=True, metavar="HEX", help="its SHA-256, as printed by pack"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="artifact folder to replace")


def parse_digest(text: str) -> str:
    """Return a SHA-256 in lower case."""
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise argparse.ArgumentTypeError(f"a SHA-256 has 64 hex digits; this has {len(text)} characters")
    return text.lower()


def run(args: argparse.Namespace) -> int:
    """Install; on failure nothing has changed."""
    if "://" in args.archive:
        check_address(args.archive)
    place = ArtifactPlace(args.out)
    changed = install(args.archive, args.sha256, place)
    print(f"{place.out} leads to {place.out.resolve()}" if changed else "Nothing is new: the folder in place stays.")
    return 0
