"""A soak with random faults: the whole bot, real workers and a real Redis, and everything around them breaking."""
