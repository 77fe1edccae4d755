"""The catalogue of cards, printings, sets and printed names."""
