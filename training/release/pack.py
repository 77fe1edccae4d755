"""``python -m training pack``: pack an artifact folder into one file, for hosts that only download."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine.core.artifacts import sha256
from engine.core.errors import ArtifactError
from training.release.archive import pack


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``python -m training pack``."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="artifact folder")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="zip archive to write")


def run(args: argparse.Namespace) -> int:
    """Pack, and print the command for other hosts; exit code 2 if the folder or the file can't be used."""
    try:
        pack(args.folder, args.out)
        digest = sha256(args.out)
    except (ArtifactError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"{args.out}: {args.out.stat().st_size:,} bytes. To install it on any host, from a file or an https address:")
    print(f"python -m training install {args.out} --sha256 {digest} --out DIR")
    return 0
