"""Pack an artifact folder into a zip file (``python -m training pack``), and unpack it.

The archive holds known names with known sizes, nothing else. The same folder gives the same bytes (with one version of
zlib): names in order, no times or owners.
"""

from __future__ import annotations

import argparse
import errno
import json
import shutil
import zipfile
import zlib
from pathlib import Path

from engine.core.artifacts import FILES, MANIFEST, open_artifacts, sha256
from engine.core.atomic_write import write_atomically
from training.data.errors import CommandError

NAMES = (MANIFEST, *sorted(FILES))
NO_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip archive can hold."""
READABLE = 0o100644 << 16
"""Mode of a plain file that everybody may read, as an external attribute of zip."""
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""Compression methods that need little memory to unpack."""
MAX_MANIFEST_BYTES = 1 << 20
MAX_UNPACKED_BYTES = 4 << 30
"""Of all files together; those of half a million pictures take a tenth."""
CHUNK = 1 << 20


class ArchiveError(CommandError):
    """The file is not an archive of an artifact folder, or is damaged."""


def pack(folder: Path, out: Path) -> None:
    """Write a folder into an archive, atomically; raises ArtifactError if the folder is incomplete or altered."""
    open_artifacts(folder)
    with write_atomically(out) as part, zipfile.ZipFile(part, "w") as archive:
        for name in NAMES:
            member = zipfile.ZipInfo(name, NO_TIME)
            member.compress_type, member.external_attr, member.create_system = zipfile.ZIP_DEFLATED, READABLE, 3
            with (folder / name).open("rb") as source, archive.open(member, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target, CHUNK)


def unpack(archive: Path, folder: Path) -> None:
    """Unpack an archive into an empty folder: the files of an artifact folder, with the sizes its manifest lists.

    Raises:
        ArchiveError: it holds anything else, or is damaged.
        OSError: there is no room for its files.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = _check_members(opened)
            _extract(opened, members[MANIFEST], folder, MAX_MANIFEST_BYTES)
            sizes = _read_sizes(folder / MANIFEST)
            for name in sorted(FILES):
                if members[name].file_size != sizes[name]:
                    raise _damaged(f"the size of {name} is not the one in its manifest")
                _extract(opened, members[name], folder, sizes[name])
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError) as error:
        # zipfile raises RuntimeError for encrypted members, UnicodeDecodeError for their names.
        raise _damaged(str(error) or "it ends early") from error
    except OSError as error:
        # An altered directory can make zipfile seek before the start of the file; other errors are the disk's.
        if error.errno != errno.EINVAL:
            raise
        raise _damaged("its directory points outside the file") from error


def _check_members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the members by name, provided they are those of an artifact folder."""
    names = [member.filename for member in archive.infolist()]
    unknown, missing = sorted(set(names) - set(NAMES)), sorted(set(NAMES) - set(names))
    if unknown or missing or len(names) != len(NAMES):
        reason = f"{unknown[0]!r} belongs to none" if unknown else f"{(missing or names)[0]} is missing or repeated"
        raise ArchiveError(
            f"This is not an archive of an artifact folder: {reason}. Make one with: python -m training pack."
        )
    if any(member.compress_type not in METHODS for member in archive.infolist()):
        raise _damaged("it uses another compression than pack does")
    return {member.filename: member for member in archive.infolist()}


def _read_sizes(manifest: Path) -> dict[str, int]:
    """Return the bytes of each file according to a manifest, provided the disk has room for all of them."""
    try:
        files = json.loads(manifest.read_bytes())["files"]
        sizes = {name: int(files[name]["bytes"]) for name in FILES}
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise _damaged(f"its manifest can't be read ({error!r})") from error
    needed = sum(sizes.values())
    if needed > MAX_UNPACKED_BYTES:
        raise ArchiveError(f"The archive holds {needed:,} bytes; more than {MAX_UNPACKED_BYTES:,} are not unpacked.")
    if needed > shutil.disk_usage(manifest.parent).free:
        raise OSError(f"The archive needs {needed:,} bytes; the disk of {manifest.parent} has no room for them.")
    return sizes


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, limit: int) -> None:
    if member.file_size > limit:
        raise _damaged(f"{member.filename} has {member.file_size:,} bytes")
    # The name is one of ours, and not a path: nothing is written outside the folder, and no link is made.
    with archive.open(member) as source, (folder / member.filename).open("wb") as target:
        shutil.copyfileobj(source, target, CHUNK)


def _damaged(reason: str) -> ArchiveError:
    return ArchiveError(f"The archive is damaged or altered: {reason}. Fetch it again, or pack it again.")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``python -m training pack``."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="artifact folder")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="zip archive to write")


def run(args: argparse.Namespace) -> int:
    """Pack, and print the command for other hosts."""
    pack(args.folder, args.out)
    print(f"{args.out}: {args.out.stat().st_size:,} bytes. To install it on any host, from a file or an https address:")
    print(f"python -m training install {args.out} --sha256 {sha256(args.out)} --out DIR")
    return 0
