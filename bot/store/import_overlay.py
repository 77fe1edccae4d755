"""An overlay file's confirmations -> the shared database: done at each start, for each process may have a file."""

from __future__ import annotations

import logging
from contextlib import closing
from pathlib import Path

from bot.store.sql_confirmations import SqlConfirmations
from engine import SqliteConfirmations

log = logging.getLogger(__name__)


def import_overlay_file(path: Path, kept: SqlConfirmations) -> int:
    """Move what a file holds into the database, and return how many that were; the file is left without them.

    Where others revoke them in the database nobody would look into the file: that it is emptied is part of it.
    What the database has no room for stays in the file. An end half-way does no harm: all are moved again, and what
    says the same is kept once.

    Raises:
        ConfirmationsError: the file or the database can't be used.
    """
    if not path.is_file():
        return 0
    with closing(SqliteConfirmations.open(path)) as overlay:
        entries = overlay.entries()
        moved = kept.import_entries(entries)
        if moved:
            overlay.delete_up_to(list(entries)[moved - 1])
            log.info("%d confirmations of %s are in the database now", moved, path)
    return moved
