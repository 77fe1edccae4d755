"""Files that users send by accident or out of malice, drawn and broken here, with what must become of each.

>>> for file in hostile_files():
...     print(file.name, file.code, len(file.data))
"""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from functools import cache

import numpy as np
import pillow_heif
from PIL import Image

WIDTH, HEIGHT = 96, 64
"""Size of every readable picture."""


@dataclass(frozen=True)
class HostileFile:
    """A file and what opening and decoding it must lead to.

    Attributes:
        name: what is odd about it; unique, fit for a test's id.
        data: its bytes.
        code: of the error expected, or None if it is readable.
    """

    name: str
    data: bytes
    code: str | None


def draw_picture(width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """Return uint8 (height, width, 3): smooth, and different in each corner."""
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    return np.stack([40 + 180 * x, 40 + 180 * y, 200 - 120 * x * y], axis=2).astype(np.uint8)


def encode(form: str, pixels: np.ndarray | Image.Image | None = None, **options: object) -> bytes:
    """Return a picture as a file of Pillow's format ``form`` (or ``HEIF``)."""
    pixels = draw_picture() if pixels is None else pixels
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    file = io.BytesIO()
    if form == "HEIF":
        pillow_heif.from_pillow(image).save(file, quality=90)
    else:
        image.save(file, form, **options)
    return file.getvalue()


def exif(orientation: int) -> Image.Exif:
    """Return an EXIF block that tells nothing but the orientation (1..8, or nonsense)."""
    block = Image.Exif()
    block[0x0112] = orientation
    return block


def png(header: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """Return a PNG file of an IHDR with this content, the chunks, and IEND."""
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*c) for c in ((b"IHDR", header), *chunks, (b"IEND", b"")))


def png_chunk(kind: bytes, content: bytes) -> bytes:
    """Return a PNG chunk with its length and checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_header(width: int, height: int, depth: int = 8, colour: int = 2) -> bytes:
    """Return the content of an IHDR chunk; colour 0 is grey, 2 RGB."""
    return struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)


def inserted(png_file: bytes, kind: bytes, content: bytes) -> bytes:
    """Return a PNG file with one more chunk behind IHDR."""
    return png_file[:33] + png_chunk(kind, content) + png_file[33:]


def jpeg_with(data: bytes, *segments: tuple[int, bytes]) -> bytes:
    """Return a JPEG file with more segments (second marker byte, content) at its beginning."""
    more = b"".join(struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content for marker, content in segments)
    return data[:2] + more + data[2:]


def jpeg_of_size(width: int, height: int) -> bytes:
    """Return a JPEG file that claims this size, whatever its pixels say."""
    data = bytearray(encode("JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def container_of_size(data: bytes, width: int, height: int) -> bytes:
    """Return a HEIC or AVIF file that claims this size."""
    changed = bytearray(data)
    at = changed.index(b"ispe") + 8
    changed[at : at + 8] = struct.pack(">II", width, height)
    return bytes(changed)


def zipped() -> bytes:
    """Return a small ZIP archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "Not a picture.")
    return file.getvalue()


@cache
def hostile_files() -> tuple[HostileFile, ...]:
    """Return all the files, readable ones first."""
    groups = (
        (None, {**_plain_files(), **_odd_but_readable()}),
        ("damaged_image", {**_truncated(), **_broken()}),
        ("too_many_pixels", _bombs()),
        ("image_too_small", _tiny()),
        ("unsupported_image", _other_pictures()),
        ("not_an_image", _no_pictures()),
        ("empty_file", {"empty": b""}),
    )
    return tuple(HostileFile(name, data, code) for code, files in groups for name, data in files.items())


def _plain_files() -> dict[str, bytes]:
    return {
        "jpeg": encode("JPEG", quality=95),
        "jpeg-progressive": encode("JPEG", quality=95, progressive=True),
        "png": encode("PNG"),
        "webp": encode("WEBP", quality=95),
        "webp-lossless": encode("WEBP", lossless=True),
        "gif": encode("GIF"),
        "heic": encode("HEIF"),
        "avif": encode("AVIF", quality=95),
    }


