"""The demo cards' colours and frame styles as data."""

from __future__ import annotations

from dataclasses import dataclass

from training.drawing.card_data import Colour, FrameStyle

Box = tuple[float, float, float, float]
"""Left, top, right and bottom as fractions of the card's width and height."""
Ink = tuple[int, int, int]

BLACK: Ink = (16, 15, 15)
CREAM: Ink = (250, 244, 228)
RARITY_INK: dict[str, Ink] = {"C": (28, 28, 30), "U": (128, 146, 158), "R": (196, 158, 62), "M": (206, 84, 34)}


@dataclass(frozen=True, slots=True)
class Inks:
    """RGB of a colour's frame (light and dark), panels and pips."""

    light: Ink
    dark: Ink
    panel: Ink
    pip: Ink


INKS: dict[Colour, Inks] = {
    "dawn": Inks((236, 222, 184), (190, 164, 106), (250, 245, 228), (244, 214, 120)),
    "tide": Inks((84, 148, 190), (24, 78, 126), (222, 236, 244), (70, 150, 214)),
    "dusk": Inks((98, 82, 112), (38, 28, 48), (214, 206, 218), (118, 84, 150)),
    "ember": Inks((214, 110, 70), (136, 40, 28), (246, 224, 208), (226, 92, 52)),
    "grove": Inks((106, 152, 92), (34, 82, 48), (224, 236, 212), (84, 168, 82)),
    "brass": Inks((190, 178, 158), (104, 92, 78), (232, 226, 214), (176, 142, 92)),
}


@dataclass(frozen=True, slots=True)
class Style:
    """Border colour and boxes of a frame style.

    Attributes:
        kind: box of the type line.
        plates: whether title and type line are on panels.
        clear: whether the picture shows through the panels.
        centred: whether the title is in the middle of its box.
    """

    border: Ink
    frame: Box
    art: Box
    title: Box
    kind: Box
    text: Box
    plates: bool = True
    clear: bool = False
    centred: bool = False


STYLES: dict[FrameStyle, Style] = {
    "bar": Style(
        BLACK, (0.036, 0.026, 0.964, 0.924), (0.078, 0.106, 0.922, 0.556), (0.056, 0.040, 0.944, 0.101),
        (0.056, 0.561, 0.944, 0.620), (0.078, 0.628, 0.922, 0.892),
    ),
    "plain": Style(
        (244, 241, 232), (0.048, 0.034, 0.952, 0.966), (0.108, 0.100, 0.892, 0.532), (0.082, 0.036, 0.918, 0.096),
        (0.090, 0.538, 0.910, 0.594), (0.100, 0.604, 0.900, 0.892), plates=False,
    ),
    "full": Style(
        BLACK, (0.036, 0.026, 0.964, 0.924), (0.036, 0.026, 0.964, 0.924), (0.056, 0.040, 0.944, 0.101),
        (0.056, 0.606, 0.944, 0.662), (0.066, 0.672, 0.934, 0.904), clear=True,
    ),
    "relic": Style(
        (122, 88, 50), (0.036, 0.026, 0.964, 0.924), (0.090, 0.122, 0.910, 0.450), (0.064, 0.042, 0.936, 0.103),
        (0.064, 0.466, 0.936, 0.524), (0.090, 0.540, 0.910, 0.886),
    ),
}  # fmt: skip
