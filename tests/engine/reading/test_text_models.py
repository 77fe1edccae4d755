"""The text models ship with another package: any file that was not tested is refused."""

from __future__ import annotations

import shutil
from importlib.metadata import version
from pathlib import Path

import pytest

from engine import Engine
from engine.core.artifacts import sha256
from engine.core.errors import ArtifactDamaged, ArtifactMissing
from engine.reading import ocr


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the text models to spoil, from which the engine reads."""
    for name in ocr.TEXT_MODELS:
        shutil.copy(ocr.MODEL_DIR / name, tmp_path)
    monkeypatch.setattr(ocr, "MODEL_DIR", tmp_path)
    return tmp_path


def flip_a_byte(path):
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 1]))


@pytest.mark.parametrize("name", ocr.TEXT_MODELS)
def test_a_text_model_with_one_altered_byte_is_refused_with_a_remedy(models, name):
    flip_a_byte(models / name)
    with pytest.raises(ArtifactDamaged) as refused:
        Engine.open()
    assert str(models / name) in refused.value.message
    assert "pip install --force-reinstall" in refused.value.message


@pytest.mark.parametrize("name", ocr.TEXT_MODELS)
def test_a_missing_text_model_is_named(models, name):
    (models / name).unlink()
    with pytest.raises(ArtifactMissing, match=name):
        Engine.open()


def test_the_hashes_are_those_of_the_installed_version():
    assert version("rapidocr") in ocr.REMEDY
    assert {name: sha256(ocr.MODEL_DIR / name) for name in ocr.TEXT_MODELS} == ocr.TEXT_MODELS
