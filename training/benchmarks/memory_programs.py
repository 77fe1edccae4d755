"""The programs whose memory ``python -m training bench-memory`` measures: each opens something, uses it and waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

READY = "ready"
OPENED = """
import os, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from engine import Engine
from engine.core.prefork import Prefork
engine = Engine.open({place!r}, threads=1)
def use():
    thread = ThreadPoolExecutor(1)
    for photo in sorted(Path({photos!r}).iterdir()):
        thread.submit(engine.identify, photo).result()
"""
FORKED = f"""
def work(lifeline):
    engine.reopen()
    use()
    print({READY!r}, os.getpid(), flush=True)
    os.read(lifeline, 1)
engine.close()
sys.exit(Prefork(work, {{count}}).run())
"""
INDEX = """
import os, sys
from pathlib import Path
import numpy as np
from engine.retrieval.index import FaceIndex
index = FaceIndex.open(Path({place!r}), mapped={mapped})
index.search(np.eye(1, index.dimension, dtype=np.float32), 12)
"""
BEFORE_INDEX = """
import os, sys
import numpy as np
from engine.retrieval.index import FaceIndex
"""
WAIT = f"""
print({READY!r}, os.getpid(), flush=True)
sys.stdin.read()
"""
"""Each process says its id when it has opened and used what it is measured with, and stays until it is told to end."""


@dataclass(frozen=True, slots=True)
class Program:
    """What is started for a measurement.

    Attributes:
        text: Python.
        starts: how often it is started.
        forks: how many children each forks, which are then measured in its place; 0 for none.
    """

    text: str
    starts: int
    forks: int = 0


Programs = Callable[[int], Program]
"""So many processes -> the program that makes them."""


def programs(artifacts: Path, index: Path, rows: int, photos: Path) -> dict[str, Programs]:
    """Return what is measured, and the program that opens it."""
    opened = OPENED.format(place=str(artifacts), photos=str(photos))
    return {
        "libraries alone": each(BEFORE_INDEX),
        f"index of {rows:,} rows, copied": each(INDEX.format(place=str(index), mapped=False)),
        f"index of {rows:,} rows, mapped": each(INDEX.format(place=str(index), mapped=True)),
        "engine": each(f"{opened}use()\n"),
        "engine, opened once and then forked": lambda count: Program(opened + FORKED.format(count=count), 1, count),
    }


def each(text: str) -> Programs:
    """Return a program that every process runs for itself."""
    return lambda count: Program(text + WAIT, count)
