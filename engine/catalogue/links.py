"""Compose addresses of cards at Scryfall, without any network access."""

from __future__ import annotations

from enum import StrEnum
from urllib.parse import quote


class Side(StrEnum):
    """A side of a card; most have a picture on the front only."""

    FRONT = "front"
    BACK = "back"


def printing_page(set_code: str, collector_number: str) -> str:
    """Return the page of a printing; numbers such as ``12★`` are percent-encoded."""
    return f"https://scryfall.com/card/{quote(set_code, safe='')}/{quote(collector_number, safe='')}"


def name_page(name: str) -> str:
    """Return a search for exactly this name; Scryfall shows the card's page if there is one."""
    wanted = name.replace('"', "")
    return "https://scryfall.com/search?q=" + quote(f'!"{wanted}"', safe="")


def picture(scryfall_id: str | None, set_code: str, collector_number: str, side: Side) -> str:
    """Return the address of a printing's picture, a JPEG of 488x680 px; one that redirects to it without an id."""
    if scryfall_id:
        return f"https://cards.scryfall.io/normal/{side}/{scryfall_id[0]}/{scryfall_id[1]}/{scryfall_id}.jpg"
    page = f"https://api.scryfall.com/cards/{quote(set_code, safe='')}/{quote(collector_number, safe='')}"
    return f"{page}?format=image&version=normal" + ("&face=back" if side is Side.BACK else "")
