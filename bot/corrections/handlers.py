"""The buttons, menus and forms by which an answer is put right or removed."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import discord
from discord import ui

from bot.components.controls import Control, What
from bot.components.interaction import person_of
from bot.core.errors import UNDELIVERED, UserError
from bot.core.limits import MAX_OPTION
from bot.corrections import panel
from bot.corrections.changes import is_trusted, may_change, named, printed
from bot.corrections.learning import Learning
from bot.messages import Messages, Words
from bot.recognition.recogniser import Recogniser
from bot.replies.facts import facts_of
from bot.replies.layout import answer_layout
from bot.store import Answer, Correction, GuildSettings, Store
from engine import CardEntry, PrintingEntry

log = logging.getLogger(__name__)

CLEAR = 0.85
"""Score from which what somebody typed is taken for a name without asking back."""
LIKE_IT = 8
"""Names offered for what somebody typed."""
SET_AND_NUMBER = re.compile(r"\s*\(?(?P<set>[A-Za-z0-9]{2,6})\)?[\s:#/-]+(?P<number>\S{1,12})\s*")
Values = Mapping[str, Sequence[str]]


class Corrections:
    """What pressing the controls of an answer does."""

    def __init__(self, recogniser: Recogniser, store: Store, messages: Messages, learning: Learning) -> None:
        self._recogniser, self._store, self._messages = recogniser, store, messages
        self._learn = learning

    async def wrong(self, interaction: discord.Interaction[Any], control: Control, _: Values) -> None:
        """Open the panel: of the one card, or to choose among several."""
        answer, words = await self._allowed(interaction, control)
        if len(answer.cards) == 1:
            view = await self._card_panel(answer, 0, words)
        else:
            view = panel.which_panel(answer, words)
        await interaction.response.send_message(view=view, ephemeral=True)

    async def which(self, interaction: discord.Interaction[Any], control: Control, values: Values) -> None:
        """Go on with the card that was chosen."""
        answer, words = await self._allowed(interaction, control)
        at = _place(answer, values[""][0])
        await interaction.response.edit_message(view=await self._card_panel(answer, at, words))

    async def name(self, interaction: discord.Interaction[Any], control: Control, values: Values) -> None:
        """Take the name that was chosen."""
        answer, words = await self._allowed(interaction, control)
        entry = await asyncio.to_thread(self._entry, values[""][0])
        at = _place(answer, control.card)
        await self._put_right(interaction, answer, await self._named(answer, at, entry), at, words)

    async def printing(self, interaction: discord.Interaction[Any], control: Control, values: Values) -> None:
        """Take the printing that was chosen."""
        answer, words = await self._allowed(interaction, control)
        at = _place(answer, control.card)
        found = await self._printing(values[""][0])
        if found is None:
            raise UserError("too-old")
        await self._put_right(interaction, answer, printed(answer, at, found[1]), at, words)

    async def right(self, interaction: discord.Interaction[Any], control: Control, _: Values) -> None:
        """Confirm what was said."""
        answer, words = await self._allowed(interaction, control)
        at = _place(answer, control.card)
        entry = await asyncio.to_thread(self._entry, answer.cards[at].name or "")
        await self._put_right(interaction, answer, await self._named(answer, at, entry), at, words)

    async def type(self, interaction: discord.Interaction[Any], control: Control, _: Values) -> None:
        """Open the form."""
        answer, words = await self._allowed(interaction, control)
        await interaction.response.send_modal(panel.correction_form(answer, _place(answer, control.card), words))

    async def typed(self, interaction: discord.Interaction[Any], control: Control, values: Values) -> None:
        """Take what was filled in: a set and number if there are, else a name; ask back where it isn't clear."""
        answer, words = await self._allowed(interaction, control)
        at = _place(answer, control.card)
        name = "".join(values.get(panel.NAME_FIELD, ())).strip()
        number = "".join(values.get(panel.PRINTING_FIELD, ())).strip()
        if number:
            found = await self._printing(number)
            if found is None:
                raise UserError("no-printing-like", text=number)
            changed = await self._named(answer, at, found[0])
            await self._put_right(interaction, answer, printed(changed, at, found[1]), at, words)
            return
        likely = await asyncio.to_thread(self._recogniser.lookup, name, top_k=LIKE_IT) if name else []
        if likely and likely[0].score >= CLEAR:
            await self._put_right(interaction, answer, await self._named(answer, at, likely[0]), at, words)
            return
        view = panel.names_panel(answer, at, name, [entry.name for entry in likely], words)
        await interaction.response.edit_message(view=view)

    async def remove(self, interaction: discord.Interaction[Any], control: Control, _: Values) -> None:
        """Delete the reply and forget the answer."""
        answer = await asyncio.to_thread(self._store.answer, control.key)
        if answer is not None:
            await self._allowed(interaction, control)
        elif not interaction.permissions.manage_messages:
            # Whose it was isn't known any more.
            raise UserError("too-old")
        await interaction.response.defer()
        await interaction.delete_original_response()
        await asyncio.to_thread(self._store.remove_answer, control.key)

    async def _allowed(self, interaction: discord.Interaction[Any], control: Control) -> tuple[Answer, Words]:
        """Return the answer, for somebody who may change it; raises UserError for anybody else."""
        answer = await asyncio.to_thread(self._store.answer, control.key)
        if answer is None:
            raise UserError("too-old")
        if not may_change(person_of(interaction), answer, await self._guild(answer)):
            raise UserError("not-yours")
        return await self._with_reply(answer, interaction), self._messages.words(str(interaction.locale))

    async def _with_reply(self, answer: Answer, interaction: discord.Interaction[Any]) -> Answer:
        """Return the answer with its reply's id, which the store could not take when the reply was sent."""
        pressed = interaction.message
        # A panel is for one person only; what all can see is the reply itself.
        if answer.reply_id is not None or pressed is None or pressed.flags.ephemeral:
            return answer
        await asyncio.to_thread(self._store.set_reply, answer.key, pressed.id)
        return replace(answer, reply_id=pressed.id)

    async def _guild(self, answer: Answer) -> GuildSettings | None:
        return None if answer.guild_id is None else await asyncio.to_thread(self._store.guild, answer.guild_id)

    async def _card_panel(self, answer: Answer, at: int, words: Words) -> ui.LayoutView:
        # Of a card without a name there is only a guess, whose printings nobody asked for.
        name = answer.cards[at].told_name
        printings = await asyncio.to_thread(self._recogniser.printings, name) if name else []
        return panel.card_panel(answer, at, printings, words)

    def _entry(self, name: str) -> CardEntry:
        """Return the card of a name that a menu offered: menus hold its first hundred letters only."""
        entry = self._recogniser.card(name)
        if entry is None and len(name) == MAX_OPTION:
            longer = self._recogniser.complete(name, limit=1)
            entry = self._recogniser.card(longer[0]) if longer else None
        if entry is None:
            raise UserError("no-name-like", text=name)
        return entry

    async def _named(self, answer: Answer, at: int, entry: CardEntry) -> Answer:
        return named(answer, at, entry, await asyncio.to_thread(self._recogniser.printings, entry.name))

    async def _printing(self, text: str) -> tuple[CardEntry, PrintingEntry] | None:
        """Return the card and the printing that ``M10 146`` stands for."""
        match = SET_AND_NUMBER.fullmatch(text)
        if match is None:
            return None
        return await asyncio.to_thread(self._recogniser.numbered, match["set"], match["number"])

    async def _put_right(
        self, interaction: discord.Interaction[Any], before: Answer, changed: Answer, at: int, words: Words
    ) -> None:
        """Show the answer with one card changed, keep it, and let the engine learn."""
        on_the_reply = interaction.message is not None and interaction.message.id == before.reply_id
        # Two who put two cards of one answer right at the same time must not undo each other.
        after = await asyncio.to_thread(self._store.put_right, before.key, at, changed.cards[at]) or changed
        if on_the_reply:
            await interaction.response.edit_message(view=await self._layout(after))
        else:
            await interaction.response.edit_message(view=panel.done_panel(after.cards[at], None, words))
            await self._edit_reply(interaction.client, after)
        ident, learnt = await self._learnt(interaction, after, at, words)
        correction = _correction(before, after, at, interaction.user.id, ident)
        await asyncio.to_thread(self._store.add_correction, correction)
        if learnt and on_the_reply:
            await interaction.followup.send(learnt, ephemeral=True)
        elif learnt:
            await interaction.edit_original_response(view=panel.done_panel(after.cards[at], learnt, words))

    async def _learnt(
        self, interaction: discord.Interaction[Any], answer: Answer, at: int, words: Words
    ) -> tuple[int | None, str | None]:
        person = person_of(interaction)
        if not is_trusted(person, await self._guild(answer)):
            return None, None
        return await self._learn(interaction.client, answer, at, person.user_id, words)

    async def _edit_reply(self, client: discord.Client, answer: Answer) -> None:
        """Show the answer on the bot's own message; what only one person sees can't be reached from here."""
        if answer.reply_id is None:
            return
        message = client.get_partial_messageable(answer.channel_id).get_partial_message(answer.reply_id)
        try:
            await message.edit(view=await self._layout(answer))
        except UNDELIVERED as error:
            log.info("a corrected reply could not be edited: %s", type(error).__name__)

    async def _layout(self, answer: Answer) -> ui.LayoutView:
        facts = await asyncio.to_thread(facts_of, answer.cards, self._recogniser)
        return answer_layout(answer, self._messages.words(answer.language), facts)


def _place(answer: Answer, at: str | int | None) -> int:
    """Return a card's place in an answer; raises UserError where there is no such card."""
    place = int(at) if at is not None and str(at).isdecimal() else -1
    if not 0 <= place < len(answer.cards):
        raise UserError("too-old")
    return place


def _correction(before: Answer, after: Answer, at: int, by: int, confirmation: int | None) -> Correction:
    was, now = before.cards[at], after.cards[at]
    code, number = (now.printing.set, now.printing.collector_number) if now.printing else ("", "")
    return Correction(
        before.key,
        at,
        by,
        before.guild_id,
        was.name,
        was.status,
        was.confidence,
        now.name or "",
        code,
        number,
        datetime.now(UTC),
        confirmation,
    )


def handlers(corrections: Corrections) -> Mapping[What, Any]:
    """Return what each control of an answer does."""
    return {
        What.WRONG: corrections.wrong,
        What.WHICH: corrections.which,
        What.NAME: corrections.name,
        What.PRINTING: corrections.printing,
        What.RIGHT: corrections.right,
        What.TYPE: corrections.type,
        What.TYPED: corrections.typed,
        What.REMOVE: corrections.remove,
    }
