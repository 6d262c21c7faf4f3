"""Reads beforehand what the first search, suggestions and similar pages of a process would wait for."""

from __future__ import annotations

import gc
import logging
from threading import Thread

from django.db import connection
from django.utils import timezone

from search.criteria import Criteria
from search.finding.results import find
from search.finding.similar import similar
from search.finding.suggestions import suggest

logger = logging.getLogger(__name__)

ANY_WORD = "palveluj"
"""Neither a word nor found, so that the spellings are made too."""
NO_PAGE = 0


def begin() -> None:
    """Begin to read the index and dictionaries beside the server's start, in a thread that nobody waits for."""
    Thread(target=warm, name="search warming", daemon=True).start()


def warm() -> None:
    """Search and suggest once; what goes wrong is logged, and the first reader's request tries again."""
    began = timezone.now()
    try:
        find(Criteria(words=ANY_WORD))
        suggest(ANY_WORD[:2])
        similar(NO_PAGE, limit=1)
        # What has been read stays: the garbage collector need not walk through it in the middle of a request.
        gc.freeze()
        logger.info("The search is ready after %.1f s.", (timezone.now() - began).total_seconds())
    except Exception:
        logger.exception("The search could not be made ready; the first request will.")
    finally:
        connection.close()
