"""Looking at photos: errors become words, one failure does not spoil the others."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.errors import PhotoGone
from bot.looking import Looker
from bot.pool import WorkerPool
from engine import CardEntry, Identification, PhotoError, annotate
from tests.bot.results import card, result, uri
from training.demo_set import DemoPhoto

MAX_NAMES = 25


@dataclass
class Photo:
    """An attachment whose address is all that its finder needs."""

    url: str
    filename: str = "a.jpg"
    content_type: str | None = "image/jpeg"
    spoiler: bool = False

    def is_spoiler(self) -> bool:
        return self.spoiler


class FakeEngine:
    """Sees as many cards as its photo's bytes say; stumbles over some."""

    def __init__(self, jpeg: bytes) -> None:
        self.jpeg = jpeg
        self.top_ks: list[int] = []

    def identify(self, image: bytes, *, top_k: int) -> Identification:
        self.top_ks.append(top_k)
        if image == b"broken":
            annotate(image, result())
        if image == b"bug":
            raise RuntimeError("password: hunter2")
        return result(*[card("Fog")] * (2 if image == self.jpeg else 1))

    def card(self, name: str) -> CardEntry | None:
        return CardEntry(name, None, "", "", uri(name), f"https://x.example/{name}.jpg", 1)

    def lookup(self, text: str, *, top_k: int) -> list[CardEntry]:
        return [entry for entry in [self.card(text)] if entry][:top_k]

    def complete(self, prefix: str, *, limit: int = MAX_NAMES) -> list[str]:
        return [prefix][:limit]


@pytest.fixture(name="engine")
def fake_engine(demo_table_photo: DemoPhoto) -> FakeEngine:
    return FakeEngine(demo_table_photo.jpeg)


@pytest.fixture(name="look")
async def looker(engine: FakeEngine) -> AsyncIterator[Looker]:
    """Addresses are what the photo's bytes shall be, but for `table` and `gone`."""

    async def fetch(url: str) -> bytes:
        if url == "gone":
            raise PhotoGone("The photo is not there any more.")
        return engine.jpeg if url == "table" else url.encode()

    pool = WorkerPool(2, 10)
    yield Looker(engine, fetch, pool)
    await pool.close()


async def test_a_lone_card_comes_with_the_link_to_its_picture(look: Looker):
    (seen,) = await look([Photo("one")], 5)
    assert seen.picture_uri == "https://x.example/Fog.jpg"
    assert seen.annotated is None


async def test_several_cards_come_with_the_photo_numbered(look: Looker):
    (seen,) = await look([Photo("table", spoiler=True)], 5)
    assert seen.annotated.startswith(b"\xff\xd8")
    assert seen.picture_uri is None
    assert seen.spoiler


async def test_what_goes_wrong_with_one_photo_does_not_stop_the_others_and_their_order_is_kept(look: Looker):
    seen = await look([Photo("gone"), Photo("one"), Photo("broken"), Photo("two")], 5)
    assert [photo.has_card for photo in seen] == [False, True, False, True]
    assert seen[0].error == "The photo is not there any more."
    with pytest.raises(PhotoError) as told:
        annotate(b"broken", result())
    assert seen[2].error == told.value.message


async def test_of_an_error_nobody_foresaw_the_user_reads_a_code_and_the_operator_finds_it_in_the_log(
    look: Looker, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.ERROR):
        (seen,) = await look([Photo("bug")], 5)
    assert "hunter2" not in seen.error
    code = re.search(r"code ([0-9A-F]{4})", seen.error)[1]
    (record,) = caplog.records
    assert code in record.message
    assert "hunter2" in caplog.text


async def test_the_wish_for_candidates_reaches_the_engine(look: Looker, engine: FakeEngine):
    await look([Photo("one"), Photo("two")], 7)
    assert engine.top_ks == [7, 7]
