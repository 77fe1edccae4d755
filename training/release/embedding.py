"""Pictures of a list of faces -> vectors in the store: only those that are not there yet."""

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
from training.release.vector_cache import PictureKey, VectorStore

AHEAD = 2 * BATCH
"""Pictures decoded while others are embedded."""
MAX_DECODERS = 8

Skipped = dict[Path, str]
"""Pictures left out, and why."""


def key_of(row: FaceRow, folder: Path) -> PictureKey | None:
    """Return what a row's picture is known by in a store that lies in ``folder``; None where there is no picture."""
    try:
        return PictureKey(str(row.path).removeprefix(f"{folder}{os.sep}"), row.path.stat().st_size)
    except OSError:
        return None


def embed_missing(
    rows: Iterable[FaceRow], store: VectorStore, folder: Path, embedder: Embedder, total: int
) -> tuple[int, Skipped]:
    """Embed the pictures that the store lacks; each batch is kept as soon as it is done.

    Args:
        rows: of the list; may name a picture twice.
        store: gets the vectors.
        folder: keys are relative to it.
        embedder: the network.
        total: how many rows come, for the progress bar.

    Returns:
        How many pictures were embedded, and those that could not be.
    """
    skipped: Skipped = {}
    embedded = 0
    shown = tqdm(rows, "faces", total, unit="face", file=sys.stderr)
    with shown, ThreadPoolExecutor(min(MAX_DECODERS, os.cpu_count() or 1)) as decoders:
        pictures = _pictures(decoders, _missing(shown, store, folder, skipped), skipped)
        while batch := list(islice(pictures, BATCH)):
            store.add([key for key, _ in batch], embedder.embed([picture for _, picture in batch]))
            embedded += len(batch)
    return embedded, skipped


def _missing(
    rows: Iterable[FaceRow], store: VectorStore, folder: Path, skipped: Skipped
) -> Iterator[tuple[PictureKey, Path]]:
    for row in rows:
        key = key_of(row, folder)
        if key is None:
            skipped[row.path] = "The file is not there, or can't be reached."
        elif key not in store:
            yield key, row.path


def _pictures(
    decoders: ThreadPoolExecutor, wanted: Iterator[tuple[PictureKey, Path]], skipped: Skipped
) -> Iterator[tuple[PictureKey, Rgb]]:
    """Yield pictures in their order, decoded ahead of time."""
    begun: deque[tuple[PictureKey, Path, Future[Rgb]]] = deque()
    while True:
        coming = islice(wanted, AHEAD - len(begun))
        begun.extend((key, path, decoders.submit(read_picture, path)) for key, path in coming)
        if not begun:
            return
        key, path, future = begun.popleft()
        try:
            yield key, future.result()
        except PhotoError as error:
            skipped[path] = error.message
