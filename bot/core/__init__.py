"""Settings, errors and the limits of Discord: what every part of the bot shares."""
