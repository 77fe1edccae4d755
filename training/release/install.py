"""``python -m training install``: a packed artifact folder, from a file or an https address, put in place.

Nothing of it is looked into before its SHA-256 is the one given; what is unpacked has to open as an engine
before it takes the place of the folder in use, which is kept as the previous one.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from pathlib import Path

from engine.core.artifacts import sha256
from engine.core.errors import ArtifactError
from training.release.archive import ArchiveError, unpack
from training.release.download import Download, DownloadError, check_address
from training.release.self_retrieval import prove
from training.release.versions import ArtifactPlace, FolderError

DOWNLOAD = ".download-"
"""Beginning of the name of what has come of an archive, among the versions, so that the next run can go on."""


class WrongDigest(RuntimeError):
    """The archive is not the one that was named."""


def install(source: str, digest: str, out: Path) -> bool:
    """Put an archive's artifact folder in place; return False where its files are those in place.

    Args:
        source: path or https address of an archive.
        digest: its SHA-256, 64 hex digits.
        out: the folder, see :class:`ArtifactPlace`.

    Raises:
        WrongDigest: the archive is another one.
        DownloadError: it can't be fetched.
        ArchiveError: it is no archive of an artifact folder.
        ArtifactError: the folder in it can't be used with this version.
        FolderError: another process works on ``out``.
        OSError: a file can't be read or written.
    """
    place = ArtifactPlace(out)
    with place.work() as folder:
        archive = folder / "archive.zip"
        if "://" in source:
            _fetch(source, digest, place.versions, archive)
        else:
            # A copy, so that what is checked is what is unpacked.
            shutil.copyfile(source, archive)
        found = sha256(archive)
        if found != digest:
            raise WrongDigest(
                f"{source} has the SHA-256 {found}, not {digest}: it is another file, or damaged, and is not used. "
                "Ask whoever packed it for both again."
            )
        unpacked = folder / "unpacked"
        unpacked.mkdir()
        unpack(archive, unpacked)
        prove(unpacked)
        return place.put(unpacked)


def _fetch(url: str, digest: str, versions: Path, archive: Path) -> None:
    part = versions / f"{DOWNLOAD}{digest[:16]}"
    for left in versions.glob(f"{DOWNLOAD}*"):
        if left != part:
            left.unlink()
    Download(url, part).run()
    # Right or wrong, a second run with it would end as this one does.
    part.rename(archive)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training install``."""
    parser.add_argument("archive", metavar="ARCHIVE|URL", help="file or https address, made by: training pack")
    parser.add_argument("--sha256", type=_digest, required=True, metavar="HEX", help="its SHA-256, as pack told it")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="artifact folder to put it in place of")


def _digest(text: str) -> str:
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise argparse.ArgumentTypeError(f"a SHA-256 has 64 hex digits; this has {len(text)} letters")
    return text.lower()


def run(args: argparse.Namespace) -> int:
    """Install; exit code 2 where that is refused, and then nothing has changed."""
    try:
        if "://" in args.archive:
            check_address(args.archive)
        changed = install(args.archive, args.sha256, args.out)
    except (WrongDigest, DownloadError, ArchiveError, ArtifactError, FolderError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    place = ArtifactPlace(args.out)
    print(f"{place.out} leads to {place.out.resolve()}" if changed else "Nothing is new: the folder in place stays.")
    return 0
