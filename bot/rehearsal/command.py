"""``python -m bot rehearse``: the bot as players see it, without Discord, a token or the network."""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import sys
from pathlib import Path

from bot.core.settings import Settings
from bot.messages import Messages
from bot.recognition.reloadable_engine import Recogniser
from bot.rehearsal.props import Props, load_drawn_props, load_photo_props
from bot.rehearsal.scenes import Play
from bot.rehearsal.screenshots import Camera, find_browser
from bot.rehearsal.transcript import BOT, Transcript
from bot.rehearsal.world import World, open_world
from engine import ArtifactError, Engine

EXIT_OK, EXIT_PROPS, EXIT_ARTIFACTS = 0, 2, 5
HOW_TO_INSTALL = "A rehearsal needs the simulated Discord: pip install -e '.[bot,demo]' (make demo does it)."
HOW_TO_SCREENSHOT = "No screenshots: they need Chromium and playwright (pip install -e '.[bot,demo]')."


def add_rehearse_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``rehearse`` to the commands of ``python -m bot``."""
    parser = commands.add_parser("rehearse", help="show a conversation with the bot, in a simulated Discord")
    props = parser.add_mutually_exclusive_group(required=True)
    props.add_argument("--drawn", type=Path, metavar="DIR", help="the folder that python -m training demo wrote")
    props.add_argument("--photo", type=Path, metavar="FILE", help="a photo of your own")
    parser.add_argument("--artifacts", type=Path, metavar="DIR", help="artifact folder (default: the shipped one)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for screenshots of the conversation")


def rehearse(chosen: argparse.Namespace) -> int:
    """Play and print the conversation, take screenshots, and return the exit code."""
    if importlib.util.find_spec("simcord") is None:
        return _fail(HOW_TO_INSTALL, EXIT_PROPS)
    try:
        props = load_drawn_props(chosen.drawn) if chosen.drawn else load_photo_props(chosen.photo)
        if chosen.out:
            chosen.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return _fail(f"{error.filename}: {error.strerror}.", EXIT_PROPS)
    try:
        engine = Engine.open(chosen.artifacts or props.artifacts)
    except ArtifactError as error:
        return _fail(error.message, EXIT_ARTIFACTS)
    try:
        asyncio.run(perform(engine, props, chosen.out))
    finally:
        engine.close()
    return EXIT_OK


async def perform(recogniser: Recogniser, props: Props, out: Path | None) -> None:
    """Play everything, print it as it happens, and write screenshots into ``out`` if Chromium is installed."""
    program = find_browser() if out else None
    async with open_world(recogniser, Settings(), Messages.open(), World) as world:
        if world.client.user is not None:
            await world.client.user.edit(username=BOT)
        camera = Camera(world.env, program, out, props.faces, recogniser) if program and out else None
        await Play(world, Transcript(world, camera).show).perform(props)
    if out:
        print(f"\n{f'Screenshots: {out}' if program else HOW_TO_SCREENSHOT}")


def _fail(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code
