"""``python -m training refresh``: synchronise, build, evaluate, and put in place only what is no worse.

Made to be run by a clock: nobody has to look, and where anything fails the folder in place stays. Exit codes:
0 done, or nothing was new; 2 something can't be used; 3 a figure fell; 4 the synchronisation failed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.core.errors import ArtifactError, PhotoError
from training.data.photo_labels import LabelledPhoto, LabelsError, read_photo_labels
from training.release.build import Sources, assemble
from training.release.index import ARTIFACTS, REFUSALS, synchronised, tell
from training.release.regression import TOLERATED, Figures, Questions, common_questions, evaluate, fallen, table
from training.release.versions import ArtifactPlace

EXIT_DONE, EXIT_UNUSABLE, EXIT_FELL, EXIT_NOT_SYNCHRONISED = 0, 2, 3, 4


@dataclass(frozen=True, slots=True)
class Refresh:
    """A refresh of an artifact folder.

    Attributes:
        sources: what the folder is made of.
        place: where it goes.
        photos: labelled photos to evaluate with, besides those of the synthetic camera.
        tolerated: what a figure may fall by, a share.
    """

    sources: Sources
    place: ArtifactPlace
    photos: Sequence[LabelledPhoto] = field(default=())
    tolerated: float = TOLERATED

    def run(self) -> int:
        """Build, evaluate, print the figures, and put in place what is no worse; return the exit code.

        Raises:
            One of :data:`REFUSALS`, or PhotoError: something can't be used; nothing has changed.
        """
        with self.place.work() as folder:
            report = assemble(folder, self.sources)
            if self.place.holds_same_files(folder):
                tell(self.place, report, changed=False)
                return EXIT_DONE
            if not self._is_good(folder):
                return EXIT_FELL
            tell(self.place, report, self.place.put(folder))
        return EXIT_DONE

    def _is_good(self, folder: Path) -> bool:
        questions, before = self._in_place(folder)
        after = evaluate(folder, questions)
        worse = fallen(before, after, self.tolerated) if before else []
        print(table(before, after, worse))
        if worse:
            print(f"error: {', '.join(worse)} fell: the folder in place stays.", file=sys.stderr)
        return not worse

    def _in_place(self, folder: Path) -> tuple[Questions, Figures | None]:
        """Return what is asked, and the figures of the folder in place, where there is one to compare with."""
        there = self.place.out.resolve()
        if there.exists():
            try:
                questions = common_questions(self.sources.rows(), [folder, there], self.photos)
                return questions, evaluate(there, questions)
            except ArtifactError as error:
                print(f"The folder in place can't be used, so nothing is compared: {error}", file=sys.stderr)
        return common_questions(self.sources.rows(), [folder], self.photos), None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training refresh``."""
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of: training sync")
    parser.add_argument("--out", type=Path, metavar="DIR", help="artifact folder (default: --data's artifacts)")
    parser.add_argument("--base", type=Path, metavar="DIR", help="gives the models (default: shipped)")
    parser.add_argument("--photos", type=Path, metavar="CSV", help="labelled photos to evaluate with as well")
    parser.add_argument(
        "--tolerance",
        type=float,
        default=100 * TOLERATED,
        metavar="POINTS",
        help=f"what a figure may fall by, in points (default {100 * TOLERATED:g})",
    )
    parser.add_argument("--no-sync", action="store_true", help="take the folder as it is")
    parser.add_argument("options", nargs="*", metavar="-- OPTIONS", help="options of: training sync, but --data")


def run(args: argparse.Namespace) -> int:
    """Refresh as the options say; return the exit code."""
    if not args.no_sync and synchronise(args.data, args.options) != 0:
        print("error: the synchronisation failed; the folder in place stays.", file=sys.stderr)
        return EXIT_NOT_SYNCHRONISED
    try:
        photos = read_photo_labels(args.photos) if args.photos else ()
        place = ArtifactPlace(args.out or args.data / ARTIFACTS)
        return Refresh(synchronised(args.data, base=args.base), place, photos, args.tolerance / 100).run()
    except (*REFUSALS, LabelsError, PhotoError) as error:
        print(f"error: {error}", file=sys.stderr)
        return EXIT_UNUSABLE


def synchronise(data: Path, arguments: Sequence[str]) -> int:
    """Sync into a folder, with further options of ``python -m training sync``; return its exit code."""
    try:
        # Imported here: only what syncs needs aiohttp.
        from training.scryfall.command import parse_options, run_sync
    except ModuleNotFoundError as error:
        print(f"error: this needs {error.name}: pip install -e '.[sync]'", file=sys.stderr)
        return EXIT_UNUSABLE
    return run_sync(parse_options(["--data", str(data), *arguments]))
