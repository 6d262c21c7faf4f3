"""The documents as one process knows them: read from the database when their stamps change, kept between requests."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from search import stamps
from search.catalogue import Catalogue
from search.lexicon import Lexicon, WordsMissing
from search.models import Document
from search.segments import DocumentRow, Segment
from search.stamps import Stamps

logger = logging.getLogger(__name__)

FEW_CHANGES = 500
"""Changed documents that stand in a segment of their own before they are folded into the large one."""
MOST_CHANGED = 0.05
"""The share of the large segment that may have been replaced."""
DOCUMENTS_A_QUERY = 400
TRIES = 8
"""How often documents are read again because they changed while being read."""

COLUMNS = ("page_id", "stamp", "expires_at", "words", "postings", "stream", "length", "values", "sort_keys")


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
        """The large and the small segment."""
        return (self.base, self.delta)

    def rank(self, sort: str) -> NDArray[np.float64]:
        """Return the rank of each document's key in a sort by text."""
        if sort not in self.ranks:
            keys = [*self.base.text_keys[sort], *self.delta.text_keys[sort]]
            rank_of = {key: rank for rank, key in enumerate(sorted(set(keys)))}
            self.ranks[sort] = np.array([rank_of[key] for key in keys], np.float64)
        return self.ranks[sort]


class Snapshots:
    """Keeps the newest snapshot of one catalogue for all threads of the process."""

    def __init__(self, catalogue: Catalogue, lexicon: Lexicon) -> None:
        self._catalogue = catalogue
        self.lexicon = lexicon
        self._lock = Lock()
        empty = Segment.from_rows([], lexicon=lexicon, catalogue=catalogue)
        self._empty = Snapshot(stamp=None, known={}, base=empty, gone=np.zeros(0, bool), changed={}, delta=empty)
        self._kept = self._empty

    def current(self, now: Stamps) -> Snapshot:
        """Return the documents as they are at the stamps or later.

        What is read inside a transaction may be undone: such a snapshot is used once and not kept.
        """
        kept = self._kept
        if now.documents is not None and kept.stamp == now.documents:
            return kept
        if stamps.is_uncommitted():
            return self._read(kept, now)
        with self._lock:
            kept = self._kept
            if now.documents is None or kept.stamp != now.documents:
                # Another thread may have read a later state than the one that this request saw: it asks again.
                now = stamps.read()
                kept = self._kept = kept if kept.stamp == now.documents else self._read(kept, now)
            return kept

    def _read(self, before: Snapshot, now: Stamps) -> Snapshot:
        """Return a snapshot of the database as it is, reading only what differs from ``before``.

        The list of stamps is one statement, so it is one state of the index; the documents read after it have to be
        those that it names, else everything is read again.
        """
        for _ in range(TRIES):
            listed = dict(Document.objects.filter(findable=True).values_list("page_id", "stamp"))
            wanted = [page_id for page_id, stamp in listed.items() if before.known.get(page_id) != stamp]
            try:
                rows = list(_read_documents(wanted, everything=len(wanted) * 2 > len(listed)))
                return self._combine(before, now.documents, listed, {row.page_id: row for row in rows})
            except (ChangedMeanwhile, WordsMissing):
                now = stamps.read()
        logger.warning("The search index changes faster than it can be read; results may be a moment old.")
        return before

    def _combine(
        self, before: Snapshot, stamp: int | None, listed: Mapping[int, int], rows: Mapping[int, DocumentRow]
    ) -> Snapshot:
        """Return the snapshot of ``listed``. Raises ChangedMeanwhile where a row that was read has another stamp."""
        known = dict(before.known)
        for page_id in known.keys() - listed.keys():
            del known[page_id]
        known |= {page_id: row.stamp for page_id, row in rows.items() if page_id in listed}
        if known != listed:
            raise ChangedMeanwhile
        fresh = [page_id for page_id, stamp_ in listed.items() if before.known.get(page_id) != stamp_]
        changed = {page_id: row for page_id, row in before.changed.items() if page_id in listed}
        changed |= {page_id: rows[page_id] for page_id in fresh}

        base = before.base
        stays = np.array([page_id in listed and page_id not in changed for page_id in base.page_ids.tolist()], bool)
        gone = ~stays
        if len(changed) > FEW_CHANGES or len(changed) + int(gone.sum()) > MOST_CHANGED * base.size:
            added = Segment.from_rows(list(changed.values()), lexicon=self.lexicon, catalogue=self._catalogue)
            base = base.without(gone, added=added, catalogue=self._catalogue) if stays.any() else added
            return Snapshot(stamp, known, base, np.zeros(base.size, bool), {}, self._empty.delta)
        delta = Segment.from_rows(list(changed.values()), lexicon=self.lexicon, catalogue=self._catalogue)
        return Snapshot(stamp, known, base, gone, changed, delta)


def _read_documents(page_ids: Iterable[int], *, everything: bool) -> Iterator[DocumentRow]:
    """Read documents by the keys of their pages, or all at once."""
    findable = Document.objects.filter(findable=True)
    if everything:
        for row in findable.values_list(*COLUMNS).iterator(chunk_size=1_000):
            yield DocumentRow(*row)
        return
    wanted = iter(page_ids)
    while some := list(islice(wanted, DOCUMENTS_A_QUERY)):
        for row in findable.filter(page_id__in=some).values_list(*COLUMNS):
            yield DocumentRow(*row)
