"""Writes the log in batches beside requests: a request only puts a value into memory.

A full memory drops what comes, and a process that is killed loses what it had not written. A log of what many people
search can bear both; a reader who waits for it cannot.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Sequence
from multiprocessing.util import Finalize
from threading import Event, Lock, Thread

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from search import catalogue as catalogues
from search import index_version
from search.finding.results import find
from search.log import keeping
from search.log.visits import Visit
from search.memory.engine import ENGINE
from search.models import LogEntry, LogWord
from search.terms import concepts

logger = logging.getLogger(__name__)

MOST_WAITING = 2_000


class Writer:
    """Keeps what waits to be written, and a thread that writes it every ``seconds``; without a thread for 0.

    The thread begins with the first value, in whichever process that is: a server's workers each have one.
    """

    def __init__(self, *, seconds: float, most: int = MOST_WAITING) -> None:
        self._seconds = seconds
        self._most = most
        self._waiting: deque[Visit] = deque()
        self._dropped = 0
        self._starting = Lock()
        self._writing = Lock()
        self._thread: Thread | None = None
        self._stopped = Event()
        self._ends_with_process: int | None = None

    def put(self, visit: Visit | None) -> None:
        """Keep a value until it is written; drop it when too many wait. Never waits and never raises."""
        if visit is None:
            return
        if len(self._waiting) >= self._most:
            self._dropped += 1
            return
        self._waiting.append(visit)
        if self._seconds and (self._thread is None or not self._thread.is_alive()):
            self._start()

    def flush(self) -> int:
        """Write all that waits, in one transaction, and return how many values those were."""
        with self._writing:
            visits = [self._waiting.popleft() for _ in range(len(self._waiting))]
            dropped, self._dropped = self._dropped, 0
            if dropped:
                logger.warning("The search log was full: %d entries were dropped.", dropped)
            if visits:
                write(visits)
            return len(visits)

    def stop(self) -> None:
        """End the thread and write what still waits; called when the process ends."""
        self._stopped.set()
        self._try_to_flush()

    def _start(self) -> None:
        with self._starting:
            if self._stopped.is_set() or (self._thread is not None and self._thread.is_alive()):
                return
            if self._ends_with_process != os.getpid():
                # Workers that a server has forked leave without atexit, but not without this; others run it too.
                Finalize(None, self.stop, exitpriority=1)
                self._ends_with_process = os.getpid()
            thread = Thread(target=self._run, name="search log", daemon=True)
            try:
                thread.start()
            except RuntimeError:
                # A system without a thread to spare tries again with the next value.
                logger.warning("The search log could not start its thread.")
            else:
                self._thread = thread

    def _run(self) -> None:
        while not self._stopped.wait(self._seconds):
            self._try_to_flush()

    def _try_to_flush(self) -> None:
        """Write; what goes wrong is told, loses this batch and does not end the thread."""
        try:
            self.flush()
        except Exception:
            logger.exception("A part of the search log was not written.")
        finally:
            connection.close()


WRITER = Writer(seconds=settings.SEARCH_LOG_SECONDS)
"""The writer of this process."""


def write(visits: Sequence[Visit]) -> None:
    catalogue = catalogues.current()
    at = index_version.read()
    known = concepts.current(catalogue, at)
    reader = ENGINE.reader(catalogue, at, now=timezone.now())
    read = [keeping.read(visit.criteria.words, known, reader) for visit in visits]
    entries = [_make_entry(visit, hidden_words=words.dropped) for visit, words in zip(visits, read, strict=True)]
    with transaction.atomic():
        pairs = list(zip(entries, read, strict=True))
        kept = keeping.choose((entry.day, word) for entry, words in pairs for word in words.words)
        for entry, words in pairs:
            entry.hidden_words += sum(word.text not in kept for word in words.words)
        LogEntry.objects.bulk_create(entries)
        LogWord.objects.bulk_create(
            LogWord(entry=entry, word=word.text, found=word.found)
            for entry, words in pairs
            for word in words.words
            if word.text in kept
        )


def _make_entry(visit: Visit, *, hidden_words: int) -> LogEntry:
    """Return the entry of a visit, with the place of an opened page among its hits, from 1."""
    criteria, position = visit.criteria, None
    if visit.page_id is not None:
        # The address of the results came with the request: only what the search makes of it is known to be codes.
        results = find(visit.criteria)
        first = (results.page - 1) * catalogues.current().page_size + 1
        places = (place for place, hit in enumerate(results.hits, start=first) if hit.page_id == visit.page_id)
        criteria, position = results.criteria, next(places, None)
    return LogEntry(
        day=visit.day,
        kind=visit.kind,
        language=visit.language,
        full=visit.full,
        partial=visit.partial,
        selections={facet: sorted(codes) for facet, codes in criteria.selections.items() if codes},
        hidden_words=hidden_words,
        page_id=visit.page_id,
        position=position,
    )
