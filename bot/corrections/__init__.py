"""Corrections of answers: who may make them, how they change the answer, and what the engine learns from them."""
