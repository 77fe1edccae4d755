"""``python -m training refresh``: sync, build, evaluate, and replace the artifact folder unless the new one is worse.

For unattended runs: if anything fails, the folder in place stays. Exit codes: 0 done, or nothing was new; 2 something
can't be used; 3 a figure fell; 4 the sync failed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.core.artifacts import SHIPPED
from engine.core.errors import ArtifactError
from training.data.photo_labels import LabelledPhoto, read_photo_labels
from training.release.artifact_place import ArtifactPlace
from training.release.build import Sources, assemble
from training.release.index import ARTIFACTS, print_report, synced_sources
from training.release.regression import TOLERATED, draw_faces, evaluate, fallen_figures, format_table

EXIT_DONE, EXIT_UNUSABLE, EXIT_FELL, EXIT_NOT_SYNCED = 0, 2, 3, 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``python -m training refresh``."""
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of: training sync")
    parser.add_argument("--out", type=Path, metavar="DIR", help="artifact folder (default: artifacts in --data)")
    parser.add_argument(
        "--base", type=Path, default=SHIPPED, metavar="DIR", help="folder with the models (default: shipped)"
    )
    parser.add_argument("--photos", type=Path, metavar="CSV", help="also evaluate with these labelled photos")
    points = 100 * TOLERATED
    tolerance_help = f"points by which a figure may fall (default {points:g})"
    parser.add_argument("--tolerance", type=float, default=points, metavar="POINTS", help=tolerance_help)
    parser.add_argument("--no-sync", action="store_true", help="use the folder as it is")
    parser.add_argument("options", nargs="*", metavar="-- OPTIONS", help="options of training sync except --data")


def run(args: argparse.Namespace) -> int:
    """Run ``python -m training refresh``."""
    if not args.no_sync and sync_into(args.data, args.options) != 0:
        print("error: the sync failed; the folder in place stays.", file=sys.stderr)
        return EXIT_NOT_SYNCED
    photos = read_photo_labels(args.photos) if args.photos else ()
    place = ArtifactPlace(args.out or args.data / ARTIFACTS)
    return refresh(place, synced_sources(args.data, args.base), photos, args.tolerance / 100)


def sync_into(data: Path, arguments: Sequence[str]) -> int:
    """Sync into a folder, with further options of ``python -m training sync``; return its exit code."""
    try:
        # Imported here: only what syncs needs aiohttp.
        from training.scryfall import command
    except ModuleNotFoundError as error:
        print(f"error: this needs {error.name}: pip install -e '.[sync]'", file=sys.stderr)
        return EXIT_UNUSABLE
    parser = argparse.ArgumentParser(prog="python -m training sync")
    command.add_arguments(parser)
    return command.run(parser.parse_args(["--data", str(data), *arguments]))


def refresh(place: ArtifactPlace, sources: Sources, photos: Sequence[LabelledPhoto], tolerated: float) -> int:
    """Build a folder, compare it with the one in place, and replace that unless the new one is worse.

    Args:
        place: where the folder goes.
        sources: what it is built from.
        photos: labelled photos to evaluate with, besides those of the synthetic camera.
        tolerated: share by which a figure may fall, 0..1.

    Returns:
        The exit code.

    Raises:
        What :func:`assemble` and :func:`evaluate` raise; nothing has changed then.
    """
    with place.work() as folder:
        report = assemble(folder, sources)
        if place.holds_same_files(folder):
            print_report(place, report, changed=False)
            return EXIT_DONE
        before, in_place = None, place.out.resolve()
        if in_place.exists():
            try:
                faces = draw_faces(sources.rows(), [folder, in_place])
                before = evaluate(in_place, faces, photos)
            except ArtifactError as error:
                print(f"The folder in place can't be used, so nothing is compared: {error}", file=sys.stderr)
        if before is None:
            faces = draw_faces(sources.rows(), [folder])
        after = evaluate(folder, faces, photos)
        fallen = fallen_figures(before, after, tolerated) if before else []
        print(format_table(before, after, fallen))
        if fallen:
            print(f"error: {', '.join(fallen)} fell: the folder in place stays.", file=sys.stderr)
            return EXIT_FELL
        print_report(place, report, place.put(folder))
    return EXIT_DONE
