"""``python -m bot confirmations``, which lists or revokes what the engine learnt."""

from __future__ import annotations

import argparse
from contextlib import ExitStack, closing

from bot.core.settings import Settings
from bot.service.exit_codes import Exit
from bot.store import Store
from engine import Confirmations, ConfirmationsError, SqliteConfirmations


def add_confirmations_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``confirmations`` to the commands of ``python -m bot``."""
    parser = commands.add_parser("confirmations", help="list or revoke what the engine learnt from confirmed answers")
    revoked = parser.add_mutually_exclusive_group()
    revoked.add_argument("--revoke", type=int, metavar="ID", help="revoke one")
    revoked.add_argument("--revoke-origin", metavar="PART", help="revoke all from one origin, such as 'user 789'")


def confirmations(settings: Settings, chosen: argparse.Namespace) -> Exit:
    """List what was learnt, or revoke what is chosen; running bots notice within seconds.

    Raises:
        StoreError, EngineError: the confirmations can't be used.
    """
    with ExitStack() as stack:
        kept: Confirmations
        if settings.database:
            kept = stack.enter_context(closing(Store(settings.database))).confirmations()
        elif settings.overlay_file.is_file():
            kept = stack.enter_context(closing(SqliteConfirmations.open(settings.overlay_file)))
        else:
            # Opening it would create it.
            raise ConfirmationsError("overlay_missing", f"There is no file {settings.overlay_file}. Check the path.")
        if chosen.revoke is not None:
            print(f"revoked: {int(kept.revoke(chosen.revoke))}")
        elif chosen.revoke_origin is not None:
            print(f"revoked: {kept.revoke_origin(chosen.revoke_origin)}")
        else:
            entries = kept.entries()
            for ident, one in entries.items():
                printing = f"{one.set.upper()} {one.collector_number}"
                print(f"{ident:>6}  {one.created_at}  {one.name:<34} {printing:<10} {one.origin}")
            print(f"confirmations: {len(entries)}")
    return Exit.OK
