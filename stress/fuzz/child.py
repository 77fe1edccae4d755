"""One round of one target under libFuzzer: ``python -m stress.fuzz.child TARGET FINDS SECONDS ARGUMENTS``.

libFuzzer ends its process, and so does a crash of a decoder in C: that is why :mod:`stress.fuzz.rounds` runs in
another one.
"""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

import atheris

INSTRUMENTED = ["bot", "engine", "training", "PIL", "stress.fuzz.targets", "yarl", "gzip", "zipfile"]
"""Packages whose branches are counted; decoders in C are not covered."""
REPORT_EVERY_S = 20.0
"""Processor seconds between two lines with the number of inputs."""


def main() -> None:
    name, finds, seconds, *arguments = sys.argv[1:]
    with atheris.instrument_imports(include=INSTRUMENTED, enable_loader_override=False):
        from stress.fuzz.targets import TARGETS
    target, folder, seen = TARGETS[name], Path(finds), set[str]()
    # As in the tests: a warning would appear in the operator's log for each hostile file.
    warnings.simplefilter("error")

    def one_input(data: bytes) -> None:
        error = target.try_input(data)
        if error is None:
            return
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__}-{Path(frame.filename).stem}-{frame.lineno}"
        if where not in seen:
            seen.add(where)
            traceback.print_exception(error)
            (folder / f"{where}-{hashlib.sha256(data).hexdigest()[:8]}").write_bytes(data)

    atheris.Setup([sys.argv[0], *arguments], with_limit(one_input, float(seconds)))
    atheris.Fuzz()


def with_limit(one_input: Callable[[bytes], None], seconds: float) -> Callable[[bytes], None]:
    """Return ``one_input`` with a limit: after ``seconds`` of processor time libFuzzer is interrupted.

    libFuzzer's own limit is wall-clock time, which means little on a busy machine. The number of inputs is printed now
    and then, because it is lost if something ends the process.
    """
    begin, tried, told = time.process_time(), 0, 0.0

    def one_more(data: bytes) -> None:
        nonlocal tried, told
        one_input(data)
        tried += 1
        used = time.process_time() - begin
        if used > min(told + REPORT_EVERY_S, seconds):
            told = used
            print(f"\nexecuted {tried} in {used:.2f} s", file=sys.stderr, flush=True)
        if used > seconds:
            os.kill(os.getpid(), signal.SIGINT)

    return one_more


if __name__ == "__main__":
    main()
