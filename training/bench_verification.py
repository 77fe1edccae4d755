"""Would a second look at the best candidates pay? ``python -m training bench-verification --pack FACES.pack``.

Faces that training never saw are photographed, and each is compared with its own scan and with the scan of another name
that looks most alike: by the vectors that the index holds anyway, by local features (ORB: Rublee et al. 2011) under a
similarity transform found by RANSAC, and by the embedder's last feature map, place by place. Needs onnx, no torch.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from tqdm import tqdm

from engine.artifacts import SHIPPED, open_artifacts
from engine.embedder import Embedder, embedder_input
from engine.errors import ArtifactError
from engine.values import Rgb
from training.closeup import degrade
from training.embedder.measure import SEVERITIES, query_dice
from training.embedder.pack import FacePack, PackError, add_pack_option, read_packs
from training.report import Table

Floats = NDArray[np.float32]
ORB_HEIGHT = 320
"""Pixels of the faces that local features are taken from."""
RANSAC_PX = 8.0
BYTES_PER_FEATURE = 36
"""Of an ORB feature: 32 of descriptor, two of each coordinate."""
REACH = 1
"""Cells that a place of the feature map may have moved by."""
MAP_DIMENSIONS = (320, 32, 12)
"""Numbers kept of each place of the map, by principal components; a byte each."""
VECTOR = "vector (in the index anyway)"
FALSE = 0.01
"""Share of wrong pairs accepted, at which the share of right ones is told."""


@dataclass(frozen=True, slots=True)
class Method:
    """A way to compare a photographed face with a scan.

    Attributes:
        bytes: stored for each card.
        prepare: face -> what is kept of a scan, and needed of a query.
        score: query, scan -> how well they agree.
    """

    bytes: int
    prepare: Callable[[Rgb], Any]
    score: Callable[[Any, Any], float]


def orb(count: int) -> Method:
    """Return the comparison by so many ORB features."""
    finder, matcher = cv2.ORB.create(count, fastThreshold=5), cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True)

    def prepare(face: Rgb) -> Any:
        height, width = ORB_HEIGHT, round(face.shape[1] * ORB_HEIGHT / face.shape[0])
        return finder.detectAndCompute(cv2.cvtColor(cv2.resize(face, (width, height)), cv2.COLOR_RGB2GRAY), None)

    def score(query: Any, scan: Any) -> float:
        if query[1] is None or scan[1] is None:
            return 0.0
        matches = matcher.match(query[1], scan[1])
        if len(matches) < 3:
            return 0.0
        here = np.array([query[0][m.queryIdx].pt for m in matches], np.float32)
        there = np.array([scan[0][m.trainIdx].pt for m in matches], np.float32)
        _, inliers = cv2.estimateAffinePartial2D(here, there, ransacReprojThreshold=RANSAC_PX)
        return 0.0 if inliers is None else float(inliers.sum())

    return Method(count * BYTES_PER_FEATURE, prepare, score)


class FeatureMaps:
    """The embedder's last feature map before pooling."""

    def __init__(self, path: Path, height: int, width: int) -> None:
        model = onnx.load(str(path))
        convolutions = [node for node in model.graph.node if node.op_type == "Conv"]
        head = next(node.input[0] for node in convolutions if any("conv_head" in name for name in node.input))
        model.graph.output.append(onnx.ValueInfoProto(name=head))
        self._session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        self._head, self._size = head, (height, width)

    def __call__(self, face: Rgb) -> Floats:
        """Return a face's map, float32 (h, w, channels)."""
        pixels = embedder_input([face], *self._size)
        (found,) = self._session.run([self._head], {self._session.get_inputs()[0].name: pixels})
        return np.asarray(found[0].transpose(1, 2, 0), np.float32)


