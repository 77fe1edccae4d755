"""Cards, printings, sets and printed names in one read-only SQLite file."""
