"""What people read of each thing that can go wrong, and what they must not read."""

from __future__ import annotations

import logging
import re

import pytest

from bot import errors
from bot.errors import BotError, words_for
from engine import ArtifactMissing, BadImage, ImageSizeError

PRIVATE = "not.a-real-one"


@pytest.mark.parametrize(
    "kind",
    [
        errors.SettingsError,
        errors.DownloadError,
        errors.RefusedSource,
        errors.PhotoGone,
        errors.PhotoTooLarge,
        errors.Busy,
    ],
)
def test_the_bots_own_errors_say_it_themselves_and_are_no_incident(kind, caplog: pytest.LogCaptureFixture):
    assert issubclass(kind, BotError)
    assert words_for(kind("Come back later.")) == "Come back later."
    assert caplog.records == []


@pytest.mark.parametrize("kind", [errors.RefusedSource, errors.PhotoGone, errors.PhotoTooLarge])
def test_whoever_fetches_can_catch_all_that_may_fail_as_one(kind):
    assert issubclass(kind, errors.DownloadError)


@pytest.mark.parametrize(
    "error",
    [BadImage("damaged_image", "The file breaks off."), ImageSizeError("image_too_small", "Too few pixels.")],
)
def test_of_a_photo_that_cannot_be_processed_the_engine_says_why(error, caplog: pytest.LogCaptureFixture):
    assert words_for(error) == error.message
    assert error.code not in words_for(error)
    assert caplog.records == []


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError(PRIVATE),
        KeyError(PRIVATE),
        OSError(5, "Input/output error", PRIVATE),
        # A folder that broke while the bot runs is the operator's business, and its text names paths.
        ArtifactMissing(f"{PRIVATE} is not there"),
    ],
)
def test_of_any_other_error_people_read_a_code_and_the_operator_everything(error, caplog: pytest.LogCaptureFixture):
    words = words_for(error)
    assert PRIVATE not in words
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert re.search(r"\(code ([0-9A-F]{4})\)", words)[1] in record.message
    assert record.exc_info[1] is error


def test_two_incidents_can_be_told_apart():
    assert len({words_for(RuntimeError()) for _ in range(20)}) > 1
