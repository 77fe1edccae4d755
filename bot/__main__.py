"""``python -m bot``: run the bot, register its commands, check its settings, or list what it learnt.

Exit codes: :class:`bot.service.exit_codes.Exit`.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from bot.core.errors import SettingsError
from bot.core.settings import Settings, read_settings
from bot.core.shards import Shards, parse_shards
from bot.monitoring.logs import configure_logging
from bot.recognition.memory import limit_arenas
from bot.rehearsal.command import add_rehearse_command, rehearse
from bot.service.confirmations_command import add_confirmations_command, confirmations
from bot.service.exit_codes import HOW_TO_LOG_IN, Exit, exit_code_for
from bot.service.registration import register_commands, register_in
from bot.service.service import parts_of, serve, stop_at_signals

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return the exit code."""
    chosen = _parser().parse_args(arguments)
    limit_arenas()
    if chosen.command == "rehearse":
        return rehearse(chosen)
    try:
        settings = read_settings(os.environ, Path(".env"))
        if chosen.shards is not None:
            settings = replace(settings, shards=chosen.shards)
    except SettingsError as error:
        return _fail(str(error), Exit.SETTINGS)
    if not settings.token and chosen.command not in ("check", "confirmations"):
        return _fail(HOW_TO_LOG_IN, Exit.NO_TOKEN)
    configure_logging(settings.log_level, settings.log_format)
    commands: dict[str | None, Callable[[], Coroutine[Any, Any, Exit]]] = {
        None: lambda: _serve(settings),
        "check": lambda: _check(settings),
        "confirmations": lambda: asyncio.to_thread(confirmations, settings, chosen),
        "sync-commands": lambda: _sync(settings, chosen.guild),
    }
    try:
        return asyncio.run(commands[chosen.command]())
    except Exception as error:
        known = exit_code_for(error)
        if known is None:
            log.exception("ended by an unexpected error")
            return Exit.FAILED
        return _fail(known[1], known[0])


def _parser() -> argparse.ArgumentParser:
    def shards(text: str) -> Shards:
        try:
            return parse_shards(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"{text!r} can't be used: {error}") from None

    parser = argparse.ArgumentParser(prog="python -m bot", description="Without a command, runs the Discord bot.")
    help_shards = "if the bot runs as several processes, the shards of this one, for example 0-3/16"
    parser.add_argument("--shards", type=shards, metavar="FIRST-LAST/COUNT", help=help_shards)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("check", help="check settings, artifacts and data folder without connecting")
    sync = commands.add_parser("sync-commands", help="register the slash commands with Discord, changed or not")
    sync.add_argument("--guild", type=int, metavar="ID", help="register them in this server only, for trying them out")
    add_confirmations_command(commands)
    add_rehearse_command(commands)
    return parser


async def _serve(settings: Settings) -> Exit:
    if not await serve(settings, stop_at_signals()):
        # Python would wait for threads that don't end, until the supervisor kills the process.
        log.warning("exiting although threads are still working")
        logging.shutdown()
        os._exit(Exit.OK)
    return Exit.OK


async def _sync(settings: Settings, guild_id: int | None) -> Exit:
    register = partial(register_commands, folder=settings.data, always=True)
    register_there = register if guild_id is None else partial(register_in, guild_id=guild_id)
    # The client registers its commands after logging in; it never connects to the gateway.
    async with parts_of(settings) as parts, parts.make_client(settings, register_there) as client:
        await client.login(settings.token)
    return Exit.OK


async def _check(settings: Settings) -> Exit:
    async with parts_of(settings) as parts:
        artifacts = parts.engine.info()["artifacts"]
    print(f"artifacts: {artifacts['folder']}, of {artifacts['created']}")
    print(f"data folder: {settings.data.resolve()}, can be written")
    print(f"database: {'the one at CARDGLASS_DATABASE, answers' if settings.database else 'a file in the data folder'}")
    print(f"shards: {settings.shards or 'all'}")
    print(f"health and metrics: {settings.http or 'off'}")
    print(f"token: {'there, not tried' if settings.token else 'missing. ' + HOW_TO_LOG_IN}")
    return Exit.OK if settings.token else Exit.NO_TOKEN


def _fail(message: str, code: Exit) -> Exit:
    print(message, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
