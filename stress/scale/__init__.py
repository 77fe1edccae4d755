"""A Scryfall of the size of the real one, drawn by our own code, and a run of sync, index and search against it."""
