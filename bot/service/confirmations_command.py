"""Where the settings keep what the engine learnt, and ``python -m bot confirmations``, which lists or forgets it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.core.settings import Settings
from bot.service.exit_codes import Exit
from bot.store import Store, import_overlay_file
from engine import Confirmations, ConfirmationsError, SqliteConfirmations


def confirmations_source(settings: Settings, store: Store) -> Path | Confirmations:
    """Return where confirmed answers are kept: in the database that processes share, else in a file; blocks.

    What a file holds of the time before there was such a database is moved into it.

    Raises:
        StoreError, EngineError: the database or the file can't be used.
    """
    if not settings.database:
        return settings.overlay_file
    kept = store.confirmations()
    import_overlay_file(settings.overlay_file, kept)
    return kept


def add_confirmations_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the bot's."""
    parser = commands.add_parser("confirmations", help="list or revoke what the engine learnt from confirmed answers")
    revoked = parser.add_mutually_exclusive_group()
    revoked.add_argument("--revoke", type=int, metavar="ID", help="forget one")
    revoked.add_argument("--revoke-origin", metavar="PART", help="forget all of an origin, such as 'user 789'")


def confirmations(settings: Settings, chosen: argparse.Namespace) -> Exit:
    """List what was learnt, or forget what is chosen; running bots know it within seconds.

    Raises:
        StoreError, EngineError: what keeps it can't be used.
    """
    with _kept(settings) as kept:
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


@contextmanager
def _kept(settings: Settings) -> Iterator[Confirmations]:
    if settings.database:
        with closing(Store(settings.database)) as store:
            yield store.confirmations()
        return
    # The file would be made; whoever reads from one means one that is there.
    if not settings.overlay_file.is_file():
        raise ConfirmationsError(
            "overlay_missing", f"There is no file {settings.overlay_file}. See that the path is right."
        )
    with closing(SqliteConfirmations.open(settings.overlay_file)) as overlay:
        yield overlay
