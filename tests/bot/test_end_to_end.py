"""The whole bot: simcord's Discord, a CDN on loopback, the real engine, demo cards."""

from __future__ import annotations

import asyncio
import io

from discord import ui
from PIL import Image

from bot.recognition.schedule import Asker
from tests.support.bot.world import MESSAGES, World, parts_of, text_of
from training.scene.demo_set import DemoPhoto

TABLE = "table.jpg"


EN = MESSAGES.words("en")


async def test_a_photo_in_an_answered_channel_gets_one_reply_with_all_names_and_the_numbered_photo(
    world: World, demo_table_photo: DemoPhoto
):
    asked = await world.post(world.answered, (TABLE, demo_table_photo.jpeg))
    (reply,) = world.replies(world.answered)
    assert reply.reference.message_id == asked.id
    assert all(name in text_of(reply) for name in demo_table_photo.names)
    assert "https://scryfall.com/card/" in text_of(reply)
    annotated = Image.open(io.BytesIO(await reply.attachments[0].read()))
    assert annotated.size == Image.open(io.BytesIO(demo_table_photo.jpeg)).size
    assert "numbered" in reply.attachments[0].description


async def test_a_single_card_has_name_link_and_confidence_and_no_annotated_photo(
    world: World, demo_single_photo: DemoPhoto
):
    await world.post(world.answered, ("one.jpg", demo_single_photo.jpeg))
    (reply,) = world.replies(world.answered)
    name, confidence = text_of(reply).splitlines()[:2]
    assert name.startswith(f"### [{demo_single_photo.names[0]}](https://scryfall.com/card/")
    assert confidence.startswith("Sure, 9")
    assert not reply.attachments


async def test_in_other_channels_the_bot_answers_mentions_only(world: World, demo_single_photo: DemoPhoto):
    photo = ("one.jpg", demo_single_photo.jpeg)
    await world.post(world.quiet, photo, text="look at this")
    assert world.replies(world.quiet) == []
    await world.post(world.quiet, photo, text=f"<@{world.client.user.id}> what is it?")
    (reply,) = world.replies(world.quiet)
    assert demo_single_photo.names[0] in text_of(reply)


async def test_a_direct_message_is_answered(world: World, demo_single_photo: DemoPhoto):
    reply = await world.post_direct(("one.jpg", demo_single_photo.jpeg))
    assert demo_single_photo.names[0] in text_of(reply)


async def test_slash_identify(world: World, demo_single_photo: DemoPhoto):
    answer = await world.alice.slash(world.quiet, "identify", image=("one.jpg", demo_single_photo.jpeg), top_k=3)
    assert demo_single_photo.names[0] in text_of(answer.response)


async def test_the_message_menu_answers_privately(world: World, demo_table_photo: DemoPhoto):
    message = await world.post(world.quiet, (TABLE, demo_table_photo.jpeg))
    answer = await world.alice.context_menu(world.quiet, "Identify cards", message)
    assert answer.ephemeral
    assert all(name in text_of(answer.response) for name in demo_table_photo.names)


async def test_the_message_menu_on_a_message_without_a_photo_says_so(world: World):
    message = await world.alice.send(world.quiet, "hello")
    answer = await world.alice.context_menu(world.quiet, "Identify cards", message)
    assert answer.response.content == EN.format("no-photo")


async def test_a_broken_image_is_explained_in_a_direct_message(world: World, demo_single_photo: DemoPhoto):
    broken = demo_single_photo.jpeg[: len(demo_single_photo.jpeg) // 2]
    reply = await world.post_direct(("broken.jpg", broken))
    assert "damaged" in text_of(reply).lower() or "truncated" in text_of(reply).lower()


async def test_a_broken_image_in_an_answered_channel_gets_no_reply(world: World):
    await world.post(world.answered, ("not-really.jpg", b"no picture at all"))
    assert world.replies(world.answered) == []


async def test_a_photo_without_a_card_gets_no_reply_in_a_channel_and_advice_in_a_direct_message(world: World):
    blank = io.BytesIO()
    Image.new("RGB", (640, 480), (90, 120, 90)).save(blank, "PNG")
    await world.post(world.answered, ("lawn.png", blank.getvalue()))
    assert world.replies(world.answered) == []
    reply = await world.post_direct(("lawn.png", blank.getvalue()))
    assert text_of(reply) == EN.format("no-card")


async def test_two_photos_of_one_message_share_a_reply(
    world: World, demo_single_photo: DemoPhoto, demo_table_photo: DemoPhoto
):
    await world.post(world.answered, ("one.jpg", demo_single_photo.jpeg), (TABLE, demo_table_photo.jpeg))
    (reply,) = world.replies(world.answered)
    assert len(parts_of(reply, ui.Container)) == 2
    assert demo_single_photo.names[0] in text_of(reply)
    assert all(name in text_of(reply) for name in demo_table_photo.names)


async def test_two_photos_at_once_are_processed_side_by_side_and_not_mixed_up(
    world: World, demo_single_photo: DemoPhoto, demo_table_photo: DemoPhoto
):
    # simcord lets one actor act at a time: the messages are posted one by one and then processed together.
    photos = {"one.jpg": demo_single_photo, TABLE: demo_table_photo}
    messages = [await world.post(world.quiet, (name, photo.jpeg)) for name, photo in photos.items()]
    askers = [Asker(1), Asker(2)]
    looking = (
        world.client.photo_worker.recognise(message.attachments, 5, asker)
        for message, asker in zip(messages, askers, strict=True)
    )
    seen = await asyncio.gather(*looking)
    assert [[card.name for card in looked.result.cards] for (looked,) in seen] == [
        list(photo.names) for photo in photos.values()
    ]


async def test_a_spoiler_stays_a_spoiler(world: World, demo_table_photo: DemoPhoto):
    await world.post(world.answered, (f"SPOILER_{TABLE}", demo_table_photo.jpeg))
    (reply,) = world.replies(world.answered)
    (box,) = parts_of(reply, ui.Container)
    assert box.spoiler


async def test_nobody_is_pinged(world: World, demo_single_photo: DemoPhoto):
    await world.post(world.answered, ("one.jpg", demo_single_photo.jpeg))
    (sent,) = [r for r in world.env.http_requests if r.method == "POST" and r.path.endswith("/messages")]
    assert sent.json["allowed_mentions"] == {"parse": [], "replied_user": False}


async def test_a_bot_is_not_answered(world: World, demo_single_photo: DemoPhoto):
    robot = world.guild.add_member(world.env.create_user("robot", bot=True))
    await robot.send(world.answered, "", attachments=[("one.jpg", demo_single_photo.jpeg)])
    assert world.replies(world.answered) == []
