"""The engine's command line. Other tools rely on ``identify --json``: its output is a contract.

Exit codes: 0 all photos processed, 1 some photo failed, 2 wrong usage, or artifacts or overlay unusable.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import logging
import os
import sys
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from tqdm import tqdm

from engine.core.arguments import positive
from engine.core.constants import MAX_CARDS
from engine.core.errors import ArtifactError, ConfirmationsError, EngineError, PhotoError
from engine.core.prefork import can_fork, restart_without_thread_pools
from engine.core.values import Identification, Status, Witness
from engine.image.annotate import annotate
from engine.learning.learner import check_origin
from engine.learning.remote_confirmations import RemoteConfirmations
from engine.pipeline.engine import DEFAULT_MAX_CARDS, DEFAULT_TOP_K, Engine

EXIT_OK, EXIT_SOME_FAILED, EXIT_UNUSABLE = 0, 1, 2
MANY_PHOTOS = 4
"""From this many photos on, a progress bar is shown."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    # Names are printed in the terminal's encoding; a Latin-1 pipe must not stop on "Æ" or "忍者".
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    args = _parser().parse_args(arguments)
    is_worker = args.run is _work
    if is_worker and (problem := _worker_problem(args)):
        print(f"error: {problem}", file=sys.stderr)
        return EXIT_UNUSABLE
    if args.processes > 1:
        restart_without_thread_pools()
    # The engine would create a missing file; a command that reads one means one that exists.
    if args.overlay is not None and not args.overlay.is_file():
        error = ConfirmationsError("overlay_missing", f"There is no file {args.overlay}. Check the path.")
        return _print_unusable(error)
    if is_worker:
        args.overlay = RemoteConfirmations()
    try:
        engine = Engine.open(args.artifacts, threads=args.threads, overlay=args.overlay)
    except (ArtifactError, ConfirmationsError) as error:
        return _print_unusable(error)
    try:
        return int(args.run(engine, args))
    except ConfirmationsError as error:
        return _print_unusable(error)
    finally:
        engine.close()


def _print_unusable(error: EngineError) -> int:
    print(f"error: {error.code}: {error.message}", file=sys.stderr)
    return EXIT_UNUSABLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m engine", description="Names Magic cards in photos.")
    parser.set_defaults(overlay=None, threads=None, processes=1)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--artifacts", type=Path, metavar="DIR", help="artifact folder (default: the one shipped)")
    common.add_argument("--json", action="store_true", help="print JSON instead of text for people")
    top_k = argparse.ArgumentParser(add_help=False)
    top_k.add_argument("--top-k", type=positive, default=DEFAULT_TOP_K, metavar="N", help="candidates (default 5)")

    identify = commands.add_parser("identify", parents=[common, top_k], help="name the cards in photos")
    identify.add_argument("photos", type=Path, nargs="+", metavar="PHOTO")
    identify.add_argument(
        "--max-cards",
        type=_card_count,
        default=DEFAULT_MAX_CARDS,
        metavar="N",
        help=f"most cards of a photo, up to {MAX_CARDS} (default {DEFAULT_MAX_CARDS})",
    )
    identify.add_argument("--annotate", type=Path, metavar="OUT_DIR", help="write each photo with numbered outlines")
    identify.add_argument("--witness", choices=[str(w) for w in Witness], default="both", help="evidence that counts")
    identify.add_argument("--overlay", type=Path, metavar="FILE", help="confirmed answers to search as well")
    identify.set_defaults(run=_identify)

    lookup = commands.add_parser("lookup", parents=[common, top_k], help="find card names like a text")
    lookup.add_argument("text")
    lookup.set_defaults(run=_lookup)

    info = commands.add_parser("info", parents=[common], help="versions, models, index, catalogue, hashes")
    info.set_defaults(run=_info)

    confirmations = commands.add_parser("confirmations", parents=[common], help="list or revoke confirmed answers")
    confirmations.add_argument("--overlay", type=Path, required=True, metavar="FILE", help="where they are kept")
    revoked = confirmations.add_mutually_exclusive_group()
    revoked.add_argument("--revoke", type=positive, metavar="ID", help="forget one")
    revoked.add_argument(
        "--revoke-origin", type=_origin, metavar="PART", help="forget all of an origin, such as 'user 789'"
    )
    confirmations.set_defaults(run=_confirmations)

    worker = commands.add_parser("worker", help="look at photos that bots send over Redis or Valkey")
    worker.add_argument("--redis", required=True, metavar="URL", help="the bots' RECOGNISER_URL: redis://HOST:PORT")
    worker.add_argument("--threads", type=positive, default=1, metavar="N", help="cores for one photo (default 1)")
    worker.add_argument(
        "--processes",
        type=_processes,
        default=1,
        metavar="N",
        help="workers that share one engine's memory (default 1; auto: as many as cores)",
    )
    worker.add_argument("--artifacts", type=Path, metavar="DIR", help="artifact folder (default: the one shipped)")
    worker.set_defaults(run=_work)
    return parser


def _processes(text: str) -> int:
    return len(os.sched_getaffinity(0)) if text == "auto" else positive(text)


def _card_count(text: str) -> int:
    number = positive(text)
    if number > MAX_CARDS:
        raise argparse.ArgumentTypeError(f"must be {MAX_CARDS} or less, not {number}")
    return number


