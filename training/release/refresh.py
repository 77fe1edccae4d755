"""``python -m training refresh``: sync, build, evaluate, and replace the artifact folder unless the new one is worse.

For unattended runs: if anything fails, the folder in place stays. Exit codes: 0 done, or nothing was new; 2 something
can't be used; 3 a figure fell; 4 the sync failed.
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
from training.release.index import ARTIFACTS, BUILD_ERRORS, print_report, synced_sources
from training.release.regression import (
    TOLERATED,
    EvaluationSet,
    Figures,
    draw_evaluation_set,
    evaluate,
    fallen_figures,
    format_table,
)
from training.release.versions import ArtifactPlace

EXIT_DONE, EXIT_UNUSABLE, EXIT_FELL, EXIT_NOT_SYNCED = 0, 2, 3, 4


@dataclass(frozen=True, slots=True)
class Refresh:
    """A refresh of an artifact folder.

    Attributes:
        sources: what the folder is built from.
        place: where it goes.
        photos: labelled photos to evaluate with, besides those of the synthetic camera.
        tolerated: share by which a figure may fall.
    """

    sources: Sources
    place: ArtifactPlace
    photos: Sequence[LabelledPhoto] = field(default=())
    tolerated: float = TOLERATED

    def run(self) -> int:
        """Build, evaluate, print the figures, and put the new folder in place unless it is worse; return the exit code.

        Raises:
            One of :data:`BUILD_ERRORS`, or PhotoError: something can't be used; nothing has changed.
        """
        with self.place.work() as folder:
            report = assemble(folder, self.sources)
            if self.place.holds_same_files(folder):
                print_report(self.place, report, changed=False)
                return EXIT_DONE
            evaluation, before = self._common_evaluation(folder)
            after = evaluate(folder, evaluation)
            fallen = fallen_figures(before, after, self.tolerated) if before else []
            print(format_table(before, after, fallen))
            if fallen:
                print(f"error: {', '.join(fallen)} fell: the folder in place stays.", file=sys.stderr)
                return EXIT_FELL
            print_report(self.place, report, self.place.put(folder))
        return EXIT_DONE

    def _common_evaluation(self, folder: Path) -> tuple[EvaluationSet, Figures | None]:
        """Return what is evaluated, and the figures of the folder in place if there is one to compare with."""
        in_place = self.place.out.resolve()
        if in_place.exists():
            try:
                evaluation = draw_evaluation_set(self.sources.rows(), [folder, in_place], self.photos)
                return evaluation, evaluate(in_place, evaluation)
            except ArtifactError as error:
                print(f"The folder in place can't be used, so nothing is compared: {error}", file=sys.stderr)
        return draw_evaluation_set(self.sources.rows(), [folder], self.photos), None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``python -m training refresh``."""
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of: training sync")
    parser.add_argument("--out", type=Path, metavar="DIR", help="artifact folder (default: artifacts in --data)")
    parser.add_argument("--base", type=Path, metavar="DIR", help="folder with the models (default: shipped)")
    parser.add_argument("--photos", type=Path, metavar="CSV", help="also evaluate with these labelled photos")
    parser.add_argument(
        "--tolerance",
        type=float,
        default=100 * TOLERATED,
        metavar="POINTS",
        help=f"points by which a figure may fall (default {100 * TOLERATED:g})",
    )
    parser.add_argument("--no-sync", action="store_true", help="use the folder as it is")
    parser.add_argument("options", nargs="*", metavar="-- OPTIONS", help="options of training sync except --data")


def run(args: argparse.Namespace) -> int:
    """Run ``python -m training refresh``."""
    if not args.no_sync and sync_into(args.data, args.options) != 0:
        print("error: the sync failed; the folder in place stays.", file=sys.stderr)
        return EXIT_NOT_SYNCED
    try:
        photos = read_photo_labels(args.photos) if args.photos else ()
        place = ArtifactPlace(args.out or args.data / ARTIFACTS)
        return Refresh(synced_sources(args.data, base=args.base), place, photos, args.tolerance / 100).run()
    except (*BUILD_ERRORS, LabelsError, PhotoError) as error:
        print(f"error: {error}", file=sys.stderr)
        return EXIT_UNUSABLE


def sync_into(data: Path, arguments: Sequence[str]) -> int:
    """Sync into a folder, with further options of ``python -m training sync``; return its exit code."""
    try:
        # Imported here: only what syncs needs aiohttp.
        from training.scryfall.command import parse_options, run_sync
    except ModuleNotFoundError as error:
        print(f"error: this needs {error.name}: pip install -e '.[sync]'", file=sys.stderr)
        return EXIT_UNUSABLE
    return run_sync(parse_options(["--data", str(data), *arguments]))
