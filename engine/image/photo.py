"""Open users' photos as RGB pixels, or refuse them with an error that says what to do.

A :class:`Photo` decodes lazily, and no more than needed: finding cards takes a tenth of a phone photo's pixels, which a
JPEG yields in a fraction of the time.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core.constants import MAX_PHOTO_BYTES, MAX_PHOTO_PIXELS, MIN_PHOTO_SIDE_PX
from engine.core.errors import BadImage, ImageSizeError
from engine.core.values import Rgb
from engine.image import decode
from engine.image.formats import ImageFormat, detect_format

MAX_ASPECT = 30
"""Most longer side over shorter side; ten cards in a row have 7."""
MAX_VIEW_PIXELS = 32_000_000
"""Above this a photo is decoded at half its size: cameras with more pixels hardly resolve them, and decoding takes
seven bytes per pixel."""
MAX_BUFFERED_PIXELS = 25_000_000
"""Most pixels of WebP and AVIF, whose decoders use up to 16 bytes per pixel. No camera writes them."""

Grey = NDArray[np.uint8]
"""uint8 (height, width)."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A photo at some scale.

    Attributes:
        pixels: uint8 (H, W, 3) RGB, oriented.
        scale: view pixels per photo pixel, 0..1: ``x_photo = x_view / scale``, the same for y.
            Exact along the longer side; rounding the shorter side to whole pixels shifts
            points by at most one pixel of the view.
    """

    pixels: Rgb
    scale: float


class _Source(Protocol):
    """The source of a photo's pixels."""

    width: int
    height: int
    shrinks: tuple[int, ...]

    def decode(self, shrink: int) -> Rgb:
        """Return the oriented pixels with sides divided by ``shrink``, one of ``shrinks`` (descending)."""


class Photo:
    """A picture, decoded on demand; safe to share between threads."""

    def __init__(self, source: _Source) -> None:
        self._source = source
        self._decoded: dict[int, Rgb] = {}
        self._lock = threading.Lock()

    @property
    def width(self) -> int:
        """Pixels from left to right, orientation applied."""
        return self._source.width

    @property
    def height(self) -> int:
        """Pixels from top to bottom, orientation applied."""
        return self._source.height

    @property
    def shrinks(self) -> tuple[int, ...]:
        """The factors by which decoding can divide its sides, largest first."""
        return self._source.shrinks

    def view(self, max_side_px: int) -> View:
        """Return the photo with its longer side at ``max_side_px``, never enlarged.

        Raises:
            BadImage: damaged_image.
        """
        longer = max(self.width, self.height)
        factor = min(1.0, max_side_px / longer)
        _, pixels = self._at_least(factor)
        # From the photo's own size, because decoders that shrink round up.
        size = max(1, round(self.width * factor)), max(1, round(self.height * factor))
        if pixels.shape[1::-1] != size:
            pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
        return View(pixels, max(size) / longer)

    def at_scale(self, min_scale: float) -> View:
        """Return the photo at the smallest scale of ``min_scale`` or more that needs no resizing.

        Photos of more than :data:`MAX_VIEW_PIXELS` are never returned at more than half their size.

        Args:
            min_scale: view pixels per photo pixel, 0..1.

        Raises:
            BadImage: damaged_image.
        """
        shrink, pixels = self._at_least(min_scale)
        return View(pixels, 1 / shrink)

    def mirror(self) -> Photo:
        """Return the photo mirrored left to right; both share what is decoded."""
        return Photo(_MirroredSource(self))

    def _at_least(self, min_scale: float) -> tuple[int, Rgb]:
        fitting = [shrink for shrink in self._source.shrinks if 1 / shrink >= min_scale]
        wanted = fitting[0] if fitting else self._source.shrinks[-1]
        with self._lock:
            if wanted not in self._decoded:
                self._decoded[wanted] = self._source.decode(wanted)
            return wanted, self._decoded[wanted]


