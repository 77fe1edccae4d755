"""A whole sync: bulk files -> store -> catalogue -> pictures -> list of faces.

Each step writes its file from those before it, under another name first, and is skipped if the file is already made
from them. So a sync may be stopped at any moment, and the next one ends as if it had not been.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import partial

from tqdm import tqdm

from engine.core.artifacts import sha256
from training.catalogue.build import write_catalogue
from training.catalogue.known_names import WithKnownNames
from training.scryfall.catalogue_source import StoredCards
from training.scryfall.client import ScryfallClient
from training.scryfall.errors import remove_damaged_store, report_full_disk
from training.scryfall.images import PictureCounts, fetch_pictures
from training.scryfall.options import Options, Politeness, estimate_pictures
from training.scryfall.state import SyncState
from training.scryfall.store import read_meta
from training.scryfall.update_store import update_cards
from training.scryfall.wanted_pictures import WantedPicture, is_present, remove_unlisted, wanted_pictures, write_list

CATALOGUE = "catalogue"
"""Key of the note about what the catalogue was made from."""


@dataclass(frozen=True, slots=True)
class SyncSummary:
    """The result of a sync.

    Attributes:
        updated_at: ISO time of the card data.
        new_data: whether they, or the options, have changed since the last sync.
        printings: in the store.
        left_out: objects that are not on paper, of no wanted language, or deleted since.
        odd: invalid entries that were skipped.
        odd_told: the first of them, in words.
        pictures: in the list.
        fetched, fetched_bytes: new or changed pictures.
        missing, failed: pictures that could not be fetched; tried again on another day.
        removed: pictures that are no longer wanted.
        seconds: duration.
    """

    updated_at: str
    new_data: bool
    printings: int
    left_out: int
    odd: int
    odd_told: tuple[str, ...]
    pictures: int
    fetched: int
    fetched_bytes: int
    missing: int
    failed: int
    removed: int
    seconds: float


async def sync(options: Options, politeness: Politeness | None = None, today: date | None = None) -> SyncSummary:
    """Bring a folder up to date with the server.

    Args:
        options: folder, server, and what to fetch.
        politeness: limits towards the server; by default those that Scryfall asks for.
        today: UTC date of this run.

    Raises:
        SyncError: the sync failed; the next run continues from there.
    """
    started = time.monotonic()
    options.bulk.mkdir(parents=True, exist_ok=True)
    with report_full_disk(options.data), remove_damaged_store(options.store), SyncState(options.data) as state:
        async with ScryfallClient(options.api, politeness or Politeness(), state) as client:
            new = await update_cards(client, options)
            made_from = f"{read_meta(options.store)['identity']} art_cards={options.art_cards}"
            made_from += f" names={sha256(options.names)}" if options.names else ""
            if not options.catalogue.exists() or state.note(CATALOGUE) != made_from:
                # Cleared first, so that a run that is stopped in between builds again.
                state.set_note(CATALOGUE, "")
                with closing(StoredCards(options.store, art_cards=options.art_cards)) as cards:
                    write_catalogue(WithKnownNames(cards, options.names) if options.names else cards, options.catalogue)
                state.set_note(CATALOGUE, made_from)
            counts = await _update_pictures(client, options, state, today or datetime.now(UTC).date())
        pictures = write_list(options)
        removed = remove_unlisted(options)
    meta = read_meta(options.store)
    return SyncSummary(
        updated_at=meta["updated_at"],
        new_data=new,
        printings=int(meta["printings"]),
        left_out=int(meta["left_out"]),
        odd=int(meta["odd"]),
        odd_told=tuple(json.loads(meta["odd_told"])),
        pictures=pictures,
        **asdict(counts),
        removed=removed,
        seconds=round(time.monotonic() - started, 1),
    )


async def _update_pictures(client: ScryfallClient, options: Options, state: SyncState, today: date) -> PictureCounts:
    """Download the pictures that are wanted, not present, and not found missing today."""
    missing = state.missing_on(today)

    def to_fetch() -> Generator[WantedPicture, None, None]:
        # Closed explicitly: a database may only be closed by the thread that opened it.
        with closing(wanted_pictures(options)) as pictures:
            for picture in pictures:
                if picture.path not in missing and not is_present(options, picture):
                    yield picture

    count = sum(1 for _ in to_fetch())
    estimate = estimate_pictures(count, options.image)
    print(estimate if count else "pictures: nothing new", file=sys.stderr)
    estimate.check_room(options.data)
    progress = tqdm(total=count, desc="pictures", unit="picture", disable=None)
    with progress, closing(to_fetch()) as pictures:
        on_missing = partial(state.set_missing, today=today)
        return await fetch_pictures(client, pictures, options.data, on_missing, progress.update)