def _origin(text: str) -> str:
    try:
        check_origin(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def _identify(engine: Engine, args: argparse.Namespace) -> int:
    if args.annotate:
        try:
            args.annotate.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            print(f"error: --annotate {args.annotate} can't be made a folder: {error.strerror}", file=sys.stderr)
            return EXIT_UNUSABLE
    failed = False
    few = len(args.photos) < MANY_PHOTOS
    for number, photo in enumerate(tqdm(args.photos, unit="photo", file=sys.stderr, disable=few), 1):
        try:
            result = engine.identify(photo, top_k=args.top_k, max_cards=args.max_cards, witness=Witness(args.witness))
        except PhotoError as error:
            failed = True
            if args.json:
                _print_json({"file": str(photo), "error": error.to_dict()})
            else:
                tqdm.write(f"{photo}: {error.code}: {error.message}", file=sys.stderr)
            continue
        if args.json:
            _print_json({"file": str(photo), **result.to_dict()})
        else:
            _print_result(photo, result)
        if args.annotate:
            # Two folders may hold photos of the same name: the number keeps both.
            (args.annotate / f"{number:03d}-{photo.stem}.jpg").write_bytes(annotate(photo, result))
    return EXIT_SOME_FAILED if failed else EXIT_OK


def _print_result(photo: Path, result: Identification) -> None:
    tqdm.write(f"{photo}  ({result.width}x{result.height}, {result.timings_ms['total']:.0f} ms)", file=sys.stdout)
    for number, card in enumerate(result.cards, 1):
        printing = f"{card.printing.set.upper()} {card.printing.collector_number}" if card.printing else ""
        name, uri = card.name or "-", card.scryfall_uri or ""
        line = f"{number:>4}  {card.status:<10} {card.confidence:>4.0%}  {name:<34} {printing:<10} {uri}"
        tqdm.write(line, file=sys.stdout)
    counts = Counter(card.name for card in result.cards if card.status is not Status.UNKNOWN)
    copies = [f"{count}x {name}" for name, count in counts.items() if count > 1]
    if copies:
        tqdm.write(f"      copies: {', '.join(copies)}", file=sys.stdout)
    if not result.cards:
        tqdm.write("      no card found", file=sys.stdout)


def _lookup(engine: Engine, args: argparse.Namespace) -> int:
    entries = engine.lookup(args.text, top_k=args.top_k)
    if args.json:
        _print_json([entry.to_dict() for entry in entries])
        return EXIT_OK
    for entry in entries:
        name = f"{entry.name} ({entry.printed.text})" if entry.printed else entry.name
        print(f"{entry.score:>5.0%}  {name:<34} {entry.mana_cost:<12} {entry.type_line:<40} {entry.scryfall_uri}")
    if not entries:
        print("no name like that")
    return EXIT_OK


def _info(engine: Engine, args: argparse.Namespace) -> int:
    info = engine.info()
    if args.json:
        _print_json(info)
    else:
        _print_tree(info, 0)
    return EXIT_OK


def _confirmations(engine: Engine, args: argparse.Namespace) -> int:
    if args.revoke is not None or args.revoke_origin is not None:
        count = engine.revoke_origin(args.revoke_origin) if args.revoke_origin else int(engine.revoke(args.revoke))
        if args.json:
            _print_json({"revoked": count})
        else:
            print(f"revoked: {count}")
        return EXIT_OK
    confirmations = engine.confirmations()
    if args.json:
        for one in confirmations:
            _print_json(one.to_dict())
        return EXIT_OK
    for one in confirmations:
        note = "" if one.searched else "  (not searched: of another picture network, or a name unknown here)"
        printing = f"{one.set.upper()} {one.collector_number}"
        print(f"{one.id:>6}  {one.created_at}  {one.name:<34} {printing:<10} {one.origin}{note}")
    idle = sum(not one.searched for one in confirmations)
    print(f"confirmations: {len(confirmations)}, not searched: {idle}")
    return EXIT_OK


def _worker_problem(args: argparse.Namespace) -> str | None:
    """Return why such a worker can't run here, and what to do; None if it can."""
    try:
        importlib.import_module("engine.fleet.worker")
    except ModuleNotFoundError:
        return "a worker needs the extra: pip install '.[fleet]'"
    if not args.redis.startswith(("redis://", "rediss://")):
        return "--redis must be redis://HOST:PORT, or rediss:// for TLS"
    if args.processes > 1 and args.threads > 1:
        return "--processes and --threads can't be combined: each of many processes takes one core. Leave one out."
    if args.processes > 1 and not can_fork():
        return "this system can't fork processes. Start the command several times, without --processes."
    return None


def _work(engine: Engine, args: argparse.Namespace) -> int:
    # Imported here, because the queue's libraries are an extra.
    from engine.fleet.worker import make_fleet_worker, serve_many

    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.INFO)
    make = partial(make_fleet_worker, engine, args.redis, args.overlay)
    if args.processes > 1:
        return serve_many(make, engine, args.processes)
    asyncio.run(make().run())
    return EXIT_OK


def _print_tree(values: dict[str, Any], depth: int) -> None:
    for key, value in values.items():
        if isinstance(value, dict):
            print("  " * depth + f"{key}:")
            _print_tree(value, depth + 1)
        else:
            print("  " * depth + f"{key}: {value}")


def _print_json(value: Any) -> None:
    # One object a line, flushed: a reader at the other end of a pipe sees each photo as soon as it is done.
    print(json.dumps(value, ensure_ascii=True), flush=True)
