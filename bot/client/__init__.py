"""The Discord client: events in, replies out."""