def _odd_but_readable() -> dict[str, bytes]:
    jpeg, flat_png = encode("JPEG", quality=95), encode("PNG")
    image = Image.fromarray(draw_picture())
    frames = {"save_all": True, "append_images": [Image.new("RGB", image.size, "red")], "duration": 50}
    palette = image.quantize(64)
    deep = (draw_picture().astype(np.uint16) * 257).astype(">u2")
    deep_rows = zlib.compress(b"".join(b"\0" + row.tobytes() for row in deep))
    text_bomb = b"Comment\0\0" + zlib.compress(bytes(50_000_000))
    return {
        "jpeg-grey": encode("JPEG", image.convert("L"), quality=95),
        "jpeg-cmyk": encode("JPEG", image.convert("CMYK"), quality=95),
        "jpeg-then-zip": jpeg + zipped(),
        "jpeg-then-video": jpeg + b"\0\0\0\x18ftypmp42" + b"\xff\xda" * 500,
        "jpeg-of-several-pictures": encode("MPO", quality=95, **frames),
        "jpeg-with-3-megabytes-of-metadata": jpeg_with(jpeg, *[(0xE2, bytes(65_000))] * 50),
        "jpeg-with-comment-as-size": jpeg_with(jpeg, (0xFE, b"\xff\xc0\0\x11\x08\xea\x60\xea\x60\3")),
        "jpeg-with-nonsense-exif": jpeg_with(jpeg, (0xE1, b"Exif\0\0II*\0\xff\xff\xff\xff")),
        "jpeg-with-endless-exif": jpeg_with(jpeg, (0xE1, b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + bytes(90))),
        "jpeg-with-fill-bytes": jpeg[:2] + b"\xff" * 1000 + jpeg[2:],
        "png-grey": encode("PNG", image.convert("L")),
        "png-grey-alpha": encode("PNG", image.convert("LA")),
        "png-alpha": encode("PNG", image.convert("RGBA")),
        "png-palette": encode("PNG", palette),
        "png-palette-transparent": encode("PNG", palette, transparency=3),
        "png-colour-key": encode("PNG", transparency=(1, 2, 3)),
        "png-one-bit": encode("PNG", image.convert("1")),
        "png-16-bit": png(png_header(WIDTH, HEIGHT, 16), (b"IDAT", deep_rows)),
        "png-16-bit-grey": encode("PNG", Image.fromarray(deep[..., 0].astype(np.uint16))),
        "png-animated": encode("PNG", **frames),
        "png-with-text-bomb": inserted(flat_png, b"zTXt", text_bomb),
        "png-with-profile-bomb": inserted(flat_png, b"iCCP", text_bomb),
        "png-with-5-megabytes-of-text": inserted(flat_png, b"tEXt", b"Comment\0" + b"a" * 5_000_000),
        "png-with-nonsense-exif": inserted(flat_png, b"eXIf", b"MM\0*\0\0\0\x08\xff\xff\1\x12"),
        "png-with-html-behind": flat_png + b"<html><script>alert(1)</script></html>",
        "webp-alpha": encode("WEBP", image.convert("RGBA"), quality=95),
        "webp-animated": encode("WEBP", quality=95, **frames),
        "gif-animated": encode("GIF", **frames),
        "gif-transparent": encode("GIF", palette, transparency=3),
        "heic-alpha": encode("HEIF", image.convert("RGBA")),
        "avif-alpha": encode("AVIF", image.convert("RGBA"), quality=95),
    }


