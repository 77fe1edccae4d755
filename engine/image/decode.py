"""Picture files -> RGB arrays, one opener per kind.

The decoders are called by name, not through Pillow's and pillow-heif's global registers: nothing
is registered, no global limit is changed, and no file can choose another decoder than its own.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import cv2
import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, ImageFile
from PIL.AvifImagePlugin import AvifImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from engine.core.values import Rgb
from engine.image import headers
from engine.image.formats import ImageFormat
from engine.image.headers import Header, damaged_error

BACKGROUND = 128
"""Grey put behind transparent parts: cards have black or white borders, and both stand out against it."""
STRIP_ROWS = 256
"""Rows converted at a time, so that no second full copy of a large picture is made; even, for halving."""

_FAILURES = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    AssertionError,
    RuntimeError,
    MemoryError,
    OverflowError,
    struct.error,
    Image.DecompressionBombError,
    Warning,
)
"""What decoders raise on broken files, as their documentation says or fuzzing showed."""

_READ_HEADER: Mapping[ImageFormat, Callable[[bytes], Header]] = {
    ImageFormat.JPEG: headers.read_jpeg,
    ImageFormat.PNG: headers.read_png,
    ImageFormat.GIF: headers.read_gif,
    ImageFormat.WEBP: headers.read_webp,
}
_OPENERS: Mapping[ImageFormat, Callable[[io.BytesIO], ImageFile.ImageFile]] = {
    ImageFormat.JPEG: JpegImageFile,
    ImageFormat.PNG: PngImageFile,
    ImageFormat.GIF: GifImageFile,
    ImageFormat.WEBP: WebPImageFile,
    ImageFormat.AVIF: AvifImageFile,
}


def read_header(kind: ImageFormat, data: bytes) -> Header:
    """Return a file's header, without decoding any pixel.

    Raises:
        BadImage: damaged_image.
    """
    if kind in _READ_HEADER:
        return _READ_HEADER[kind](data)
    with _failures_as_errors(kind):
        if kind is ImageFormat.AVIF:
            with AvifImageFile(io.BytesIO(data)) as picture:
                (width, height), exif = picture.size, picture.info.get("exif", b"")
        else:
            # The container's own turns are applied on decoding; what EXIF says of them would repeat them.
            (width, height), exif = _heif_picture(data).size, b""
        return Header(width, height, headers.orientation(exif), data)


def decode(kind: ImageFormat, header: Header, shrink: int) -> Rgb:
    """Return a picture as stored (not yet oriented), its sides divided by ``shrink``.

    Args:
        kind: of the file.
        header: as read from it.
        shrink: 1, 2, 4 or 8. A JPEG is decoded at that size (last row and column may be partly
            filled, sides are rounded up); all others are decoded whole and averaged (rounded down).

    Raises:
        BadImage: damaged_image.
    """
    with _failures_as_errors(kind):
        if kind is ImageFormat.HEIF:
            pixels = np.asarray(_heif_picture(header.pixels))
            if pixels.shape[:2] != (header.height, header.width):
                raise damaged_error(kind)
            return to_rgb(downscale(pixels, shrink))
        with _OPENERS[kind](io.BytesIO(header.pixels)) as picture:
            if picture.size != (header.width, header.height):
                raise damaged_error(kind)
            if isinstance(picture, JpegImageFile):
                picture.draft(None, (max(1, header.width // shrink), max(1, header.height // shrink)))
                shrink = 1
            picture.load()
            return _rgb(picture, shrink)


def to_rgb(pixels: NDArray[np.uint8]) -> Rgb:
    """Return grey, grey with alpha, RGB or RGBA pixels, uint8 (H, W[, 1 to 4]), as RGB."""
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    if pixels.shape[2] in (2, 4):
        alpha = pixels[..., -1:].astype(np.uint16)
        pixels = ((pixels[..., :-1] * alpha + BACKGROUND * (255 - alpha) + 127) // 255).astype(np.uint8)
    if pixels.shape[2] == 1:
        pixels = np.repeat(pixels, 3, axis=2)
    return np.ascontiguousarray(pixels)


def downscale(pixels: NDArray[np.uint8], shrink: int) -> NDArray[np.uint8]:
    """Return pixels averaged over squares of ``shrink``; what is left at the right and below is cut off."""
    if shrink == 1:
        return pixels
    height, width = (side // shrink for side in pixels.shape[:2])
    whole = pixels[: height * shrink, : width * shrink]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _heif_picture(data: bytes) -> pillow_heif.HeifImage:
    file = pillow_heif.open_heif(io.BytesIO(data))
    return file[file.primary_index]


def _rgb(picture: Image.Image, shrink: int) -> Rgb:
    """Return a loaded picture as RGB, divided by ``shrink``, one strip after the other."""
    width, height = (side // shrink * shrink for side in picture.size)
    pixels = np.empty((height // shrink, width // shrink, 3), np.uint8)
    for top in range(0, height, STRIP_ROWS):
        bottom = min(top + STRIP_ROWS, height)
        strip = to_rgb(_plain(picture.crop((0, top, width, bottom))))
        pixels[top // shrink : bottom // shrink] = downscale(strip, shrink)
    return pixels


def _plain(strip: Image.Image) -> NDArray[np.uint8]:
    """Return pixels of any mode Pillow knows as uint8 grey, RGB or RGBA."""
    if strip.mode.startswith("I"):
        # 16 bits per pixel, whichever of Pillow's four modes for it; the upper eight are seen.
        return (np.asarray(strip).clip(0, 0xFFFF) >> 8).astype(np.uint8)
    if strip.has_transparency_data:
        return np.asarray(strip.convert("RGBA"))
    return np.asarray(strip if strip.mode in {"L", "RGB"} else strip.convert("RGB"))


@contextmanager
def _failures_as_errors(kind: ImageFormat) -> Iterator[None]:
    try:
        yield
    except _FAILURES as error:
        raise damaged_error(kind) from error
