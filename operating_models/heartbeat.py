"""When the minute's job last did all of its parts: the time of a file, readable while the database is away."""

from __future__ import annotations

import time
from pathlib import Path

from django.conf import settings


def _file() -> Path:
    return settings.STATE_DIR / "minute"


def beat() -> None:
    """Note that the job has just ended well."""
    _file().parent.mkdir(parents=True, exist_ok=True)
    _file().touch()


def age() -> float | None:
    """Return the seconds since then, None before the first time."""
    try:
        return max(0.0, time.time() - _file().stat().st_mtime)
    except FileNotFoundError:
        return None
