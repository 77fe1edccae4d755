"""The embedder's training: a face and its photographed copy are one class, every other face is a negative."""
