"""Confirmations that others keep: searched here, and changed where they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.core.errors import ConfirmationRefused, ConfirmationsError
from engine.learning.confirmations import StoredConfirmation


class RemoteConfirmations:
    """What others learnt: :class:`engine.learning.confirmations.Confirmations` in memory that come and go as a whole.

    Thread-safe. Holds neither file nor connection, so that a process may open an engine over it and fork.
    """

    def __init__(self) -> None:
        self._entries: dict[int, StoredConfirmation] = {}
        self._version = 0

    def replace_all(self, entries: Iterable[StoredConfirmation]) -> None:
        """Replace all entries; their vectors must pass :func:`engine.learning.confirmations.unpack_vectors`."""
        # In this order: whoever reads the version first has entries that are at least as new.
        self._entries = dict(enumerate(entries, 1))
        self._version += 1

    def entries(self) -> Mapping[int, StoredConfirmation]:
        """Return everything held."""
        return self._entries

    def version(self) -> int:
        """Return a number that is another one whenever others were taken."""
        return self._version

    def add(self, new: StoredConfirmation) -> int:  # noqa: ARG002 - refused, whatever it is
        """Refuse: raises ConfirmationRefused, overlay_borrowed."""
        raise _not_here()

    def revoke(self, ident: int) -> bool:  # noqa: ARG002 - the same
        """Refuse: raises ConfirmationRefused, overlay_borrowed."""
        raise _not_here()

    def revoke_origin(self, part: str) -> int:  # noqa: ARG002 - the same
        """Refuse: raises ConfirmationRefused, overlay_borrowed."""
        raise _not_here()

    def damaged(self) -> ConfirmationsError:
        """Return the error that tells that what was taken are no confirmations."""
        return ConfirmationsError(
            "overlay_damaged", "What others learnt has vectors that don't fit the picture network."
        )

    def close(self) -> None:
        """Do nothing."""


def _not_here() -> ConfirmationRefused:
    return ConfirmationRefused("overlay_borrowed", "These confirmations are others': confirm and revoke there.")
