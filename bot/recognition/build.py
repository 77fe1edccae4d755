"""The parts of the work, within the limits that the operator chose."""

from __future__ import annotations

from typing import Any

import aiohttp

from bot.core.settings import Settings
from bot.recognition.download import Downloader
from bot.recognition.photo_result import PhotoResult
from bot.recognition.pool import WorkerPool


def make_pool(settings: Settings, workers: int) -> WorkerPool[PhotoResult]:
    """Return the pool in which so many photos are looked at at the same time."""
    return WorkerPool(
        workers,
        settings.max_waiting,
        max_per_user=settings.max_waiting_per_user,
        deadline_s=settings.deadline_s,
    )


def make_downloader(session: aiohttp.ClientSession, settings: Settings, **elsewhere: Any) -> Downloader:
    """Return the downloader; ``elsewhere`` is what differs where another CDN stands in for Discord's."""
    return Downloader(
        session,
        **{"hosts": settings.cdn_hosts, **elsewhere},
        max_bytes=settings.max_photo_bytes,
        timeout_s=settings.download_timeout_s,
    )
