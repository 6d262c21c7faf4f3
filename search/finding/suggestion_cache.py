"""What suggestions keep between requests: words, titles and spellings by how they begin."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from search.analysis.function_words import EVERY
from search.analysis.tokens import tokenise
from search.catalogue import Catalogue
from search.memory.places import ranges
from search.memory.segments import Segment
from search.memory.snapshots import Snapshot
from search.memory.term_dictionary import TermDictionary
from search.terms import words
from search.terms.concepts import Concepts
from search.terms.engine import TermKind
from search.terms.prefixes import Prefixes
from search.terms.words import CLASSIFIED, NAMED, combine

KnownTerms = Mapping[TermKind, Prefixes]
"""The surfaces, base forms and parts of the words that the process knows; owners are ordinals of words."""


@dataclass(frozen=True, slots=True)
class SegmentTitles:
    """What suggestions need of a segment, in parallel arrays: a word of a title and the doc id.

    ``whole`` has the titles themselves, and ``counts`` for each of the segment's words the documents that have it.
    """

    segment: Segment
    ordinals: NDArray[np.int64]
    doc_ids: NDArray[np.int64]
    whole: Prefixes
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, segment: Segment, field: int) -> SegmentTitles:
        """Read the titles that are shown, the first passage of each document: words as they stand, in names too."""
        titles = np.flatnonzero(segment.passage_fields == field)
        owners, first = np.unique(segment.passage_doc_ids[titles], return_index=True)
        passages = np.append(segment.passage_starts, segment.places.length)
        # The place where a passage starts holds no word.
        starts, ends = passages[titles[first]] + 1, passages[titles[first] + 1]
        # Postings of a word stand in the order of documents, so each document begins where the doc id changes.
        begins = np.diff(segment.postings.doc_ids, prepend=-1) != 0
        begins[segment.starts[:-1]] = True
        return cls(
            segment=segment,
            ordinals=segment.places.stream()[ranges(starts, ends)].astype(np.int64),
            doc_ids=np.repeat(owners, ends - starts).astype(np.int64),
            whole=Prefixes((phrase_of(title), array("i", [doc_id])) for doc_id, title in enumerate(segment.titles)),
            counts=np.add.reduceat(begins, segment.starts[:-1], dtype=np.int64) if len(segment.words) else NOTHING,
        )


NOTHING = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class SnapshotTitles:
    """What suggestions need of a snapshot.

    ``frequencies`` has for each word, by its ordinal, in how many documents it stands, gone ones counted too.
    """

    segments: tuple[SegmentTitles, ...]
    frequencies: NDArray[np.int64]

    @classmethod
    def of(cls, titles: tuple[SegmentTitles, ...]) -> SnapshotTitles:
        """Count the words of the segments together."""
        last = max((int(some.segment.words[-1]) for some in titles if len(some.segment.words)), default=-1)
        frequencies = np.zeros(last + 1, np.int64)
        for some in titles:
            frequencies[some.segment.words] += some.counts
        return cls(titles, frequencies)


@dataclass(frozen=True, slots=True)
class ValueSpelling:
    """A label or synonym of a value of a facet; ``language`` is that of a label, "" of a synonym."""

    facet: str
    key: str
    code: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class ValueSpellings:
    """All spellings of all values; owners of the prefixes are places in ``rows``."""

    concepts: Concepts
    rows: tuple[ValueSpelling, ...]
    whole: Prefixes
    words: Prefixes
    parts: Prefixes
    bases: dict[str, list[int]]
    """Spellings that have a word of this base form or with this part."""

    @classmethod
    def of(cls, known: Concepts, catalogue: Catalogue) -> ValueSpellings:
        """Read the labels and synonyms of the facets' vocabularies."""
        rows = tuple(_spellings(known, catalogue))
        begun: defaultdict[str, array[int]] = defaultdict(partial(array, "i"))
        parts: defaultdict[str, array[int]] = defaultdict(partial(array, "i"))
        bases: defaultdict[str, list[int]] = defaultdict(list)
        for owner, row in enumerate(rows):
            is_name = known.concept(row.key).is_name
            for token in tokenise(row.text):
                begun[token.surface].append(owner)
                for part in token.surface.split("-")[1:]:
                    parts[part].append(owner)
                if is_name or token.surface in EVERY:
                    continue
                reading = combine(words.analyser().analyse(token.surface, row.language or None))
                for base in reading.bases:
                    begun[base].append(owner)
                for part in reading.parts:
                    parts[part].append(owner)
                for term in (*reading.bases, *reading.parts):
                    bases[term].append(owner)
        return cls(
            concepts=known,
            rows=rows,
            whole=Prefixes((phrase_of(row.text), array("i", [owner])) for owner, row in enumerate(rows)),
            words=Prefixes(begun.items()),
            parts=Prefixes(parts.items()),
            bases=bases,
        )


def _spellings(known: Concepts, catalogue: Catalogue) -> Iterator[ValueSpelling]:
    """Yield the spellings of each vocabulary's terms, under the first facet that has the vocabulary."""
    facet_of: dict[str, str] = {}
    for facet in catalogue.facets:
        if facet.vocabulary and facet.listed:
            facet_of.setdefault(facet.vocabulary, facet.name)
    for vocabulary, facet_name in facet_of.items():
        for term in known.vocabulary(vocabulary):
            concept = known.concept(term.key)
            for language, label in concept.labels.items():
                yield ValueSpelling(facet_name, term.key, term.code, label, language)
            for synonym in concept.synonyms:
                yield ValueSpelling(facet_name, term.key, term.code, synonym, "")


def phrase_of(text: str) -> str:
    return " ".join(token.surface for token in tokenise(text))


class SuggestionCache:
    """Keeps for all threads what suggestions of one catalogue need: made when first asked for, or when it changes."""

    def __init__(self, catalogue: Catalogue, term_dictionary: TermDictionary) -> None:
        title_field = [field.name for field in catalogue.fields].index(catalogue.title_field)
        self.term_dictionary = term_dictionary
        self._lock = Lock()
        self._read = dict.fromkeys((TermKind.SURFACE, TermKind.BASE, TermKind.PART), 0)
        self._terms: KnownTerms = dict.fromkeys(self._read, Prefixes())
        # No more than the two segments of one snapshot: they are large.
        read_titles = lru_cache(maxsize=2)(partial(SegmentTitles.of, field=title_field))
        self._titles_of = lru_cache(maxsize=1)(lambda segments: SnapshotTitles.of(tuple(map(read_titles, segments))))
        self._spell = lru_cache(maxsize=1)(partial(ValueSpellings.of, catalogue=catalogue))

    def terms(self) -> KnownTerms:
        """Return the words of the term dictionary. They mean the same in every transaction, so all are kept."""
        with self._lock:
            self._terms = {kind: self._with_more(known, kind) for kind, known in self._terms.items()}
            return self._terms

    def _with_more(self, known: Prefixes, kind: TermKind) -> Prefixes:
        fresh = self.term_dictionary.terms(kind, first=self._read[kind])
        self._read[kind] += len(fresh)
        spoken = [(text, ordinals) for text, ordinals in fresh if not text.startswith((CLASSIFIED, NAMED))]
        return known.with_more(spoken) if spoken else known

    def titles_of(self, snapshot: Snapshot) -> SnapshotTitles:
        with self._lock:
            return self._titles_of(snapshot.segments)

    def spellings(self, known: Concepts) -> ValueSpellings:
        """Return the spellings of all values, made of nothing but the concepts."""
        with self._lock:
            return self._spell(known)


cache_of = cache(SuggestionCache)
"""Return the suggestion cache of a catalogue and a term dictionary."""
