"""Which messages are answered, and which attachments are photos."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.recognition.triggers import MessageContext, Trigger, find_trigger, select_photos

CARDS, TALK, THREAD = 1, 2, 3


@pytest.mark.parametrize(
    ("addressed", "places", "asked"),
    [
        (True, {TALK}, Trigger.DIRECT),
        (True, {CARDS}, Trigger.DIRECT),
        (False, {CARDS}, Trigger.CHANNEL),
        (False, {THREAD, CARDS}, Trigger.CHANNEL),
        (False, {THREAD, TALK}, Trigger.NONE),
        (False, {TALK}, Trigger.NONE),
    ],
)
def test_who_is_answered(addressed, places, asked):
    assert find_trigger(MessageContext(addressed, frozenset(places)), {CARDS}) is asked


@dataclass
class File:
    filename: str
    content_type: str | None = None
    url: str = ""
    id: int = 1
    size: int = 1

    def is_spoiler(self) -> bool:
        return False


@pytest.mark.parametrize(
    ("file", "photo"),
    [
        (File("a.jpg", "image/jpeg"), True),
        (File("a", "image/webp"), True),
        (File("IMG_1.HEIC"), True),
        (File("IMG_1.heic", "application/octet-stream"), True),
        (File("a.avif"), True),
        (File("deck.txt", "text/plain; charset=utf-8"), False),
        (File("clip.mp4", "video/mp4"), False),
        (File("rules.pdf", "application/pdf"), False),
        (File("jpg"), False),
    ],
)
def test_photos_are_recognised_by_type_or_else_by_name(file, photo):
    assert bool(select_photos([file])) is photo


def test_the_first_ten_photos_are_selected_in_order():
    files = [File(f"{number}.png") for number in range(12)]
    assert select_photos([File("a.txt"), *files]) == files[:10]
