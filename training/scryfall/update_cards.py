"""Bringing the store up to date: which bulk files there are, fetching them, checking them, and only then swapping."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from tqdm import tqdm

from training.scryfall.bulk import BulkFile, fetch, look_up, remove_others, size_of_part
from training.scryfall.bulk_reader import read_records
from training.scryfall.cards import odd_in_card
from training.scryfall.client import Web
from training.scryfall.errors import BulkDamaged, NotThere, SyncError, TooFewCards
from training.scryfall.estimate import UNPACKED, check_room, of_cards
from training.scryfall.migrations import fetch_moves
from training.scryfall.options import Options
from training.scryfall.skipped import Oddities
from training.scryfall.store import Builder, meta_of
from training.scryfall.validation import Check, is_day, is_name, is_size, maybe, odd_in

FEWEST = 0.95
"""Of the cards of the last time; a file with fewer is not believed."""
FEWEST_BY_SETS = 0.8
"""Of the cards that the sets are said to have, where there was no last time."""
_SET: Mapping[str, Check] = {
    **dict.fromkeys(("code", "name", "set_type"), is_name),
    "released_at": maybe(is_day),
    "card_count": maybe(is_size),
}
"""What is read of a set: one of which any is otherwise is known by its cards alone."""


async def update_cards(web: Web, options: Options) -> bool:
    """Bring the store up to date; return whether there was something to do.

    Raises:
        SyncError: a file can't be had, was damaged twice, or has too few cards. The store is as it was.
    """
    try:
        return await _update(web, options)
    except (BulkDamaged, NotThere) as error:
        # A newer file has taken the place of the one announced, or it was altered on its way: once more from the start.
        print(f"{error} Trying once more.", file=sys.stderr)
        forget_all(options)
        return await _update(web, options)


async def _update(web: Web, options: Options) -> bool:
    files = [await look_up(web, options.bulk, kind) for kind in options.kinds]
    identity = " ".join([*(file.name for file in files), options.image, *options.languages, options.api])
    if meta_of(options.store).get("identity") == identity:
        return False
    odd = Oddities()
    moves = await fetch_moves(web, options.bulk / "migrations.json", odd)
    sets = await _fetch_sets(web, odd)
    paths = await _fetch_all(web, options, files)
    try:
        with closing(Builder(options.store, options.image, options.api, moves)) as builder:
            builder.add_sets(sets)
            records = _add_files(builder, options, paths, sets, odd)
            updated_at = min(file.updated_at for file in files)
            told = {"identity": identity, "updated_at": updated_at, "date": updated_at[: len("2026-11-23")]}
            builder.finish({**told, "records": str(records), "odd": str(odd.count), "odd_told": json.dumps(odd.told)})
    except BulkDamaged:
        remove_others(options.bulk, set())
        raise
    remove_others(options.bulk, {path.name for path in paths})
    return True


def forget_all(options: Options) -> None:
    """Forget which bulk files there were, so that they are asked for and fetched anew."""
    for kind in options.kinds:
        (options.bulk / f"{kind}.json").unlink(missing_ok=True)


async def _fetch_sets(web: Web, odd: Oddities) -> list[dict[str, Any]]:
    answer = await web.call("sets")
    rows = answer.body.get("data") if answer else None
    if not isinstance(rows, list):
        raise SyncError(f"{web.api} gives no list of sets. Is there a newer version of this program?")
    return list(odd.sifted("set", rows, lambda row: odd_in(row, _SET)))


async def _fetch_all(web: Web, options: Options, files: Sequence[BulkFile]) -> list[Path]:
    there = {file: size_of_part(options.bulk, file) for file in files}
    to_come = of_cards(sum(max((file.size or 0) - size, 0) for file, size in there.items()))
    print(to_come, file=sys.stderr)
    check_room(options.bulk, to_come, 1 + UNPACKED)
    paths = []
    for file in files:
        with tqdm(
            total=file.size, initial=there[file], desc=file.kind, unit="B", unit_scale=True, disable=None
        ) as progress:
            paths.append(await fetch(web, file, options.bulk, progress.update))
    return paths


def _add_files(
    builder: Builder, options: Options, paths: Sequence[Path], sets: list[dict[str, Any]], odd: Oddities
) -> int:
    """Add all files and return the number of records of the first, which has the usual cards, all of them wanted."""
    counts: list[int] = []
    for path in paths:
        with tqdm(total=path.stat().st_size, desc="reading", unit="B", unit_scale=True, disable=None) as progress:
            languages = frozenset(options.languages) if counts else None
            cards = odd.sifted("card", read_records(path, progress.update), odd_in_card)
            counts.append(builder.add(cards, languages))
    fewest = _fewest(options, sets)
    if min(counts) < fewest:
        raise TooFewCards(
            f"The card data have only {min(counts):,} cards, where {fewest:,} or more were expected: nothing is "
            f"changed. If that is right, remove {options.store} and run again."
        )
    return counts[0]


def _fewest(options: Options, sets: list[dict[str, Any]]) -> int:
    last = int(meta_of(options.store).get("records", 0))
    told = sum(one.get("card_count") or 0 for one in sets)
    return max(1, int(FEWEST * last) if last else int(FEWEST_BY_SETS * told))
