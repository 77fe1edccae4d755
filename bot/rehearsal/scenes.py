"""The play: a player and an admin meet the bot."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from discord import ui

from bot.corrections.panel import NAME_FIELD
from bot.rehearsal.props import Photo, Props
from bot.rehearsal.reading import control, controls, parts_of
from bot.rehearsal.world import World

KNOWN_CARD = "Lightning Bolt"
"""The card to look up if the names of the photographed cards aren't known."""
NAMES_ASKED = "is [[$Lightning Bolt]] dearer than [[$Counterspell]]?"


@dataclass(frozen=True, slots=True)
class Moment:
    """Somebody does something, and the bot answers.

    Attributes:
        name: the name of its screenshot.
        viewer: the person whose view is shown; some answers are visible to one person only.
        does: what they say or do.
        answer: the bot's message, or the result of an interaction; None if the bot says nothing.
        files: names of the files they post.
        posts: whether what they do is a message that others can read.
    """

    name: str
    channel: Any
    viewer: Any
    does: str
    answer: Any
    files: Sequence[str] = ()
    posts: bool = False

    @property
    def private(self) -> bool:
        """Whether nobody else sees the answer."""
        return bool(getattr(self.answer, "ephemeral", False))


class Play:
    """Plays scene after scene in a world.

    Args:
        show: called with each moment, before the next begins.
    """

    def __init__(self, world: World, show: Callable[[Moment], Awaitable[None]]) -> None:
        self._world, self._show = world, show
        self._direct = world.alice.user.dm_channel

    async def perform(self, props: Props) -> None:
        """Play all scenes."""
        await self.table(props.first)
        for photo, scene in zip(props.more, (self.by_message, self.unsure, self.correction), strict=False):
            await scene(photo)
        await self.settings()
        await self.look_ups(props.more[0].names[0] if props.more else KNOWN_CARD)

    async def table(self, photo: Photo) -> None:
        """Alice posts a photo in a channel where photos are answered, and exports the cards.

        If the bot says nothing there, she sends it in a direct message, where the bot says why.
        """
        reply = await self._post("several", photo, "what did I open?")
        if reply is None:
            await self.by_message(photo, "direct")
        elif "export" in controls(reply):
            exported = await self._world.alice.click(reply, custom_id=control(reply, "export"))
            await self._show_alice("export", self._world.answered, "presses “Export”", exported)

    async def unsure(self, photo: Photo) -> None:
        """Alice posts a photo that the bot is unsure about, and chooses the name from its menu."""
        reply = await self._post("unsure", photo, "")
        if reply is None or "name" not in controls(reply):
            return
        menu = next(item for item in parts_of(reply, ui.Select) if item.custom_id == control(reply, "name"))
        values = [option.value for option in menu.options]
        name = next((value for value in values if value in photo.names), values[0])
        await self._world.alice.select(reply, [name], custom_id=menu.custom_id)
        answered = self._world.answered
        await self._show_alice("chosen", answered, f"chooses “{name}”", answered.last_message)

    async def by_message(self, photo: Photo, name: str = "single") -> Any:
        """Alice sends a direct message with a photo; returns the reply."""
        reply = await self._world.post_direct((photo.file, photo.data))
        await self._show_alice(name, self._direct, "", reply, [photo.file], posts=True)
        return reply

    async def correction(self, photo: Photo) -> None:
        """Alice sends a photo that the bot can't name, and tells it the name."""
        alice, reply = self._world.alice.user, await self.by_message(photo, "unknown")
        if "wrong" not in controls(reply):
            return
        panel = await alice.click(reply, custom_id=control(reply, "wrong"))
        await self._show_alice("correction", self._direct, "presses “Not this one?”", panel)
        form = await alice.click(panel.response, custom_id=control(panel.response, "type"))
        name = photo.names[0].lower()
        await alice.submit_modal(form, {NAME_FIELD: name})
        await self._show_alice("corrected", self._direct, f"types “{name}” into the form", self._direct.history()[-1])

    async def look_ups(self, name: str) -> None:
        """Alice looks up cards by name."""
        alice, talk = self._world.alice, self._world.quiet
        card = await alice.slash(talk, "card", name=name.lower())
        await self._show_alice("card", talk, f"asks for /card {name.lower()}", card)
        await alice.send(talk, NAMES_ASKED)
        await self._show_alice("prices", talk, NAMES_ASKED, talk.last_message, posts=True)
        await self._show_alice("help", talk, "asks for /help", await alice.slash(talk, "help"))

    async def settings(self) -> None:
        """Bob, who manages the server, switches on look-ups in messages."""
        bob, talk = self._world.bob, self._world.quiet
        panel = await bob.slash(talk, "settings")
        await bob.click(panel.response, custom_id=control(panel.response, "lookups"))
        await self._show(Moment("settings", talk, bob, "opens /settings and presses “[[card]]”", panel))

    async def _post(self, name: str, photo: Photo, text: str) -> Any:
        answered = self._world.answered
        before = len(self._world.replies(answered))
        await self._world.post(answered, (photo.file, photo.data), text=text)
        reply = next(iter(self._world.replies(answered)[before:]), None)
        await self._show_alice(name, answered, text, reply, [photo.file], posts=True)
        return reply

    async def _show_alice(
        self, name: str, channel: Any, does: str, answer: Any, files: Sequence[str] = (), *, posts: bool = False
    ) -> None:
        viewer = self._world.alice.user if channel is self._direct else self._world.alice
        await self._show(Moment(name, channel, viewer, does, answer, files, posts))
