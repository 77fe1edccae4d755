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


def picture_by_id(scryfall_id: str, side: Side = Side.FRONT) -> str:
    """Return the address of a printing's picture, a JPEG of 488x680 px."""
    return f"https://cards.scryfall.io/normal/{side}/{scryfall_id[0]}/{scryfall_id[1]}/{scryfall_id}.jpg"


def picture_by_number(set_code: str, collector_number: str, side: Side = Side.FRONT) -> str:
    """Return the address that redirects to a printing's picture, for printings whose id is unknown."""
    page = f"https://api.scryfall.com/cards/{quote(set_code, safe='')}/{quote(collector_number, safe='')}"
    return f"{page}?format=image&version=normal" + ("&face=back" if side is Side.BACK else "")
