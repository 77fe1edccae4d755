"""``python -m training evaluate-sizes``: which size of card pictures an index needs.

Every face is scaled to each size that Scryfall offers and saved as WebP and as JPEG, as a synchronised
folder would hold it, and becomes a row of an index of its own. Queries are faces of names that no training
ever saw, in the best picture there is, through the close-up camera at three severities; all indices get the
same ones. A size suffices when at every severity it loses at most :data:`TOLERATED` against the largest.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from engine.artifacts import SHIPPED, open_artifacts
from engine.constants import CARD_ASPECT
from engine.embedder import BATCH, Embedder, Vectors
from engine.errors import ArtifactError, PhotoError
from engine.names import fold
from engine.pictures import EMBED_FACE_PX
from engine.values import Rgb
from training.closeup import degrade
from training.embedder.measure import QUERY_SEED, SEVERITIES
from training.embedder.pack import is_held_out
from training.faces import FaceRow, FacesCsvError, read_faces_csv, read_picture
from training.figures import Rate

TOLERATED = 0.002
"""Share of queries that a smaller size may lose: 0.2 points."""
SIZES: dict[str, tuple[int, int] | None] = {
    "146x204": (146, 204),
    "200x279": (200, 279),
    "244x340": (244, 340),
    "as scanned": None,
}
"""Width and height in pixels, smallest first; None leaves a picture as large as it is."""
QUALITIES = {".webp": 88, ".jpg": 93}
"""By them a picture of 146x204 takes about as many bytes as Scryfall's ``thumb`` (9 KB) and ``small`` (15 KB)."""
QUERY_SIZE = (EMBED_FACE_PX, round(EMBED_FACE_PX * CARD_ASPECT))
"""Height and width of a straightened face, pixels, as the engine shows it to the network."""
REPEATS = 4


class TooFewFaces(ValueError):
    """No face of the list has a name that was kept from training."""


@dataclass(frozen=True, slots=True)
class SizeFigures:
    """What an index of pictures of one size and format finds.

    Attributes:
        size, suffix: of the pictures.
        mean_bytes: of a picture's file.
        found: by severity, queries whose nearest row bears the right name.
        lost: by severity, what the index of the largest pictures in this format finds, less that: a share.
    """

    size: str
    suffix: str
    mean_bytes: float
    found: dict[str, Rate]
    lost: dict[str, float]

    @property
    def suffices(self) -> bool:
        """Whether at no severity more is lost than is tolerated."""
        return all(share <= TOLERATED for share in self.lost.values())

    def to_dict(self) -> dict[str, object]:
        """Return the figures as plain JSON values."""
        found = {severity: rate.to_dict() for severity, rate in self.found.items()}
        return {"size": self.size, "format": self.suffix[1:], "mean_bytes": round(self.mean_bytes), "found": found}


def saved(picture: Rgb, size: tuple[int, int] | None, suffix: str) -> tuple[Rgb, int]:
    """Return a picture, uint8 (H, W, 3), scaled to a width and height, as it comes back from its file; and its bytes.

    Raises:
        ValueError: OpenCV can't write this format.
    """
    small = picture if size is None else cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    quality = cv2.IMWRITE_WEBP_QUALITY if suffix == ".webp" else cv2.IMWRITE_JPEG_QUALITY
    done, data = cv2.imencode(suffix, small[..., ::-1], [quality, QUALITIES[suffix]])
    if not done:
        raise ValueError(f"a picture can't be written as {suffix}")
    back = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(back[..., ::-1]), len(data)


def queries(rows: Sequence[FaceRow], severity: float, repeats: int) -> Iterator[tuple[int, Rgb]]:
    """Yield photographed faces of unseen names, each with its row's number, ``repeats`` photos a face."""
    for number, row in enumerate(rows):
        if is_held_out(row.name):
            face = read_picture(row.path)
            for repeat in range(repeats):
                dice = np.random.default_rng((QUERY_SEED, round(severity * 1000), number, repeat))
                yield number, degrade(face, dice, severity, QUERY_SIZE)


def evaluate_sizes(rows: Sequence[FaceRow], embedder: Embedder, repeats: int = REPEATS) -> Iterator[SizeFigures]:
    """Yield the figures of every format and size, largest size first.

    Args:
        rows: readable faces; those of unseen names are photographed.
        embedder: the network that is to find them.
        repeats: photos of each such face a severity, 1 and up.

    Raises:
        TooFewFaces: there is nothing to photograph.
    """
    if not any(is_held_out(row.name) for row in rows):
        raise TooFewFaces("No face has a name that is kept from training: there is nothing to ask for; list more.")
    asked = {name: _asked(rows, embedder, name, repeats) for name in SEVERITIES}
    for suffix in QUALITIES:
        largest: dict[str, Rate] = {}
        for size in reversed(SIZES):
            vectors, mean_bytes = _indexed(rows, embedder, size, suffix)
            found = {name: _found(vectors, rows, *of) for name, of in asked.items()}
            largest = largest or found
            lost = {name: (largest[name].hits - rate.hits) / rate.of for name, rate in found.items()}
            yield SizeFigures(size, suffix, mean_bytes, found, lost)


