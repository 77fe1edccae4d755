"""Simulated Discords for the bot's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from engine import Engine
from tests.support.bot.world import World, small_world


@pytest.fixture(name="world")
async def real_world(demo_engine: Engine) -> AsyncIterator[World]:
    """The bot over the real engine, which knows the demo cards."""
    async with small_world(demo_engine) as world:
        yield world
