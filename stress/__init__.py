"""Programs that load, break and fuzz the bot and the engine; run by hand, not by pytest."""
