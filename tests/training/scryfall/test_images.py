"""Anything but a card picture is refused, and leaves no file."""

import zlib

import pytest

from tests.support.hostile import draw_picture, encode
from training.scryfall.images import NotAPicture, save_picture

PIXELS = draw_picture(140, 100)


def png(width, height):
    """Return a PNG file that says how large it is, and holds next to nothing."""
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    chunks = ((b"IHDR", size + b"\x08\x02\0\0\0"), (b"IDAT", zlib.compress(bytes(99))), (b"IEND", b""))
    parts = (
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big") for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize("form", ["WEBP", "JPEG", "PNG"])
def test_a_picture_is_kept_to_the_byte(tmp_path, form):
    body = encode(form, PIXELS)
    save_picture(body, tmp_path / "thumb" / "a" / "picture")
    assert [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()] == [body]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<html>", id="a page"),
        pytest.param(encode("WEBP", PIXELS)[:-99], id="half a picture"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 90 90\n", id="a program in PostScript"),
        pytest.param(encode("TIFF", PIXELS), id="a kind that cards don't come in"),
        pytest.param(png(100, 140), id="a picture without pixels"),
        pytest.param(png(2001, 140), id="larger than any card"),
        pytest.param(png(12_000, 9_000), id="a bomb"),
        pytest.param(png(10**9, 10**9), id="a larger one"),
        pytest.param(png(0, 0), id="none at all"),
    ],
)
def test_anything_but_a_card_picture_is_refused_and_not_kept(tmp_path, body):
    with pytest.raises(NotAPicture):
        save_picture(body, tmp_path / "thumb" / "a" / "picture")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
