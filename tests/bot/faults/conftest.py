"""A fast world, for faults that have nothing to do with the engine."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from engine import Engine
from tests.support.bot.patched_engine import PatchedEngine, one_card
from tests.support.bot.world import World, small_world


@pytest.fixture(name="quick")
async def quick_world(demo_engine: Engine) -> AsyncIterator[World]:
    """The bot over an engine that finds the same card in any photo at once."""
    async with small_world(PatchedEngine(demo_engine, identify=one_card), max_photo_bytes=2**20) as world:
        yield world