def _asked(rows: Sequence[FaceRow], embedder: Embedder, name: str, repeats: int) -> tuple[Vectors, NDArray[np.int64]]:
    """Return the vectors, float32 (Q, D), of all queries of a severity, and their rows, int64 (Q,)."""
    count = sum(is_held_out(row.name) for row in rows) * repeats
    shown = tqdm(queries(rows, SEVERITIES[name], repeats), f"{name} photos", count, unit="photo", file=sys.stderr)
    numbers, parts = [], []
    batch: list[Rgb] = []
    for number, face in shown:
        numbers.append(number)
        batch.append(face)
        if len(batch) == BATCH:
            parts.append(embedder(batch))
            batch = []
    return np.concatenate([*parts, embedder(batch)]), np.array(numbers, np.int64)


def _indexed(rows: Sequence[FaceRow], embedder: Embedder, size: str, suffix: str) -> tuple[Vectors, float]:
    """Return the vectors, float32 (N, D), of all faces in a size and format, and the mean bytes of their files."""
    parts, total = [], 0
    starts = range(0, len(rows), BATCH)
    for start in tqdm(starts, f"{size} {suffix[1:]}", unit="batch", file=sys.stderr):
        done = [saved(read_picture(row.path), SIZES[size], suffix) for row in rows[start : start + BATCH]]
        total += sum(length for _, length in done)
        parts.append(embedder([picture for picture, _ in done]))
    return np.concatenate(parts), total / len(rows)


def _found(index: Vectors, rows: Sequence[FaceRow], vectors: Vectors, truth: NDArray[np.int64]) -> Rate:
    names = np.array([fold(row.name) for row in rows])
    nearest = np.concatenate([(part @ index.T).argmax(1) for part in np.array_split(vectors, 1 + len(vectors) // 256)])
    return Rate(int((names[nearest] == names[truth]).sum()), len(truth))


def table(figures: Sequence[SizeFigures]) -> str:
    """Return the figures as a Markdown table, and under it the smallest size that suffices of each format."""
    heads = ("pictures", "bytes each", *(f"recall@1 {name}" for name in SEVERITIES), "loses, points")
    lines = [f"| {' | '.join(heads)} |", "| --- |" + " ---: |" * (len(heads) - 1)]
    for one in figures:
        shares = [f"{(rate.value or 0):.2%} ({rate.hits} / {rate.of})" for rate in one.found.values()]
        lost = " / ".join(f"{100 * share:+.2f}" for share in one.lost.values())
        lines.append(f"| {one.size}, {one.suffix[1:]} | {one.mean_bytes:,.0f} | {' | '.join(shares)} | {lost} |")
    smallest = {one.suffix[1:]: one.size for one in figures if one.suffices}
    told = "; ".join(f"{suffix}: {size}" for suffix, size in smallest.items())
    return "\n".join([*lines, f"The smallest that loses at most {100 * TOLERATED:.1f} points: {told}."])


def _readable(rows: Sequence[FaceRow]) -> list[FaceRow]:
    readable = []
    for row in rows:
        try:
            read_picture(row.path)
        except PhotoError as error:
            print(f"skipped {row.path}: {error.message}", file=sys.stderr)
        else:
            readable.append(row)
    return readable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training evaluate-sizes``."""
    parser.add_argument("--faces", type=Path, required=True, metavar="CSV", help="list of faces, as large as there are")
    parser.add_argument("--artifacts", type=Path, metavar="DIR", help="whose network (default: the one shipped)")
    parser.add_argument(
        "--repeats", type=int, default=REPEATS, metavar="N", help=f"photos a face and severity (default {REPEATS})"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a size instead of a table")


def run(args: argparse.Namespace) -> int:
    """Measure and print; exit code 2 where a file given can't be used."""
    try:
        rows = _readable(read_faces_csv(args.faces))
        embedder = Embedder(open_artifacts(args.artifacts or SHIPPED).embedder)
        figures = list(evaluate_sizes(rows, embedder, args.repeats))
    except (FacesCsvError, ArtifactError, TooFewFaces) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print("\n".join(json.dumps(one.to_dict()) for one in figures) if args.json else table(figures))
    return 0
