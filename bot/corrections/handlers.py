"""What the buttons, menus and forms for correcting and removing an answer do."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import discord
from discord import ui

from bot.components.controls import Action, Control, Handler
from bot.components.interaction import person_of
from bot.core.errors import UNDELIVERED, UserError
from bot.core.limits import MAX_OPTION
from bot.corrections import panel
from bot.corrections.changes import is_trusted, may_change, with_name, with_printing, without_printing
from bot.corrections.learning import Learner
from bot.corrections.printings import order_printings, printings_in
from bot.messages import Messages, Words
from bot.recognition.reloadable_engine import Recogniser
from bot.replies.facts import look_up_facts
from bot.replies.layout import answer_layout
from bot.store import Answer, AnsweredCard, Correction, GuildSettings, Store
from bot.store.guild_settings_cache import GuildSettingsCache
from engine import CardEntry, PrintingEntry

log = logging.getLogger(__name__)

CLEAR = 0.85
"""Score from which what somebody typed is taken for a name without asking back."""
MAX_NAMES = 8
"""Names offered for what somebody typed."""
SET_AND_NUMBER = re.compile(r"\s*\(?(?P<set>[A-Za-z0-9]{2,6})\)?[\s:#/-]+(?P<number>\S{1,12})\s*")
Interaction = discord.Interaction[Any]


class Corrections:
    """Handlers of the controls of an answer."""

    def __init__(
        self,
        recogniser: Recogniser,
        store: Store,
        messages: Messages,
        learner: Learner,
        chosen: GuildSettingsCache,
    ) -> None:
        self._recogniser, self._store, self._messages = recogniser, store, messages
        self._learner, self._chosen = learner, chosen

    def by_action(self) -> Mapping[Action, Handler]:
        """Return the handler of each action."""
        return {
            Action.WRONG: self.open_panel,
            Action.MORE: self.turn_page,
            Action.WHICH: self.choose_card,
            Action.NAME: self.choose_name,
            Action.PRINTING: self.choose_printing,
            Action.PRINTINGS: self.turn_printings,
            Action.RIGHT: self.choose_name,
            Action.TYPE: self.open_form,
            Action.REMOVE: self.remove,
        }

    async def open_panel(self, interaction: Interaction, control: Control, _: Sequence[str]) -> None:
        """Open the panel of the only card, or the choice among several."""
        answer, words = await self._allowed_answer(interaction, control)
        if len(answer.cards) == 1:
            view = await self._card_panel(answer, 0, words)
        else:
            view = panel.which_panel(answer, words)
        await interaction.response.send_message(view=view, ephemeral=True)

    async def turn_page(self, interaction: Interaction, control: Control, _: Sequence[str]) -> None:
        """Offer the cards from another one on."""
        answer, words = await self._allowed_answer(interaction, control)
        first = _check_card(answer, control.card)
        await interaction.response.edit_message(view=panel.which_panel(answer, words, first))

    async def choose_card(self, interaction: Interaction, control: Control, values: Sequence[str]) -> None:
        """Open the panel of the chosen card."""
        answer, words = await self._allowed_answer(interaction, control)
        at = _check_card(answer, int(values[0]) if values[0].isdecimal() else None)
        await interaction.response.edit_message(view=await self._card_panel(answer, at, words))

    async def choose_name(self, interaction: Interaction, control: Control, values: Sequence[str]) -> None:
        """Take the chosen name; a button, which has no values, confirms the name the bot gave."""
        answer, words = await self._allowed_answer(interaction, control)
        at = _check_card(answer, control.card)
        name = values[0] if values else answer.cards[at].name or ""
        entry = await asyncio.to_thread(self._recogniser.card, name)
        if entry is None and len(name) == MAX_OPTION:
            # A menu holds only the first 100 letters of a name.
            longer = await asyncio.to_thread(self._recogniser.complete, name, limit=1)
            entry = await asyncio.to_thread(self._recogniser.card, longer[0].name) if longer else None
        if entry is None:
            raise UserError("no-name-like", text=name)
        await self._correct(interaction, answer, at, await self._with_name(answer.cards[at], entry), words)

    async def choose_printing(self, interaction: Interaction, control: Control, values: Sequence[str]) -> None:
        """Take the chosen printing."""
        answer, words = await self._allowed_answer(interaction, control)
        at = _check_card(answer, control.card)
        card = answer.cards[at]
        if values[0] == panel.ANY_PRINTING:
            entry = await asyncio.to_thread(self._recogniser.card, card.shown_name or "")
            if entry is None:
                raise UserError("too-old")
            printings = await asyncio.to_thread(self._recogniser.printings, entry.name)
            await self._correct(interaction, answer, at, without_printing(card, entry, printings), words)
            return
        found = await self._find_printing(values[0])
        if found is None:
            raise UserError("too-old")
        await self._correct(interaction, answer, at, await self._with_printing(card, *found), words)

    async def turn_printings(self, interaction: Interaction, control: Control, _: Sequence[str]) -> None:
        """Offer another page of a card's printings."""
        answer, words = await self._allowed_answer(interaction, control)
        at = _check_card(answer, control.card)
        await interaction.response.edit_message(view=await self._card_panel(answer, at, words, control.page))

    async def open_form(self, interaction: Interaction, control: Control, _: Sequence[str]) -> None:
        """Open the form."""
        answer, words = await self._allowed_answer(interaction, control)
        at = _check_card(answer, control.card)
        form = panel.CorrectionForm(answer, at, words, partial(self._submit_form, control))
        await interaction.response.send_modal(form)

    async def _submit_form(self, control: Control, interaction: Interaction, name: str, printing: str) -> None:
        """Take the typed set and number if there are any, else the name and the set; ask back if it isn't clear."""
        answer, words = await self._allowed_answer(interaction, control)
        at = _check_card(answer, control.card)
        card = answer.cards[at]
        if found := await self._find_printing(printing):
            await self._correct(interaction, answer, at, await self._with_printing(card, *found), words)
            return
        likely = await asyncio.to_thread(self._recogniser.lookup, name, top_k=MAX_NAMES) if name else []
        if likely and likely[0].score >= CLEAR:
            if printing:
                await self._choose_in_set(interaction, answer, at, likely[0], printing, words)
            else:
                await self._correct(interaction, answer, at, await self._with_name(card, likely[0]), words)
            return
        if printing and not name:
            raise UserError("no-printing-like", text=printing)
        view = panel.names_panel(answer, at, name, [entry.name for entry in likely], words)
        await interaction.response.edit_message(view=view)

    async def _choose_in_set(
        self, interaction: Interaction, answer: Answer, at: int, entry: CardEntry, typed: str, words: Words
    ) -> None:
        """Take the card's only printing in the typed set; ask back if there are several."""
        found = printings_in(await asyncio.to_thread(self._recogniser.printings, entry.name), typed)
        if not found:
            raise UserError("no-printing-in", name=entry.name, text=typed)
        if len(found) == 1:
            card = await self._with_printing(answer.cards[at], entry, found[0])
            await self._correct(interaction, answer, at, card, words)
            return
        view = panel.printings_panel(answer, at, order_printings(answer.cards[at], found), words)
        await interaction.response.edit_message(view=view)

    async def remove(self, interaction: Interaction, control: Control, _: Sequence[str]) -> None:
        """Delete the reply and the stored answer."""
        answer = await asyncio.to_thread(self._store.answer, control.key)
        if answer is not None:
            await self._allowed_answer(interaction, control)
        elif not interaction.permissions.manage_messages:
            # Nobody knows any more whose answer it was.
            raise UserError("too-old")
        await interaction.response.defer()
        await interaction.delete_original_response()
        await asyncio.to_thread(self._store.remove_answer, control.key)

    async def _allowed_answer(self, interaction: Interaction, control: Control) -> tuple[Answer, Words]:
        """Return the answer; raises UserError if it isn't stored any more or the user may not change it."""
        answer = await asyncio.to_thread(self._store.answer, control.key)
        if answer is None:
            raise UserError("too-old")
        if not may_change(person_of(interaction), answer, await self._guild(answer)):
            raise UserError("not-yours")
        words, message = self._messages.words(str(interaction.locale)), interaction.message
        # The reply's id is missing if it could not be stored when the reply was sent. Panels are ephemeral; a message
        # that everybody sees is the reply itself.
        if answer.reply_id is None and message is not None and not message.flags.ephemeral:
            await asyncio.to_thread(self._store.set_reply, answer.key, message.id)
            answer = replace(answer, reply_id=message.id)
        return answer, words

    async def _guild(self, answer: Answer) -> GuildSettings | None:
        return None if answer.guild_id is None else await asyncio.to_thread(self._store.guild, answer.guild_id)

    async def _card_panel(self, answer: Answer, at: int, words: Words, page: int = 0) -> ui.LayoutView:
        # A card without a name has a guess at most, whose printings would be of no use.
        card = answer.cards[at]
        printings = await asyncio.to_thread(self._recogniser.printings, card.shown_name) if card.shown_name else []
        return panel.card_panel(answer, at, order_printings(card, printings), words, page)

    async def _with_name(self, card: AnsweredCard, entry: CardEntry) -> AnsweredCard:
        return with_name(card, entry, await asyncio.to_thread(self._recogniser.printings, entry.name))

    async def _with_printing(self, card: AnsweredCard, entry: CardEntry, printing: PrintingEntry) -> AnsweredCard:
        named = card if card.name == entry.name else await self._with_name(card, entry)
        return with_printing(named, printing)

    async def _find_printing(self, text: str) -> tuple[CardEntry, PrintingEntry] | None:
        """Return the card and the printing that ``M10 146`` stands for."""
        match = SET_AND_NUMBER.fullmatch(text)
        if match is None:
            return None
        return await asyncio.to_thread(self._recogniser.numbered, match["set"], match["number"])

    async def _correct(
        self, interaction: Interaction, before: Answer, at: int, now: AnsweredCard, words: Words
    ) -> None:
        """Store and show the answer with one card changed, and let the engine learn."""
        on_reply = interaction.message is not None and interaction.message.id == before.reply_id
        # Two people who correct two cards of one answer at the same time must not undo each other's change.
        after = await asyncio.to_thread(self._store.correct_card, before.key, at, now) or before.with_card(at, now)
        if on_reply:
            await interaction.response.edit_message(view=await self._layout(after))
        else:
            await interaction.response.edit_message(view=panel.done_panel(now, None, words))
            await self._edit_reply(interaction.client, after)
        confirmation, learnt = None, None
        person = person_of(interaction)
        if is_trusted(person, await self._guild(after)):
            confirmation, learnt = await self._learner.learn(interaction.client, after, at, person.user_id, words)
        was = before.cards[at]
        said = (was.name, was.status, was.confidence)
        code, number = (now.printing.set, now.printing.collector_number) if now.printing else ("", "")
        chosen = (now.name or "", code, number)
        correction = Correction(
            before.key, at, person.user_id, before.guild_id, *said, *chosen, datetime.now(UTC), confirmation
        )
        await asyncio.to_thread(self._store.add_correction, correction)
        if learnt and on_reply:
            await interaction.followup.send(learnt, ephemeral=True)
        elif learnt:
            await interaction.edit_original_response(view=panel.done_panel(now, learnt, words))

    async def _edit_reply(self, client: discord.Client, answer: Answer) -> None:
        """Show the answer in the bot's reply; a private reply can't be reached from here."""
        if answer.reply_id is None:
            return
        message = client.get_partial_messageable(answer.channel_id).get_partial_message(answer.reply_id)
        try:
            await message.edit(view=await self._layout(answer))
        except UNDELIVERED as error:
            log.info("a corrected reply could not be edited: %s", type(error).__name__)

    async def _layout(self, answer: Answer) -> ui.LayoutView:
        facts = await asyncio.to_thread(look_up_facts, answer.cards, self._recogniser)
        currency = await self._chosen.currency(answer.asker_id, answer.guild_id)
        return answer_layout(answer, self._messages.words(answer.language), facts, currency)


def _check_card(answer: Answer, at: int | None) -> int:
    """Return the index of a card; raises UserError if the answer has no such card."""
    if at is None or not 0 <= at < len(answer.cards):
        raise UserError("too-old")
    return at
