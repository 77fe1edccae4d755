"""Confirmations received from elsewhere: searched here, changed only where they are stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NoReturn

from engine.core.errors import ConfirmationRefused, ConfirmationsError
from engine.learning.confirmations import StoredConfirmation


class RemoteConfirmations:
    """Read-only :class:`engine.learning.confirmations.Confirmations` in memory, replaced as a whole.

    Thread-safe. Holds neither file nor connection, so that a process may open an engine with it and fork.
    """

    def __init__(self) -> None:
        self._entries: dict[int, StoredConfirmation] = {}
        self._version = 0

    def replace_all(self, entries: Iterable[StoredConfirmation]) -> None:
        """Replace all entries; their vectors must pass :func:`engine.learning.confirmations.unpack_vectors`."""
        # In this order: entries are at least as new as a version that was read before them.
        self._entries = dict(enumerate(entries, 1))
        self._version += 1

    def entries(self) -> Mapping[int, StoredConfirmation]:
        """Return all entries by id."""
        return self._entries

    def version(self) -> int:
        """Return a number that changes whenever the entries are replaced."""
        return self._version

    def add(self, *_: object, **__: object) -> NoReturn:
        """Raise ConfirmationRefused: overlay_borrowed."""
        message = "These confirmations are stored elsewhere: confirm and revoke there."
        raise ConfirmationRefused("overlay_borrowed", message)

    revoke = revoke_origin = add

    def damage_error(self) -> ConfirmationsError:
        """Return the error to raise if the entries turn out to be no confirmations."""
        return ConfirmationsError(
            "overlay_damaged", "The confirmations received from bots have vectors that don't fit the picture network."
        )

    def close(self) -> None:
        """Do nothing."""
