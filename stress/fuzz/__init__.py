"""Hostile bytes for every decoder and parser: targets, a corpus of seeds, and what once broke them."""
