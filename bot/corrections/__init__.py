"""Putting an answer right: who may, what it becomes, and what the engine learns from it."""
