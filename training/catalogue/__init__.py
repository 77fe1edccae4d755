"""Card data to the SQLite catalogue that the engine reads."""
