"""Syncs that are killed, and syncs of any size."""
