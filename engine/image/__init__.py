"""Decode photos and draw annotated ones."""
