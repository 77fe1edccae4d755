"""Faces to embeddings, and embeddings to the nearest known faces."""
