"""Target: photos that users send."""

from __future__ import annotations

import zlib
from contextlib import suppress

from engine.core.errors import PhotoError
from engine.image.photo import MAX_ASPECT, open_photo
from stress.fuzz.targets.registry import target

PNG = b"\x89PNG\r\n\x1a\n"
MOST_PIXELS = 4_000_000
"""Larger pictures are opened but not decoded, because one would take a second."""


@target("image", refuses=(PhotoError,), longest=4096)
def image(data: bytes) -> None:
    if data.startswith(PNG):
        with suppress(PhotoError):
            _check_photo(data)
        # Chunk checksums would reject nearly every change: with correct ones the input gets further.
        data = with_correct_checksums(data)
    _check_photo(data)


def with_correct_checksums(data: bytes) -> bytes:
    """Return a PNG file with correct checksums of all complete chunks."""
    parts, at = [data[: len(PNG)]], len(PNG)
    while at + 12 <= len(data):
        end = at + 8 + int.from_bytes(data[at : at + 4], "big")
        if end + 4 > len(data):
            break
        parts += [data[at:end], zlib.crc32(data[at + 4 : end]).to_bytes(4, "big")]
        at = end + 4
    return b"".join([*parts, data[at:]])


def _check_photo(data: bytes) -> None:
    photo = open_photo(data)
    assert 0 < photo.width <= MAX_ASPECT * photo.height <= MAX_ASPECT**2 * photo.width
    if photo.width * photo.height > MOST_PIXELS:
        return
    small = photo.view(48)
    assert max(small.pixels.shape[:2]) == 48 or max(photo.width, photo.height) < 48
    assert photo.at_scale(1.0).pixels.shape == (photo.height, photo.width, 3)
    assert (photo.mirror().view(48).pixels.shape) == small.pixels.shape
