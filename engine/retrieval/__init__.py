"""Embed card faces and find the nearest known faces."""
