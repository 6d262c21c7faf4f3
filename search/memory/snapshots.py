"""The documents as one process knows them: read from the database when their stamps change, kept between requests."""

from __future__ import annotations

import gc
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, starmap
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from search import index_version
from search.batches import in_batches
from search.catalogue import Catalogue
from search.index_version import IndexVersion
from search.memory.segments import DocumentRow, Segment
from search.memory.term_dictionary import TermDictionary, WordsMissing
from search.models import Document

logger = logging.getLogger(__name__)

FEW_CHANGES = 100
"""Changed documents that always stand in a segment of their own before they are folded into the large one."""
MOST_CHANGED = 0.05
"""The share of the large segment that may be changed before they are."""
DOCUMENTS_A_QUERY = 400
ROWS_AT_ONCE = 1_000
"""Documents that are fetched together of those that one statement reads."""
TRIES = 8
"""How often documents are read again because they changed while being read."""

RANKING = ("page_id", "stamp", "expires_at", "words", "postings", "length")
"""Columns of a DocumentRow without which there is none."""
COUNTING = (*RANKING, "values", "sort_keys")
QUOTING = (*COUNTING, "stream")
COLUMNS = (*QUOTING, "page__title")
"""All its columns, in its order."""


class ChangedMeanwhile(Exception):
    """A document is no longer the one that the list of stamps named."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All findable documents at one moment: a large segment, a small one of what changed since, and what is gone.

    Never changed; a newer state is a new snapshot that shares the large segment.
    """

    stamp: int | None
    known: Mapping[int, int]
    """The stamp of each document, by the key of its page."""
    base: Segment
    gone: NDArray[np.bool_]
    """Of each document of the large segment whether it was replaced or removed."""
    changed: Mapping[int, DocumentRow]
    delta: Segment
    ranks: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    """Ranks of text sort keys over both segments, computed when first asked for."""

    @property
    def segments(self) -> tuple[Segment, Segment]:
        return (self.base, self.delta)

    def alive(self, now: datetime) -> NDArray[np.bool_]:
        """Tell of each document of both segments whether it is findable at that moment."""
        expires = np.concatenate([segment.expires for segment in self.segments])
        return np.concatenate([~self.gone, np.ones(self.delta.size, bool)]) & (expires > now.timestamp())

    def rank(self, sort: str) -> NDArray[np.float64]:
        if sort not in self.ranks:
            keys = [*self.base.text_keys[sort], *self.delta.text_keys[sort]]
            rank_of = {key: rank for rank, key in enumerate(sorted(set(keys)))}
            self.ranks[sort] = np.array([rank_of[key] for key in keys], np.float64)
        return self.ranks[sort]


class Snapshots:
    """Keeps the newest snapshot of one catalogue for all threads of the process."""

    def __init__(self, catalogue: Catalogue, term_dictionary: TermDictionary) -> None:
        self._catalogue = catalogue
        self.term_dictionary = term_dictionary
        self._lock = Lock()
        empty = Segment.from_rows([], term_dictionary=term_dictionary, catalogue=catalogue)
        self._empty = Snapshot(stamp=None, known={}, base=empty, gone=np.zeros(0, bool), changed={}, delta=empty)
        self._kept = self._empty

    def current(self, version: IndexVersion) -> Snapshot:
        """Return the documents as they are at the version or later.

        What is read inside a transaction may be undone: such a snapshot is used once and not kept.
        """
        kept = self._kept
        if version.documents is not None and kept.stamp == version.documents:
            return kept
        if index_version.is_uncommitted():
            return self._read(kept, version)
        with self._lock:
            kept = self._kept
            if version.documents is None or kept.stamp != version.documents:
                # Another thread may have read a later state than the one that this request saw: it asks again.
                version = index_version.read()
                kept = self._kept = kept if kept.stamp == version.documents else self._read(kept, version)
            return kept

    def _read(self, before: Snapshot, version: IndexVersion) -> Snapshot:
        """Return a snapshot of the database as it is, reading only what differs from ``before``.

        The list of stamps is one statement, so it is one state of the index; the documents read after it have to be
        those that it names, else everything is read again.
        """
        for _ in range(TRIES):
            listed = dict(Document.objects.filter(findable=True).values_list("page_id", "stamp"))
            try:
                return self._combine(before, version.documents, listed)
            except (ChangedMeanwhile, WordsMissing):
                version = index_version.read()
        logger.warning("The search index changes faster than it can be read; results may be a moment old.")
        return before

    def _combine(self, before: Snapshot, stamp: int | None, listed: Mapping[int, int]) -> Snapshot:
        """Return the snapshot of ``listed``, pages with their documents' stamps. Raises ChangedMeanwhile."""
        fresh = {page_id for page_id, stamp_ in listed.items() if before.known.get(page_id) != stamp_}
        changed = {key: row for key, row in before.changed.items() if key in listed and key not in fresh}
        rows = _check(read_documents(fresh, everything=2 * len(fresh) > len(listed)), fresh, listed)

        base = before.base
        stays = [key in listed and key not in fresh and key not in changed for key in base.page_ids.tolist()]
        gone = ~np.array(stays, bool)
        few = max(FEW_CHANGES, MOST_CHANGED * base.size)
        with _collector_at_rest() if len(fresh) > FEW_CHANGES else nullcontext():
            if len(fresh) + len(changed) > few or gone.sum() > few:
                added = self._make(chain(changed.values(), rows))
                base = base.without(gone, added=added, catalogue=self._catalogue) if any(stays) else added
                # Else the first phrase that somebody asks for would wait for it.
                base.places.passed_by(self.term_dictionary.function_words())
                return Snapshot(stamp, listed, base, np.zeros(base.size, bool), {}, self._empty.delta)
            changed |= {row.page_id: row for row in rows}
            return Snapshot(stamp, listed, base, gone, changed, self._make(changed.values()))

    def _make(self, rows: Iterable[DocumentRow]) -> Segment:
        return Segment.from_rows(rows, term_dictionary=self.term_dictionary, catalogue=self._catalogue)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep the garbage collector from walking through all that is read, again and again while it is read and later.

    An index is hundreds of thousands of objects without a cycle, which live as long as the process.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _check(rows: Iterable[DocumentRow], wanted: Collection[int], listed: Mapping[int, int]) -> Iterator[DocumentRow]:
    """Yield the wanted rows. Raises ChangedMeanwhile where one is missing or has another stamp than the one listed."""
    read = 0
    for row in rows:
        if row.page_id in wanted:
            if row.stamp != listed[row.page_id]:
                raise ChangedMeanwhile
            read += 1
            yield row
    if read != len(wanted):
        raise ChangedMeanwhile


def read_documents(
    page_ids: Iterable[int], columns: Sequence[str] = COLUMNS, *, everything: bool = False
) -> Iterator[DocumentRow]:
    """Read documents by the keys of their pages, or all at once; some or all of the columns."""
    findable = Document.objects.filter(findable=True).values_list(*columns)
    if everything:
        # One statement, so all are of one moment: where documents change all the time, reading parts would never end.
        yield from starmap(DocumentRow, findable.iterator(chunk_size=ROWS_AT_ONCE))
        return
    for some in in_batches(page_ids, DOCUMENTS_A_QUERY):
        yield from starmap(DocumentRow, findable.filter(page_id__in=some))
