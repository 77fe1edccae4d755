"""Decode picture files to RGB arrays, with one decoder per format.

Decoders are called directly, not through Pillow's and pillow-heif's global registries: nothing is registered, no global
limit is changed, and no file can choose a decoder other than its format's.
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
"""Grey behind transparent parts: cards have black or white borders, and both stand out against it."""
STRIP_ROWS = 256
"""Rows converted at a time, to avoid a second full copy of a large picture; a multiple of all shrink factors."""

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
"""What decoders raise on damaged files, according to their documentation or fuzzing."""

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


def read_header(image_format: ImageFormat, data: bytes) -> Header:
    """Read a file's header without decoding any pixels; raises BadImage with code damaged_image."""
    if image_format in _READ_HEADER:
        return _READ_HEADER[image_format](data)
    with _failures_as_errors(image_format):
        if image_format is ImageFormat.AVIF:
            with AvifImageFile(io.BytesIO(data)) as picture:
                (width, height), exif = picture.size, picture.info.get("exif", b"")
        else:
            # The decoder applies the container's own rotation; EXIF would repeat it.
            (width, height), exif = _heif_picture(data).size, b""
        return Header(width, height, headers.read_orientation(exif), data)


def decode(image_format: ImageFormat, header: Header, shrink: int) -> Rgb:
    """Decode a picture as stored (not yet oriented), its sides divided by ``shrink``.

    Args:
        image_format: the file's format.
        header: the file's header.
        shrink: 1, 2, 4 or 8. A JPEG is decoded at that size (sides rounded up; the last row and column may be
            partly filled); all others are decoded at full size and averaged (sides rounded down).

    Raises:
        BadImage: damaged_image.
    """
    with _failures_as_errors(image_format):
        if image_format is ImageFormat.HEIF:
            pixels = np.asarray(_heif_picture(header.data))
            if pixels.shape[:2] != (header.height, header.width):
                raise damaged_error(image_format)
            return to_rgb(downscale(pixels, shrink))
        with _OPENERS[image_format](io.BytesIO(header.data)) as picture:
            if picture.size != (header.width, header.height):
                raise damaged_error(image_format)
            if isinstance(picture, JpegImageFile):
                picture.draft(None, (max(1, header.width // shrink), max(1, header.height // shrink)))
                shrink = 1
            picture.load()
            width, height = (side // shrink * shrink for side in picture.size)
            pixels = np.empty((height // shrink, width // shrink, 3), np.uint8)
            for top in range(0, height, STRIP_ROWS):
                bottom = min(top + STRIP_ROWS, height)
                strip = to_rgb(_to_uint8(picture.crop((0, top, width, bottom))))
                pixels[top // shrink : bottom // shrink] = downscale(strip, shrink)
            return pixels


def to_rgb(pixels: NDArray[np.uint8]) -> Rgb:
    """Convert grey, grey with alpha, RGB or RGBA pixels, uint8 (H, W[, 1 to 4]), to RGB."""
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    if pixels.shape[2] in (2, 4):
        alpha = pixels[..., -1:].astype(np.uint16)
        pixels = ((pixels[..., :-1] * alpha + BACKGROUND * (255 - alpha) + 127) // 255).astype(np.uint8)
    if pixels.shape[2] == 1:
        pixels = np.repeat(pixels, 3, axis=2)
    return np.ascontiguousarray(pixels)


def orient(pixels: Rgb, orientation: int) -> Rgb:
    """Apply EXIF's orientation (1..8): return pixels the way they are meant to be seen."""
    if orientation in (5, 7):
        pixels = np.asarray(cv2.transpose(pixels), np.uint8)
    turn = {3: cv2.ROTATE_180, 6: cv2.ROTATE_90_CLOCKWISE, 7: cv2.ROTATE_180, 8: cv2.ROTATE_90_COUNTERCLOCKWISE}
    if orientation in turn:
        return np.asarray(cv2.rotate(pixels, turn[orientation]), np.uint8)
    mirror = {2: 1, 4: 0}
    return np.asarray(cv2.flip(pixels, mirror[orientation]), np.uint8) if orientation in mirror else pixels


def downscale(pixels: NDArray[np.uint8], shrink: int) -> NDArray[np.uint8]:
    """Average pixels over squares of ``shrink``; incomplete squares at the right and bottom are cut off."""
    if shrink == 1:
        return pixels
    height, width = (side // shrink for side in pixels.shape[:2])
    whole = pixels[: height * shrink, : width * shrink]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _heif_picture(data: bytes) -> pillow_heif.HeifImage:
    file = pillow_heif.open_heif(io.BytesIO(data))
    return file[file.primary_index]


def _to_uint8(strip: Image.Image) -> NDArray[np.uint8]:
    """Convert pixels of any Pillow mode to uint8 grey, RGB or RGBA."""
    if strip.mode.startswith("I"):
        # One of Pillow's four modes with 16 bits per pixel; keep the upper eight.
        return (np.asarray(strip).clip(0, 0xFFFF) >> 8).astype(np.uint8)
    if strip.has_transparency_data:
        return np.asarray(strip.convert("RGBA"))
    return np.asarray(strip if strip.mode in {"L", "RGB"} else strip.convert("RGB"))


@contextmanager
def _failures_as_errors(image_format: ImageFormat) -> Iterator[None]:
    try:
        yield
    except _FAILURES as error:
        raise damaged_error(image_format) from error
