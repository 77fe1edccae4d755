"""Embed the pictures of a list of faces that the vector cache lacks."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from tqdm import tqdm

from engine.core.errors import PhotoError
from engine.core.values import Rgb
from engine.retrieval.embedder import BATCH, Embedder
from training.data.face_list import FaceRow, read_picture
from training.release.vector_cache import PictureKey, VectorCache

AHEAD = 2 * BATCH
"""Pictures decoded while others are embedded."""
MAX_DECODERS = 8

SkippedPictures = dict[Path, str]
"""Pictures left out, and why."""


def picture_key(row: FaceRow, folder: Path) -> PictureKey | None:
    """Return the key of a row's picture in a cache in ``folder``, or None if there is no such file."""
    try:
        return PictureKey(str(row.path).removeprefix(f"{folder}{os.sep}"), row.path.stat().st_size)
    except OSError:
        return None


def embed_missing(
    rows: Iterable[FaceRow], cache: VectorCache, folder: Path, embedder: Embedder, total: int
) -> tuple[int, SkippedPictures]:
    """Embed the pictures that the cache lacks, and save each batch as soon as it is done.

    Args:
        rows: of the list, ``total`` of them; may name a picture twice.
        folder: keys are relative to it.

    Returns:
        The number of embedded pictures, and the skipped ones.
    """
    skipped: SkippedPictures = {}
    embedded = 0
    progress = tqdm(rows, "faces", total, unit="face", file=sys.stderr)

    def missing() -> Iterator[tuple[PictureKey, Path]]:
        for row in progress:
            key = picture_key(row, folder)
            if key is None:
                skipped[row.path] = "The file does not exist, or can't be reached."
            elif key not in cache:
                yield key, row.path

    with progress, ThreadPoolExecutor(min(MAX_DECODERS, os.cpu_count() or 1)) as decoders:
        pictures = _decode_ahead(decoders, missing(), skipped)
        while batch := list(islice(pictures, BATCH)):
            cache.add([key for key, _ in batch], embedder.embed([picture for _, picture in batch]))
            embedded += len(batch)
    return embedded, skipped


def _decode_ahead(
    decoders: ThreadPoolExecutor, missing: Iterator[tuple[PictureKey, Path]], skipped: SkippedPictures
) -> Iterator[tuple[PictureKey, Rgb]]:
    """Yield pictures in order, decoded ahead of time."""
    pending: deque[tuple[PictureKey, Path, Future[Rgb]]] = deque()
    while True:
        coming = islice(missing, AHEAD - len(pending))
        pending.extend((key, path, decoders.submit(read_picture, path)) for key, path in coming)
        if not pending:
            return
        key, path, future = pending.popleft()
        try:
            yield key, future.result()
        except PhotoError as error:
            skipped[path] = error.message
