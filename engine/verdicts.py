"""Verdicts -> cards: what the judge decided, in the catalogue's names, links and printings."""

from __future__ import annotations

from collections.abc import Iterator

from engine import links
from engine.catalogue import Catalogue
from engine.evidence import Testimony
from engine.judge import Verdict
from engine.reasons import reason
from engine.sighting import Sighting
from engine.types import is_token_line
from engine.values import Candidate, Card, Printing, Status

ONLY_PRINTING_CONFIDENCE = 0.9
"""The catalogue knows nine of ten printings: where it knows one alone, another may be missing."""


def to_card(sighting: Sighting, testimony: Testimony, verdict: Verdict, catalogue: Catalogue, top_k: int) -> Card:
    """Return the public value for one card of a photo."""
    candidates = tuple(_candidates(verdict, catalogue, top_k))
    corners = tuple((float(x), float(y)) for x, y in sighting.quad.corners)
    evidence = _evidence(sighting, testimony)
    if verdict.status is Status.UNKNOWN:
        evidence["reason"] = reason(testimony)
    if not candidates:
        return Card(corners, Status.UNKNOWN, None, 0.0, evidence=evidence)
    best = catalogue.card(verdict.ranked[0].card_id)
    evidence["token"] = best.is_token or evidence["token"]
    printing = only_printing(best.id, catalogue) if verdict.status is not Status.UNKNOWN else None
    return Card(
        corners=corners,
        status=verdict.status,
        name=best.name,
        confidence=verdict.confidence,
        oracle_id=best.oracle_id,
        scryfall_uri=printing.scryfall_uri if printing else best.scryfall_uri,
        printing=printing,
        candidates=candidates,
        evidence=evidence,
    )


def only_printing(card_id: int, catalogue: Catalogue) -> Printing | None:
    """Return the card's printing if there is but one, None where several can't be told apart."""
    printings = catalogue.printings(card_id)
    if len(printings) != 1 or not printings[0].collector_number:
        return None
    one = printings[0]
    return Printing(
        scryfall_id=one.scryfall_id,
        set=one.set,
        set_name=one.set_name,
        collector_number=one.collector_number,
        scryfall_uri=links.printing_page(one.set, one.collector_number),
        confidence=ONLY_PRINTING_CONFIDENCE,
    )


def _candidates(verdict: Verdict, catalogue: Catalogue, top_k: int) -> Iterator[Candidate]:
    named: set[str] = set()
    for ranked in verdict.ranked:
        card = catalogue.card(ranked.card_id)
        if card.name not in named:
            named.add(card.name)
            yield Candidate(card.name, ranked.confidence, card.scryfall_uri)
        if len(named) == top_k:
            return


def _evidence(sighting: Sighting, testimony: Testimony) -> dict[str, float | str | bool | None]:
    title, picture = testimony.title, testimony.picture
    return {
        "similarity": picture.similarity if picture.look_alikes else None,
        "margin": picture.margin if picture.look_alikes else None,
        "title_read": title.text or None,
        "title_score": title.matches[0].similarity if title.matches else None,
        "text_score": title.text_score if title.text else None,
        "type_line": testimony.type_line or None,
        "token": is_token_line(testimony.type_line),
        "outline": not sighting.loose,
        "height_px": sighting.quad.height,
    }
