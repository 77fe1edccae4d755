"""What is shown, to one person only, while they put an answer right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from discord import ui

from bot.components.controls import Control, What, button, menu, options
from bot.core.limits import MAX_OPTIONS, MAX_TITLE
from bot.core.markdown import shown
from bot.messages import Words
from bot.replies import wording
from bot.replies.rows import candidate_options, place_of
from bot.store import Answer, AnsweredCard
from engine import PrintingEntry

NAME_FIELD, PRINTING_FIELD = "name", "printing"
MAX_TYPED_NAME, MAX_TYPED_PRINTING = 150, 30


def which_panel(answer: Answer, words: Words) -> ui.LayoutView:
    """Ask which of several cards is meant."""
    choices = [
        (str(at), f"{place_of(answer, at)}. {_name(card, words)}", wording.confidence_words(card, words))
        for at, card in enumerate(answer.cards)
    ]
    view = _view(words("which-is-wrong"))
    for begin in range(0, len(choices), MAX_OPTIONS):
        part = options(choices[begin : begin + MAX_OPTIONS])
        # Two menus of one message need two ids; the card's place in them says no more than where they begin.
        view.add_item(menu(Control(What.WHICH, answer.key, begin), part, words("choose-card")))
    return view


def card_panel(answer: Answer, at: int, printings: Sequence[PrintingEntry], words: Words) -> ui.LayoutView:
    """Offer what one card may be instead: other names, printings, or a form.

    Args:
        printings: of the name it has now, newest first.
    """
    card = answer.cards[at]
    said = wording.card_line(card, words)
    several = len(answer.cards) > 1
    view = _view(words("panel-card", number=place_of(answer, at), said=said) if several else wording.capital(said))
    if card.candidates:
        view.add_item(menu(Control(What.NAME, answer.key, at), candidate_options(card), words("choose-name")))
    if printings:
        choices = options([printing_option(one) for one in printings])
        view.add_item(menu(Control(What.PRINTING, answer.key, at), choices, words("choose-printing")))
    row: ui.ActionRow[Any] = ui.ActionRow()
    if card.told_name and not card.corrected:
        row.add_item(button(Control(What.RIGHT, answer.key, at), words("button-right"), emoji="✅"))
    row.add_item(button(Control(What.TYPE, answer.key, at), words("button-type"), emoji="⌨️"))
    return view.add_item(row)


def names_panel(answer: Answer, at: int, typed: str, names: Sequence[str], words: Words) -> ui.LayoutView:
    """Ask which of several names was meant by what somebody typed."""
    text = words("names-like" if names else "no-name-like", text=shown(typed))
    view = _view(text)
    if names:
        choices = options([(name, name, "") for name in names])
        view.add_item(menu(Control(What.NAME, answer.key, at), choices, words("choose-name")))
    retry = button(Control(What.TYPE, answer.key, at), words("button-type"), emoji="⌨️")
    return view.add_item(ui.ActionRow(retry))


def done_panel(card: AnsweredCard, learnt: str | None, words: Words) -> ui.LayoutView:
    """Say what was put right, and whether the engine learnt from it."""
    lines = [words("corrected", card=wording.card_line(card, words))]
    return _view("\n".join([*lines, *([learnt] if learnt else [])]))


def correction_form(answer: Answer, at: int, words: Words) -> ui.Modal:
    """Return the form for a name and a printing; what is filled in comes back under its control's id."""
    form = ui.Modal(
        title=words("form-title", number=place_of(answer, at))[:MAX_TITLE],
        custom_id=Control(What.TYPED, answer.key, at).custom_id,
    )
    name: ui.TextInput[Any] = ui.TextInput(
        custom_id=NAME_FIELD, default=answer.cards[at].told_name, required=False, max_length=MAX_TYPED_NAME
    )
    printing: ui.TextInput[Any] = ui.TextInput(
        custom_id=PRINTING_FIELD, placeholder="M10 146", required=False, max_length=MAX_TYPED_PRINTING
    )
    form.add_item(ui.Label(text=words("form-name"), component=name))
    form.add_item(ui.Label(text=words("form-printing"), description=words("form-printing-hint"), component=printing))
    return form


def printing_option(one: PrintingEntry) -> tuple[str, str, str]:
    """Return value, label and description of a printing in a menu."""
    code = f"{one.set.upper()} {one.collector_number}"
    label = f"{one.set_name} · {code}" if one.set_name.upper() != one.set.upper() else code
    return code, label, one.released_at


def _view(text: str) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    return view.add_item(ui.TextDisplay(text))


def _name(card: AnsweredCard, words: Words) -> str:
    return card.told_name or words("unknown-card")
