"""What the bot says to whoever runs it: one line an event, as text or JSON, never with a secret in it."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

HIDDEN = "[hidden]"
SECRETS = (
    # A bot's token: its id, a time and a signature.
    (re.compile(r"(?<![\w-])[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}"), HIDDEN),
    (
        re.compile(r"""(authorization["']?\s*[:=]\s*["']?)(?:(?:bot|bearer)\s+)?[^\s"',}]+""", re.IGNORECASE),
        rf"\1{HIDDEN}",
    ),
    # Whoever knows an interaction's token can answer in the bot's name for a quarter of an hour.
    (re.compile(r"(/(?:interactions|webhooks)/\d+/)[^/\s?\"']+"), rf"\1{HIDDEN}"),
    (re.compile(r"""(["']token["']\s*:\s*["'])[^"']+"""), rf"\1{HIDDEN}"),
    # With its signature a photo's address opens for everybody.
    (re.compile(r"([?&]hm=)\w+"), rf"\1{HIDDEN}"),
)
"""Shapes of what must not be written down, and what stands there instead."""
OURS = ("bot", "engine")
"""Packages whose level the operator chooses; others' details hold what users write."""
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


def redact(text: str) -> str:
    """Return a text without tokens, passwords and signatures."""
    for secret, instead in SECRETS:
        text = secret.sub(instead, text)
    return text


class TextFormatter(logging.Formatter):
    """Lines for people; an error's traceback follows its line."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return redact(super().format(record))


class JsonFormatter(logging.Formatter):
    """One JSON object a line: ``time``, ``level``, ``logger``, ``event``, what ``extra`` holds, and ``error``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        facts = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **{name: value for name, value in vars(record).items() if name not in STANDARD},
        }
        if record.exc_info:
            facts["error"] = self.formatException(record.exc_info)
        # Before they are quoted: a quoted quotation mark would hide a secret's shape.
        hidden = {name: redact(value) if isinstance(value, str) else value for name, value in facts.items()}
        return json.dumps(hidden, ensure_ascii=False, default=lambda value: redact(str(value)))


FORMATTERS = {"text": TextFormatter, "json": JsonFormatter}


def configure_logging(level: str, form: str) -> None:
    """Send all logs to standard error.

    Args:
        level: of the bot's own; of libraries nothing below INFO is written.
        form: one of :data:`FORMATTERS`.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(FORMATTERS[form]())
    chosen = logging.getLevelName(level)
    logging.basicConfig(level=max(chosen, logging.INFO), handlers=[handler], force=True)
    for package in OURS:
        logging.getLogger(package).setLevel(chosen)
