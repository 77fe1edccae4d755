"""Lets discord.py's own retries and pauses run against simcord, with some requests refused first.

simcord replaces all of ``HTTPClient.request``. Here that method is discord.py's again, and only what would go over the
network is simcord's.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from contextvars import ContextVar
from enum import StrEnum
from fnmatch import fnmatch
from typing import Any, Self

import aiohttp
import discord
from discord.http import HTTPClient
from multidict import CIMultiDict
from simcord.http.client import FakeHTTPClient

SENDING = "/channels/*/messages"
RETRY_AFTER_S = 0.5
MAX_NONCES = 1000
"""Messages whose nonce is kept; Discord keeps nonces for a few minutes."""
_given: ContextVar[tuple[Any, dict[str, Any]]] = ContextVar("given")


class Refusal(StrEnum):
    """How Discord responds to a new message."""

    LOST = "500, and yet it was sent"
    BUSY = "429"
    BROKEN = "500"
    AWAY = "503"
    HANGS_UP = "hangs up"
    CUT = "hangs up, and yet it was sent"


SENT_ANYWAY = (Refusal.LOST, Refusal.CUT)
"""The message is sent although the bot gets an error."""


class Response:
    """The part of aiohttp's response that discord.py uses."""

    def __init__(self, status: int, data: Any, **headers: str) -> None:
        self.status, self._data, self.reason = status, data, str(status)
        self.headers = CIMultiDict({"Content-Type": "application/json", **headers})

    async def text(self, encoding: str = "utf-8") -> str:
        return json.dumps(self._data)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass


class Session:
    """Stands in for aiohttp's session."""

    def __init__(self, http: Refusing) -> None:
        self._http = http

    def request(self, method: str, url: str, **_: Any) -> Any:
        return Exchange(self._http, method, url.partition("/api/v10")[2])


class Exchange:
    """One request and its response."""

    def __init__(self, http: Refusing, method: str, path: str) -> None:
        self._http, self._sends = http, method == "POST" and fnmatch(path, SENDING)

    async def __aenter__(self) -> Response:
        refusal = self._http.refusals.pop(0) if self._sends and self._http.refusals else None
        done = await self._done() if refusal in (None, *SENT_ANYWAY) else None
        match refusal:
            case Refusal.HANGS_UP | Refusal.CUT:
                raise aiohttp.ServerDisconnectedError
            case Refusal.BUSY:
                told = {"message": "You are being rate limited.", "retry_after": RETRY_AFTER_S, "global": False}
                return Response(429, told, Via="1.1 google")
            case Refusal.BROKEN | Refusal.AWAY | Refusal.LOST:
                return Response(int(refusal[:3]), {"message": "refused", "code": 0})
        assert done is not None
        return done

    async def __aexit__(self, *_: object) -> None:
        pass

    async def _done(self) -> Response:
        route, more = _given.get()
        try:
            return Response(200, await self._http.once(route, **more))
        except discord.HTTPException as error:
            return Response(error.status, {"message": error.text, "code": error.code})


class Refusing(FakeHTTPClient):
    """simcord's HTTP client behind discord.py's own ``request``.

    Attributes:
        refusals: responses to the next messages, in turn; later messages are accepted.
    """

    refusals: list[Refusal]
    _nonces: OrderedDict[str, Any]

    async def request(self, route: Any, **more: Any) -> Any:
        token = _given.set((route, more))
        try:
            return await HTTPClient.request(self, route, **more)
        finally:
            _given.reset(token)

    async def once(self, route: Any, **more: Any) -> Any:
        """Do one request; a message with a nonce used before is not sent again, as Discord documents."""
        nonce = nonce_of(more)
        if nonce is not None and nonce in self._nonces:
            return self._nonces[nonce]
        done = await super().request(route, **more)
        if nonce is not None:
            self._nonces[nonce] = done
            if len(self._nonces) > MAX_NONCES:
                self._nonces.popitem(last=False)
        return done


def nonce_of(more: dict[str, Any]) -> str | None:
    """Return the enforced nonce of a message, or None."""
    payload = more.get("json") or {}
    for part in more.get("form") or ():
        if part["name"] == "payload_json":
            payload = json.loads(part["value"])
    return str(payload["nonce"]) if payload.get("enforce_nonce") else None


def let_it_refuse(client: discord.Client) -> Refusing:
    """Put discord.py's own ``request`` back into a client of simcord."""
    http: Any = client.http
    http.__class__ = Refusing
    http.refusals, http._nonces = [], OrderedDict()
    http._HTTPClient__session = Session(http)
    http._global_over = asyncio.Event()
    http._global_over.set()
    return http
