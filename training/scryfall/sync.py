"""A whole sync: bulk files -> store -> catalogue -> pictures -> list of faces.

Each step makes its file from those before it, under another name first, and is left out where the file is already
made from them. So a sync may be stopped at any moment, and the next one ends as if it had not been.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime

from tqdm import tqdm

from training.catalogue.build import write_catalogue
from training.scryfall.catalogue_source import StoredCards
from training.scryfall.client import Web
from training.scryfall.errors import removing_damage, telling_a_full_disk
from training.scryfall.estimate import check_room, of_pictures
from training.scryfall.face_list import Wanted, is_there, remove_unlisted, wanted, write_list
from training.scryfall.images import Fetcher, Tally
from training.scryfall.options import Options, Politeness
from training.scryfall.state import State
from training.scryfall.store import meta_of
from training.scryfall.update_cards import update_cards

CATALOGUE = "catalogue"
"""Under this word it is noted what the catalogue was made from."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a sync has done.

    Attributes:
        updated_at: ISO time of the card data.
        new_data: whether they are newer than the last time, or were asked for otherwise.
        printings: in the store.
        left_out: objects that no camera sees, of no wanted language, or deleted since.
        odd: entries that were left out because they are not as expected.
        odd_told: the first of them, in words.
        pictures: in the list.
        fetched, fetched_bytes: pictures that are new or changed.
        missing, failed: pictures that could not be had, to be asked for again on another day.
        removed: pictures that are no longer wanted.
        seconds: it took.
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


async def sync(options: Options, politeness: Politeness | None = None, today: date | None = None) -> Summary:
    """Bring a folder up to what the server has.

    Args:
        options: which folder, which server, and what of it.
        politeness: how the server is treated; as Scryfall asks for unless given.
        today: of this run, in UTC.

    Raises:
        SyncError: it could not be done; all that was done stays, and the next run goes on from there.
    """
    started = time.monotonic()
    options.bulk.mkdir(parents=True, exist_ok=True)
    with telling_a_full_disk(options.data), removing_damage(options.store), State(options.data) as state:
        async with Web(options.api, politeness or Politeness(), state) as web:
            new = await update_cards(web, options)
            _update_catalogue(options, state)
            tally = await _update_pictures(web, options, state, today or datetime.now(UTC).date())
        pictures = write_list(options)
        removed = remove_unlisted(options)
    meta = meta_of(options.store)
    return Summary(
        updated_at=meta["updated_at"],
        new_data=new,
        printings=int(meta["printings"]),
        left_out=int(meta["left_out"]),
        odd=int(meta["odd"]),
        odd_told=tuple(json.loads(meta["odd_told"])),
        pictures=pictures,
        fetched=tally.fetched,
        fetched_bytes=tally.bytes,
        missing=tally.missing,
        failed=tally.failed,
        removed=removed,
        seconds=round(time.monotonic() - started, 1),
    )


def _update_catalogue(options: Options, state: State) -> None:
    """Build the catalogue anew unless it was made from this very store."""
    made_from = f"{meta_of(options.store)['identity']} art_cards={options.art_cards}"
    if options.catalogue.exists() and state.note(CATALOGUE) == made_from:
        return
    # Forgotten first: whoever is stopped in between builds again.
    state.set_note(CATALOGUE, "")
    with closing(StoredCards(options.store, art_cards=options.art_cards)) as cards:
        write_catalogue(cards, options.catalogue)
    state.set_note(CATALOGUE, made_from)


async def _update_pictures(web: Web, options: Options, state: State, today: date) -> Tally:
    missing = state.missing_since(today)
    count = sum(1 for _ in _to_fetch(options, missing))
    to_come = of_pictures(count, options.image)
    print(to_come if count else "pictures: nothing new", file=sys.stderr)
    check_room(options.data, to_come)
    with tqdm(total=count, desc="pictures", unit="picture", disable=None) as progress:
        fetcher = Fetcher(web, options.data, state, today, lambda _: progress.update())
        with closing(_to_fetch(options, missing)) as pictures:
            await fetcher.fetch(pictures)
    return fetcher.tally


def _to_fetch(options: Options, missing: set[str]) -> Generator[Wanted, None, None]:
    # Closed by hand: a store may only be closed by the thread that opened it.
    with closing(wanted(options)) as pictures:
        for picture in pictures:
            if picture.path not in missing and not is_there(options, picture):
                yield picture
