"""Verdicts -> cards: what the judge decided, in the catalogue's names, links and printings."""

from __future__ import annotations

from collections.abc import Iterator

from engine.catalogue.catalogue import Catalogue
from engine.core.values import Candidate, Card, Status
from engine.printings.posterior import NO_PRINTING, PrintingVerdict
from engine.ranking.features import Evidence
from engine.ranking.ranker import Verdict
from engine.ranking.reasons import reason
from engine.reading.title_search import TitledQuad
from engine.reading.type_line import is_token_line


def to_card(
    sighting: TitledQuad,
    evidence: Evidence,
    verdict: Verdict,
    catalogue: Catalogue,
    top_k: int,
    told: PrintingVerdict = NO_PRINTING,
) -> Card:
    """Return the public value for one card of a photo; ``told`` is what is known of its printing."""
    candidates = tuple(_candidates(verdict, catalogue, top_k))
    corners = tuple((float(x), float(y)) for x, y in sighting.quad.corners)
    told_evidence = _evidence(sighting, evidence)
    if verdict.status is Status.UNKNOWN:
        told_evidence["reason"] = reason(evidence)
    if not candidates:
        return Card(corners, Status.UNKNOWN, None, 0.0, evidence=told_evidence)
    best = catalogue.card(verdict.ranked[0].card_id)
    told_evidence["token"] = best.is_token or told_evidence["token"]
    return Card(
        corners=corners,
        status=verdict.status,
        name=best.name,
        confidence=verdict.confidence,
        oracle_id=best.oracle_id,
        scryfall_uri=told.printing.scryfall_uri if told.printing else best.scryfall_uri,
        printing=told.printing,
        printings=told.possible,
        printings_possible=told.count,
        candidates=candidates,
        evidence=told_evidence,
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


def _evidence(sighting: TitledQuad, evidence: Evidence) -> dict[str, float | str | bool | None]:
    title, picture = evidence.title, evidence.picture
    return {
        "similarity": picture.similarity if picture.matches else None,
        "margin": picture.margin if picture.matches else None,
        "title_read": title.text or None,
        "title_score": title.matches[0].similarity if title.matches else None,
        "text_score": title.text_score if title.text else None,
        "type_line": evidence.type_line or None,
        "token": is_token_line(evidence.type_line),
        "outline": not sighting.loose,
        "height_px": sighting.quad.height,
    }
