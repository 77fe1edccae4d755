"""Types of command-line arguments, for ``argparse``."""

from __future__ import annotations

import argparse


def positive(text: str) -> int:
    """Return a whole number from 1."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be 1 or more, not {number}")
    return number


def positive_list(text: str) -> tuple[int, ...]:
    """Return whole numbers from 1, separated by commas."""
    return tuple(map(positive, text.split(",")))
