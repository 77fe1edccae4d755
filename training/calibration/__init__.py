"""Fit the judge on composed photos of cards that the engine knows fully, partly or not at all."""
