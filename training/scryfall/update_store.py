"""Bringing the store up to date: find, download and check the bulk files, and only then replace it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from tqdm import tqdm

from training.scryfall.bulk import fetch_bulk_file, fetched_size, find_bulk_file, remove_unused
from training.scryfall.bulk_reader import read_entries
from training.scryfall.client import ScryfallClient
from training.scryfall.errors import BulkDamaged, NotFound, SyncError, TooFewCards
from training.scryfall.migrations import fetch_moves
from training.scryfall.options import Estimate, Options
from training.scryfall.records import ScryfallCard, ScryfallSet, SkippedEntries
from training.scryfall.store import StoreBuilder, read_meta

MIN_SHARE = 0.95
"""A file with less than this share of the cards of the last sync is refused."""
MIN_SHARE_OF_SETS = 0.8
"""The same for the first sync, as a share of the cards that Scryfall's list of sets announces."""
UNPACKED = 3
"""Bytes that store and catalogue need for each byte of a bulk file, rounded up."""


async def update_cards(client: ScryfallClient, options: Options) -> bool:
    """Bring the store up to date; return whether there was anything to do.

    Raises:
        SyncError: a file is unavailable, was damaged twice, or has too few cards. The store is unchanged.
    """
    try:
        return await _update(client, options)
    except (BulkDamaged, NotFound) as error:
        # The announced file has been replaced by a newer one, or was altered on its way.
        print(f"{error} Trying once more.", file=sys.stderr)
        for kind in options.kinds:
            (options.bulk / f"{kind}.json").unlink(missing_ok=True)
        return await _update(client, options)


async def _update(client: ScryfallClient, options: Options) -> bool:
    files = [await find_bulk_file(client, options.bulk, kind) for kind in options.kinds]
    identity = " ".join([*(file.name for file in files), options.image, *options.languages, options.api])
    if read_meta(options.store).get("identity") == identity:
        return False
    skipped = SkippedEntries()
    moves = await fetch_moves(client, options.bulk / "migrations.json", skipped)
    sets = await fetch_sets(client, skipped)
    present = {file: fetched_size(options.bulk, file) for file in files}
    estimate = Estimate("card data", sum(max((file.size or 0) - size, 0) for file, size in present.items()))
    print(estimate, file=sys.stderr)
    estimate.check_room(options.bulk, 1 + UNPACKED)
    paths = []
    for file, size in present.items():
        with tqdm(None, file.kind, file.size, initial=size, unit="B", unit_scale=True, disable=None) as progress:
            paths.append(await fetch_bulk_file(client, file, options.bulk, progress.update))
    updated_at = min(file.updated_at for file in files)
    try:
        with closing(StoreBuilder(options.store, options.image, options.api, moves)) as builder:
            builder.add_sets(sets)
            records = _add_files(builder, options, paths, sets, skipped)
            builder.finish(
                {
                    "identity": identity,
                    "updated_at": updated_at,
                    "date": updated_at[: len("2026-11-23")],
                    "records": str(records),
                    "odd": str(skipped.count),
                    "odd_told": json.dumps(skipped.examples),
                }
            )
    except BulkDamaged:
        remove_unused(options.bulk, set())
        raise
    remove_unused(options.bulk, {path.name for path in paths})
    return True


async def fetch_sets(client: ScryfallClient, skipped: SkippedEntries) -> list[ScryfallSet]:
    """Return all sets that are valid."""
    response = await client.get_json("sets")
    entries = response.body.get("data") if response else None
    if not isinstance(entries, list):
        raise SyncError(f"{client.api} sent no list of sets. Is there a newer version of this program?")
    return list(skipped.filter("set", entries, ScryfallSet))


def _add_files(
    builder: StoreBuilder, options: Options, paths: Sequence[Path], sets: Sequence[ScryfallSet], skipped: SkippedEntries
) -> int:
    """Add all files and return the number of records of the first; of the others only some languages are wanted."""
    counts: list[int] = []
    for path in paths:
        with tqdm(total=path.stat().st_size, desc="reading", unit="B", unit_scale=True, disable=None) as progress:
            languages = frozenset(options.languages) if counts else None
            cards = skipped.filter("card", read_entries(path, progress.update), ScryfallCard)
            counts.append(builder.add(cards, languages))
    last = int(read_meta(options.store).get("records", 0))
    expected = MIN_SHARE * last if last else MIN_SHARE_OF_SETS * sum(one.card_count or 0 for one in sets)
    fewest = max(1, int(expected))
    if min(counts) < fewest:
        raise TooFewCards(
            f"The card data have only {min(counts):,} cards, where {fewest:,} or more were expected: nothing is "
            f"changed. If that is right, remove {options.store} and run again."
        )
    return counts[0]
