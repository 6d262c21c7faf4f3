"""How long the threads of a process that serves readers wait for the database server (decision 18)."""

from __future__ import annotations

import time
from threading import Lock

import psycopg

PAUSE = 1.0
"""Seconds after a missed deadline in which nobody asks the server; then one thread tries, the others do not yet."""


class ServerSilent(psycopg.OperationalError):
    """The database server gave no answer before the deadline, or is not asked because it has just given none."""


class Deadline:
    """The deadline of a process, None while it has none, and whether its threads may ask the server.

    A server that is frozen lets its first askers wait to the end. Whoever comes after them would wait behind them, so
    that all are refused at once until it answers somebody who connects. Times are seconds of a clock that never steps
    back.
    """

    def __init__(self, seconds: int | None = None) -> None:
        self.seconds = seconds
        self._lock = Lock()
        self._silent = False
        self._refused_until = 0.0

    def check(self) -> None:
        """Raise ServerSilent while the server is silent."""
        if self._silent:
            raise ServerSilent("The database server is silent.")

    def try_to_connect(self) -> None:
        """Let one thread try a silent server after each pause. Raises ServerSilent for all others."""
        with self._lock:
            if not self._silent:
                return
            now = time.monotonic()
            if now < self._refused_until:
                self.check()
            self._refused_until = now + (self.seconds or 0)

    def miss(self) -> None:
        """Note that the server let somebody wait until the deadline."""
        with self._lock:
            self._silent = True
            self._refused_until = time.monotonic() + PAUSE

    def meet(self) -> None:
        """Note that the server answers those who connect."""
        self._silent = False


DEADLINE = Deadline()
"""That of this process: without seconds, as commands wait, until `kb_site.wsgi` sets them."""
