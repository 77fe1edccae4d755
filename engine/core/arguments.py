"""Types of command-line arguments, for :mod:`argparse`."""

from __future__ import annotations

import argparse


def positive(text: str) -> int:
    """Return a whole number from 1."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be 1 or more, not {number}")
    return number
