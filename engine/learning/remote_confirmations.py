"""Confirmations that others keep: searched here, and changed where they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.core.errors import ConfirmationRefused, OverlayError
from engine.learning.confirmations import Learnt


class Borrowed:
    """What others learnt: :class:`engine.learning.confirmations.Confirmations` in memory that come and go as a whole.

    Thread-safe. Holds neither file nor connection, so that a process may open an engine over it and fork.
    """

    def __init__(self) -> None:
        self._entries: dict[int, Learnt] = {}
        self._version = 0

    def take(self, entries: Iterable[Learnt]) -> None:
        """Replace what is held; entries must be valid, see :func:`engine.learning.confirmations.unpacked`."""
        # In this order: whoever reads the version first has entries that are at least as new.
        self._entries = dict(enumerate(entries, 1))
        self._version += 1

    def entries(self) -> Mapping[int, Learnt]:
        """Return everything held."""
        return self._entries

    def version(self) -> int:
        """Return a number that is another one whenever others were taken."""
        return self._version

    def add(self, new: Learnt) -> int:  # noqa: ARG002 - refused, whatever it is
        """Refuse: raises ConfirmationRefused, overlay_borrowed."""
        raise _not_here()

    def revoke(self, ident: int) -> bool:  # noqa: ARG002 - the same
        """Refuse: raises ConfirmationRefused, overlay_borrowed."""
        raise _not_here()

    def revoke_origin(self, part: str) -> int:  # noqa: ARG002 - the same
        """Refuse: raises ConfirmationRefused, overlay_borrowed."""
        raise _not_here()

    def damaged(self) -> OverlayError:
        """Return the error that tells that what was taken are no confirmations."""
        return OverlayError("overlay_damaged", "What others learnt has vectors that don't fit the picture network.")

    def close(self) -> None:
        """Do nothing."""


def _not_here() -> ConfirmationRefused:
    return ConfirmationRefused("overlay_borrowed", "These confirmations are others': confirm and revoke there.")
