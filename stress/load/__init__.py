"""Many photos at once."""
