"""``python -m training sync``: Scryfall's cards and pictures to a folder, and kept current."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

from training.scryfall.errors import SyncError
from training.scryfall.options import MEAN_BYTES, SCRYFALL, Options, Unique
from training.scryfall.sync import Summary, sync

INTERRUPTED = 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``python -m training sync``."""
    parser.add_argument(
        "--unique",
        type=Unique,
        choices=list(Unique),
        default=Unique.ARTWORK,
        help="pictures of: one printing of every card, of every artwork (default), or all printings",
    )
    parser.add_argument(
        "--languages",
        type=_languages,
        default=("en",),
        metavar="en,de",
        help="whose printings and printed names are wanted; each but English needs the large file of all languages",
    )
    parser.add_argument("--image", choices=list(MEAN_BYTES), default="thumb", help="size of pictures (default: thumb)")
    parser.add_argument("--data", type=Path, default=Path("data"), metavar="DIR", help="folder to fill (default: data)")
    parser.add_argument("--api", default=SCRYFALL, metavar="URL", help="another server that speaks Scryfall's API")
    parser.add_argument("--tokens", action="store_true", help="pictures of tokens and emblems, too")
    parser.add_argument("--art-cards", action="store_true", help="art series and front cards, too")


def _languages(text: str) -> tuple[str, ...]:
    languages = tuple(sorted({part.strip().lower() for part in text.split(",") if part.strip()}))
    if not languages:
        raise argparse.ArgumentTypeError("name at least one language, such as en,de")
    return languages


def run(args: argparse.Namespace) -> int:
    """Sync as the options say, print a summary as JSON, return the exit status."""
    options = Options(
        data=args.data,
        api=args.api,
        unique=args.unique,
        languages=args.languages,
        image=args.image,
        tokens=args.tokens,
        art_cards=args.art_cards,
    )
    try:
        summary = asyncio.run(sync(options))
    except (SyncError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; run again: it continues where it stopped", file=sys.stderr)
        return INTERRUPTED
    if summary.odd:
        print(_told_of_odd(summary), file=sys.stderr)
    json.dump(asdict(summary), sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 0


def _told_of_odd(summary: Summary) -> str:
    more = summary.odd - len(summary.odd_told)
    told = [*summary.odd_told, *([f"{more:,} more"] if more else [])]
    return (
        f"warning: left out, for they are not as expected, of what the server sent: {'; '.join(told)}. "
        "If they stay so, look for a newer version of this program, or tell whoever runs the server."
    )
