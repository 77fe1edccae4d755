"""Verdicts to public values: what the ranker decided, with the catalogue's names, links and printings."""

from __future__ import annotations

from dataclasses import replace

from engine.catalogue.catalogue import Catalogue
from engine.core.values import NO_PRICE, Candidate, Card, CardEvidence, Status
from engine.printings.posterior import NO_PRINTING, PrintingVerdict
from engine.ranking.features import Evidence
from engine.ranking.ranker import Verdict
from engine.ranking.reasons import unknown_reason
from engine.reading.title_search import TitledQuad
from engine.reading.type_line import is_token_line


def to_card(
    titled: TitledQuad,
    evidence: Evidence,
    verdict: Verdict,
    catalogue: Catalogue,
    top_k: int,
    printing: PrintingVerdict = NO_PRINTING,
) -> Card:
    """Return the public value of one card in a photo, with at most ``top_k`` candidates of distinct names."""
    shown = titled.quad.corners if titled.visible is None else titled.visible
    corners = tuple((float(x), float(y)) for x, y in shown)
    title, picture = evidence.title, evidence.picture
    witnessed = CardEvidence(
        similarity=picture.similarity if picture.matches else None,
        margin=picture.margin if picture.matches else None,
        title_read=title.text or None,
        title_score=title.matches[0].similarity if title.matches else None,
        text_score=title.text_score if title.text else None,
        type_line=evidence.type_line or None,
        token=is_token_line(evidence.type_line),
        outline=not titled.loose,
        height_px=titled.quad.height,
        reason=unknown_reason(evidence) if verdict.status is Status.UNKNOWN else None,
        lang=printing.lang,
    )
    if verdict.best is None:
        return Card(corners, Status.UNKNOWN, None, 0.0, evidence=witnessed)

    candidates: dict[str, Candidate] = {}
    for ranked in verdict.ranked:
        card = catalogue.card(ranked.card_id)
        candidates.setdefault(card.name, Candidate(card.name, ranked.confidence, card.scryfall_uri))
        if len(candidates) == top_k:
            break
    best = catalogue.card(verdict.best.card_id)
    return Card(
        corners=corners,
        status=verdict.status,
        name=best.name,
        confidence=verdict.confidence,
        oracle_id=best.oracle_id,
        scryfall_uri=printing.printing.scryfall_uri if printing.printing else best.scryfall_uri,
        printing=replace(printing.printing, lang=printing.lang) if printing.printing else None,
        printings=printing.possible,
        printings_possible=printing.count,
        printing_years=printing.years,
        prices=replace(printing.prices, date=catalogue.meta.get("prices_date")) if printing.prices else NO_PRICE,
        candidates=tuple(candidates.values()),
        evidence=replace(witnessed, token=best.is_token or witnessed.token),
    )
