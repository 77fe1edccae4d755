"""``python -m bot``: read the settings, open the engine, start the client. Only here are things built.

Exit codes: 0 stopped by a signal, 3 no token, 4 settings, 5 artifacts, 6 login refused, 7 intent not allowed.
A supervisor should not start the bot again on 3 to 7: each needs a person first.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

import aiohttp
import discord

from bot.client import CardglassClient
from bot.download import Downloader
from bot.errors import SettingsError
from bot.looking import Looker
from bot.pool import WorkerPool
from bot.settings import Settings, read_settings
from engine import ArtifactError, Engine

STOP_WITHIN_S = 8.0
"""Time for answers under way when the bot is told to stop; containers are killed after ten seconds."""

EXIT_OK, EXIT_NO_TOKEN, EXIT_SETTINGS, EXIT_ARTIFACTS, EXIT_LOGIN, EXIT_INTENT = 0, 3, 4, 5, 6, 7

HOW_TO_LOG_IN = (
    "No token: make an application at https://discord.com/developers/applications, press Bot -> Reset Token, "
    "and put the token into .env as DISCORD_TOKEN=... (cp .env.example .env)."
)
NO_INTENT = (
    "CARDGLASS_CHANNELS needs the message content: switch on Bot -> Message Content Intent at "
    "https://discord.com/developers/applications, or leave CARDGLASS_CHANNELS empty."
)
LOGIN_REFUSED = "Discord refused the token: press Bot -> Reset Token and put the new one into .env."


def main() -> int:
    """Run the bot and return the exit code."""
    try:
        settings = read_settings(os.environ, Path(".env"))
    except SettingsError as error:
        return _fail(str(error), EXIT_SETTINGS)
    if not settings.token:
        return _fail(HOW_TO_LOG_IN, EXIT_NO_TOKEN)
    discord.utils.setup_logging(level=getattr(logging, settings.log_level))
    try:
        engine = Engine.open(settings.artifacts)
    except ArtifactError as error:
        return _fail(error.message, EXIT_ARTIFACTS)
    try:
        return asyncio.run(serve(settings, engine))
    except discord.LoginFailure:
        return _fail(LOGIN_REFUSED, EXIT_LOGIN)
    except discord.PrivilegedIntentsRequired:
        return _fail(NO_INTENT, EXIT_INTENT)
    finally:
        engine.close()


async def serve(settings: Settings, engine: Engine) -> int:
    """Serve until a signal comes; then finish the photos at hand and close."""
    pool = WorkerPool(settings.workers, settings.max_waiting)
    async with aiohttp.ClientSession() as session:
        fetch = Downloader(
            session,
            hosts=settings.cdn_hosts,
            max_bytes=settings.max_photo_bytes,
            timeout_s=settings.download_timeout_s,
        )
        client = CardglassClient(settings, engine, Looker(engine, fetch, pool))
        async with client:
            running = asyncio.create_task(client.start(settings.token))
            # discord.py leaves SIGTERM, which containers stop with, to the application.
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, running.cancel)
            try:
                await running
            except asyncio.CancelledError:
                unfinished = await client.answers.finish(STOP_WITHIN_S)
                logging.getLogger(__name__).info("stopping; %d answers not finished", unfinished)
            await pool.close()
    return EXIT_OK


def _fail(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
