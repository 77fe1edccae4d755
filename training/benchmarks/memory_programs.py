"""The programs that ``python -m training bench-memory`` measures: each opens something, uses it and waits."""

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
"""Each process prints its id when it has opened and used its part, and runs until it is told to end."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program to start.

    Attributes:
        text: Python source.
        starts: how often it is started.
        forks: how many children each process forks, which are then measured instead; 0 for none.
    """

    text: str
    starts: int
    forks: int = 0


Programs = Callable[[int], Program]
"""Returns the program that makes a number of processes."""


def programs(artifacts: Path, index: Path, rows: int, photos: Path) -> dict[str, Programs]:
    """Return the programs by what they open."""
    opened = OPENED.format(place=str(artifacts), photos=str(photos))
    return {
        "libraries alone": started_often(BEFORE_INDEX),
        f"index of {rows:,} rows, copied": started_often(INDEX.format(place=str(index), mapped=False)),
        f"index of {rows:,} rows, mapped": started_often(INDEX.format(place=str(index), mapped=True)),
        "engine": started_often(f"{opened}use()\n"),
        "engine, opened once and then forked": lambda count: Program(opened + FORKED.format(count=count), 1, count),
    }


def started_often(text: str) -> Programs:
    """Return a program that is started once for each process."""
    return lambda count: Program(text + WAIT, count)
