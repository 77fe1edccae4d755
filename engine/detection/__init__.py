"""Photo to quads: where the cards lie."""
