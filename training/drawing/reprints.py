"""Redraw card faces, to build an index as large as all of Magic: ``training draw-reprints``.

A reprint with the same art has another collector line and set symbol, often another border and tint, and its scan
another crop, sharpness and compression. Real reprints differ in frame and art as well; those are among the faces
themselves. With ``--strangers`` a face is redrawn as another card's printings: each has art of its own.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from engine import PhotoError
from engine.core.arguments import positive
from engine.core.values import Rgb
from training.data.face_list import COLUMNS, FaceRow, iterate_faces_csv, read_picture

FOOT, FOOT_SHARE = (0.06, 0.925, 0.60, 0.985), 0.9
"""Left, top, right and bottom of the collector line, fractions of the card; share of reprints with another one."""
SYMBOL, SYMBOL_SHARE = (0.87, 0.565, 0.94, 0.605), 0.8
RARITIES = ((25, 25, 25), (150, 170, 185), (200, 165, 80), (220, 100, 40))
"""Colours of set symbols, RGB: common, uncommon, rare, mythic."""
BORDER_SHARE, BORDER = 0.3, (0.02, 0.04)
"""Share of reprints with another border, and its width over the card's."""
BORDERS = ((15, 15, 15), (240, 240, 238), (190, 190, 192))
TINT, GAMMA, CROP = 0.08, 0.15, 0.008
"""Greatest change of a channel, of gamma, and of each edge, over the card's width."""
COARSEST = 0.6
"""Least sharpness, as a scale at which the scan is kept."""
QUALITY = (40, 96)
ART = (0.09, 0.12, 0.91, 0.54)
ART_PIECE = (0.45, 0.8)
"""Share of the width of another face's art that a stranger shows."""
RECENT = 64
"""A stranger's art comes from one of this many faces before it."""
MOST_A_NAME = 40
"""Reprints of one face; most have few."""
TEXT_HEIGHT = 0.014
SEED = 110


def redraw(face: Rgb, rng: np.random.Generator) -> Rgb:
    """Return a face as one of its reprints, uint8 of the same shape; equal states of ``rng`` give equal pictures."""
    height, width = face.shape[:2]
    printed = face.copy()
    if rng.random() < FOOT_SHARE:
        _print_foot(printed, rng)
    if rng.random() < SYMBOL_SHARE:
        _print_symbol(printed, rng)
    gains = rng.uniform(1 - TINT, 1 + TINT, 3).astype(np.float32)
    reprint = 255 * (np.clip(printed * gains, 0, 255) / 255) ** np.float32(rng.uniform(1 - GAMMA, 1 + GAMMA))
    if rng.random() < BORDER_SHARE:
        band = round(width * rng.uniform(*BORDER))
        colour = BORDERS[int(rng.integers(len(BORDERS)))]
        for edge in (np.s_[:band], np.s_[-band:], np.s_[:, :band], np.s_[:, -band:]):
            reprint[edge] = colour
    left, top, right, bottom = (round(width * CROP * share) for share in rng.uniform(0, 1, 4))
    scale = rng.uniform(COARSEST, 1)
    small = max(1, round(width * scale)), max(1, round(height * scale))
    cropped = reprint[top : height - bottom, left : width - right]
    scanned = cv2.resize(cropped, small, interpolation=cv2.INTER_AREA)
    return np.asarray(np.clip(cv2.resize(scanned, (width, height)), 0, 255), np.uint8)


def redraw_as_stranger(face: Rgb, other: Rgb, rng: np.random.Generator) -> Rgb:
    """Return a face as a reprint with a piece of another face's art in the place of its own."""
    left, top, right, bottom = _place(other, ART)
    share = rng.uniform(*ART_PIECE)
    width, height = round(share * (right - left)), round(share * (bottom - top))
    x, y = left + int(rng.integers(right - left - width)), top + int(rng.integers(bottom - top - height))
    piece = other[y : y + height, x : x + width, rng.permutation(3)]
    if rng.random() < 0.5:
        piece = piece[:, ::-1]
    left, top, right, bottom = _place(face, ART)
    stranger = face.copy()
    stranger[top:bottom, left:right] = cv2.resize(np.ascontiguousarray(piece), (right - left, bottom - top))
    return redraw(stranger, rng)


def _print_foot(face: Rgb, rng: np.random.Generator) -> None:
    """Print another collector line in two rows, light on dark or the other way round."""
    left, top, right, bottom = _place(face, FOOT)
    ground = np.median(face[top:bottom, left:right].reshape(-1, 3), axis=0)
    face[top:bottom, left:right] = ground
    ink = 235 if ground.mean() < 128 else 20
    scale = TEXT_HEIGHT * face.shape[0] / 22
    for row, text in enumerate(
        (f"{rng.integers(1, 400):03d}/{rng.integers(100, 400)} {'CURM'[rng.integers(4)]}", _code(rng))
    ):
        y = round(top + (row + 1) * (bottom - top) / 2.2)
        cv2.putText(face, text, (left, y), cv2.FONT_HERSHEY_SIMPLEX, scale, (ink, ink, ink), 1, cv2.LINE_AA)


