"""Fit the judge: composed photos of cards it knows, half knows and can't know, and what the engine makes of them."""
