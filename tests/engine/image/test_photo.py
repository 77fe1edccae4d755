import io
import os
import subprocess
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile, ImageOps

import engine
from engine.core.constants import MAX_PHOTO_BYTES
from engine.core.errors import BadImage, ImageSizeError, PhotoError
from engine.image.headers import MAX_PARTS
from engine.image.photo import MAX_VIEW_PIXELS, open_photo
from tests.support.hostile import HEIGHT, WIDTH, draw_picture, encode, exif, hostile_files

READABLE = [file for file in hostile_files() if file.code is None]
REFUSED = [file for file in hostile_files() if file.code is not None]
LOSSLESS = {file.name for file in READABLE if file.name.startswith("png")} | {"webp-lossless"}
LOSSLESS -= {"png-palette", "png-palette-transparent", "png-colour-key"}
ALTERED = {"png-one-bit", "png-16-bit-grey"}
"""Drawn differently; they have tests of their own."""


def by_name(name):
    """Return the file of that name."""
    return next(file.data for file in hostile_files() if file.name == name)


class TestHostileFiles:
    def test_there_are_many_with_distinct_names(self):
        names = [file.name for file in hostile_files()]
        assert len(names) == len(set(names)) > 100

    @pytest.mark.parametrize("file", READABLE, ids=lambda file: file.name)
    def test_odd_files_are_read(self, file):
        photo = open_photo(file.data)
        pixels = photo.at_scale(1.0).pixels
        assert (photo.width, photo.height) == (WIDTH, HEIGHT)
        assert (pixels.shape, pixels.dtype) == ((HEIGHT, WIDTH, 3), np.uint8)
        assert pixels.flags.c_contiguous

    @pytest.mark.parametrize("file", REFUSED, ids=lambda file: file.name)
    def test_bad_files_are_refused_with_a_code_and_a_sentence(self, file):
        with pytest.raises(PhotoError) as caught:
            open_photo(file.data).view(64)
        assert caught.value.code == file.code
        assert caught.value.message.endswith(".")

    @pytest.mark.parametrize(
        "file", [file for file in READABLE if file.name not in ALTERED], ids=lambda file: file.name
    )
    def test_the_picture_read_is_the_picture_drawn(self, file):
        expected = draw_picture().astype(int)
        if "grey" in file.name:
            expected = np.asarray(Image.fromarray(draw_picture()).convert("L").convert("RGB")).astype(int)
        difference = np.abs(open_photo(file.data).at_scale(1.0).pixels - expected)
        assert difference.mean() <= (0 if file.name in LOSSLESS else 8)

    def test_bombs_cost_no_memory(self):
        """Opening them all must need less than decoding the smallest of them would."""
        pytest.importorskip("resource")
        program = """
import resource
from engine.core.errors import PhotoError
from engine.image.photo import open_photo
from tests.support.hostile import hostile_files
bombs = [file.data for file in hostile_files() if file.code == "too_many_pixels" or "bomb" in file.name]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for bomb in bombs:
    try:
        open_photo(bomb).view(64)
    except PhotoError:
        pass
print(len(bombs), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
        root = Path(engine.__file__).parent.parent
        environment = os.environ | {"PYTHONPATH": str(root)}
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, env=environment, check=True)
        count, growth = map(int, done.stdout.split())
        unit = 1 if sys.platform == "darwin" else 1024
        assert count >= 10
        assert growth * unit < 30_000_000

    @settings(max_examples=300, deadline=None)
    @given(st.data())
    def test_a_corrupted_file_is_read_or_refused(self, data):
        content = bytearray(data.draw(st.sampled_from(READABLE), label="file").data[:200_000])
        places = st.integers(0, len(content) - 1) | st.integers(0, min(200, len(content) - 1))
        for place in data.draw(st.lists(places, min_size=1, max_size=12), label="places"):
            content[place] = data.draw(st.integers(0, 255))
        cut = data.draw(st.none() | st.integers(1, len(content)), label="cut")
        try:
            photo = open_photo(bytes(content[:cut]))
            view = photo.view(100)
        except PhotoError:
            return
        assert view.pixels.shape[2] == 3
        assert max(view.pixels.shape) <= 100

    @settings(max_examples=200, deadline=None)
    @given(st.binary(max_size=300) | st.sampled_from(READABLE).flatmap(lambda f: st.binary().map(f.data[:40].__add__)))
    def test_noise_is_refused(self, noise):
        with pytest.raises(PhotoError):
            open_photo(noise).view(64)


class TestColours:
    def test_transparent_parts_are_grey(self):
        pixels = np.dstack([draw_picture(), np.zeros((HEIGHT, WIDTH), np.uint8)])
        for form in ("PNG", "WEBP", "HEIF", "AVIF"):
            assert np.abs(open_photo(encode(form, pixels)).view(64).pixels.astype(int) - 128).max() <= 3

    def test_half_transparent_parts_are_mixed_with_grey(self):
        pixels = np.full((40, 40, 4), (228, 128, 28, 128), np.uint8)
        assert open_photo(encode("PNG", pixels)).view(40).pixels[0, 0].tolist() == [178, 128, 78]

    def test_a_palette_s_transparent_colour_is_grey(self):
        image = Image.new("P", (40, 40), 1)
        image.putpalette([255, 0, 0, 0, 255, 0])
        for form in ("PNG", "GIF"):
            assert open_photo(encode(form, image, transparency=1)).view(40).pixels[0, 0].tolist() == [128] * 3
            assert open_photo(encode(form, image)).view(40).pixels[0, 0].tolist() == [0, 255, 0]

    def test_a_colour_key_is_grey(self):
        image = Image.new("RGB", (40, 40), (1, 2, 3))
        assert open_photo(encode("PNG", image, transparency=(1, 2, 3))).view(40).pixels[0, 0].tolist() == [128] * 3

    def test_one_bit_is_black_and_white(self):
        assert set(open_photo(by_name("png-one-bit")).at_scale(1).pixels.ravel()) == {0, 255}

    def test_the_upper_eight_of_sixteen_bits_are_kept(self):
        grey = np.array([[0, 255, 256, 65_535]] * 4, np.uint16).repeat(10, 0).repeat(10, 1)
        row = open_photo(encode("PNG", Image.fromarray(grey))).at_scale(1).pixels[0, ::10, 0]
        assert row.tolist() == [0, 0, 1, 255]

    def test_only_the_first_frame_is_read(self):
        red = Image.new("RGB", (WIDTH, HEIGHT), "red")
        for form in ("GIF", "WEBP", "PNG", "AVIF"):
            data = encode(form, red, save_all=True, append_images=[Image.new("RGB", red.size, "blue")], duration=50)
            assert np.abs(open_photo(data).view(64).pixels[9, 9].astype(int) - (255, 0, 0)).max() <= 4


class TestOrientation:
    @pytest.mark.parametrize("orientation", range(1, 9))
    @pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
    def test_pictures_are_upright(self, form, orientation):
        data = encode(form, quality=100, exif=exif(orientation))
        with Image.open(io.BytesIO(data)) as image:
            expected = np.asarray(ImageOps.exif_transpose(image).convert("RGB")).astype(int)
        photo = open_photo(data)
        pixels = photo.at_scale(1).pixels
        assert (photo.height, photo.width) == pixels.shape[:2] == expected.shape[:2]
        assert np.abs(pixels - expected).max() <= 3

    def test_every_scale_is_upright(self):
        data = encode("JPEG", draw_picture(800, 400), exif=exif(6))
        photo = open_photo(data)
        for scale in (0.125, 0.25, 0.5, 1.0):
            height, width = photo.at_scale(scale).pixels.shape[:2]
            assert (width, height) == (400 * scale, 800 * scale)
        assert photo.view(100).pixels.shape == (100, 50, 3)

    @pytest.mark.parametrize("orientation", [0, 9, 65_535])
    def test_invalid_orientations_count_as_upright(self, orientation):
        photo = open_photo(encode("JPEG", exif=exif(orientation)))
        assert (photo.width, photo.height) == (WIDTH, HEIGHT)


def test_jpeg_markers_without_a_segment_are_skipped():
    data = encode("JPEG")
    photo = open_photo(data[:2] + b"\xff\x01" + data[2:])
    assert photo.view(WIDTH).pixels.shape == (HEIGHT, WIDTH, 3)


def test_a_webp_of_endless_chunks_is_refused():
    head = b"RIFF" + bytes(4) + b"WEBPVP8X" + (10).to_bytes(4, "little") + bytes(10)
    with pytest.raises(BadImage) as caught:
        open_photo(head + (b"JUNK" + bytes(4)) * (MAX_PARTS + 1))
    assert caught.value.code == "damaged_image"


class TestViews:
    @settings(max_examples=60, deadline=None)
    @given(st.sampled_from(["JPEG", "PNG"]), st.integers(32, 500), st.integers(32, 500), st.integers(16, 600))
    def test_a_view_s_longer_side_is_as_requested_and_never_enlarged(self, form, width, height, side):
        view = open_photo(encode(form, draw_picture(width, height))).view(side)
        assert max(view.pixels.shape) == min(side, max(width, height))
        assert 0 < view.scale <= 1
        # The photo's far corner maps to the view's within a pixel.
        found = np.array(view.pixels.shape[1::-1])
        assert np.abs(found - view.scale * np.array([width, height])).max() <= 1

    @settings(max_examples=60, deadline=None)
    @given(st.integers(32, 500), st.integers(32, 500), st.floats(0, 1))
    def test_a_jpeg_is_decoded_no_larger_than_needed(self, width, height, scale):
        view = open_photo(encode("JPEG", draw_picture(width, height))).at_scale(scale)
        assert view.scale >= scale
        assert view.scale == 0.125 or view.scale / 2 < scale
        assert view.pixels.shape[:2] == (-(-height * view.scale // 1), -(-width * view.scale // 1))

    def test_points_keep_their_place_at_every_scale(self):
        pixels = np.full((800, 1200, 3), 30, np.uint8)
        pixels[400:440, 880:920] = 255
        photo = open_photo(encode("JPEG", pixels))
        for view in (photo.view(300), photo.view(431), photo.at_scale(0.2), photo.at_scale(1)):
            y, x = np.argwhere(view.pixels[..., 0] > 140).mean(0) + 0.5
            assert (x / view.scale, y / view.scale) == pytest.approx((900, 420), abs=1.5 / view.scale)

    def test_a_reduced_view_resembles_the_full_one(self):
        data = encode("JPEG", draw_picture(1600, 1200), quality=95)
        reduced = open_photo(data).view(200).pixels.astype(int)
        slow = np.asarray(Image.open(io.BytesIO(data)).resize((200, 150), Image.Resampling.BOX))
        assert np.abs(reduced - slow).mean() < 2

    def test_each_scale_is_decoded_once(self):
        photo = open_photo(encode("JPEG", draw_picture(800, 600)))
        assert photo.at_scale(0.3).pixels is photo.at_scale(0.5).pixels
        assert photo.at_scale(0.3).pixels is not photo.at_scale(0.6).pixels

    @pytest.mark.parametrize("form", ["JPEG", "PNG"])
    def test_a_very_large_photo_is_halved(self, form):
        width, height = 8001, 4001
        assert width * height > MAX_VIEW_PIXELS
        image = Image.new("L", (width, height), 77)
        view = open_photo(encode(form, image)).at_scale(1.0)
        assert view.scale == 0.5
        assert view.pixels.shape[1] in (4000, 4001)
        assert (view.pixels[::100, ::100] == 77).all()

    def test_threads_may_share_a_photo(self):
        photo = open_photo(encode("JPEG", draw_picture(800, 600)))
        barrier = threading.Barrier(8)

        def decode(_):
            barrier.wait()
            return photo.at_scale(0.5).pixels

        with ThreadPoolExecutor(8) as pool:
            assert len({id(pixels) for pixels in pool.map(decode, range(8))}) == 1


class TestSources:
    def test_a_path_is_read_whatever_its_name(self, tmp_path):
        path = tmp_path / "photo.txt"
        path.write_bytes(encode("PNG"))
        for source in (path, str(path), path.read_bytes()):
            assert (open_photo(source).at_scale(1).pixels == draw_picture()).all()

    @pytest.mark.parametrize("name", ["nowhere.jpg", "", "a\0b", "x" * 5000])
    def test_a_path_that_can_t_be_opened_is_unreadable(self, tmp_path, name):
        with pytest.raises(BadImage) as caught:
            open_photo(f"{tmp_path}/{name}")
        assert caught.value.code == "file_unreadable"

    def test_a_pipe_is_refused_without_waiting(self, tmp_path):
        os.mkfifo(tmp_path / "pipe.jpg")
        with pytest.raises(BadImage) as caught:
            open_photo(tmp_path / "pipe.jpg")
        assert caught.value.code == "file_unreadable"

    def test_too_many_bytes_are_refused_before_anything_else(self, tmp_path):
        path = tmp_path / "large"
        with path.open("wb") as file:
            file.truncate(MAX_PHOTO_BYTES + 1)
        for source in (path, bytes(MAX_PHOTO_BYTES + 1)):
            with pytest.raises(ImageSizeError) as caught:
                open_photo(source)
            assert caught.value.code == "file_too_large"

    @pytest.mark.parametrize(
        "pixels",
        [
            draw_picture(),
            draw_picture()[..., 0],
            np.dstack([draw_picture(), np.full((HEIGHT, WIDTH), 255, np.uint8)]),
            draw_picture()[::-1, ::-1],
        ],
        ids=["rgb", "grey", "rgba", "not contiguous"],
    )
    def test_pixels_are_used_as_they_are(self, pixels):
        expected = pixels[..., :3] if pixels.ndim == 3 else np.dstack([pixels] * 3)
        view = open_photo(pixels).view(4000)
        assert view.scale == 1
        assert (view.pixels == expected).all()

    @pytest.mark.parametrize(
        "pixels",
        [
            np.zeros((64, 64, 3), np.float32),
            np.zeros((64, 64, 2), np.uint8),
            np.zeros((3, 64, 64), np.uint8),
            np.zeros(64, np.uint8),
            np.zeros((2, 64, 64, 3), np.uint8),
        ],
        ids=lambda pixels: f"{pixels.dtype} {pixels.shape}",
    )
    def test_other_arrays_are_no_image(self, pixels):
        with pytest.raises(BadImage) as caught:
            open_photo(pixels)
        assert caught.value.code == "not_an_image"

    def test_a_too_small_array_is_refused_like_a_file(self):
        with pytest.raises(ImageSizeError) as caught:
            open_photo(np.zeros((31, 64, 3), np.uint8))
        assert caught.value.code == "image_too_small"


def test_pillow_s_global_state_is_unchanged():
    before = (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, dict(Image.OPEN), list(warnings.filters))
    for file in hostile_files():
        try:
            open_photo(file.data).view(64)
        except PhotoError:
            continue
    after = (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, dict(Image.OPEN), list(warnings.filters))
    assert before == after
    assert not ImageFile.LOAD_TRUNCATED_IMAGES
