"""Measure how well the embedder finds a card among all others: ``python -m training evaluate-embedder``.

Queries are faces of names that were held out from training, degraded by the close-up camera at three severities, and,
with labelled photos, rectified real cards. The database is every packed face: real, fan-made and other games'. Also
counted: whether the exact scan ranks first for names with several scans. Most of those were used in training, so this
only compares networks and does not predict results on new cards.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from tqdm import tqdm

from engine import Engine, PhotoError
from engine.catalogue.names import fold
from engine.core.artifacts import SHIPPED, open_artifacts
from engine.core.rectify import rectify
from engine.core.values import Rgb, Witness
from engine.image.photo import open_photo
from engine.retrieval.embedder import Embedder
from training.data.face_pack import PACK_HEIGHT, FacePack, PackError, add_pack_option, read_packs
from training.data.photo_labels import read_photo_labels
from training.embedder import measure
from training.embedder.measure import Retrieval
from training.scoring.matching import match

REAL = "real photos"
WORST_SHOWN = 24
"""Wrong answers on the contact sheet, those of highest similarity first."""
TILE_HEIGHT, TILE_WIDTH, TEXT_PX = 200, 144, 12


def real_faces(engine: Engine, pack: FacePack, photos: Path) -> Iterator[tuple[int, Rgb]]:
    """Yield the rectified cards of labelled photos that have a scan in the pack, each with the scan's number.

    The corners are the engine's, for cards that it named correctly by title alone: they are about right, and the
    embedder, which is measured, had no part in choosing them.
    """
    scans = {fold(face.name): i for i, face in enumerate(pack.faces) if face.kind == "real"}
    for photo in tqdm(read_photo_labels(photos), unit="photo", desc=REAL, file=sys.stderr):
        try:
            found = engine.identify(photo.path, witness=Witness.TITLE)
            picture = open_photo(photo.path)
        except PhotoError:
            continue
        for card, label in zip(found.cards, match(photo.labels, found.cards), strict=True):
            row = scans.get(fold(card.name)) if label is not None and card.name else None
            if row is not None and card.evidence.outline:
                corners = np.array(card.corners, np.float32)
                height = float(np.linalg.norm(corners[3] - corners[0]))
                view = picture.showing(height, PACK_HEIGHT)
                yield row, rectify(view.pixels, corners * np.float32(view.scale), face_height=PACK_HEIGHT)


def search_faces(embedder: Embedder, database: NDArray[np.float32], queries: Sequence[tuple[int, Rgb]]) -> Retrieval:
    """Search the database, float32 (N, D), for faces, each with the number of the one that it shows."""
    similar = embedder.embed([face for _, face in queries]) @ database.T
    ranked = np.argsort(-similar, axis=1)[:, : measure.DEPTH]
    size = embedder.width, embedder.height
    small = np.stack([np.asarray(Image.fromarray(face).resize(size)) for _, face in queries])
    return Retrieval(np.array([row for row, _ in queries]), ranked, np.take_along_axis(similar, ranked, 1), small)


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """The results for one network, by severity."""

    found: dict[str, Retrieval]
    """Also for real photos if there are any."""
    printings: dict[str, Retrieval]
    """To queries of names with several scans; empty if the pack has none."""

    def figures(self, pack: FacePack) -> dict[str, dict[str, float]]:
        """Return all figures by severity."""
        figures: dict[str, dict[str, float]] = {}
        for name, one in self.found.items():
            recalls = {"recall@1": one.recall(pack, 1), "recall@5": one.recall(pack, 5)}
            figures[name] = {**recalls, "queries": len(one.truth)}
            if name in self.printings:
                several = self.printings[name]
                figures[name] |= {
                    "printing": several.exact(),
                    "printing name": several.recall(pack, 1),
                    "printing queries": len(several.truth),
                }
        return figures


def measure_embedder(embedder: Embedder, pack: FacePack, real: Sequence[tuple[int, Rgb]]) -> Measurement:
    """Measure a network at each severity, and on rectified real cards if there are any.

    Raises:
        PackError: no name of the pack is held out from training, so there are no queries.
    """
    unseen = pack.rows(held_out=True)
    if not unseen:
        raise PackError("no name of this pack is held out from training, so there are no queries; pack more faces")
    chunks = np.array_split(np.arange(len(pack.faces)), max(1, len(pack.faces) // 64))
    shown = tqdm(chunks, desc="embedding all faces", file=sys.stderr)
    database = np.concatenate([embedder.embed(list(pack.pixels[chunk])) for chunk in shown])

    def search(rows: Sequence[int]) -> dict[str, Retrieval]:
        size = embedder.height, embedder.width
        return {
            name: measure.search(embedder.embed, pack, database, rows, severity, size)
            for name, severity in measure.SEVERITIES.items()
        }

    found = search(unseen)
    if real:
        found[REAL] = search_faces(embedder, database, real)
    twins = pack.twins()
    return Measurement(found, search(twins) if twins else {})


def margins(found: Retrieval, pack: FacePack) -> NDArray[np.float32]:
    """Return float32 (Q,): similarity of the best answer minus that of the best of another name, within DEPTH ranks."""
    names = np.array([fold(face.name) or f"#{i}" for i, face in enumerate(pack.faces)])[found.ranked]
    rivals = np.where(names != names[:, :1], found.similarity, -1.0).max(1)
    return np.asarray(found.similarity[:, 0] - rivals, np.float32)


def draw_histograms(found: dict[str, Retrieval], pack: FacePack, out: Path) -> None:
    """Draw histograms of similarity and margin for right and wrong answers."""
    # Imported here because it takes a second, and only this needs it.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4 * len(found), 6), layout="constrained")
    axes = figure.subplots(2, len(found), squeeze=False)
    for column, (name, one) in enumerate(found.items()):
        right = one.hits(pack)[:, 0]
        for row, (what, values) in enumerate((("similarity", one.similarity[:, 0]), ("margin", margins(one, pack)))):
            parts = [values[right], values[~right]]
            axes[row, column].hist(parts, bins=40, range=(0, 1), stacked=True, label=["right", "wrong"], log=True)
            axes[row, column].set(title=f"{name}: {what}")
    axes[0, 0].legend()
    figure.savefig(out, dpi=80)


def draw_wrong(found: dict[str, Retrieval], pack: FacePack, out: Path) -> int:
    """Draw the wrong answers of highest similarity, each as query, answer and truth; return the number of all."""
    wrong = [
        (float(one.similarity[i, 0]), name, one, int(i))
        for name, one in found.items()
        for i in np.flatnonzero(~one.hits(pack)[:, 0])
    ]
    wrong.sort(key=lambda entry: -entry[0])
    tiles = [_draw_tile(name, one, i, pack) for _, name, one, i in wrong[:WORST_SHOWN]]
    across = 3
    width, height = 3 * TILE_WIDTH + 8, TILE_HEIGHT + 2 * TEXT_PX + 8
    page = Image.new("RGB", (across * width, max(1, -(-len(tiles) // across)) * height), "white")
    for number, tile in enumerate(tiles):
        page.paste(tile, (number % across * width, number // across * height))
    page.save(out)
    return len(wrong)


def _draw_tile(name: str, found: Retrieval, i: int, pack: FacePack) -> Image.Image:
    answer, truth = int(found.ranked[i, 0]), int(found.truth[i])
    tile = Image.new("RGB", (3 * TILE_WIDTH, TILE_HEIGHT + 2 * TEXT_PX), "white")
    for place, pixels in enumerate((found.queries[i], pack.pixels[answer], pack.pixels[truth])):
        tile.paste(Image.fromarray(pixels).resize((TILE_WIDTH, TILE_HEIGHT)), (place * TILE_WIDTH, 0))
    draw, font = ImageDraw.Draw(tile), ImageFont.load_default(TEXT_PX)
    said, true = pack.faces[answer], pack.faces[truth]
    text = f"{name}: {found.similarity[i, 0]:.2f} {said.name or said.kind}\nnot {true.name}"
    draw.multiline_text((2, TILE_HEIGHT), text, "black", font, spacing=0)
    return tile


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training evaluate-embedder``."""
    add_pack_option(parser)
    parser.add_argument("--model", type=Path, metavar="FILE", help="an exported network (default: the artifacts' own)")
    parser.add_argument("--artifacts", type=Path, metavar="DIR", help="artifact folder (default: the one shipped)")
    parser.add_argument("--photos", type=Path, metavar="CSV", help="labelled photos as further queries")
    parser.add_argument("--out", type=Path, default=Path("out/embedder"), metavar="DIR", help="where pictures go")
    parser.add_argument("--json", action="store_true", help="print JSON instead of text for people")


