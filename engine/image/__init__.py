"""Bytes to pixels, and pixels to an annotated picture."""
