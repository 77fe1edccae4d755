"""Fetch card data and pictures from Scryfall into a folder, to build a catalogue and an index from."""
