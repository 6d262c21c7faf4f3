"""Pages that are about the same: shared concepts and words, each weighted by its rarity, whatever the length."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from threading import Lock

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from search import catalogue as catalogues
from search import index_version
from search.analysis.function_words import EVERY
from search.catalogue import Catalogue
from search.findable import Entry
from search.memory.engine import DECIMALS, ENGINE
from search.memory.segments import Segment, read_postings
from search.memory.snapshots import Snapshot
from search.memory.term_dictionary import TermDictionary
from search.memory.texts import read_word, read_words
from search.terms import concepts, words
from search.terms.concepts import reader_language
from search.terms.words import CLASSIFIED, NAMED

COMPARED_TERMS = 80
"""Terms of a page by which it is compared, beside its concepts: the weightiest that another page has too."""
CONCEPTS_SHARE = 0.4
"""What concepts are of the similarity of two pages that have some; words are the rest. Apart, because a few words in a
rare language, or one long text, would else outweigh what curators and writers say that a page is about."""
SHOWN_CONCEPTS = 3
POSTINGS_AT_ONCE = 1_000_000

NO_TERM = -1
"""Of a word that says nothing of what a page is about."""

TermNumbers = NDArray[np.int32]
"""Numbers of base forms and of keys of concepts, in the order in which they were met."""
Weights = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Similar:
    """A page that is similar, from 0 to 1, with the labels of the concepts that both have.

    They are the few that weigh most, the weightiest first. Shared words are not told: most are no name of anything.
    """

    page_id: int
    score: float
    concepts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Profile:
    """What is compared: terms, each once, with how often they stand there, weighted by field."""

    terms: TermNumbers
    counts: Weights


@dataclass(frozen=True, slots=True)
class _Cells:
    """Terms at documents, each pair once, with how often; a term's documents stand together in one of these."""

    terms: TermNumbers
    doc_ids: NDArray[np.int64]
    counts: Weights


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A segment ready to compare: ``frequencies`` tells by term in how many documents it stands, gone ones too.

    ``lengths`` are those of the documents' vectors, in a row for words and one for concepts; ``size`` is the number of
    documents that rarity was counted in.
    """

    segment: Segment
    frequencies: NDArray[np.int64]
    lengths: Weights
    size: int
    is_concept: NDArray[np.bool_]
    """Of each term that has a frequency."""


def similar(
    to: int | Entry,
    *,
    without: Collection[int] = (),
    limit: int,
    floor: float = 0.0,
    catalogue: Catalogue | None = None,
    now: datetime | None = None,
) -> tuple[Similar, ...]:
    """Return the findable pages that are most similar to one, or to texts and concepts that stand on no page yet.

    The page itself, given by its key, is left out, and so are those ``without``. None is less similar than ``floor``;
    none at all for a page that is not findable. Takes one query as long as nothing has changed.
    """
    catalogue = catalogue or catalogues.current()
    comparison = _ProfileComparison(catalogue, now or timezone.now())
    if isinstance(to, Entry):
        return comparison.compare(comparison.profile_of_entry(to), without=without, limit=limit, floor=floor)
    profile = comparison.profile_of_page(to)
    if profile is None:
        return ()
    return comparison.compare(profile, documents=2, without={to, *without}, limit=limit, floor=floor)


class _SimilarityCache:
    """Keeps for all threads what comparing needs of one catalogue's documents and one term dictionary."""

    def __init__(self, catalogue: Catalogue, term_dictionary: TermDictionary) -> None:
        self._term_dictionary = term_dictionary
        self._vocabularies = tuple(f"{catalogue.facet(name).vocabulary}:" for name in catalogue.similar_by)
        self._lock = Lock()
        self.names: list[str] = []
        """The base form or the marked concept key of each term that some document has had."""
        self.numbers: dict[str, int] = {}
        self._terms: TermNumbers = np.empty(0, np.int32)
        self._kept: tuple[_Weighed, ...] = ()

    def _read_terms(self, snapshot: Snapshot) -> None:
        """Read the words of a snapshot's documents. They mean the same in every transaction, so all are kept."""
        size = max((int(segment.words[-1]) + 1 for segment in snapshot.segments if len(segment.words)), default=0)
        more = [self._read_term(ordinal) for ordinal in range(len(self._terms), size)]
        if more:
            self._terms = np.concatenate([self._terms, np.array(more, np.int32)])

    def _read_term(self, ordinal: int) -> int:
        (surface,) = self._term_dictionary.surfaces([ordinal])
        text = self.text_of(surface, self._term_dictionary.bases(ordinal))
        if not text:
            return NO_TERM
        if text not in self.numbers:
            self.numbers[text] = len(self.names)
            self.names.append(text)
        return self.numbers[text]

    def text_of(self, surface: str, bases: Sequence[str]) -> str:
        """Return what a word counts as: its first base form, a marked concept key, or "" when it says too little."""
        if surface.startswith(CLASSIFIED):
            return surface if surface.removeprefix(CLASSIFIED).startswith(self._vocabularies) else ""
        if not bases or surface.startswith(NAMED) or surface in EVERY or not any(map(str.isalpha, surface)):
            return ""
        return bases[0]

    def weigh(self, snapshot: Snapshot) -> tuple[tuple[_Weighed, ...], TermNumbers]:
        """Return both segments ready to compare, and the term of each word by its ordinal.

        The large one is weighed alone and only once, the small one among all: until the next folding the rarity of
        words in the large one is that of the time when it was made.
        """
        base, delta = snapshot.segments
        with self._lock:
            if tuple(one.segment for one in self._kept) != snapshot.segments:
                self._read_terms(snapshot)
                is_concept = np.array([name.startswith(CLASSIFIED) for name in self.names], bool)
                known = self._kept and self._kept[0].segment is base
                before = self._kept[0] if known else _weigh(base, self._terms, is_concept, None)
                self._kept = (before, _weigh(delta, self._terms, is_concept, before))
            return self._kept, self._terms


