"""Which addresses a sync may ask: pure."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from yarl import URL

from training.scryfall.errors import ForeignHost
from training.scryfall.validation import shown

SUFFIX = ".scryfall.io"
"""Scryfall's hosts of files end so."""

_EPOCH = re.compile(r"[0-9]{1,20}")
"""Part of a file's name, which can't be of any length."""


def check_host(url: str, api: str) -> None:
    """Raise :class:`ForeignHost` unless an address is one of Scryfall's files (by https), or of the API's own host."""
    address, home = _read(url), URL(api)
    # Raw: turning "xn--…" into letters may raise, and no allowed host needs it.
    at_home = (address.scheme, address.raw_authority) == (home.scheme, home.raw_authority)
    if not at_home and not (address.scheme == "https" and (address.raw_host or "").endswith(SUFFIX)):
        raise ForeignHost(
            f"{url} is neither at {home.raw_authority} nor at *{SUFFIX}: it is not asked for. "
            "If the server is a mirror, let it hand out links to itself."
        )


def _read(url: str) -> URL:
    """Return an address as the client reads it that will ask; raise :class:`ForeignHost` where it can't."""
    why = "it has strange letters"
    if url.isascii() and url.isprintable():
        try:
            return URL(url)
        except ValueError as error:
            why = str(error)
        except IndexError:  # yarl 1.x stumbles over "//a]b[@" rather than saying what is wrong
            why = "its host can't be read"
    raise ForeignHost(f"{shown(url)} is no address ({why}): it is not asked for.")


def joined(base: str, address: str) -> str:
    """Return an address that may be relative to another; raises :class:`ForeignHost` where it is none."""
    try:
        return urljoin(base, address)
    except ValueError as error:
        raise ForeignHost(f"{shown(address)} is no address ({error}): it is not asked for.") from error


def epoch_of(url: str, api: str) -> str | None:
    """Return the time stamp of a picture's address, or None where it is a placeholder's or leads to a foreign host.

    >>> epoch_of("https://cards.scryfall.io/thumb/front/8/e/8ebe.webp?1559591595", "https://api.scryfall.com")
    '1559591595'
    >>> epoch_of("https://errors.scryfall.com/soon.jpg", "https://api.scryfall.com")
    """
    try:
        check_host(url, api)
    except ForeignHost:
        return None
    query = urlsplit(url).query
    return query if _EPOCH.fullmatch(query) else None
