"""What an outside engine that does not answer means for those who ask it."""

from __future__ import annotations

import logging
import time
from threading import Lock

logger = logging.getLogger(__name__)

FIRST_PAUSE = 5.0
"""Seconds in which an engine is not asked after it failed once; the pause doubles with each failure after."""
LONGEST_PAUSE = 60.0


class EngineFailed(Exception):
    """The engine gave no answer that can be used.

    ``rests`` tells whether the engine itself is in trouble (it is left alone for a while) or only this one request.
    """

    def __init__(self, message: str, *, rests: bool = True) -> None:
        super().__init__(message)
        self.rests = rests


class Patience:
    """Remembers for all threads of a process that an engine failed, and when it may be asked again.

    Times are seconds of a clock that never steps back.
    """

    def __init__(self, first: float = FIRST_PAUSE, longest: float = LONGEST_PAUSE) -> None:
        self._first = first
        self._longest = longest
        self._lock = Lock()
        self._failures = 0
        self._until = 0.0

    @property
    def failures(self) -> int:
        """How often the engine failed since it last answered."""
        return self._failures

    def allows(self) -> bool:
        """Tell whether the engine may be asked now. After a pause one caller tries, and the others wait for it."""
        with self._lock:
            now = time.monotonic()
            if now < self._until:
                return False
            if self._failures:
                self._until = now + self._first
            return True

    def fail(self, error: EngineFailed) -> None:
        """Note a failure, in one line of the log."""
        if not error.rests:
            # An error of ours, unlike a server that is down: the same search will fail again.
            logger.error("The outside search engine cannot answer this search, the process does: %s", error)
            return
        with self._lock:
            self._failures += 1
            pause = min(self._longest, self._first * 2 ** (self._failures - 1))
            self._until = time.monotonic() + pause
        logger.warning("The outside search engine does not answer, it is not asked for %.0f s: %s", pause, error)

    def succeed(self) -> None:
        """Note an answer."""
        if self._failures:
            with self._lock:
                self._failures = 0
                self._until = 0.0
            logger.warning("The outside search engine answers again.")