def by_map(maps: FeatureMaps, sample: Sequence[Rgb], dimensions: int) -> Method:
    """Return the comparison of feature maps, their principal components learnt from a sample of scans."""
    places = np.concatenate([maps(face).reshape(-1, maps(face).shape[2]) for face in sample])
    middle = places.mean(0)
    _, spread, axes = np.linalg.svd(places - middle, full_matrices=False)
    # Whitened, so that what all cards share (frames) doesn't drown what tells them apart.
    project = (axes[:dimensions] / (spread[:dimensions, np.newaxis] / np.sqrt(len(places)) + 1e-3)).T

    def prepare(face: Rgb) -> Floats:
        found = (maps(face) - middle) @ project
        return np.asarray(found / (np.linalg.norm(found, axis=2, keepdims=True) + 1e-6), np.float32)

    def score(query: Floats, scan: Floats) -> float:
        height, width = scan.shape[:2]
        padded = np.pad(query, ((REACH, REACH), (REACH, REACH), (0, 0)))
        shifts = [(y, x) for y in range(2 * REACH + 1) for x in range(2 * REACH + 1)]
        alike = [(padded[y : y + height, x : x + width] * scan).sum(2) for y, x in shifts]
        return float(np.max(alike, axis=0).mean())

    return Method(dimensions * int(np.prod(prepare(sample[0]).shape[:2])), prepare, score)


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Scores of right and wrong pairs, float64 (N,), and p50 milliseconds of a comparison."""

    right: NDArray[np.float64]
    wrong: NDArray[np.float64]
    ms: float

    def auc(self) -> float:
        """Return how often a right pair scores above a wrong one."""
        above = self.right[:, np.newaxis] > self.wrong
        level = self.right[:, np.newaxis] == self.wrong
        return float(above.mean() + level.mean() / 2)

    def found(self) -> float:
        """Return the share of right pairs above all but :data:`FALSE` of the wrong ones."""
        return float((self.right > np.quantile(self.wrong, 1 - FALSE)).mean())


def together(one: Scores, other: Scores) -> Scores:
    """Return the scores of two methods added, each in units of how far its wrong pairs scatter."""
    scale = [(float(s.wrong.mean()), float(s.wrong.std()) + 1e-9) for s in (one, other)]
    right, wrong = (
        sum((getattr(s, part) - middle) / spread for s, (middle, spread) in zip((one, other), scale, strict=True))
        for part in ("right", "wrong")
    )
    return Scores(np.asarray(right), np.asarray(wrong), one.ms + other.ms)


def compared(method: Method, queries: Sequence[Rgb], right: Sequence[Rgb], wrong: Sequence[Rgb]) -> Scores:
    """Return a method's scores of queries with their own scans and with others."""
    times, scores = [], []
    for query, *scans in zip(queries, right, wrong, strict=True):
        seen = method.prepare(query)
        kept = [method.prepare(scan) for scan in scans]
        start = time.perf_counter()
        scores.append([method.score(seen, scan) for scan in kept])
        times.append((time.perf_counter() - start) * 500)
    values = np.array(scores, np.float64)
    return Scores(values[:, 0], values[:, 1], float(np.median(times)))


def rivals(pack: FacePack, vectors: Floats, rows: Sequence[int]) -> list[int]:
    """Return for each of some rows the row of another name that looks most alike."""
    names = np.array([face.name or f"#{i}" for i, face in enumerate(pack.faces)])
    alike = vectors[rows] @ vectors.T
    alike[names[rows][:, np.newaxis] == names] = -1
    return [int(row) for row in alike.argmax(1)]


def tables(pack: FacePack, embedder: Embedder, model: Path, count: int) -> Iterator[Table]:
    """Yield a table a severity."""
    rows = pack.rows(held_out=True)[:count]
    chunks = np.array_split(np.arange(len(pack.faces)), max(1, len(pack.faces) // 64))
    vectors = np.concatenate([embedder(list(pack.pixels[chunk])) for chunk in tqdm(chunks, file=sys.stderr)])
    right, wrong = [pack.pixels[i] for i in rows], [pack.pixels[i] for i in rivals(pack, vectors, rows)]
    maps, sample = FeatureMaps(model, embedder.height, embedder.width), list(pack.pixels[::40])
    methods = {VECTOR: Method(2 * embedder.dimension, lambda f: embedder([f])[0], _cosine)}
    methods |= {f"{n} ORB features": orb(n) for n in (300, 150, 64)}
    methods |= {f"feature map, {n} numbers a place": by_map(maps, sample, n) for n in MAP_DIMENSIONS}
    for name, severity in SEVERITIES.items():
        queries = [degrade(pack.pixels[i], query_dice(i, severity), severity) for i in rows]
        found = {how: compared(method, queries, right, wrong) for how, method in methods.items()}
        vector = found[VECTOR]
        lines = tuple(
            (how, str(methods[how].bytes), f"{s.auc():.4f}", f"{s.found():.1%}", f"{both.found():.1%}", f"{s.ms:.2f}")
            for how, s in found.items()
            for both in [together(vector, s)]
        )
        columns = (name, "bytes a card", "AUC", f"right ones found at {FALSE:.0%} wrong",
                   "with the vector", "ms a candidate")  # fmt: skip
        yield Table(name, columns, lines)


def _cosine(a: Floats, b: Floats) -> float:
    return float(a @ b)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training bench-verification``."""
    add_pack_option(parser)
    parser.add_argument("--artifacts", type=Path, default=SHIPPED, metavar="DIR", help="whose embedder")
    parser.add_argument("--faces", type=int, default=300, metavar="N", help="faces photographed (default 300)")


def run(args: argparse.Namespace) -> int:
    """Compare and print; exit code 2 where a file can't be used."""
    try:
        pack, artifacts = read_packs(args.pack), open_artifacts(args.artifacts)
    except (PackError, ArtifactError) as error:
        print(f"bench-verification: {error}", file=sys.stderr)
        return 2
    for table in tables(pack, Embedder(artifacts.embedder), artifacts.embedder, args.faces):
        print(table.to_markdown(), end="\n\n")
    return 0
