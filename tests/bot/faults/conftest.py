"""Worlds that are quick, for faults in which the engine has no part."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from engine import Engine
from tests.support.bot.bent_engine import Bent, one_card
from tests.support.bot.world import World, small_world


@pytest.fixture(name="quick")
async def quick_world(demo_engine: Engine) -> AsyncIterator[World]:
    """The bot over an engine that sees the same card in whatever it gets, at once."""
    async with small_world(Bent(demo_engine, identify=one_card), max_photo_bytes=2**20) as world:
        yield world
