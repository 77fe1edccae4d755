"""Card data and pictures from Scryfall to a folder from which catalogue and index are made."""