def open_photo(source: bytes | str | Path | Rgb | Grey) -> Photo:
    """Open a photo and check its size; its pixels are decoded later.

    Args:
        source: the bytes of a JPEG, PNG, WebP, HEIC, AVIF or GIF file, the path of one, or pixels:
            uint8 (H, W, 3) RGB, (H, W, 4) RGBA or (H, W) grey.

    Raises:
        BadImage: file_unreadable, empty_file, not_an_image, unsupported_image or damaged_image.
        ImageSizeError: file_too_large, too_many_pixels or image_too_small.
    """
    if isinstance(source, np.ndarray):
        return Photo(_ArraySource(source))
    return Photo(_FileSource(source if isinstance(source, bytes) else _read_file(Path(source))))


class _MirroredSource:
    """Another photo, mirrored left to right."""

    def __init__(self, photo: Photo) -> None:
        self.width, self.height, self.shrinks = photo.width, photo.height, photo.shrinks
        self._photo = photo

    def decode(self, shrink: int) -> Rgb:
        return np.ascontiguousarray(self._photo.at_scale(1 / shrink).pixels[:, ::-1])


class _ArraySource:
    """An array of pixels."""

    shrinks: tuple[int, ...] = (1,)

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        if pixels.dtype != np.uint8 or not (pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] in (3, 4))):
            found = f"{pixels.dtype} {pixels.shape}"
            raise BadImage("not_an_image", f"Pixels must be uint8 (height, width, 3), not {found}.")
        self.height, self.width = pixels.shape[:2]
        _check_size(self.width, self.height, MAX_PHOTO_PIXELS)
        self._pixels = pixels

    def decode(self, shrink: int) -> Rgb:
        return decode.downscale(decode.to_rgb(self._pixels), shrink)


class _FileSource:
    """A picture file in memory."""

    def __init__(self, data: bytes) -> None:
        if len(data) > MAX_PHOTO_BYTES:
            raise too_large_error()
        self._format = detect_format(data)
        self._header = header = decode.read_header(self._format, data)
        buffered = self._format in (ImageFormat.WEBP, ImageFormat.AVIF)
        _check_size(header.width, header.height, MAX_BUFFERED_PIXELS if buffered else MAX_PHOTO_PIXELS)
        turned = header.orientation >= 5
        self.width, self.height = (header.height, header.width) if turned else (header.width, header.height)
        least = 2 if header.width * header.height > MAX_VIEW_PIXELS else 1
        is_jpeg = self._format is ImageFormat.JPEG
        self.shrinks = tuple(s for s in (8, 4, 2, 1) if s >= least) if is_jpeg else (least,)

    def decode(self, shrink: int) -> Rgb:
        return decode.orient(decode.decode(self._format, self._header, shrink), self._header.orientation)


def _check_size(width: int, height: int, max_pixels: int) -> None:
    """Raise ImageSizeError unless the picture's size is supported."""
    if width * height > max_pixels:
        limit = f"{max_pixels // 1_000_000} megapixels"
        raise ImageSizeError(
            "too_many_pixels", f"The picture has {width} x {height} pixels, more than {limit}. Send a smaller copy."
        )
    short, long = sorted((width, height))
    if short < MIN_PHOTO_SIDE_PX or long > MAX_ASPECT * short:
        raise ImageSizeError(
            "image_too_small",
            f"The picture has {width} x {height} pixels, too few to make out a card. Send a larger one.",
        )


def _read_file(path: Path) -> bytes:
    """Return a file's bytes.

    Raises:
        BadImage: file_unreadable.
        ImageSizeError: file_too_large; the rest is not read.
    """
    try:
        # Pipes and devices may never end.
        if path.exists() and not path.is_file():
            raise BadImage("file_unreadable", f"{path} is not a file. Name a picture file.")
        with path.open("rb") as file:
            data = file.read(MAX_PHOTO_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise BadImage("file_unreadable", f"{path} can't be read: {reason}.") from error
    if len(data) > MAX_PHOTO_BYTES:
        raise too_large_error()
    return data


def too_large_error() -> ImageSizeError:
    """Return the error for a file with too many bytes."""
    limit = f"{MAX_PHOTO_BYTES // 1024**2} MiB"
    return ImageSizeError("file_too_large", f"The file has more than {limit}. Send a smaller copy of the photo.")