def _code(rng: np.random.Generator) -> str:
    letters = "".join(chr(int(code)) for code in rng.integers(65, 91, 3))
    return f"{letters} EN {''.join(chr(int(code)) for code in rng.integers(97, 123, 9))}"


def _print_symbol(face: Rgb, rng: np.random.Generator) -> None:
    """Print another set symbol: a polygon in the colour of a rarity."""
    left, top, right, bottom = _place(face, SYMBOL)
    face[top:bottom, left:right] = np.median(face[top:bottom, left - (right - left) : left].reshape(-1, 3), axis=0)
    angles = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(3, 8))))
    radius = np.stack([np.cos(angles), np.sin(angles)], 1) * rng.uniform(0.4, 1.0, (len(angles), 1))
    centre, half = np.array([left + right, top + bottom]) / 2, np.array([right - left, bottom - top]) / 2
    colour = RARITIES[int(rng.integers(len(RARITIES)))]
    cv2.fillPoly(face, [np.int32(centre + radius * half)], colour, cv2.LINE_AA)


def _place(face: Rgb, box: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    height, width = face.shape[:2]
    return round(box[0] * width), round(box[1] * height), round(box[2] * width), round(box[3] * height)


def reprint_counts(faces: int, rows: int, rng: np.random.Generator) -> list[int]:
    """Return how many reprints each face gets, so that there are ``rows`` with the faces themselves.

    Shares are skewed as in Magic, where half of all names have one printing and a few have dozens.
    """
    wanted = rng.pareto(1.2, faces) + 0.5
    counts = np.zeros(faces, np.int64)
    while (missing := rows - faces - int(counts.sum())) > 0 and counts.min() < MOST_A_NAME - 1:
        share = wanted * (counts < MOST_A_NAME - 1)
        more = rng.multinomial(missing, share / share.sum())
        counts = np.minimum(counts + more, MOST_A_NAME - 1)
    return counts.tolist()


def named_faces(lists: Sequence[Path], unnamed: Sequence[Path]) -> Iterator[FaceRow]:
    """Yield the faces of named lists; then those of lists without names, each under one of its own."""
    for path in lists:
        yield from iterate_faces_csv(path)
    for path in unnamed:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                file = path.parent / row["file"]
                yield FaceRow(file, f"Stranger {path.stem} {file.stem}", "", "", "", "")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``python -m training draw-reprints``."""
    parser.add_argument("--faces", type=Path, action="append", required=True, metavar="CSV", help="real faces")
    parser.add_argument("--others", type=Path, action="append", default=[], metavar="CSV", help="lists without names")
    parser.add_argument("--rows", type=positive, required=True, metavar="N", help="faces and reprints together")
    parser.add_argument(
        "--strangers", action="store_true", help="redraw a face as another card, each time with other art"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for pictures and faces.csv")


def run(args: argparse.Namespace) -> int:
    """Draw the reprints and list them with the faces."""
    rng = np.random.default_rng(SEED)
    args.out.mkdir(parents=True, exist_ok=True)
    faces = list(named_faces(args.faces, args.others))
    counts = reprint_counts(len(faces), args.rows, rng)
    recent: deque[Rgb] = deque(maxlen=RECENT)
    with (args.out / "faces.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        for n, (face, count) in enumerate(zip(tqdm(faces, unit="face", file=sys.stderr), counts, strict=True)):
            try:
                picture = read_picture(face.path)
            except PhotoError as error:
                print(f"left out {face.path}: {error.message}", file=sys.stderr)
                continue
            writer.writerow(
                (face.path.resolve(), face.name, face.face, face.set, face.collector_number, face.scryfall_id)
            )
            recent.append(picture)
            for number in range(count):
                path = args.out / f"{n:05d}-{number:02d}.jpg"
                if args.strangers:
                    name, side = f"Stranger {n:05d}", ""
                    drawn = redraw_as_stranger(picture, recent[int(rng.integers(len(recent)))], rng)
                else:
                    name, side, drawn = face.name, face.face, redraw(picture, rng)
                quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(*QUALITY))]
                cv2.imwrite(str(path), drawn[..., ::-1], quality)
                writer.writerow((path.name, name, side, "", "", ""))
    print(f"{args.out / 'faces.csv'}: {len(faces)} faces, {sum(counts)} redrawn")
    return 0
