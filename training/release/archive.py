"""A finished artifact folder as one file, and back: a zip archive of known names and sizes, nothing else.

The same folder gives the same bytes (with one version of zlib): names in order, no times, no owners.
"""

from __future__ import annotations

import errno
import json
import shutil
import zipfile
import zlib
from pathlib import Path

from engine.core.artifacts import FILES, MANIFEST, open_artifacts
from engine.core.atomic_write import write_atomically

NAMES = (MANIFEST, *sorted(FILES))
NO_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip archive can tell."""
READABLE = 0o100644 << 16
"""A plain file that everybody may read, where zip keeps such things."""
LEVEL = 6
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""Ways to compress that need little memory to undo."""
MAX_MANIFEST_BYTES = 1 << 20
MAX_UNPACKED_BYTES = 4 << 30
"""Of all files together; those of half a million pictures take a tenth."""
CHUNK = 1 << 20


class ArchiveError(RuntimeError):
    """The archive is not one of an artifact folder, or is damaged; the message says what to do."""


def pack(folder: Path, out: Path) -> None:
    """Write a folder into an archive, which is there whole or not at all.

    Raises:
        ArtifactError: the folder is not complete and sound.
        OSError: the archive can't be written.
    """
    open_artifacts(folder)
    with (
        write_atomically(out) as part,
        zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive,
    ):
        for name in NAMES:
            member = zipfile.ZipInfo(name, NO_TIME)
            member.compress_type, member.external_attr, member.create_system = zipfile.ZIP_DEFLATED, READABLE, 3
            with (folder / name).open("rb") as source, archive.open(member, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target, CHUNK)


def unpack(archive: Path, folder: Path) -> None:
    """Unpack an archive into an empty folder: the files of an artifact folder, each as large as the manifest says.

    Raises:
        ArchiveError: it holds anything else, or is damaged.
        OSError: there is no room for its files.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = _members(opened)
            _copy(opened, members[MANIFEST], folder, MAX_MANIFEST_BYTES)
            sizes = _sizes(folder / MANIFEST)
            _check_room(folder, sum(sizes.values()))
            for name in sorted(FILES):
                if members[name].file_size != sizes[name]:
                    raise ArchiveError(_altered(f"{name} has not the size that its manifest tells"))
                _copy(opened, members[name], folder, sizes[name])
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError) as error:
        # RuntimeError is also zipfile's word for a member that wants a password; UnicodeDecodeError is for its name.
        if isinstance(error, ArchiveError):
            raise
        raise ArchiveError(_altered(str(error) or "it ends early")) from error
    except OSError as error:
        # What an altered directory makes zipfile look for before the file's beginning; a disk's errors are others.
        if error.errno != errno.EINVAL:
            raise
        raise ArchiveError(_altered("it tells places that it does not have")) from error


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the archive's members by name, where they are those of an artifact folder."""
    names = [member.filename for member in archive.infolist()]
    strange = sorted(set(names) - set(NAMES))
    missing = sorted(set(NAMES) - set(names))
    if strange or missing or len(names) != len(NAMES):
        told = f"{strange[0]!r} belongs to none" if strange else f"{(missing or names)[0]} is not there once"
        raise ArchiveError(f"This is no archive of an artifact folder: {told}. Make one with: python -m training pack.")
    if any(member.compress_type not in METHODS for member in archive.infolist()):
        raise ArchiveError(_altered("it is compressed in another way than pack does"))
    return {member.filename: member for member in archive.infolist()}


def _sizes(manifest: Path) -> dict[str, int]:
    """Return the bytes of each file, as a manifest tells them."""
    try:
        files = json.loads(manifest.read_bytes())["files"]
        return {name: int(files[name]["bytes"]) for name in FILES}
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise ArchiveError(_altered(f"its manifest can't be read ({error!r})")) from error


def _check_room(folder: Path, needed: int) -> None:
    if needed > MAX_UNPACKED_BYTES:
        raise ArchiveError(f"The archive holds {needed:,} bytes; more than {MAX_UNPACKED_BYTES:,} are not unpacked.")
    if needed > shutil.disk_usage(folder).free:
        raise OSError(f"{needed:,} bytes are to be unpacked, and the disk of {folder} has no room for them.")


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, limit: int) -> None:
    if member.file_size > limit:
        raise ArchiveError(_altered(f"{member.filename} has {member.file_size:,} bytes"))
    # The name is one of ours, and no path: nothing is written outside the folder, and no link is made.
    with archive.open(member) as source, (folder / member.filename).open("wb") as target:
        shutil.copyfileobj(source, target, CHUNK)


def _altered(what: str) -> str:
    return f"The archive is damaged or altered: {what}. Fetch it again, or pack it again."