def run(args: argparse.Namespace) -> int:
    """Measure, draw and report."""
    pack = read_packs(args.pack)
    embedder = Embedder(args.model or open_artifacts(args.artifacts or SHIPPED).embedder)
    real = list(real_faces(Engine.open(args.artifacts), pack, args.photos)) if args.photos else []
    result = measure_embedder(embedder, pack, real)
    args.out.mkdir(parents=True, exist_ok=True)
    draw_histograms(result.found, pack, args.out / "histograms.png")
    wrong = draw_wrong(result.found, pack, args.out / "wrong.png")
    figures = result.figures(pack)
    if args.json:
        print(json.dumps({"database": len(pack.faces), **figures}))
        return 0
    print("\n".join(line for name, one in figures.items() for line in figure_lines(name, one)))
    print(f"database: {len(pack.faces)} faces; {wrong} wrong answers, the surest in {args.out / 'wrong.png'}")
    return 0


def figure_lines(name: str, one: Mapping[str, float]) -> Iterator[str]:
    """Yield the figures of a severity as lines of text."""
    yield f"{name:<12} recall@1 {one['recall@1']:>6.1%}   recall@5 {one['recall@5']:>6.1%}   of {one['queries']}"
    if "printing" in one:
        yield (
            f"{'':<12} names with several scans: the very one first {one['printing']:.1%}, "
            f"the name {one['printing name']:.1%} of {one['printing queries']}"
        )
