"""The private messages and the form in which a user corrects an answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import discord
from discord import ui

from bot.components.controls import Action, Control, button, menu, options
from bot.components.layout import Row, notice
from bot.core.limits import MAX_OPTIONS, MAX_TITLE
from bot.core.markdown import shown
from bot.messages import Words
from bot.replies import wording
from bot.replies.rows import candidate_options, card_number
from bot.store import Answer, AnsweredCard
from engine import PrintingEntry

PRINTINGS_AT_ONCE = MAX_OPTIONS - 1
"""Printings in a menu, which ends with the option that any will do."""
ANY_PRINTING = "any"
"""That option's value; a printing's is its set code and number."""
PANEL_CARDS = 5 * MAX_OPTIONS
"""Cards offered for correction in one message: all that one photo can have."""
NAME_FIELD, PRINTING_FIELD = "name", "printing"
MAX_TYPED_NAME, MAX_TYPED_PRINTING = 150, 30
FORM_TIMEOUT_S = 3600.0
"""Seconds for which an open form is kept in memory; a restart drops it too."""
FORM_HANDLED = "form handled"
"""Key in :attr:`discord.Interaction.extras` of submitted forms that this process had opened."""


def which_panel(answer: Answer, words: Words, first: int = 0) -> ui.LayoutView:
    """Ask which of several cards to correct; of very many, :data:`PANEL_CARDS` from the one at index ``first``."""
    choices = []
    for at, card in list(enumerate(answer.cards))[first : first + PANEL_CARDS]:
        label = f"{card_number(answer, at)}. {card.shown_name or words.format('unknown-card')}"
        choices.append((str(at), label, wording.confidence_text(card, words)))
    rows = []
    for start in range(0, len(choices), MAX_OPTIONS):
        offered = choices[start : start + MAX_OPTIONS]
        asked = words.format("choose-card")
        if len(choices) > MAX_OPTIONS:
            ends = (first + start, first + start + len(offered) - 1)
            numbers = [card_number(answer, at) for at in ends]
            asked = words.format("choose-card-from", first=numbers[0], last=numbers[1])
        # The ids of a message's menus must differ: each has the index of its first card.
        rows.append([menu(Control(Action.WHICH, answer.key, first + start), options(offered), asked)])
    targets = [(first - PANEL_CARDS, words.format("button-back")), (first + PANEL_CARDS, words.format("button-next"))]
    turns = [
        button(Control(Action.MORE, answer.key, target), label)
        for target, label in targets
        if 0 <= target < len(answer.cards)
    ]
    rows += [turns] if turns else []
    return notice(words.format("which-is-wrong"), *rows)


def card_panel(
    answer: Answer, at: int, printings: Sequence[PrintingEntry], words: Words, page: int = 0
) -> ui.LayoutView:
    """Offer other names and printings of a card, and the form.

    Args:
        printings: of its present name, in the order in which they are offered.
        page: of the printings, counted from 0.
    """
    card = answer.cards[at]
    line = wording.card_line(card, words)
    several = len(answer.cards) > 1
    text = (
        words.format("panel-card", number=card_number(answer, at), said=line) if several else wording.capitalise(line)
    )
    rows: list[Row] = []
    if card.candidates:
        rows.append([menu(Control(Action.NAME, answer.key, at), candidate_options(card), words.format("choose-name"))])
    if printings:
        rows += _printing_rows(answer, at, printings, page, words)
    buttons = [button(Control(Action.TYPE, answer.key, at), words.format("button-type"), emoji="⌨️")]
    if card.shown_name and not card.corrected:
        buttons.insert(0, button(Control(Action.RIGHT, answer.key, at), words.format("button-right"), emoji="✅"))
    return notice(text, *rows, buttons)


def printings_panel(answer: Answer, at: int, printings: Sequence[PrintingEntry], words: Words) -> ui.LayoutView:
    """Ask which of a set's printings the user meant."""
    choices = options([printing_option(one) for one in printings])
    row = [menu(Control(Action.PRINTING, answer.key, at), choices, words.format("choose-printing"))]
    retry = button(Control(Action.TYPE, answer.key, at), words.format("button-type"), emoji="⌨️")
    return notice(words.format("which-printing"), row, [retry])


