"""``python -m stress.scale``: sync, index and search at the size of the whole of Magic, with figures."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from stress.scale.measure import StepFailed
from stress.scale.run import ALL_PRINTINGS, DAYS, UNIQUE_CARDS, Size, collect_table, run

# Large modules are imported where they are needed: the run itself must be small, see stress/scale/measure.py.

PRINTINGS = 110_000
SIZES = "30467,110000"
"""All cards of the catalogue with one printing each, and all printings."""
QUERIES = 2_000


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and run the command."""
    args = _parser().parse_args(arguments)
    if args.command == "table":
        print(collect_table(args.out))
        return 0
    return {"draw": _draw, "run": _run, "beside": _beside, "serve": _serve, "ask": _ask}[args.command](args)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m stress.scale", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    draw = commands.add_parser("draw", help="draw all cards into one file; continues after an interruption")
    draw.add_argument("--out", type=Path, required=True, metavar="STORE", help="the file")
    draw.add_argument("--printings", type=int, default=PRINTINGS, metavar="N", help="of cards (default: 110000)")
    whole = commands.add_parser("run", help="serve, sync, index and search, and print the cost of each")
    whole.add_argument("--store", type=Path, required=True, help="the file that draw wrote")
    whole.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="existing folders are kept")
    whole.add_argument("--printings", default=SIZES, metavar="N,...", help=f"sizes (default: {SIZES})")
    whole.add_argument("--queries", type=int, default=QUERIES, help="number of cards to search for (default: 2000)")
    beside = commands.add_parser("beside", help="refresh as the bot does, while photos are answered")
    beside.add_argument("--store", type=Path, required=True, help="the file that draw wrote")
    beside.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="the bot's data folder")
    figures = commands.add_parser("table", help="print the figures of all runs so far")
    figures.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="the runs'")
    serve = commands.add_parser("serve", help="serve a store's cards as Scryfall would, until its input ends")
    serve.add_argument("--store", type=Path, required=True)
    serve.add_argument("--cards", type=int, help="only printings of N cards")
    serve.add_argument("--later", action="store_true", help="include the cards released later")
    serve.add_argument("--updated-at", default=DAYS[0], help="ISO time of the bulk files")
    ask = commands.add_parser("ask", help="search for drawn cards in an artifact folder made of them")
    ask.add_argument("--artifacts", type=Path, required=True)
    ask.add_argument("--store", type=Path, required=True)
    ask.add_argument("--queries", type=int, default=QUERIES)
    ask.add_argument("--out", type=Path, required=True, help="JSON file of the figures")
    return parser


def _draw(args: argparse.Namespace) -> int:
    from engine.core.artifacts import CATALOGUE, SHIPPED
    from stress.scale.plan import printings
    from stress.scale.store import Store

    args.out.parent.mkdir(parents=True, exist_ok=True)
    store = Store(args.out, writable=True)
    try:
        if not store.count:
            store.plan(printings(SHIPPED / CATALOGUE, args.printings))
        store.draw()
        print(f"{args.out}: {store.count} printings, {args.out.stat().st_size / 1e6:.0f} MB")
    finally:
        store.close()
    return 0


def _run(args: argparse.Namespace) -> int:
    numbers = [int(part) for part in args.printings.split(",")]
    # The largest is all printings; smaller ones are cards.
    sizes = [Size(number, UNIQUE_CARDS if number < max(numbers) else ALL_PRINTINGS) for number in numbers]
    try:
        print(run(args.store, args.out, sizes, args.queries))
    except StepFailed as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _beside(args: argparse.Namespace) -> int:
    import asyncio

    from stress.scale.beside import measure_beside

    try:
        print(asyncio.run(measure_beside(args.store, args.out)).to_markdown())
    except StepFailed as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _serve(args: argparse.Namespace) -> int:
    """Serve until standard input ends, that is until the parent process is done or gone."""
    from stress.scale.plan import LATER
    from stress.scale.source import ScaleSource
    from tests.support.scryfall.bulk_files import BulkFormat
    from tests.support.scryfall.server import ScryfallServer

    source = ScaleSource(args.store, without=0 if args.later else LATER, cards=args.cards, updated_at=args.updated_at)
    with tempfile.TemporaryDirectory() as folder, ScryfallServer(source, Path(folder)) as server:
        # Built before the first request: a client does not wait a minute for an answer.
        server.files.path(source, "default_cards", BulkFormat.LINES, server.url)
        server.files.sets(source, server.url)
        print(server.url, flush=True)
        sys.stdin.read()
        print(f"{server.bytes / 1e6:.0f} MB sent, {dict(server.counts)}, offences: {server.offences}", file=sys.stderr)
    return 0


def _ask(args: argparse.Namespace) -> int:
    import json
    from dataclasses import asdict

    from stress.scale.ask import ask

    args.out.write_text(json.dumps(asdict(ask(args.artifacts, args.store, args.queries))), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
