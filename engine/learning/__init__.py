"""Cards that people confirmed, searched like those of the index."""
