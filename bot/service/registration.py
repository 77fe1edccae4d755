"""Registering the commands with Discord: only where they have changed since the last time."""

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
"""In the data folder: what was registered last."""
Tree = app_commands.CommandTree[Any]


class Registration:
    """Registers the commands of a tree.

    Args:
        folder: the data folder, where it is noted what was registered.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE

    async def if_changed(self, tree: Tree) -> bool:
        """Register the commands everywhere unless they are the last time's; return whether it was needed."""
        now = {"application": tree.client.application_id, "sha256": await fingerprint(tree)}
        last = None
        with contextlib.suppress(OSError, ValueError):
            last = json.loads(self._file.read_text(encoding="utf-8"))
        if now == last:
            log.info("the commands are registered as they are")
            return False
        await tree.sync()
        log.info("registered %d commands", len(tree.get_commands()))
        try:
            self._file.write_text(json.dumps(now) + "\n", encoding="utf-8")
        except OSError as error:
            log.warning("%s can't be written (%s): commands will be registered at each start", self._file, error)
        return True

    async def again(self, tree: Tree) -> bool:
        """Register the commands everywhere, changed or not."""
        self._file.unlink(missing_ok=True)
        return await self.if_changed(tree)


async def skip_registration(_: Tree) -> None:
    """Register nothing: of several processes the one that has shard 0 does it."""
    log.info("the commands are registered by the process that has shard 0")


async def register_in(tree: Tree, guild_id: int) -> None:
    """Register the commands in one server only, where they are there at once: for trying them out."""
    guild = discord.Object(guild_id)
    tree.copy_global_to(guild=guild)
    await tree.sync(guild=guild)


async def fingerprint(tree: Tree) -> str:
    """Return a hash of all that Discord would be told of the commands, translations included."""
    translator = tree.translator
    told = [
        await command.get_translated_payload(tree, translator) if translator else command.to_dict(tree)
        for command in sorted(tree.get_commands(), key=lambda command: command.name)
    ]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
