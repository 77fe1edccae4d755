"""discord.py's own requests, tries and pauses, answered by simcord, which answers each at once: some are refused first.

simcord takes the place of all of ``HTTPClient.request``. Here that method is discord.py's again, and only what would
go over the network is simcord's.
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
MOST_NONCES = 1000
"""Messages of which the nonce is kept; Discord keeps them for a few minutes."""
_given: ContextVar[tuple[Any, dict[str, Any]]] = ContextVar("given")


class Refusal(StrEnum):
    """How Discord takes a message that is sent to it."""

    LOST = "500, and yet it was sent"
    BUSY = "429"
    BROKEN = "500"
    AWAY = "503"
    HANGS_UP = "hangs up"
    CUT = "hangs up, and yet it was sent"


UNTOLD = (Refusal.LOST, Refusal.CUT)
"""The message is sent, and the bot isn't told so."""


class Response:
    """As much of aiohttp's response as discord.py looks at."""

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
    """What discord.py takes for aiohttp's session."""

    def __init__(self, http: Refusing) -> None:
        self._http = http

    def request(self, method: str, url: str, **_: Any) -> Any:
        return Exchange(self._http, method, url.partition("/api/v10")[2])


class Exchange:
    """One request and its answer."""

    def __init__(self, http: Refusing, method: str, path: str) -> None:
        self._http, self._sends = http, method == "POST" and fnmatch(path, SENDING)

    async def __aenter__(self) -> Response:
        refusal = self._http.refusals.pop(0) if self._sends and self._http.refusals else None
        done = await self._done() if refusal in (None, *UNTOLD) else None
        match refusal:
            case Refusal.HANGS_UP | Refusal.CUT:
                raise aiohttp.ServerDisconnectedError
            case Refusal.BUSY:
                told = {"message": "You are being rate limited.", "retry_after": RETRY_AFTER_S, "global": False}
                return Response(429, told, Via="1.1 google")
            case Refusal.BROKEN | Refusal.AWAY | Refusal.LOST:
                return Response(int(refusal[:3]), {"message": "refused by the soak", "code": 0})
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
    """Attributes:
    refusals: how the next messages are taken, in turn; those after them are taken as ever.
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
        """Do what is asked; a message whose nonce was used before is not sent again, as Discord promises."""
        nonce = nonce_of(more)
        if nonce is not None and nonce in self._nonces:
            return self._nonces[nonce]
        done = await super().request(route, **more)
        if nonce is not None:
            self._nonces[nonce] = done
            if len(self._nonces) > MOST_NONCES:
                self._nonces.popitem(last=False)
        return done


def nonce_of(more: dict[str, Any]) -> str | None:
    """Return the nonce that a message must be the only one of."""
    payload = more.get("json") or {}
    for part in more.get("form") or ():
        if part["name"] == "payload_json":
            payload = json.loads(part["value"])
    return str(payload["nonce"]) if payload.get("enforce_nonce") else None


def let_it_refuse(client: discord.Client) -> Refusing:
    """Put discord.py's own requests back into a client that simcord has taken over."""
    http: Any = client.http
    http.__class__ = Refusing
    http.refusals, http._nonces = [], OrderedDict()
    http._HTTPClient__session = Session(http)
    http._global_over = asyncio.Event()
    http._global_over.set()
    return http
