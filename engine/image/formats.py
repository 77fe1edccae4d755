"""Detect a picture's format from its first bytes; file names and types given by senders are not trusted."""

from __future__ import annotations

from enum import StrEnum

from engine.core.errors import BadImage


class ImageFormat(StrEnum):
    """Supported picture formats."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WebP"
    GIF = "GIF"
    HEIF = "HEIC"
    AVIF = "AVIF"


_MAGIC = (
    (b"\xff\xd8\xff", ImageFormat.JPEG),
    (b"\x89PNG\r\n\x1a\n", ImageFormat.PNG),
    (b"GIF87a", ImageFormat.GIF),
    (b"GIF89a", ImageFormat.GIF),
)
_OTHER_PICTURES = (
    (b"II*\0", "a TIFF or raw photo"),
    (b"MM\0*", "a TIFF or raw photo"),
    (b"%PDF-", "a PDF document"),
    (b"8BPS", "a Photoshop file"),
    (b"\0\0\1\0", "an icon"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (b"\x76\x2f\x31\x01", "an OpenEXR picture"),
    (b"gimp xcf", "a GIMP file"),
    (b"qoif", "a QOI picture"),
    (b"\x1aE\xdf\xa3", "a video"),
)
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_MAX_FTYP_BYTES = 256


def detect_format(data: bytes) -> ImageFormat:
    """Return the format of ``data``, a whole file; raises BadImage: empty_file, unsupported_image or not_an_image."""
    if not data:
        raise BadImage("empty_file", "The file is empty. Send it again, or send another photo.")
    for magic, image_format in _MAGIC:
        if data.startswith(magic):
            return image_format
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return ImageFormat.WEBP
    if data[4:8] == b"ftyp":  # the container that HEIC and AVIF share with videos
        length = min(int.from_bytes(data[:4], "big"), _MAX_FTYP_BYTES)
        # The main brand, its version (skipped), then the compatible brands.
        brands = {data[8:12], *(data[at : at + 4] for at in range(16, length, 4))}
        if brands & _AVIF_BRANDS:
            return ImageFormat.AVIF
        if brands & _HEIF_BRANDS:
            return ImageFormat.HEIF
    if other := _name_unsupported(data):
        raise BadImage(
            "unsupported_image", f"This is {other}, which can't be read here. Send the photo as JPEG or PNG."
        )
    raise BadImage("not_an_image", "This is not a picture. Send a photo as JPEG, PNG, WebP, HEIC, AVIF or GIF.")


def _name_unsupported(data: bytes) -> str | None:
    """Return what kind of unsupported picture or video ``data`` is, or None."""
    if data[4:8] == b"ftyp":
        return "a video or a raw photo"
    for magic, what in _OTHER_PICTURES:
        if data.startswith(magic):
            return what
    # Texts may also start with "BM"; the four reserved bytes of a bitmap are zero.
    if data[:2] == b"BM" and data[6:10] == bytes(4):
        return "a BMP picture"
    text = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith(b"<svg") or (text.startswith(b"<?xml") and b"<svg" in text):
        return "an SVG drawing"
    return None
