"""Several processes or threads that use one database at the same time, in a file and on a server."""

from __future__ import annotations

import multiprocessing
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.store import Store
from bot.store.database import Database
from tests.support.bot.stored_values import answer, card

PROCESSES, TURNS = 3, 20


def correct_repeatedly(place: str | Path, at: int, all_there: Any) -> None:
    """Correct one card often enough to overlap with other processes."""
    with closing(Store(place)) as store:
        all_there.wait()
        for turn in range(TURNS):
            store.correct_card("first", at, card(f"Name {turn}"))


def test_corrections_of_one_answer_by_several_processes_at_once_are_all_stored(place: str | Path):
    with closing(Store(place)) as store:
        store.add_answer(answer(cards=(card(),) * PROCESSES))
        processes = multiprocessing.get_context("forkserver")
        processes.set_forkserver_preload([__name__])
        all_there = processes.Barrier(PROCESSES)
        started = [processes.Process(target=correct_repeatedly, args=(place, at, all_there)) for at in range(PROCESSES)]
        for process in started:
            process.start()
        for process in started:
            process.join()
        kept = store.answer("first")
    assert kept is not None
    assert [one.name for one in kept.cards] == [f"Name {TURNS - 1}"] * PROCESSES


def test_a_database_is_not_closed_under_a_transaction_in_another_thread(place: str | Path):
    database, inside, leave = Database(place), threading.Event(), threading.Event()

    def read_slowly() -> None:
        with database.reading():
            inside.set()
            leave.wait()

    reader, closer = threading.Thread(target=read_slowly), threading.Thread(target=database.close)
    reader.start()
    inside.wait()
    closer.start()
    closer.join(0.2)
    waits = closer.is_alive()
    leave.set()
    for thread in (reader, closer):
        thread.join()
    assert waits
