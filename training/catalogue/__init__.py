"""Build the SQLite catalogue that the engine reads from card data."""
