"""Measure time and memory of a sync of any size: ``python -m stress.sync.large --cards 540000``.

The cards are invented and as long as Scryfall's; most have no picture, as pictures cost time but no memory.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.scryfall.bulk_files import BulkFormat
from tests.support.scryfall.made_up import Card, card, drawn
from tests.support.scryfall.server import ScryfallServer

A_SET, PRINTINGS = 300, 3
"""Cards of a set, and printings of a card."""
LANGUAGES = ("en", "de", "es", "fr", "it")
TEXT = "Whenever another creature enters, you may look at the top {n} cards of your library. " * 38
"""Makes a line as long as Scryfall's are on average, 5.3 kB."""


@dataclass
class Large:
    """Any number of cards, made while they are served.

    Attributes:
        cards: in ``default_cards``; ``all_cards`` has each in five languages.
        pictures: number of cards with a picture.
        text: of every card; ``{n}`` in it becomes its number.
    """

    cards: int
    pictures: int
    text: str = TEXT
    updated_at: str = "2026-11-23T21:09:00.000+00:00"

    def bulk(self, kind: str) -> Iterator[Card]:
        """Yield the cards of a bulk file."""
        languages = LANGUAGES if kind == "all_cards" else LANGUAGES[:1]
        for number in range(self.cards):
            for lang in languages:
                name = f"Bear Number {number // PRINTINGS}"
                other = {} if lang == "en" else {"printed_name": f"{name} auf {lang}"}
                status = "highres_scan" if number < self.pictures else "missing"
                place = {"set_code": f"s{number // A_SET}", "number": str(number % A_SET + 1), "lang": lang}
                yield card(name, image_status=status, oracle_text=self.text.format(n=number), **place, **other)

    def picture(self, key: str, side: str, ident: str) -> bytes | None:
        """Return a drawn picture."""
        return drawn(0, ".webp")

    def migrations(self) -> list[dict[str, Any]]:
        """Return none."""
        return []


def measure(source: Large, languages: str, folder: Path) -> None:
    """Sync twice, and print time and memory of both."""
    with ScryfallServer(source, folder) as server:
        kinds = ["default_cards"] if languages == "en" else ["default_cards", "all_cards"]
        sizes = [server.files.path(source, kind, BulkFormat.LINES, server.url).stat().st_size for kind in kinds]
        server.files.sets(source, server.url)
        print(f"{source.cards:,} cards ({languages}); bulk files of {sum(sizes) / 1e6:.0f} MB", flush=True)
        data = folder / "data"
        options = ["--api", server.url, "--data", str(data), "--languages", languages, "--unique", "printings"]
        for run in ("first", "again"):
            started, before = time.monotonic(), _cpu_s()
            subprocess.run([sys.executable, "-m", "training", "sync", *options], check=True, stderr=subprocess.DEVNULL)
            print(f"{run}: {time.monotonic() - started:.0f} s, {_cpu_s() - before:.0f} s of CPU", flush=True)
        for name in ("cards.sqlite", "catalogue.sqlite", "faces.csv"):
            print(f"{name}: {(data / name).stat().st_size / 1e6:.1f} MB")
        print(f"peak memory: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MiB")
        print(f"offences against the limits: {server.offences or 'none'}")


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the measurement."""
    parser = argparse.ArgumentParser(prog="python -m stress.sync.large", description=__doc__)
    parser.add_argument("--cards", type=int, default=110_000, help="printings in English (default: 110000)")
    parser.add_argument("--pictures", type=int, default=2000, help="cards with a picture (default: 2000)")
    parser.add_argument("--languages", default="en", help="en (default), or some of en,de,es,fr,it")
    parser.add_argument("--short", action="store_true", help="cards without text, which are faster")
    args = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        source = Large(args.cards, args.pictures, "" if args.short else TEXT)
        measure(source, args.languages, Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
