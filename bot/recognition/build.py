"""Builds the pool and the downloader within the operator's limits."""

from __future__ import annotations

from typing import Any

import aiohttp

from bot.core.settings import Settings
from bot.recognition.download import Downloader
from bot.recognition.photo_result import PhotoResult
from bot.recognition.pool import WorkerPool


def make_pool(settings: Settings, workers: int) -> WorkerPool[PhotoResult]:
    """Return a pool that recognises ``workers`` photos at the same time."""
    return WorkerPool(
        workers,
        settings.max_waiting,
        max_per_user=settings.max_waiting_per_user,
        deadline_s=settings.deadline_s,
    )


def make_downloader(session: aiohttp.ClientSession, settings: Settings, **overrides: Any) -> Downloader:
    """Return the downloader; ``overrides`` are its options where another CDN stands in for Discord's."""
    return Downloader(
        session,
        **{"hosts": settings.cdn_hosts, **overrides},
        max_bytes=settings.max_photo_bytes,
        timeout_s=settings.download_timeout_s,
    )
