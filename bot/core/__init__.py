"""Settings, errors and Discord's limits, shared by all parts of the bot."""
