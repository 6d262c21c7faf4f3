"""The engine in Elasticsearch over entries that stand in no database, on a real server."""

from __future__ import annotations

import time

import numpy as np

from search.elasticsearch.engine import ElasticReader
from search.elasticsearch.index import Change, Index, make_body, spell
from search.memory.segments import NUMBER
from search.terms import words
from tests.search.in_memory import NOW, InMemory


class Shelf:
    """One published index that is filled with one corpus after another: making an index takes long."""

    def __init__(self, cluster, catalogue):
        self.index = Index(cluster, catalogue, words.analyser().version)
        self.index.publish(self.index.create())
        self.filled = set()

    def fill(self, bodies):
        gone = dict.fromkeys(self.filled - bodies.keys())
        changes = [Change(key, time.time_ns(), body) for key, body in ({**bodies, **gone}).items()]
        assert self.index.send(changes) == []
        self.filled = set(bodies)


class InElasticsearch(InMemory):
    """Entries by page key on a shelf. ``limits`` are those of the reader."""

    def __init__(self, entries, concepts, catalogue, *, shelf, limits=None, **more):
        self.spelled = {}
        super().__init__(entries, concepts, catalogue, **more)
        self.rows = self.rows_of(entries)
        self.limits = {"timeout": 60.0} | (limits or {})
        self.shelf = shelf
        shelf.fill({key: make_body(row, self.spelled, catalogue) for key, row in self.rows.items()})

    def row(self, key, entry, read):
        row = super().row(key, entry, read)
        ordinals = self.term_dictionary.ordinals(np.frombuffer(row.words, NUMBER))
        for number, ordinal in zip(np.frombuffer(row.words, NUMBER).tolist(), ordinals.tolist(), strict=True):
            surface = self.term_dictionary.surfaces([ordinal])[0]
            self.spelled[number] = spell(surface, *self.terms[number])
        return row

    def reader(self):
        return ElasticReader(
            self.shelf.index,
            self.term_dictionary,
            lambda page_ids, columns: [self.rows[page_id] for page_id in page_ids],
            in_memory=super().reader,
            now=NOW,
            rules=self.rules,
            **self.limits,
        )
