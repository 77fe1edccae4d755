"""Moves an overlay file's confirmations to the shared database; done at each start, since any process may have one."""

from __future__ import annotations

import logging
from contextlib import closing
from pathlib import Path

from bot.store.sql_confirmations import SqlConfirmations
from engine import SqliteConfirmations

log = logging.getLogger(__name__)


def import_overlay_file(path: Path, kept: SqlConfirmations) -> int:
    """Move a file's confirmations to the database, and return how many.

    The file is emptied, because later revocations only reach the database; confirmations that don't fit there stay in
    the file. An interrupted import does no harm: all are imported again, and equal ones are stored once.

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
            log.info("moved %d confirmations from %s to the database", moved, path)
    return moved
