"""Composed photos of cards whose names and corners are known."""
