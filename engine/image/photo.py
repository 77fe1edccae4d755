"""Open users' photos as RGB pixels, or refuse them with an error that says what to do.

A :class:`Photo` decodes lazily, and no more than needed: finding cards takes a tenth of a phone photo's pixels, which a
JPEG yields in a fraction of the time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core.constants import MAX_PHOTO_BYTES, MAX_PHOTO_PIXELS, MIN_PHOTO_SIDE_PX
from engine.core.errors import BadImage, ImageSizeError
from engine.core.values import Rgb
from engine.image.decode import decode, orient, read_header, to_rgb
from engine.image.formats import ImageFormat, detect_format

MAX_ASPECT = 30
"""Most longer side over shorter side; ten cards in a row have 7."""
MAX_VIEW_PIXELS = 32_000_000
"""Above this a photo is decoded at half its size: cameras with more pixels resolve little more, and decoding takes
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


class Photo:
    """A picture, decoded on demand; safe to share between threads.

    Args:
        width, height: pixels, orientation applied.
        shrinks: the factors by which decoding can divide its sides, largest first.
        decode: returns the oriented pixels with sides divided by one of ``shrinks``; may raise BadImage.
    """

    def __init__(self, width: int, height: int, shrinks: tuple[int, ...], decode: Callable[[int], Rgb]) -> None:
        self.width, self.height, self.shrinks = width, height, shrinks
        self._decode = decode
        self._decoded: dict[int, Rgb] = {}
        self._lock = threading.Lock()

    def view(self, max_side_px: int) -> View:
        """Return the photo with its longer side at ``max_side_px``, never enlarged; may raise BadImage."""
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

        Photos of more than :data:`MAX_VIEW_PIXELS` are never returned at more than half their size. May raise BadImage.

        Args:
            min_scale: view pixels per photo pixel, 0..1.
        """
        shrink, pixels = self._at_least(min_scale)
        return View(pixels, 1 / shrink)

    def showing(self, size_px: float, wanted_px: float) -> View:
        """Return the photo, never enlarged, at a scale at which what has ``size_px`` in it has at least ``wanted_px``.

        May raise BadImage.
        """
        return self.at_scale(min(1.0, wanted_px / max(size_px, 1.0)))

    def mirror(self) -> Photo:
        """Return the photo mirrored left to right; both share what is decoded."""

        def decode_mirrored(shrink: int) -> Rgb:
            return np.ascontiguousarray(self.at_scale(1 / shrink).pixels[:, ::-1])

        return Photo(self.width, self.height, self.shrinks, decode_mirrored)

    def _at_least(self, min_scale: float) -> tuple[int, Rgb]:
        wanted = next((shrink for shrink in self.shrinks if 1 / shrink >= min_scale), self.shrinks[-1])
        with self._lock:
            if wanted not in self._decoded:
                self._decoded[wanted] = self._decode(wanted)
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
        if source.dtype != np.uint8 or not (source.ndim == 2 or (source.ndim == 3 and source.shape[2] in (3, 4))):
            found = f"{source.dtype} {source.shape}"
            raise BadImage("not_an_image", f"Pixels must be uint8 (height, width, 3), not {found}.")
        height, width = source.shape[:2]
        _check_size(width, height, MAX_PHOTO_PIXELS)
        return Photo(width, height, (1,), lambda _: to_rgb(source))
    data = source if isinstance(source, bytes) else _read_file(Path(source))
    if len(data) > MAX_PHOTO_BYTES:
        raise too_large_error()
    image_format = detect_format(data)
    header = read_header(image_format, data)
    buffered = image_format in (ImageFormat.WEBP, ImageFormat.AVIF)
    _check_size(header.width, header.height, MAX_BUFFERED_PIXELS if buffered else MAX_PHOTO_PIXELS)
    width, height = (header.height, header.width) if header.orientation >= 5 else (header.width, header.height)
    least = 2 if width * height > MAX_VIEW_PIXELS else 1
    shrinks = tuple(s for s in (8, 4, 2, 1) if s >= least) if image_format is ImageFormat.JPEG else (least,)
    return Photo(width, height, shrinks, lambda s: orient(decode(image_format, header, s), header.orientation))


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
    """Return a file's bytes, at most one more than allowed; may raise BadImage with code file_unreadable."""
    try:
        # Pipes and devices may never end.
        if path.exists() and not path.is_file():
            raise BadImage("file_unreadable", f"{path} is not a file. Name a picture file.")
        with path.open("rb") as file:
            return file.read(MAX_PHOTO_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise BadImage("file_unreadable", f"{path} can't be read: {reason}.") from error


def too_large_error() -> ImageSizeError:
    """Return the error for a file with too many bytes."""
    limit = f"{MAX_PHOTO_BYTES // 1024**2} MiB"
    return ImageSizeError("file_too_large", f"The file has more than {limit}. Send a smaller copy of the photo.")
