"""Recognisers apart from whoever asks them: photos travel over Redis or Valkey to worker processes, answers back.

Needs the extra ``fleet``; nothing outside this package and ``bot.fleet`` imports it, unless a fleet is wanted.
"""

from engine.fleet.broadcast import Teacher
from engine.fleet.messages import MAX_TOP_K, Answer, Asked, Malformed, Refusal, Task, pack, read_answer, read_asked
from engine.fleet.presence import BOTS, WORKERS, announce, present
from engine.fleet.queue import GONE, LOST_AFTER_S, Queue, inbox_of, make_queue, publish, root_of, text_or_bytes

__all__ = [
    "BOTS",
    "GONE",
    "LOST_AFTER_S",
    "MAX_TOP_K",
    "WORKERS",
    "Answer",
    "Asked",
    "Malformed",
    "Queue",
    "Refusal",
    "Task",
    "Teacher",
    "announce",
    "inbox_of",
    "make_queue",
    "pack",
    "present",
    "publish",
    "read_answer",
    "read_asked",
    "root_of",
    "text_or_bytes",
]
