"""The whole play, as ``make demo`` shows it: real client, real engine, demo cards."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from bot.rehearsal.props import Photo, Props, load_drawn_props
from bot.rehearsal.scenes import Moment, Play
from bot.rehearsal.screenshots import MARGIN, WIDTH, Camera, blank_card, find_browser
from bot.rehearsal.transcript import Transcript
from engine import Engine
from tests.support.bot.world import World
from training.demo.command import more_photos, write_photos
from training.scene.demo_set import DemoPhoto, DemoSet


@pytest.fixture(scope="session", name="props")
def demo_props(demo_set: DemoSet, demo_table_photo: DemoPhoto) -> Props:
    """The props from a demo folder."""
    write_photos({"photo.jpg": demo_table_photo, **more_photos()}, demo_set.folder)
    return load_drawn_props(demo_set.folder)


async def played(world: World, props: Props, capsys: pytest.CaptureFixture[str]) -> str:
    await Play(world, Transcript(world, None).show).perform(props)
    return " ".join(capsys.readouterr().out.split())


async def test_the_play_shows_everything_players_see(world: World, props: Props, capsys: pytest.CaptureFixture[str]):
    said = await played(world, props, capsys)
    assert all(name in said for photo in (props.first, *props.more) for name in photo.names)
    single, covered, unfocused = (photo.names[0] for photo in props.more)
    assert "[file: photo.jpg]" in said
    assert "6 cards" in said
    assert "[file: decklist.txt]" in said
    assert f"{single} Sure, 99%" in said
    assert f"{covered} Probably" in said
    assert f"chooses “{covered}” cardglass: {covered} Confirmed" in said
    assert "A card I can’t name (too blurred" in said
    assert "Choose its name" in said
    assert "Choose its printing" not in said, "nobody said what card it is"
    assert f"types “{unfocused.lower()}” into the form cardglass: {unfocused} Confirmed" in said
    assert "I answer [[card]] in messages: on" in said
    assert "Lightning Bolt" in said
    assert "What I can do" in said
    assert "(only Bob sees this)" in said


async def test_a_photo_of_unknown_cards_is_played_as_far_as_possible(world: World, capsys: pytest.CaptureFixture[str]):
    said = await played(world, Props(Photo("holiday.jpg", b"no picture at all")), capsys)
    assert "cardglass says nothing" in said
    assert "[file: holiday.jpg] cardglass: This isn’t a picture" in said
    assert "/card lightning bolt" in said


@pytest.mark.skipif(find_browser() is None, reason="neither Chromium nor playwright is here")
async def test_a_screenshot_of_a_reply_is_small(world: World, props: Props, demo_engine: Engine, tmp_path: Path):
    camera = Camera(world.env, find_browser() or "", tmp_path, props.faces, demo_engine)
    taken: list[Path] = []

    async def show(moment: Moment) -> None:
        if moment.name == "single":
            taken.append(await camera.take(moment))

    await Play(world, show).by_message(props.more[0])
    (file,) = taken
    with Image.open(file) as picture:
        assert picture.width == WIDTH + 2 * MARGIN
        assert picture.height > 100
        assert len(picture.getcolors()) > 20
    assert file.stat().st_size < 120_000


def test_the_blank_card_has_a_card_s_shape():
    with Image.open(io.BytesIO(blank_card())) as picture:
        assert picture.height / picture.width == pytest.approx(88 / 63, rel=0.01)
        assert picture.getpixel((0, 0))[3] == 0
        assert picture.getpixel((100, 100))[3] == 255
