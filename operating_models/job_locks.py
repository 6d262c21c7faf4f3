"""Locks of jobs: of the processes that share a database one does the job, and the others leave it."""

from __future__ import annotations

import fcntl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection


@contextmanager
def hold(job: str) -> Iterator[bool]:
    """Hold the lock of a job and yield True; yield False at once where another process holds it.

    A process that dies lets go of it. On PostgreSQL the lock belongs to the connection, on SQLite to a file beside the
    database.
    """
    if connection.vendor == "postgresql":
        key = zlib.crc32(job.encode())
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
            is_held = cursor.fetchone()[0]
        try:
            yield is_held
        finally:
            if is_held:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
        return
    with Path(f"{connection.settings_dict['NAME']}.{job}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
