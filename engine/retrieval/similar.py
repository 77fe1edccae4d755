"""Find the cards whose pictures look most like a photo's or a named card's."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.entries import CardEntry
from engine.core import geometry
from engine.core.errors import NotKnown
from engine.core.timing import Stopwatch
from engine.core.values import Identification, Quad, Witness
from engine.image.photo import Photo
from engine.retrieval.embedder import Embedder, Vectors
from engine.retrieval.picture_match import PictureWitness, extract_face

CARDS_LOOKED_AT = 10
"""The most confident cards of a photo, of which the largest is taken."""

Identify = Callable[..., Identification]
"""Identifies the cards of a photo: ``(photo, *, top_k, max_cards, witness)``."""


class SimilarCards:
    """Finds the cards that look most similar; thread-safe. ``pictures`` has the known faces, indexed and confirmed."""

    def __init__(self, identify: Identify, embedder: Embedder, pictures: PictureWitness, catalogue: Catalogue) -> None:
        self._identify, self._embedder = identify, embedder
        self._pictures, self._catalogue = pictures, catalogue

    def find_by_photo(self, photo: Photo, top_k: int) -> list[CardEntry]:
        """Return the cards nearest to the largest card in a photo, or to the whole photo if no card is found."""
        # By picture alone: reading titles takes most of a second, and the network knows which way up a card is.
        found = self._identify(photo, top_k=1, max_cards=CARDS_LOOKED_AT, witness=Witness.PICTURE)
        outlines = [np.array(card.corners, np.float32) for card in found.cards]
        corners = max(outlines, key=geometry.area) if outlines else geometry.rectangle(found.width, found.height)
        vectors = self._embedder.embed([extract_face(photo, Quad(corners, 1.0), Stopwatch())])
        return self._entries(vectors, top_k)

    def find_by_name(self, name: str, top_k: int) -> list[CardEntry]:
        """Return the cards nearest to a named card's own pictures, without that card; may raise NotKnown."""
        card_id = self._catalogue.find(name)
        if card_id is None:
            raise NotKnown("unknown_name", f"No card is named {name!r}.")
        vectors = np.concatenate([known.vectors_of_card(card_id) for known in self._pictures.face_sets()])
        if not len(vectors):
            full_name = self._catalogue.name(card_id)
            raise NotKnown("no_picture", f"There is no picture of {full_name} here to compare others with.")
        return self._entries(vectors, top_k, without=card_id)

    def _entries(self, vectors: Vectors, top_k: int, without: int | None = None) -> list[CardEntry]:
        best: dict[int, float] = {}
        for known in self._pictures.face_sets():
            for card_id, cosine in known.nearest_cards(vectors, top_k + 1).items():
                best[card_id] = max(cosine, best.get(card_id, -1.0))
        ranked = sorted(best.items(), key=lambda pair: -pair[1])
        others = [(card_id, cosine) for card_id, cosine in ranked if card_id != without][:top_k]
        return [self._catalogue.entry(card_id, min(max(cosine, 0.0), 1.0)) for card_id, cosine in others]
