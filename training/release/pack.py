"""``python -m training pack``: a finished artifact folder as one file, for hosts that only download."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine.core.artifacts import sha256
from engine.core.errors import ArtifactError
from training.release.archive import pack


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training pack``."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="artifact folder")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="archive to write, a zip file")


def run(args: argparse.Namespace) -> int:
    """Pack, and print what a host has to type; exit code 2 where the folder or the file can't be used."""
    try:
        pack(args.folder, args.out)
        digest = sha256(args.out)
    except (ArtifactError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"{args.out}: {args.out.stat().st_size:,} bytes. Any host installs it, from a file or an https address, by:")
    print(f"python -m training install {args.out} --sha256 {digest} --out DIR")
    return 0
