"""The programs that ``python -m training bench-memory`` measures: each opens something, uses it and waits."""

from __future__ import annotations

from pathlib import Path

READY = "ready"
SAY_READY = f'os.write(1, b"{READY} %d\\n" % os.getpid())'
"""One system call a line: forked processes share one pipe, and ``print`` writes in parts where Python is unbuffered."""
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
    {SAY_READY}
    os.read(lifeline, 1)
engine.close()
sys.exit(Prefork(work, int(sys.argv[1])).run())
"""
"""Forks as many processes as its argument says."""
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
{SAY_READY}
sys.stdin.read()
"""
"""Each process prints its id when it has opened and used its part, and runs until it is told to end."""


def programs(artifacts: Path, index: Path, rows: int, photos: Path) -> dict[str, tuple[str, bool]]:
    """Return the Python source of each program by what it opens, and whether it forks the processes to measure."""
    opened = OPENED.format(place=str(artifacts), photos=str(photos))
    return {
        "libraries alone": (BEFORE_INDEX + WAIT, False),
        f"index of {rows:,} rows, copied": (INDEX.format(place=str(index), mapped=False) + WAIT, False),
        f"index of {rows:,} rows, mapped": (INDEX.format(place=str(index), mapped=True) + WAIT, False),
        "engine": (f"{opened}use()\n{WAIT}", False),
        "engine, opened once and then forked": (opened + FORKED, True),
    }
