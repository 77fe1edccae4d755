"""The real client in a simulated Discord: what ``python -m bot rehearse`` plays, and where the tests try the bot."""
