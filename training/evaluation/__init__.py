"""Commands that measure the engine and its networks."""
