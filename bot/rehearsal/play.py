"""The play: a player and an admin meet the bot. Each moment is handed to whoever looks on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from discord import ui

from bot.corrections.panel import NAME_FIELD
from bot.rehearsal.props import Photo, Props
from bot.rehearsal.reading import control, parts_of
from bot.rehearsal.world import World

KNOWN_CARD = "Lightning Bolt"
"""Asked for where nobody knows what the photos show."""
NAMES_ASKED = "is [[$Lightning Bolt]] dearer than [[$Counterspell]]?"


@dataclass(frozen=True, slots=True)
class Moment:
    """Somebody does something, and the bot answers.

    Attributes:
        name: what the picture of it is called.
        channel: where.
        viewer: whose eyes see it: some answers are for one person only.
        does: what they say or do.
        files: names of what they post.
        answer: the bot's message, or what an interaction was answered with; None where it is silent.
        private: whether nobody else sees the answer.
        posts: whether what they do is a message that others read.
    """

    name: str
    channel: Any
    viewer: Any
    does: str
    answer: Any
    files: Sequence[str] = ()
    private: bool = False
    posts: bool = False


Audience = Callable[[Moment], Awaitable[None]]


class Play:
    """Plays scene after scene in a world.

    Args:
        show: told of every moment, before the next begins.
    """

    def __init__(self, world: World, show: Audience) -> None:
        self._world, self._show = world, show
        self._direct = world.alice.user.dm_channel

    async def all_of(self, props: Props) -> None:
        """Play everything."""
        await self.table(props.first)
        for photo, scene in zip(props.more, (self.by_message, self.unsure, self.correction), strict=False):
            await scene(photo)
        await self.settings()
        await self.look_ups(props.more[0].names[0] if props.more else KNOWN_CARD)

    async def table(self, photo: Photo) -> None:
        """Alice posts a photo in a channel where photos are answered, and takes the cards along.

        What the bot is silent of in a channel she sends it by direct message, where it says why.
        """
        reply = await self._post("several", photo, "what did I open?")
        if reply is None:
            await self.by_message(photo, "direct")
        elif _has(reply, "export"):
            exported = await self._world.alice.click(reply, custom_id=control(reply, "export"))
            await self._alice("export", self._world.answered, "presses “Export”", exported)

    async def unsure(self, photo: Photo) -> None:
        """Alice posts a photo that the bot is not sure of, and chooses the name from its menu."""
        reply = await self._post("unsure", photo, "")
        if reply is None or not _has(reply, "name"):
            return
        menu = next(item for item in parts_of(reply, ui.Select) if item.custom_id == control(reply, "name"))
        values = [option.value for option in menu.options]
        name = next((value for value in values if value in photo.names), values[0])
        await self._world.alice.select(reply, [name], custom_id=menu.custom_id)
        await self._alice("chosen", self._world.answered, f"chooses “{name}”", self._world.answered.last_message)

    async def by_message(self, photo: Photo, name: str = "single") -> Any:
        """Alice sends a direct message with a photo; returns the reply."""
        reply = await self._world.post_direct(photo.upload)
        await self._show(Moment(name, self._direct, self._world.alice.user, "", reply, [photo.file], posts=True))
        return reply

    async def correction(self, photo: Photo) -> None:
        """Alice sends a photo that the bot can't name, and tells it what it shows."""
        alice, reply = self._world.alice.user, await self.by_message(photo, "unknown")
        if not _has(reply, "wrong"):
            return
        panel = await alice.click(reply, custom_id=control(reply, "wrong"))
        await self._show(Moment("correction", self._direct, alice, "presses “Not this one?”", panel, private=True))
        form = await alice.click(panel.response, custom_id=control(panel.response, "type"))
        name = photo.names[0].lower()
        await alice.submit_modal(form, {NAME_FIELD: name})
        corrected = self._direct.history()[-1]
        await self._show(Moment("corrected", self._direct, alice, f"types “{name}” into the form", corrected))

    async def look_ups(self, name: str) -> None:
        """Alice asks for cards by name."""
        alice, talk = self._world.alice, self._world.quiet
        shown = await alice.slash(talk, "card", name=name.lower())
        await self._alice("card", talk, f"asks for /card {name.lower()}", shown)
        await alice.send(talk, NAMES_ASKED)
        await self._show(Moment("prices", talk, alice, NAMES_ASKED, talk.last_message, posts=True))
        await self._alice("help", talk, "asks for /help", await alice.slash(talk, "help"))

    async def settings(self) -> None:
        """Bob, who manages the server, lets names in brackets be answered."""
        bob, talk = self._world.bob, self._world.quiet
        panel = await bob.slash(talk, "settings")
        await bob.click(panel.response, custom_id=control(panel.response, "lookups"))
        does = "opens /settings and presses “[[card]]”"
        await self._show(Moment("settings", talk, bob, does, panel, private=True))

    async def _post(self, name: str, photo: Photo, text: str) -> Any:
        before = len(self._world.replies(self._world.answered))
        await self._world.post(self._world.answered, photo.upload, text=text)
        new = self._world.replies(self._world.answered)[before:]
        reply = new[0] if new else None
        await self._show(Moment(name, self._world.answered, self._world.alice, text, reply, [photo.file], posts=True))
        return reply

    async def _alice(self, name: str, channel: Any, does: str, answer: Any) -> None:
        private = bool(getattr(answer, "ephemeral", False))
        await self._show(Moment(name, channel, self._world.alice, does, answer, private=private))


def _has(message: Any, what: str) -> bool:
    try:
        control(message, what)
    except StopIteration:
        return False
    return True
