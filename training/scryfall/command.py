"""``python -m training sync``: bring Scryfall's cards and pictures to a folder, and keep them up to date."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from dataclasses import asdict, fields
from pathlib import Path

from engine.core.artifacts import CATALOGUE, SHIPPED
from training.scryfall.errors import SyncError
from training.scryfall.options import MEAN_BYTES, SCRYFALL, Options, Unique
from training.scryfall.sync import sync

INTERRUPTED = 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``python -m training sync``, one for each field of :class:`Options`."""
    add = parser.add_argument
    unique = "which printings get pictures: one a card, one an artwork (default), or all"
    add("--unique", type=Unique, choices=list(Unique), default=Unique.ARTWORK, help=unique)
    languages = "languages of printings and printed names; any but English needs the large file of all languages"
    add("--languages", type=parse_languages, default=("en",), metavar="en,de", help=languages)
    add("--image", choices=list(MEAN_BYTES), default="thumb", help="size of the pictures (default: thumb)")
    add("--data", type=Path, default=Path("data"), metavar="DIR", help="folder to fill (default: data)")
    add("--api", default=SCRYFALL, metavar="URL", help="another server with Scryfall's API")
    add("--tokens", action="store_true", help="also pictures of tokens and emblems")
    add("--art-cards", action="store_true", help="also art series and front cards")
    names = "catalogue whose foreign names are added to those fetched (default: shipped)"
    add("--names", type=Path, default=SHIPPED / CATALOGUE, metavar="FILE", help=names)


def parse_languages(text: str) -> tuple[str, ...]:
    """Return the language codes in a comma-separated list, sorted."""
    languages = tuple(sorted({part.strip().lower() for part in text.split(",") if part.strip()}))
    if not languages:
        raise argparse.ArgumentTypeError("name at least one language, such as en,de")
    return languages


def run(args: argparse.Namespace) -> int:
    """Sync, print the summary as JSON, return the exit code."""
    options = Options(**{field.name: getattr(args, field.name) for field in fields(Options)})
    try:
        summary = asyncio.run(sync(options))
    except (SyncError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; run again: it continues where it stopped", file=sys.stderr)
        return INTERRUPTED
    if summary.odd:
        more = summary.odd - len(summary.odd_told)
        entries = "; ".join([*summary.odd_told, *([f"{more:,} more"] if more else [])])
        print(
            f"warning: entries of the server's lists were skipped because they are not as expected: {entries}. If this "
            "does not go away, look for a newer version of this program, or tell the server's operator.",
            file=sys.stderr,
        )
    json.dump(asdict(summary), sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 0
