"""Packs of faces, and names held out from training."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engine.catalogue.names import fold
from engine.core.rectify import rotate_180
from tests.support.drawings import pattern
from training.cli import main
from training.data import pack_faces
from training.data.face_list import FacesCsvError
from training.data.face_pack import (
    HELD_OUT_PERCENT,
    PACK_HEIGHT,
    PACK_WIDTH,
    FacePack,
    PackedFace,
    PackError,
    is_held_out,
    read_pack,
    read_packs,
    write_pack,
)

FACES = [PackedFace("Æther Vial", "dst", "real"), PackedFace("", "", "fan-made"), PackedFace("忍者", "", "real")]


@pytest.fixture(name="pack")
def small_pack(tmp_path: Path) -> Path:
    write_pack(tmp_path / "small.pack", [(face, pattern(i)) for i, face in enumerate(FACES)])
    return tmp_path / "small.pack"


def test_a_pack_returns_the_faces_written_to_it(pack: Path):
    back = read_pack(pack)
    assert back.faces == tuple(FACES)
    assert back.pixels.shape == (3, PACK_HEIGHT, PACK_WIDTH, 3)
    for number, pixels in enumerate(back.pixels):
        # Colours in their order: a face is nearer to itself than to itself with red and blue exchanged.
        original = np.asarray(pattern(number), float).mean((0, 1))
        assert np.abs(pixels.mean((0, 1)) - original).max() < 4


def test_several_packs_are_read_as_one(pack: Path):
    both = read_packs([pack, pack])
    assert both.faces == tuple(FACES * 2)
    assert np.array_equal(both.pixels[:3], both.pixels[3:])


def test_an_interrupted_pack_is_not_left_behind(tmp_path: Path):
    def interrupted():
        yield FACES[0], pattern(0)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_pack(tmp_path / "out.pack", interrupted())
    assert not (tmp_path / "out.pack").exists()


@pytest.mark.parametrize("kind", ["none", "text", "other zip", "broken picture", "foreign rows"])
def test_an_unusable_pack_is_named_with_advice(tmp_path: Path, pack: Path, kind: str):
    path = tmp_path / "bad.pack"
    if kind == "text":
        path.write_text("hello")
    elif kind != "none":
        rows = {
            "other zip": None,
            "broken picture": [{"name": "A", "set": "", "kind": "real"}],
            "foreign rows": [{"x": 1}],
        }
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("0.webp", b"no picture")
            if rows[kind] is not None:
                archive.writestr("rows.json", json.dumps(rows[kind]))
    with pytest.raises(PackError, match=r"bad\.pack is not a pack of faces .*pack-faces"):
        read_pack(path)


class TestHeldOut:
    def test_the_share_of_names_is_about_the_intended_one(self):
        share = np.mean([is_held_out(f"Card number {i}") for i in range(5000)])
        assert share == pytest.approx(HELD_OUT_PERCENT / 100, abs=0.02)

    def test_the_choice_is_the_same_on_every_machine(self):
        names = ("Fog", "Shock", "Opt", "Cancel", "Lightning Bolt", "Ancestral Recall", "Sol Ring", "Forest")
        assert [name for name in names if is_held_out(name)] == ["Fog", "Cancel", "Ancestral Recall"]

    @given(st.text(min_size=1, max_size=40).filter(lambda name: " // " not in name))
    def test_spelling_and_the_back_do_not_matter(self, name):
        assert is_held_out(name) == is_held_out(fold(name)) == is_held_out(f"{name} // Back")

    def test_only_real_faces_are_held_out(self):
        name = next(f"Card {i}" for i in range(100) if is_held_out(f"Card {i}"))
        assert PackedFace(name, "", "real").held_out
        assert not PackedFace(name, "", "fan-made").held_out


class TestCommand:
    @pytest.fixture
    def lists(self, tmp_path: Path):
        """A list of two real faces, one of them broken, and one of two fan-made ones, one of them a real card's."""
        tables = {
            "real": [("file", "name"), ("0.png", "Fog"), ("broken.png", "Shock")],
            "fan-made": [("file", "real_title"), ("1.png", ""), ("2.png", "Fog")],
        }
        for number in range(3):
            _save(tmp_path / f"{number}.png", number)
        (tmp_path / "broken.png").write_bytes(b"\x89PNG")
        for kind, rows in tables.items():
            with (tmp_path / f"{kind}.csv").open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(rows)
        return tmp_path

    def test_unreadable_pictures_are_reported_and_left_out(self, lists: Path, capsys):
        words = ["pack-faces", "--real", lists / "real.csv", "--fan-made", lists / "fan-made.csv", "--out", lists / "x"]
        assert main([str(word) for word in words]) == 0
        assert [(face.name, face.kind) for face in read_pack(lists / "x").faces] == [("Fog", "real"), ("", "fan-made")]
        said = capsys.readouterr()
        assert "2 faces" in said.out
        assert "left out" in said.err
        assert "broken.png" in said.err

    def test_a_missing_list_is_named(self, tmp_path: Path, capsys):
        assert main(["pack-faces", "--other", str(tmp_path / "none.csv"), "--out", str(tmp_path / "x")]) == 2
        assert "none.csv" in capsys.readouterr().err

    def test_a_list_without_files_is_refused(self, tmp_path: Path):
        (tmp_path / "list.csv").write_text("a,b\n1,2\n")
        with pytest.raises(FacesCsvError, match="column file"):
            list(pack_faces.iterate_faces("other", tmp_path / "list.csv"))


def _save(path: Path, seed: int) -> None:
    Image.fromarray(pattern(seed)).save(path)


def test_twins_are_scans_of_the_same_side_of_a_real_card():
    faces = (
        PackedFace("Fog", "", "real"),
        PackedFace("Day // Night", "", "real", "Day"),
        PackedFace("FOG", "lea", "real"),
        PackedFace("Day // Night", "", "real", "Night"),
        PackedFace("", "", "fan-made"),
        PackedFace("", "", "fan-made"),
    )
    assert FacePack(faces, np.zeros((6, 2, 2, 3), np.uint8)).twins() == [0, 2]


def test_two_half_turns_cancel_out():
    face = np.random.default_rng(0).integers(0, 255, (4, 3, 3), np.uint8)
    assert (rotate_180(face)[0, 0] == face[-1, -1]).all()
    assert (rotate_180(rotate_180(face)) == face).all()
