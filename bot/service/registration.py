"""Registers the commands with Discord, but only if they have changed since the last time."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
from pathlib import Path
from typing import Any

import discord
from discord import app_commands

log = logging.getLogger(__name__)

FILE = "commands.json"
"""In the data folder: the application and hash of the commands registered last."""
Tree = app_commands.CommandTree[Any]


async def register_commands(tree: Tree, folder: Path, *, always: bool = False) -> bool:
    """Register the commands globally if they have changed, or ``always``; return whether they were registered.

    Args:
        folder: the data folder, which remembers what was registered last.
    """
    file, last = folder / FILE, None
    if always:
        file.unlink(missing_ok=True)
    now = {"application": tree.client.application_id, "sha256": await fingerprint(tree)}
    with contextlib.suppress(OSError, ValueError):
        last = json.loads(file.read_text(encoding="utf-8"))
    if now == last:
        log.info("the commands have not changed")
        return False
    await tree.sync()
    log.info("registered %d commands", len(tree.get_commands()))
    try:
        file.write_text(json.dumps(now) + "\n", encoding="utf-8")
    except OSError as error:
        log.warning("%s can't be written (%s): commands will be registered at each start", file, error)
    return True


async def skip_registration(_: Tree) -> None:
    """Register nothing: another process, which has shard 0, does it."""
    log.info("the process with shard 0 registers the commands")


async def register_in(tree: Tree, guild_id: int) -> None:
    """Register the commands in one guild only, where they appear at once: for trying them out."""
    guild = discord.Object(guild_id)
    tree.copy_global_to(guild=guild)
    await tree.sync(guild=guild)


async def fingerprint(tree: Tree) -> str:
    """Return a hash of everything that Discord would be sent about the commands, including translations."""
    translator = tree.translator
    payloads = [
        await command.get_translated_payload(tree, translator) if translator else command.to_dict(tree)
        for command in sorted(tree.get_commands(), key=lambda command: command.name)
    ]
    return hashlib.sha256(json.dumps(payloads, sort_keys=True).encode()).hexdigest()