def _printing_rows(answer: Answer, at: int, printings: Sequence[PrintingEntry], page: int, words: Words) -> list[Row]:
    """Return the menu of a page of printings, and the buttons to other pages if there are any."""
    pages = -(-len(printings) // PRINTINGS_AT_ONCE)
    page = min(page, pages - 1)
    start = page * PRINTINGS_AT_ONCE
    offered = printings[start : start + PRINTINGS_AT_ONCE]
    choices = [*map(printing_option, offered), (ANY_PRINTING, words.format("any-printing"), "")]
    asked = words.format("choose-printing")
    if pages > 1:
        asked = words.format("choose-printing-from", first=start + 1, last=start + len(offered), count=len(printings))
    rows: list[Row] = [[menu(Control(Action.PRINTING, answer.key, at), options(choices), asked)]]
    targets = [(page - 1, words.format("button-back")), (page + 1, words.format("button-next"))]
    turns = [
        button(Control(Action.PRINTINGS, answer.key, at, page=target), label)
        for target, label in targets
        if 0 <= target < pages
    ]
    return [*rows, turns] if turns else rows


def names_panel(answer: Answer, at: int, typed: str, names: Sequence[str], words: Words) -> ui.LayoutView:
    """Ask which of several names the user meant by what they typed."""
    rows = []
    if names:
        choices = options([(name, name, "") for name in names])
        rows.append([menu(Control(Action.NAME, answer.key, at), choices, words.format("choose-name"))])
    retry = button(Control(Action.TYPE, answer.key, at), words.format("button-type"), emoji="⌨️")
    return notice(words.format("names-like" if names else "no-name-like", text=shown(typed)), *rows, [retry])


def done_panel(card: AnsweredCard, learnt: str | None, words: Words) -> ui.LayoutView:
    """Say what was corrected, and whether the engine learnt from it."""
    text = words.format("corrected", card=wording.card_line(card, words))
    return notice(f"{text}\n{learnt}" if learnt else text)


Submit = Callable[[discord.Interaction[Any], str, str], Awaitable[None]]
"""Called with the interaction, the name and the printing that were typed."""


class CorrectionForm(ui.Modal):
    """The form for a name and a printing."""

    def __init__(self, answer: Answer, at: int, words: Words, submit: Submit) -> None:
        super().__init__(
            title=words.format("form-title", number=card_number(answer, at))[:MAX_TITLE], timeout=FORM_TIMEOUT_S
        )
        self._submit = submit
        self._name: ui.TextInput[Any] = ui.TextInput(
            custom_id=NAME_FIELD, default=answer.cards[at].shown_name, required=False, max_length=MAX_TYPED_NAME
        )
        self._printing: ui.TextInput[Any] = ui.TextInput(
            custom_id=PRINTING_FIELD, placeholder="M10 146", required=False, max_length=MAX_TYPED_PRINTING
        )
        self.add_item(ui.Label(text=words.format("form-name"), component=self._name))
        hint = words.format("form-printing-hint")
        self.add_item(ui.Label(text=words.format("form-printing"), description=hint, component=self._printing))

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        """Pass on what was typed; tell the user if something goes wrong."""
        interaction.extras[FORM_HANDLED] = True
        try:
            await self._submit(interaction, self._name.value.strip(), self._printing.value.strip())
        except Exception as error:  # noqa: BLE001 - the outermost handler of a form: every error becomes a text
            await interaction.client.report_error(interaction, error)


def printing_option(one: PrintingEntry) -> tuple[str, str, str]:
    """Return value, label and description of a printing in a menu."""
    code = f"{one.set.upper()} {one.collector_number}"
    label = f"{one.set_name} · {code}" if one.set_name.upper() != one.set.upper() else code
    return code, label, one.released_at
