"""The bot's log: text or JSON, without secrets."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

HIDDEN = "[hidden]"
SECRETS = (
    # A bot's token: id, time and signature.
    (re.compile(r"(?<![\w-])[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}"), HIDDEN),
    (
        re.compile(r"""(authorization["']?\s*[:=]\s*["']?)(?:(?:bot|bearer)\s+)?[^\s"',}]+""", re.IGNORECASE),
        rf"\1{HIDDEN}",
    ),
    # With an interaction's token anyone can answer in the bot's name for a quarter of an hour.
    (re.compile(r"(/(?:interactions|webhooks)/\d+/)[^/\s?\"']+"), rf"\1{HIDDEN}"),
    (re.compile(r"""(["']token["']\s*:\s*["'])[^"']+"""), rf"\1{HIDDEN}"),
    # With its signature anyone can open a photo's URL.
    (re.compile(r"([?&]hm=)\w+"), rf"\1{HIDDEN}"),
)
"""Patterns of secrets, and what replaces them."""
OURS = ("bot", "engine")
"""Packages whose level the operator chooses; at DEBUG, others would log what users write."""
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
"""Attributes that every log record has."""


def redact(text: str) -> str:
    """Hide tokens, passwords and signatures in a text."""
    for secret, instead in SECRETS:
        text = secret.sub(instead, text)
    return text


class TextFormatter(logging.Formatter):
    """One line per event, followed by the traceback of an error."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return redact(super().format(record))


class JsonFormatter(logging.Formatter):
    """One JSON object per line: ``time``, ``level``, ``logger``, ``event``, ``error``, and the fields of ``extra``."""

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
        # Before quoting, because escaped quotation marks would keep the patterns from matching.
        hidden = {name: redact(value) if isinstance(value, str) else value for name, value in facts.items()}
        return json.dumps(hidden, ensure_ascii=False, default=lambda value: redact(str(value)))


FORMATTERS = {"text": TextFormatter, "json": JsonFormatter}


def configure_logging(level: str, form: str) -> None:
    """Send all logs to standard error.

    Args:
        level: the bot's own level; libraries log at INFO or above.
        form: one of :data:`FORMATTERS`.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(FORMATTERS[form]())
    chosen = logging.getLevelName(level)
    logging.basicConfig(level=max(chosen, logging.INFO), handlers=[handler], force=True)
    for package in OURS:
        logging.getLogger(package).setLevel(chosen)
