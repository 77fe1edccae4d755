"""Workers over a real Redis: overhead, kills, confirmations."""
