"""``python -m training rollback``: go back to the previous artifact folder, or forth again."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from training.release.versions import ArtifactPlace, FolderError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``python -m training rollback``."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="artifact folder that has a previous one")


def run(args: argparse.Namespace) -> int:
    """Go back; exit code 2 if there is nothing to go back to."""
    try:
        now = ArtifactPlace(args.folder).roll_back()
    except FolderError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"{args.folder} leads to {now}; the same command leads back.")
    return 0
