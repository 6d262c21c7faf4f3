"""How a line of the log looks: time, level, request, logger and message, always on one line and without tokens."""

from __future__ import annotations

import logging
import re
from datetime import datetime

from kb_site import request_ids

RESET_TOKEN = re.compile(r"[0-9a-z]{1,13}-[0-9a-f]{32}")
"""A token of Django's password reset, in an address or anywhere else (django.contrib.auth.tokens)."""
CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


class OneLine(logging.Formatter):
    """Writes a record, its traceback too, as one line: line breaks are written as Python writes them."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {request_id} {name}: {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        record.request_id = request_ids.current.get()
        line = RESET_TOKEN.sub("[token]", super().format(record))
        return CONTROL.sub(lambda found: repr(found.group())[1:-1], line)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """Return the local time with its distance from UTC."""
        return datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")
