"""The demo: draw cards, index them and name them in a photo."""