_cache_of = cache(_SimilarityCache)


def _weigh(segment: Segment, terms: TermNumbers, is_concept: NDArray[np.bool_], before: _Weighed | None) -> _Weighed:
    """Weigh the documents of a segment, by the rarity of terms in it and in the one ``before``."""
    frequencies = np.zeros(int(terms.max(initial=NO_TERM)) + 1, np.int64)
    size = segment.size
    if before is not None:
        frequencies[: len(before.frequencies)] += before.frequencies
        size += before.segment.size
    squares = np.zeros((2, segment.size))
    for cells in _cells(segment, terms[segment.words]):
        found, counts = np.unique(cells.terms, return_counts=True)
        frequencies[found] += counts
        weights = _damp(cells.counts) * _rarity(frequencies[cells.terms], size)
        squares += _sum_apart(is_concept[cells.terms], cells.doc_ids, weights**2, segment.size)
    return _Weighed(
        segment=segment, frequencies=frequencies, lengths=np.sqrt(squares), size=size, is_concept=is_concept
    )


def _sum_apart(is_concept: NDArray[np.bool_], doc_ids: NDArray[np.int64], weights: Weights, size: int) -> Weights:
    """Return the sums of weights by document, in a row for words and one for concepts."""
    rows = np.where(is_concept, size, 0)
    return np.bincount(doc_ids + rows, weights=weights, minlength=2 * size).reshape(2, size)


def _cells(segment: Segment, term_of: TermNumbers) -> Iterator[_Cells]:
    """Yield the terms of a segment's words at its documents; those of some terms at a time, so that few are held."""
    order = np.argsort(term_of, kind="stable")
    order = order[term_of[order] != NO_TERM]
    sorted_terms = term_of[order]
    lengths = np.diff(segment.starts)[order]
    read = np.concatenate([[0], np.cumsum(lengths)])
    begins = np.flatnonzero(np.diff(sorted_terms, prepend=NO_TERM))
    first = 0
    while first < len(order):
        # The words of one term stay together: the next piece begins where a term does.
        wanted = np.searchsorted(read, read[first] + POSTINGS_AT_ONCE)
        next_ = np.searchsorted(begins, max(wanted, first + 1))
        last = int(begins[next_]) if next_ < len(begins) else len(order)
        chosen, some = order[first:last], lengths[first:last]
        places = np.arange(int(some.sum())) + np.repeat(segment.starts[chosen] - (np.cumsum(some) - some), some)
        pairs = np.repeat(sorted_terms[first:last], some).astype(np.int64) * segment.size
        pairs += segment.postings.doc_ids[places]
        distinct, inverse = np.unique(pairs, return_inverse=True)
        found, doc_ids = np.divmod(distinct, segment.size)
        yield _Cells(found.astype(np.int32), doc_ids, np.bincount(inverse, weights=segment.weighted[places]))
        first = last


def _damp(counts: Weights) -> Weights:
    """Return how much occurrences say: the second less than the first."""
    return 1 + np.log(counts)


def _rarity(frequencies: NDArray[np.int64], size: int) -> Weights:
    """Return how much it says that two documents share a term: next to nothing where nearly all have it."""
    return np.log((size + 1) / np.minimum(np.maximum(frequencies, 1), size))


