"""Photos of cards with the truth known: faces, objects and places composed and seen through a camera."""
