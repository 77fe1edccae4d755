"""``python -m stress.faults``: half an hour of random faults; every photo must get exactly one honest answer.

The whole bot runs in a simulated Discord, with its real store on a small disk, and workers over a real Redis, while
people post drawn photos all the time. The faults: workers and Redis are killed, the disk is full, artifacts are swapped
and damaged, the wall clock is moved, replies are refused, downloads are broken off. Needs redis-server and the right to
mount; the clock needs libfaketime.

This process only prepares a folder and a disk, and cleans up whatever happens; a child process does the rest.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from stress.faults.clock import WallClock, library
from stress.faults.disk import may_mount, small_disk
from tests.support.redis_server import PROGRAM

INSIDE = "CARDGLASS_SOAK_INSIDE"
"""Environment variable with the prepared folder, for the child."""
UNUSABLE = 2


def main() -> int:
    """Return 0 without findings, 1 with findings, 2 if this machine can't run it."""
    args = parser().parse_args()
    if INSIDE in os.environ:
        return run_inside(args, Path(os.environ.pop(INSIDE)))
    if PROGRAM is None or not may_mount():
        print("error: needs redis-server or valkey-server, and the right to mount a tmpfs", file=sys.stderr)
        return UNUSABLE
    if library() is None:
        print("libfaketime is not installed (Debian: apt-get install faketime): the clock is left alone")
    args.out.mkdir(parents=True, exist_ok=True)
    # So that the disk is unmounted then, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(UNUSABLE))
    with tempfile.TemporaryDirectory() as name, small_disk(Path(name) / "disk"):
        return start_child(Path(name))


def parser() -> argparse.ArgumentParser:
    """Return the command line's parser."""
    parser = argparse.ArgumentParser(prog="python -m stress.faults", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="of posting; 0 for each fault once")
    parser.add_argument("--seed", type=int, default=1, help="of all random choices; timing depends on the machine")
    parser.add_argument("--rate", type=float, default=1.0, help="photos a second, on average")
    parser.add_argument("--every", type=float, default=8.0, metavar="SECONDS", help="between two faults, on average")
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--photos", type=int, default=25, help="different drawn photos")
    parser.add_argument("--sound", type=Path, metavar="FOLDER", help="artifact folders: built before, or kept")
    parser.add_argument("--out", type=Path, default=Path("out/faults"), metavar="FOLDER", help="log and figures")
    return parser


def start_child(folder: Path) -> int:
    """Run the soak in a process group of its own, whose wall clock can be moved, and end all of its processes."""
    environment = {**os.environ, **WallClock(folder / "bot.clock").environment, INSIDE: str(folder)}
    words = [sys.executable, "-m", "stress.faults", *sys.argv[1:]]
    process = subprocess.Popen(words, env=environment, start_new_session=True)
    try:
        return process.wait()
    except KeyboardInterrupt:
        return UNUSABLE
    finally:
        # This ends workers and Redis, too: they are in the child's group.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def run_inside(args: argparse.Namespace, folder: Path) -> int:
    """Run the soak in the child process."""
    from bot.recognition.memory import limit_arenas
    from stress.faults.artifacts import build_both
    from stress.faults.report import log_to
    from stress.faults.run import Plan
    from stress.faults.soak import soak

    # As the bot does at its start.
    limit_arenas()
    sound = folder / "sound"
    sound.symlink_to((args.sound or folder / "built").resolve())
    sound.resolve().mkdir(parents=True, exist_ok=True)
    build_both(sound.resolve())
    log_to(args.out / "bot.log")
    plan = Plan(args.minutes, args.seed, args.rate, args.every, args.workers, args.photos)
    return 0 if asyncio.run(soak(plan, folder, args.out)) else 1


if __name__ == "__main__":
    sys.exit(main())