class _ProfileComparison:
    def __init__(self, catalogue: Catalogue, now: datetime) -> None:
        at = index_version.read()
        self._catalogue = catalogue
        self._snapshot = ENGINE.snapshot(catalogue, at)
        self._known = concepts.current(catalogue, at)
        self._kept = _cache_of(catalogue, ENGINE.term_dictionary)
        self._weighed, self._terms = self._kept.weigh(self._snapshot)
        self._alive = self._snapshot.alive(now)
        self._frequencies = self._weighed[-1].frequencies
        self._is_concept = self._weighed[-1].is_concept
        self._size = max(self._weighed[-1].size, 1)

    def profile_of_page(self, page_id: int) -> _Profile | None:
        """Return what a page's document says; None for a page that is not findable."""
        offset = 0
        for segment in self._snapshot.segments:
            for doc_id in np.flatnonzero(segment.page_ids == page_id).tolist():
                if self._alive[offset + doc_id]:
                    places = np.flatnonzero(segment.postings.doc_ids == doc_id)
                    owners = np.searchsorted(segment.starts, places, side="right") - 1
                    return _join(self._terms[segment.words[owners]], segment.weighted[places])
            offset += segment.size
        return None

    def profile_of_entry(self, entry: Entry) -> _Profile:
        """Return what texts and concepts say, in words that some document has."""
        analyser = words.analyser()
        (read,) = read_words([entry], self._catalogue, analyser=analyser, names=self._known.names)
        bases = [read_word(key, analyser).bases for key in read.keys]
        texts = [self._kept.text_of(surface, own) for (surface, _), own in zip(read.keys, bases, strict=True)]
        terms = np.array([self._kept.numbers.get(text, NO_TERM) for text in texts], np.int32)
        # A word that another transaction has brought is in no document of this snapshot.
        terms[terms >= len(self._frequencies)] = NO_TERM
        postings = read_postings(read.postings)
        weights = np.array([field.weight for field in self._catalogue.fields])
        counted = postings.counts > 0
        counts = weights[postings.fields[counted]] * postings.counts[counted]
        return _join(terms[postings.words[counted]], counts)

    def compare(
        self, profile: _Profile, *, documents: int = 1, without: Collection[int], limit: int, floor: float
    ) -> tuple[Similar, ...]:
        """Return the most similar documents, equal ones by the key of their page.

        Terms that fewer than ``documents`` have are not looked for: those that only the profile's own page has.
        """
        weights = _damp(profile.counts) * _rarity(self._frequencies[profile.terms], self._size)
        of_concepts = self._is_concept[profile.terms]
        lengths = np.sqrt([(weights[~of_concepts] ** 2).sum(), (weights[of_concepts] ** 2).sum()])
        shared = np.flatnonzero(self._frequencies[profile.terms] >= documents)
        is_concept = of_concepts[shared]
        chosen = np.union1d(shared[np.argsort(-weights[shared], kind="stable")[:COMPARED_TERMS]], shared[is_concept])
        weight_of = np.zeros(len(self._frequencies))
        weight_of[profile.terms[chosen]] = weights[chosen]

        found: list[tuple[float, int, dict[int, float]]] = []
        offset = 0
        for weighed in self._weighed:
            alive = self._alive[offset : offset + weighed.segment.size]
            offset += weighed.segment.size
            found += self._compare_with(weighed, weight_of, lengths, alive, without, limit, floor)
        found.sort(key=lambda one: (-one[0], one[1]))
        return tuple(self._tell(page_id, score, gains) for score, page_id, gains in found[:limit])

    def _compare_with(
        self,
        weighed: _Weighed,
        weight_of: Weights,
        lengths: Weights,
        alive: NDArray[np.bool_],
        without: Collection[int],
        limit: int,
        floor: float,
    ) -> Iterator[tuple[float, int, dict[int, float]]]:
        """Yield the best documents of a segment: score, page, and by term what it adds."""
        segment = weighed.segment
        of_words = self._terms[segment.words]
        asked = np.full(len(of_words), NO_TERM, np.int32)
        says = of_words != NO_TERM
        asked[says] = np.where(weight_of[of_words[says]] > 0, of_words[says], NO_TERM)
        pieces = [
            (cells, weight_of[cells.terms] * _damp(cells.counts) * _rarity(self._frequencies[cells.terms], self._size))
            for cells in _cells(segment, asked)
        ]
        dots = np.zeros((2, segment.size))
        for cells, gains in pieces:
            dots += _sum_apart(self._is_concept[cells.terms], cells.doc_ids, gains, segment.size)
        products = lengths[:, np.newaxis] * weighed.lengths
        cosines = np.divide(dots, products, out=np.zeros_like(dots), where=products > 0)
        share = CONCEPTS_SHARE if lengths[1] else 0.0
        scores = np.round((1 - share) * cosines[0] + share * cosines[1], DECIMALS)
        scores[~alive | np.isin(segment.page_ids, list(without))] = 0.0
        fit = np.flatnonzero((scores > 0) & (scores >= floor))
        for doc_id in fit[np.lexsort((segment.page_ids[fit], -scores[fit]))][:limit].tolist():
            own: dict[int, float] = {}
            for cells, gains in pieces:
                here = cells.doc_ids == doc_id
                own |= zip(cells.terms[here].tolist(), gains[here].tolist(), strict=True)
            yield float(min(scores[doc_id], 1.0)), int(segment.page_ids[doc_id]), own

    def _tell(self, page_id: int, score: float, gains: dict[int, float]) -> Similar:
        language = reader_language()
        names = (self._kept.names[term] for term in sorted(gains, key=lambda term: (-gains[term], term)))
        keys = [name.removeprefix(CLASSIFIED) for name in names if name.startswith(CLASSIFIED)]
        return Similar(page_id, score, tuple(self._known.label(key, language) for key in keys[:SHOWN_CONCEPTS]))


def _join(terms: TermNumbers, counts: Weights) -> _Profile:
    says = terms != NO_TERM
    distinct, inverse = np.unique(terms[says], return_inverse=True)
    return _Profile(distinct, np.bincount(inverse, weights=counts[says], minlength=len(distinct)).astype(np.float64))
