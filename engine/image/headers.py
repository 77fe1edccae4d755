"""Read a picture file's size and orientation, and extract the part that the decoder needs.

This happens before any decoder sees the file, so that a picture that would fill the memory is refused at no cost.
Of JPEG and PNG only what is needed for the pixels is passed on, without colour profiles, texts, thumbnails, further
pictures and whatever else a file may hide. All readers raise :class:`BadImage` with code damaged_image.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from engine.core.errors import BadImage

MAX_PARTS = 100_000
"""Most segments or chunks of a file; the longest genuine files have about ten thousand, hostile ones millions."""
MAX_JPEG_SCANS = 100
"""Most scans of a JPEG; each passes over the whole picture, and progressive photos have about ten."""

_ORIENTATION_TAG, _SHORT = 0x0112, 3
_EXIF_MARK = b"Exif\0\0"

# JPEG markers (second byte, after 0xFF).
_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_SOS, _EOI, _APP1, _COM = 0xDA, 0xD9, 0xE1, 0xFE
_METADATA = (frozenset(range(0xE1, 0xF0)) - {0xEE}) | {_COM}
"""All APPn but 0 and 14, which define the colour coding."""

_PIXEL_CHUNKS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})


@dataclass(frozen=True, slots=True)
class Header:
    """A picture file's header.

    Attributes:
        width, height: pixels as stored, before orientation.
        orientation: 1..8 as in EXIF; 1 is upright.
        data: the file as passed to the decoder.
    """

    width: int
    height: int
    orientation: int
    data: bytes


def read_jpeg(data: bytes) -> Header:
    """Read a JPEG file; if it holds several pictures, the first."""
    size, exif, kept = None, b"", [data[:2]]
    for marker, start, end in _jpeg_segments(data):
        if marker in _SOF:
            if size or end - start < 10:
                raise damaged_error("JPEG")
            size = struct.unpack(">HH", data[start + 5 : start + 9])
        if marker == _APP1 and not exif and data.startswith(_EXIF_MARK, start + 4):
            exif = data[start + 4 : end]
        if marker not in _METADATA:
            kept.append(data[start:end])
    # In coded pixels 0xFF is always followed by zero, so this counts scans only.
    if size is None or kept[-1].count(b"\xff\xda") > MAX_JPEG_SCANS:
        raise damaged_error("JPEG")
    return Header(width=size[1], height=size[0], orientation=read_orientation(exif), data=b"".join(kept))


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield (marker, start, end) of each segment up to the first scan, which ends where the picture does."""
    at = 2
    for _ in range(MAX_PARTS):
        # Any number of 0xFF may precede a marker; decoders skip other bytes there.
        at = data.find(b"\xff", at)
        while at >= 0 and data[at + 1 : at + 2] == b"\xff":
            at += 1
        if at < 0 or at + 4 > len(data) or data[at + 1] == _EOI:
            break
        marker = data[at + 1]
        if marker == _SOS:
            # Phones append further pictures and videos to the first one.
            end = data.find(b"\xff\xd9", at)
            yield marker, at, end + 2 if end >= 0 else len(data)
            return
        if marker in _STANDALONE or marker == 0:
            at += 2
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if end < at + 4 or end > len(data):
            break
        yield marker, at, end
        at = end
    raise damaged_error("JPEG")


def read_png(data: bytes) -> Header:
    """Read a PNG file; of an animated one, the picture for viewers without animation."""
    exif, kept = b"", [data[:8]]
    for kind, start, end in _png_chunks(data):
        if kind in _PIXEL_CHUNKS:
            kept.append(data[start:end])
        elif kind == b"eXIf":
            exif = data[start + 8 : end - 4]
    if len(kept) < 2 or kept[1][4:8] != b"IHDR" or len(kept[1]) != 25:
        raise damaged_error("PNG")
    width, height = struct.unpack(">II", kept[1][8:16])
    return Header(width, height, read_orientation(exif), b"".join(kept))


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield (type, start, end) of each chunk; the last one may be cut off."""
    at = 8
    for _ in range(MAX_PARTS):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        kind = data[at + 4 : at + 8]
        if len(kind) < 4:
            return
        yield kind, at, min(end, len(data))
        if kind == b"IEND":
            return
        at = end
    raise damaged_error("PNG")


def read_gif(data: bytes) -> Header:
    """Read a GIF file; its size is that of the screen, or of the first frame if that is larger."""
    try:
        width, height, flags = struct.unpack_from("<HHB", data, 6)
        # The header has 13 bytes; a palette may follow.
        at = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
        for _ in range(MAX_PARTS):
            if data[at] == ord(","):
                left, top, frame_width, frame_height = struct.unpack_from("<HHHH", data, at + 1)
                return Header(max(width, left + frame_width), max(height, top + frame_height), 1, data)
            if data[at] == ord("!"):
                # An extension: its label, then blocks preceded by their lengths, the last one of length 0.
                at += 2
                while data[at]:
                    at += 1 + data[at]
            elif data[at] == ord(";"):
                break
            at += 1
    except (struct.error, IndexError) as error:
        raise damaged_error("GIF") from error
    raise damaged_error("GIF")


def read_webp(data: bytes) -> Header:
    """Read a WebP file."""
    kind, body = data[12:16], data[20:30]
    if len(body) < 10:
        raise damaged_error("WebP")
    if kind == b"VP8X":
        width, height = (1 + int.from_bytes(body[at : at + 3], "little") for at in (4, 7))
    elif kind == b"VP8L" and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    elif kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = (int.from_bytes(body[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    else:
        raise damaged_error("WebP")
    exif, at = b"", 12
    for _ in range(MAX_PARTS):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] == b"EXIF":
            exif = data[at + 8 : at + 8 + length]
            break
        # Chunks start at even offsets.
        at += 8 + length + length % 2
        if at + 8 > len(data):
            break
    else:
        raise damaged_error("WebP")
    return Header(width, height, read_orientation(exif), data)


def read_orientation(exif: bytes) -> int:
    """Return the orientation (1..8) in an EXIF block, 1 if it has none or an invalid one."""
    block = exif.removeprefix(_EXIF_MARK)
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    if order is None:
        return 1
    try:
        (directory,) = struct.unpack_from(f"{order}I", block, 4)
        (entries,) = struct.unpack_from(f"{order}H", block, directory)
        for entry in range(entries):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", block, directory + 2 + 12 * entry)
            if tag == _ORIENTATION_TAG and kind == _SHORT and 1 <= value <= 8:
                return int(value)
    except struct.error:
        return 1
    return 1


def damaged_error(image_format: str) -> BadImage:
    """Return the error for a damaged or truncated file."""
    return BadImage(
        "damaged_image", f"This {image_format} file is damaged or incomplete. Send it again, or send another photo."
    )
