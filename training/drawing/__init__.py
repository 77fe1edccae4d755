"""Invented cards, drawn by our own code."""