def _truncated() -> dict[str, bytes]:
    return {
        f"{name}-cut-at-{percent}%": data[: max(16, len(data) * percent // 100)]
        for name, data in _plain_files().items()
        for percent in (3, 20, 50, 80)
    }


def _broken() -> dict[str, bytes]:
    rng = np.random.default_rng(7)
    jpeg, flat_png, progressive = encode("JPEG"), encode("PNG"), encode("JPEG", progressive=True)
    heic, avif = encode("HEIF"), encode("AVIF")
    last_scan = progressive[progressive.rindex(b"\xff\xda") : -2]
    return {
        "jpeg-magic-then-noise": b"\xff\xd8\xff\xe0" + rng.bytes(5000),
        "jpeg-magic-then-text": b"\xff\xd8\xff" + b"hello " * 500,
        "jpeg-magic-alone": b"\xff\xd8\xff",
        "jpeg-without-its-end": jpeg[:-2],
        "jpeg-without-pixels": jpeg[: jpeg.index(b"\xff\xda")] + b"\xff\xd9",
        "jpeg-of-two-sizes": jpeg_with(jpeg, (0xC0, b"\x08\0\x40\0\x60\3\1\x11\0\2\x11\1\3\x11\1")),
        "jpeg-of-200-scans": progressive[:-2] + last_scan * 200 + b"\xff\xd9",
        "jpeg-of-a-million-segments": jpeg[:2] + b"\xff\xfe\0\2" * 1_000_000 + jpeg[2:],
        "png-magic-then-noise": flat_png[:8] + rng.bytes(5000),
        "png-with-wrong-checksum": flat_png[:-20] + b"\0\0" + flat_png[-18:],
        "png-without-pixels": png(png_header(WIDTH, HEIGHT)),
        "png-with-noise-for-pixels": png(png_header(WIDTH, HEIGHT), (b"IDAT", rng.bytes(3000))),
        "png-of-impossible-depth": png(png_header(WIDTH, HEIGHT, 3), (b"IDAT", zlib.compress(bytes(9999)))),
        "png-of-a-million-chunks": inserted(flat_png, b"teXt", b"")[:45] + png_chunk(b"teXt", b"") * 1_000_000,
        "gif-magic-alone": b"GIF89a",
        "gif-without-frames": b"GIF89a\x60\0\x40\0\0\0\0;",
        "gif-then-noise": encode("GIF")[:830] + b"\xff" * 50,
        "webp-magic-then-noise": b"RIFF\xff\xff\0\0WEBPVP8 " + rng.bytes(500),
        "webp-of-unknown-parts": b"RIFF\x40\0\0\0WEBPABCD" + bytes(64),
        "heic-magic-alone": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        "heic-magic-then-noise": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + rng.bytes(3000),
        "avif-magic-then-noise": b"\0\0\0\x18ftypavif\0\0\0\0mif1avif" + rng.bytes(3000),
        "avif-with-noise-for-pixels": avif[:-300] + rng.bytes(300),
        "heic-pixels-called-avif": heic.replace(b"ftypheic", b"ftypavif"),
    }


def _bombs() -> dict[str, bytes]:
    wide_gif = bytearray(encode("GIF"))
    frame = wide_gif.index(b",", 13 + 768 if wide_gif[10] & 7 == 7 else 13)
    wide_gif[frame + 5 : frame + 9] = struct.pack("<HH", 65_535, 65_535)
    rows = zlib.compress(bytes(20_000_000), 9)
    return {
        "png-60000-square": png(png_header(60_000, 60_000), (b"IDAT", rows)),
        "png-two-thousand-million-wide": png(png_header(2**31 - 1, 2**31 - 1), (b"IDAT", b"")),
        "png-one-bit-12000-square": png(png_header(12_000, 12_000, 1, 0), (b"IDAT", rows)),
        "jpeg-60000-square": jpeg_of_size(60_000, 60_000),
        "gif-giant-screen-tiny-frame": b"GIF89a\xff\xff\xff\xff" + encode("GIF")[10:],
        "gif-giant-frame-tiny-screen": bytes(wide_gif),
        "webp-16-million-wide": b"RIFF\x40\0\0\0WEBPVP8X\x0a\0\0\0" + bytes(4) + b"\xff" * 6 + bytes(40),
        "heic-20000-square": container_of_size(encode("HEIF"), 20_000, 20_000),
        "avif-9000-square": container_of_size(encode("AVIF"), 9_000, 9_000),
    }


def _tiny() -> dict[str, bytes]:
    dot, narrow = np.full((1, 1, 3), 99, np.uint8), draw_picture(31, 64)
    forms = ("JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF")
    return {f"{form.lower()}-of-one-pixel": encode(form, dot) for form in forms} | {
        "png-31-wide": encode("PNG", narrow),
        "png-like-a-thread": encode("PNG", draw_picture(2000, 40)),
        "png-without-height": png(png_header(WIDTH, 0), (b"IDAT", b"")),
        "jpeg-without-height": jpeg_of_size(WIDTH, 0),
    }


def _other_pictures() -> dict[str, bytes]:
    return {
        "tiff": encode("TIFF"),
        "tiff-big-endian": b"MM\0*\0\0\0\x08" + bytes(64),
        "bmp": encode("BMP"),
        "icon": encode("ICO"),
        "jpeg-2000": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(64),
        "jpeg-xl": b"\xff\x0a" + bytes(64),
        "pdf": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n",
        "photoshop": b"8BPS\0\1" + bytes(64),
        "svg": b'\xef\xbb\xbf<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>',
        "mp4": b"\0\0\0\x18ftypmp42\0\0\0\0isommp42" + bytes(64),
        "webm": b"\x1aE\xdf\xa3" + bytes(64),
    }


def _no_pictures() -> dict[str, bytes]:
    return {
        "text-called-jpg": b"This is a text, whatever its name says.\n",
        "text-that-begins-like-a-bitmap": b"BMW drivers and their cards",
        "html": b"<!DOCTYPE html><html><body>404 Not Found</body></html>",
        "json": b'{"error": "expired"}',
        "zip": zipped(),
        "program": b"\x7fELF\2\1\1" + bytes(64),
        "zeros": bytes(10_000),
        "one-byte": b"\xff",
        "cut-png-magic": b"\x89PNG",
    }
