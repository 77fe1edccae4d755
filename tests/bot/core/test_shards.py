"""Ranges of shards, and a process with some shards in a simulated Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.info import count_servers
from bot.core.shards import MAX_SHARDS, Shards, parse_shards
from engine import Engine
from tests.support.bot.patched_engine import NAME, PHOTO, PatchedEngine, one_card
from tests.support.bot.world import World, control, small_world, text_of

FIRST, LAST = Shards(0, 1, 4), Shards(2, 3, 4)


@st.composite
def parts(draw) -> Shards:
    count = draw(st.integers(1, MAX_SHARDS))
    first = draw(st.integers(0, count - 1))
    return Shards(first, draw(st.integers(first, count - 1)), count)


class TestWriting:
    @given(parts())
    def test_parsing_is_the_inverse_of_printing(self, shards: Shards):
        assert parse_shards(str(shards)) == shards
        assert len(shards.ids) == shards.last - shards.first + 1

    def test_one_shard_needs_no_range(self):
        assert parse_shards("5/16") == parse_shards("5-5/16") == Shards(5, 5, 16)

    @given(st.integers(1, 64), st.integers(1, 8))
    def test_adjacent_ranges_cover_each_shard_once_and_one_leads(self, count: int, each: int):
        whole = [Shards(first, min(first + each, count) - 1, count) for first in range(0, count, each)]
        assert [number for part in whole for number in part.ids] == list(range(count))
        assert [part.leads for part in whole] == [True] + [False] * (len(whole) - 1)

    @pytest.mark.parametrize(
        ("written", "why"),
        [
            *((text, "FIRST-LAST/COUNT") for text in ("", "0-3", "0-3/", "/16", "-3/16", "0..3/16", "0-3/16 ", "a/b")),
            *((text, "FIRST-LAST/COUNT") for text in ("0-3-5/16", "0x1/16", "\u0661/16", "0,2/16", "+0/4", "1.0/4")),
            ("0-16/16", "numbered 0 to 15, so there is no 16"),
            ("16/16", "numbered 0 to 15"),
            ("3-1/16", "ends before it begins"),
            ("0/0", "1 to 16384"),
            ("0/999999999", "1 to 16384"),
        ],
    )
    def test_invalid_ranges_are_refused_with_the_reason(self, written: str, why: str):
        with pytest.raises(ValueError, match=why):
            parse_shards(written)


@pytest.fixture(name="part")
async def world_of_some_shards(request: pytest.FixtureRequest, demo_engine: Engine) -> AsyncIterator[World]:
    async with small_world(PatchedEngine(demo_engine, identify=one_card), shards=request.param) as world:
        yield world


class TestAnswering:
    @pytest.mark.parametrize("part", [FIRST, LAST], indirect=True, ids=str)
    async def test_only_servers_of_its_shards_are_answered(self, part: World):
        shards = part.client.settings.shards
        assert shards is not None
        other = part.env.create_guild("Elsewhere", shard_id=(shards.last + 1) % shards.count)
        await part.post(part.answered, PHOTO)
        (reply,) = part.replies(part.answered)
        assert NAME in text_of(reply)
        assert part.client.get_guild(other.id) is None
        assert [guild.shard_id for guild in part.client.guilds] == [shards.first]

    @pytest.mark.parametrize("part", [FIRST], indirect=True, ids=str)
    async def test_direct_messages_reach_the_process_with_shard_0(self, part: World):
        assert NAME in text_of(await part.post_direct(PHOTO))

    @pytest.mark.parametrize("part", [LAST], indirect=True, ids=str)
    async def test_commands_and_buttons_work_without_shard_0(self, part: World):
        told = (await part.alice.slash(part.quiet, "identify", image=PHOTO)).response
        assert NAME in text_of(told)
        await part.post(part.answered, PHOTO)
        (reply,) = part.replies(part.answered)
        pressed = await part.alice.click(reply, custom_id=control(reply, "export"))
        assert "1 card" in text_of(pressed.response)

    @pytest.mark.parametrize("part", [LAST], indirect=True, ids=str)
    async def test_the_number_of_servers_is_the_whole_bot_s(self, part: World):
        assert part.client.application is not None
        part.client.application.approximate_guild_count = 4321
        assert count_servers(part.client) == 4321

    async def test_a_single_process_counts_its_own_servers(self, demo_engine: Engine):
        async with small_world(PatchedEngine(demo_engine, identify=one_card)) as world:
            assert world.client.application is not None
            world.client.application.approximate_guild_count = 4321
            assert count_servers(world.client) == 1
