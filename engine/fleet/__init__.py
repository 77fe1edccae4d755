"""Recognition in worker processes: photos travel over Redis or Valkey, results come back.

Needs the extra ``fleet``; only ``bot.fleet`` imports this package, unless a fleet is wanted.
"""

from engine.fleet.broadcast import ConfirmationsPublisher
from engine.fleet.messages import (
    MAX_TOP_K,
    MalformedMessage,
    PhotoRequest,
    PhotoResponse,
    Refusal,
    Task,
    pack,
    read_message,
)
from engine.fleet.presence import BOTS, WORKERS, announce, list_present
from engine.fleet.queue import (
    LOST_AFTER_S,
    REDIS_ERRORS,
    Queue,
    enqueue,
    inbox_key,
    make_queue,
    root_cause,
    to_bytes,
)

__all__ = [
    "BOTS", "LOST_AFTER_S", "MAX_TOP_K", "REDIS_ERRORS", "WORKERS", "ConfirmationsPublisher", "MalformedMessage",
    "PhotoRequest", "PhotoResponse", "Queue", "Refusal", "Task", "announce", "enqueue", "inbox_key", "list_present",
    "make_queue", "pack", "read_message", "root_cause", "to_bytes",
]  # fmt: skip
