"""What users read about each error, and what they must not read."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest

import engine
from bot.core import errors
from bot.core.errors import to_user_error
from bot.messages import Messages
from engine import ArtifactMissing, BadImage, ImageSizeError, PhotoError

PRIVATE = "not.a-real-one"


EN = Messages.open().words("en")


def said(error: Exception) -> str:
    told = to_user_error(error)
    return EN.format(told.key, **told.values)


@pytest.mark.parametrize(
    "error",
    [
        errors.DownloadError("photo-late"),
        errors.RefusedSource("not-discord"),
        errors.PhotoGone("photo-gone"),
        errors.PhotoTooLarge("photo-too-large", mebibytes=25),
        errors.Busy("busy", waiting=3),
        errors.TooLate("too-late"),
        errors.Stopping("stopping"),
    ],
)
def test_the_bot_s_own_errors_have_messages_and_are_not_logged(error, caplog: pytest.LogCaptureFixture):
    assert to_user_error(error) is error
    assert said(error)
    assert caplog.records == []


@pytest.mark.parametrize("kind", [errors.RefusedSource, errors.PhotoGone, errors.PhotoTooLarge])
def test_all_download_errors_have_one_base(kind):
    assert issubclass(kind, errors.DownloadError)


@pytest.mark.parametrize(
    "error",
    [BadImage("damaged_image", "The file breaks off."), ImageSizeError("image_too_small", "Too few pixels.")],
)
def test_the_engine_s_reasons_against_a_photo_have_messages(error, caplog: pytest.LogCaptureFixture):
    assert said(error) == EN.format(f"photo-{error.code.replace('_', '-')}")
    assert error.code not in said(error)
    assert caplog.records == []


def test_every_photo_error_of_the_engine_has_a_message():
    codes = {
        code
        for path in Path(engine.__file__).parent.glob("image/*.py")
        for code in re.findall(r'(?:BadImage|ImageSizeError)\(\s*"(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert "damaged_image" in codes
    for code in codes - {"file_unreadable"}:  # of paths, which the bot never opens
        assert said(PhotoError(code, ""))


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError(PRIVATE),
        KeyError(PRIVATE),
        OSError(5, "Input/output error", PRIVATE),
        # An artifact folder damaged at run time is for the operator, and the message contains a path.
        ArtifactMissing(f"{PRIVATE} is not there"),
    ],
)
def test_users_read_only_a_code_of_other_errors_and_the_log_has_everything(error, caplog: pytest.LogCaptureFixture):
    words = said(error)
    assert PRIVATE not in words
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert re.search(r"\(code ([0-9A-F]{4})\)", words)[1] in record.message
    assert record.exc_info[1] is error


def test_two_incidents_can_be_told_apart():
    assert len({said(RuntimeError()) for _ in range(20)}) > 1
