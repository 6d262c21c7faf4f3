"""Reads beforehand what the first search, suggestions and similar pages of a process would wait for."""

from __future__ import annotations

import gc
import logging
from threading import Lock

from django.utils import timezone

from search.criteria import Criteria
from search.finding.results import find
from search.finding.similar import similar
from search.finding.suggestions import suggest

logger = logging.getLogger(__name__)

ANY_WORD = "palveluj"
"""Neither a word nor found, so that the spellings are made too."""
NO_PAGE = 0


class Warming:
    """Whether this process has read what searches need. A reading that fails is made up for by the next who asks."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._done = False

    def warm(self) -> bool:
        """Search and suggest once unless that is done; say whether it is. What goes wrong is logged."""
        with self._lock:
            if not self._done:
                self._done = _read()
            return self._done


def _read() -> bool:
    began = timezone.now()
    try:
        find(Criteria(words=ANY_WORD))
        suggest(ANY_WORD[:2])
        similar(NO_PAGE, limit=1)
    except Exception as error:
        logger.error("The search is not ready: %s: %s", type(error).__name__, error)
        return False
    # What has been read stays: the garbage collector need not walk through it in the middle of a request.
    gc.freeze()
    logger.info("The search is ready after %.1f s.", (timezone.now() - began).total_seconds())
    return True


WARMING = Warming()
"""That of this process."""
