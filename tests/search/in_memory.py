"""The engine over entries that stand in no database, for tests of matching by the thousand."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from search.memory.engine import InProcessReader
from search.memory.segments import NUMBER, DocumentRow, Segment
from search.memory.snapshots import Snapshot
from search.memory.term_dictionary import TermDictionary
from search.memory.texts import read_word, read_words
from search.query import planning
from search.rules import RULES
from search.terms import words
from search.terms.concepts import Concepts

NOW = datetime(2026, 11, 22, tzinfo=UTC)


class InMemory:
    """Entries by page key as a large segment, in which ``old`` ones are replaced, and a small one of ``changed``.

    ``folded`` puts the small segment into the large one.
    """

    def __init__(self, entries, concepts, catalogue, *, rules=RULES, changed=(), old=None, folded=False):
        self.catalogue = catalogue
        self.concepts = Concepts(concepts, words.analyser())
        self.term_dictionary = TermDictionary()
        self.terms = {}
        old = old or {}
        base = {key: entry for key, entry in entries.items() if key not in changed} | old
        rows = self.rows_of(base)
        delta = self.rows_of({key: entries[key] for key in changed})
        base = self.segment(rows)
        gone = np.array([key in changed or key not in entries for key in rows], bool)
        if folded:
            base = base.without(gone, added=self.segment(delta), catalogue=catalogue)
            gone, delta = np.zeros(base.size, bool), {}
        self.snapshot = Snapshot(stamp=1, known={}, base=base, gone=gone, changed=delta, delta=self.segment(delta))
        self.rules = rules

    def segment(self, rows):
        return Segment.from_rows(rows.values(), term_dictionary=self.term_dictionary, catalogue=self.catalogue)

    def reader(self):
        return InProcessReader(self.snapshot, self.term_dictionary, self.catalogue, now=NOW, rules=self.rules)

    def rows_of(self, entries):
        """Return the rows of entries by page key; read together, which takes a fraction of the time."""
        read = read_words(list(entries.values()), self.catalogue, analyser=words.analyser(), names=self.concepts.names)
        return {key: self.row(key, entries[key], own) for key, own in zip(entries, read, strict=True)}

    def row(self, key, entry, read):
        terms = [read_word(word, words.analyser()) for word in read.keys]
        numbers = np.frombuffer(read.words, NUMBER).tolist()
        self.terms |= {
            number: (word[1], one.bases, one.parts)
            for number, word, one in zip(numbers, read.keys, terms, strict=True)
        }
        self.term_dictionary.add(
            [
                (number, *word, " ".join(one.bases), " ".join(one.parts))
                for number, word, one in zip(numbers, read.keys, terms, strict=True)
            ]
        )
        return DocumentRow(
            page_id=key,
            stamp=key,
            expires_at=entry.expires_at,
            words=read.words,
            postings=read.postings,
            stream=read.stream,
            length=read.length,
            values=entry.values,
            sort_keys=entry.sort_keys,
        )

    def search(self, query, *, selections=None, sort="relevance", first=0, count=1000):
        reader = self.reader()
        plan = planning.plan(query, self.concepts, reader, words.analyser())
        return reader.search(plan, selections=selections or {}, sort=sort, first=first, count=count)
