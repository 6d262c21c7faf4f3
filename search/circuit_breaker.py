"""Keeps a process from asking a server that has just failed."""

from __future__ import annotations

import logging
import time
from threading import Lock

logger = logging.getLogger(__name__)

FIRST_PAUSE = 5.0
"""Seconds without requests after a first failure; each further failure doubles the pause."""
LONGEST_PAUSE = 60.0


class CircuitBreaker:
    """Counts a server's failures for all threads of a process, and allows no request until a pause has passed.

    ``server`` is what the log calls it. Times are seconds of a clock that never steps back.
    """

    def __init__(self, server: str) -> None:
        self._server = server
        self._lock = Lock()
        self.failures = 0
        """How often the server failed since it last answered."""
        self._open_until = 0.0

    def allows_request(self) -> bool:
        """Tell whether the server may be asked now. After a pause one caller tries, and the others do not yet."""
        with self._lock:
            now = time.monotonic()
            if now < self._open_until:
                return False
            if self.failures:
                self._open_until = now + FIRST_PAUSE
            return True

    def record_failure(self, error: Exception) -> None:
        """Count a failure, and say so in one line of the log."""
        with self._lock:
            self.failures += 1
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (self.failures - 1))
            self._open_until = time.monotonic() + pause
        logger.warning("%s does not answer, it is not asked for %.0f s: %s", self._server, pause, error)

    def record_success(self) -> None:
        """Forget all failures: the server has answered."""
        if self.failures:
            with self._lock:
                self.failures = 0
                self._open_until = 0.0
            logger.warning("%s answers again.", self._server)
