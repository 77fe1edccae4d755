"""What resumable downloads share, independent of the HTTP library."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path

from training.scryfall.state import LONGEST_PAUSE

CHUNK = 1 << 18
"""Bytes written at a time."""
IDENTITY = {"Accept-Encoding": "identity"}
"""For files: sent as they are stored, so that a part of one can be continued."""
_RANGE = re.compile(r"bytes ([0-9]{1,18})-")


@dataclass(frozen=True, slots=True)
class PartialFile:
    """A partly received file at ``path``, and beside it the ETag of the whole if that is known."""

    path: Path

    @property
    def size(self) -> int:
        """Bytes received so far."""
        return self.path.stat().st_size if self.path.exists() else 0

    @property
    def _etag(self) -> Path:
        return self.path.with_name(self.path.name + ".etag")

    def range_headers(self) -> dict[str, str]:
        """Return the headers that ask for the missing bytes, provided the file is still the same."""
        if not self.size:
            return {}
        etag = usable_etag(self._etag.read_text(errors="replace")) if self._etag.exists() else ""
        return {"Range": f"bytes={self.size}-"} | ({"If-Range": etag} if etag else {})

    def is_continued_by(self, status: int, content_range: str) -> bool:
        """Return whether an answer begins with the first missing byte."""
        found = _RANGE.match(content_range)
        return status == HTTPStatus.PARTIAL_CONTENT and found is not None and int(found[1]) == self.size

    def restart(self, etag: str) -> None:
        """Discard the bytes and note the ETag of the file that comes now, unless it is a weak one."""
        self.discard()
        # A weak tag does not promise equal bytes.
        if etag and not etag.startswith("W/"):
            self._etag.write_text(etag)

    def discard(self) -> None:
        """Remove the bytes and the ETag."""
        self.path.unlink(missing_ok=True)
        self._etag.unlink(missing_ok=True)

    def finish(self, path: Path) -> None:
        """Give the complete file its final name."""
        self.path.replace(path)
        self._etag.unlink(missing_ok=True)


def usable_etag(header: object) -> str:
    """Return an ETag that can be sent back, or an empty text."""
    return header if isinstance(header, str) and header.isascii() and header.isprintable() else ""


def retry_after_s(header: str) -> float:
    """Return the seconds of a ``Retry-After``, which may also name a time; 0 without one, an hour at most."""
    if header.isdecimal():
        return min(float(header), LONGEST_PAUSE)
    try:
        seconds = (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds()
        return min(max(seconds, 0.0), LONGEST_PAUSE)
    except (ValueError, TypeError, OverflowError):
        return 0.0
