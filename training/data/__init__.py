"""Lists and packs of card faces, and labelled photos."""
