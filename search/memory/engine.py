"""The engine in the process: documents as arrays, scored with numpy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property, partial
from math import log
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from search.catalogue import RELEVANCE, Catalogue
from search.index_version import IndexVersion
from search.memory.number_sets import NumberSet, distinct
from search.memory.segments import NUMBER, Postings, Segment
from search.memory.snapshots import Snapshot, Snapshots
from search.memory.term_dictionary import TermDictionary, TermOrdinals
from search.rules import RULES, Rules
from search.terms.engine import (
    Alternative,
    Answer,
    Match,
    Order,
    OwnPart,
    Plan,
    PlannedWord,
    QueryTerm,
    TermKind,
    WordNumbers,
)
from search.terms.spell_checker import SpellChecker

DocMask = NDArray[np.bool_]
"""Of each document, in the order of the snapshot's segments, yes or no."""
DocValues = NDArray[np.float64]
"""A number of each document, in the same order."""
_Value = TypeVar("_Value", bound=np.generic)

DECIMALS = 9
"""Of scores that are compared: what summing in another order changes must not part two equal ones."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Which documents the words of a query find, and how well."""

    full: DocMask
    partial: DocMask
    score: DocValues
    coverage: DocValues


class InProcessReader:
    """One snapshot without its expired documents. Belongs to one request and one thread."""

    def __init__(
        self,
        snapshot: Snapshot,
        term_dictionary: TermDictionary,
        catalogue: Catalogue,
        *,
        now: datetime,
        rules: Rules = RULES,
    ) -> None:
        self.rules = rules
        self._snapshot = snapshot
        self._term_dictionary = term_dictionary
        self._catalogue = catalogue
        base, delta = snapshot.segments
        self._lengths = np.concatenate([base.lengths, delta.lengths])
        self._page_ids = np.concatenate([base.page_ids, delta.page_ids])
        self._alive: DocMask = snapshot.alive(now)
        self._size = int(np.count_nonzero(self._alive))
        self._weights = np.array([field.weight for field in catalogue.fields], np.float64)
        self._labels_field = [field.name for field in catalogue.fields].index(catalogue.labels_field)
        self._segments = [segment for segment in snapshot.segments if segment.size]
        # Once for each term of this request.
        self._ordinals_of = cache(term_dictionary.find)
        self._frequencies: dict[Alternative, DocValues] = {}
        self._masks: dict[Alternative, DocMask] = {}

    @property
    def size(self) -> int:
        return self._size

    @property
    def average_length(self) -> float:
        """The words of a findable document on average, 1 without documents."""
        return float(self._lengths[self._alive].mean()) if self._size else 1.0

    def prefetch(self, groups: Iterable[Sequence[Alternative]]) -> None:
        """Do nothing: counting here costs no round trip."""

    def frequency(self, alternatives: Sequence[Alternative]) -> int:
        # Counting nonzero bytes is several times faster than adding them.
        return int(np.count_nonzero(self._satisfied(alternatives)))

    def known_values(self, facet: str) -> frozenset[str]:
        return frozenset(code for segment in self._snapshot.segments for code in segment.facets[facet].doc_ids)

    def surfaces(self, numbers: WordNumbers) -> list[str]:
        ordinals = self._term_dictionary.ordinals(numbers)
        known = self._term_dictionary.surfaces(ordinals)
        return [surface if ordinal >= 0 else "" for ordinal, surface in zip(ordinals, known, strict=True)]

    def in_memory(self) -> InProcessReader:
        return self

    def spell_checker(self) -> SpellChecker:
        return self._term_dictionary.spell_checker()

    def matching(self, words: Sequence[PlannedWord], numbers: WordNumbers) -> DocMask:
        wanted = [self._numbers_of(word) for word in words]
        known = distinct(np.concatenate([np.empty(0, NUMBER), *wanted]))
        # One column more than there are known numbers: a word that satisfies none is at -1, the last.
        table = np.zeros((len(words), len(known) + 1), bool)
        for row, own in enumerate(wanted):
            table[row, np.searchsorted(known, own)] = True
        return table[:, NumberSet(known).ordinals(numbers)]

    def _numbers_of(self, word: PlannedWord) -> WordNumbers:
        """Return the numbers of the words that satisfy a word of a query by themselves."""
        terms = {term for one in word.alternatives if one.order is Order.NONE for term in one.terms}
        found = [self._term_dictionary.numbers(self._ordinals_of(term)) for term in terms]
        return np.concatenate([np.empty(0, NUMBER), *found])

    def search(
        self, plan: Plan, *, selections: Mapping[str, tuple[str, ...]], sort: str, first: int, count: int
    ) -> Answer:
        finding = self._find(plan)
        found = finding.full | finding.partial
        selected = {facet: self._select(facet, codes) for facet, codes in selections.items()}
        narrowed = found.copy()
        for mask in selected.values():
            narrowed &= mask
        full = int(np.count_nonzero(narrowed & finding.full))
        order = self._order(finding, np.flatnonzero(narrowed), sort=sort)[first : first + count]
        matches = tuple(
            Match(
                page_id=int(self._page_ids[doc_id]),
                partial=not finding.full[doc_id],
                score=float(finding.score[doc_id]),
                coverage=float(finding.coverage[doc_id]),
            )
            for doc_id in order.tolist()
        )
        return Answer(
            matches=matches,
            full=full,
            partial=int(np.count_nonzero(narrowed)) - full,
            counts={
                facet.name: self._count(facet.name, found, selected)
                for facet in self._catalogue.facets
                if facet.listed
            },
        )

    def doc_ids(self, plan: Plan, selections: Mapping[str, tuple[str, ...]]) -> NDArray[np.int64]:
        """Return the doc ids of all hits, full and partial, under the selections, by the keys of their pages."""
        finding = self._find(plan)
        found = finding.full | finding.partial
        for facet, codes in selections.items():
            found &= self._select(facet, codes)
        doc_ids = np.flatnonzero(found)
        return doc_ids[np.argsort(self._page_ids[doc_ids])]

    def page_ids(self, doc_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        return self._page_ids[doc_ids]

    def values(self, facet: str, doc_ids: NDArray[np.int64]) -> dict[str, DocMask]:
        """Tell for each code of a facet which of the documents have it."""
        return {code: self._select(facet, (code,))[doc_ids] for code in sorted(self.known_values(facet))}

    def numbers(self, sort: str, doc_ids: NDArray[np.int64]) -> DocValues:
        """Return the keys of the documents in a sort by number."""
        return np.concatenate([segment.numeric_keys[sort] for segment in self._snapshot.segments])[doc_ids]

    def _find(self, plan: Plan) -> Finding:
        """Return what the words find: documents that satisfy all counting words fully, and, if those are few, others.

        The set depends on the words alone, never on selections, sort or page.
        """
        total = len(self._alive)
        score = np.zeros(total)
        reached = np.zeros(total)
        kept = self._alive & ~self._satisfied(plan.excluded)
        full = kept.copy()
        whole = 0.0
        for word in plan.words:
            rarity = self._rarity(word)
            score += rarity * self._strength(word)
            if word.counts:
                satisfied = self._satisfied([one for one in word.alternatives if one.full])
                others = [one for one in word.alternatives if not one.full]
                partly = self._satisfied([one for one in others if one.own_part is not OwnPart.HEAD])
                hardly = self._satisfied([one for one in others if one.own_part is OwnPart.HEAD])
                shares = np.where(partly, self.rules.partly, np.where(hardly, self.rules.hardly, 0.0))
                reached += rarity * np.where(satisfied, 1.0, shares)
                full &= satisfied
                whole += rarity
        coverage = np.round(reached / whole, DECIMALS) if whole else np.ones(total)
        score = np.round(score, DECIMALS)
        partial = np.zeros(total, bool)
        if plan.words and np.count_nonzero(full) < self.rules.enough_full_hits:
            others = np.flatnonzero(kept & ~full & (coverage > 0))
            others = others[np.lexsort((self._page_ids[others], -score[others], -coverage[others]))]
            if not plan.is_known:
                others = self._without_namesakes(others, plan)
            partial[others[: self.rules.most_partial_hits]] = True
        return Finding(full=full, partial=partial, score=score, coverage=coverage)

    def _without_namesakes(self, others: NDArray[np.int64], plan: Plan) -> NDArray[np.int64]:
        """Return of partial hits, in their order, those that a word leads to, and of the others a few.

        These only share a part with a word that no document has.
        """
        near = [one for word in plan.words if word.counts for one in word.alternatives if not one.own_part]
        is_namesake = ~self._satisfied(near)[others]
        return others[~is_namesake | (np.cumsum(is_namesake) <= self.rules.few_namesakes)]

    def _order(self, finding: Finding, found: NDArray[np.int64], *, sort: str) -> NDArray[np.int64]:
        """Return documents in the order of the sort: full hits first, equal ones by the key of their page."""
        partial = finding.partial[found]
        if sort == RELEVANCE:
            coverage = np.where(partial, -finding.coverage[found], 0.0)
            keys = (self._page_ids[found], -finding.score[found], coverage, partial)
        else:
            key = self._sort_key(sort)[found]
            keys = (self._page_ids[found], key, np.isnan(key), partial)
        return found[np.lexsort(keys)]

    def _sort_key(self, name: str) -> DocValues:
        sort = {sort.name: sort for sort in self._catalogue.orders}[name]
        if sort.text:
            key = self._snapshot.rank(name)
        else:
            key = np.concatenate([segment.numeric_keys[name] for segment in self._snapshot.segments])
        return -key if sort.descending else key

    def _select(self, facet: str, codes: Iterable[str]) -> DocMask:
        chosen = np.zeros(len(self._alive), bool)
        offset = 0
        for segment in self._snapshot.segments:
            for code in codes:
                doc_ids = segment.facets[facet].doc_ids.get(code)
                if doc_ids is not None:
                    chosen[doc_ids + offset] = True
            offset += segment.size
        return chosen

    def _count(self, facet: str, found: DocMask, selected: Mapping[str, DocMask]) -> dict[str, int]:
        """Return the hits of each code under all selections but the facet's own."""
        narrowed = found.copy()
        for name, mask in selected.items():
            if name != facet:
                narrowed &= mask
        counts: dict[str, int] = {}
        offset = 0
        for segment in self._snapshot.segments:
            values = segment.facets[facet]
            bits = np.packbits(narrowed[offset : offset + segment.size])
            sums = np.bitwise_count(values.bits & bits).sum(axis=1, dtype=np.int64)
            for code, number in zip(values.codes, sums.tolist(), strict=True):
                counts[code] = counts.get(code, 0) + number
            offset += segment.size
        return counts

    def _rarity(self, word: PlannedWord) -> float:
        """Return how much finding the word tells: the fewer documents satisfy it in any way, the more."""
        frequency = self.frequency(word.alternatives)
        return log(1 + (self.size - frequency + 0.5) / (frequency + 0.5))

    def _strength(self, word: PlannedWord) -> DocValues:
        """Return how strongly each document has the word, 0 to 1: the best of its alternatives."""
        best = np.zeros(len(self._alive))
        for alternative in word.alternatives:
            frequencies = self._weighted_frequencies(alternative)
            np.maximum(best, alternative.weight * frequencies / (frequencies + self._saturation), out=best)
        return best

    @cached_property
    def _saturation(self) -> DocValues:
        """The frequency at which a word has half its weight: more in a long document than in a short one."""
        return self.rules.k1 * (1 - self.rules.b + self.rules.b * self._lengths / max(self.average_length, 1.0))

    def _satisfied(self, alternatives: Sequence[Alternative]) -> DocMask:
        """Return the documents that satisfy any of the alternatives; not to be written to."""
        if len(alternatives) == 1:
            return self._mask(alternatives[0])
        satisfied = np.zeros(len(self._alive), bool)
        for alternative in alternatives:
            satisfied |= self._mask(alternative)
        return satisfied

    def _mask(self, alternative: Alternative) -> DocMask:
        mask = self._masks.get(alternative)
        if mask is None:
            # Most alternatives are only counted, and need no weights.
            mask = self._masks[alternative] = self._find_satisfying(alternative) & self._alive
        return mask

    def _find_satisfying(self, alternative: Alternative) -> DocMask:
        if alternative.order is Order.NONE:
            ordinals = self._ordinals_of(alternative.terms[0])
            return self._join([segment.having(ordinals) for segment in self._segments])
        columns = []
        for segment, found, labels in self._sequence(alternative):
            has = segment.having(labels)
            has[found.doc_ids] = True
            columns.append(has)
        return self._join(columns)

    def _weighted_frequencies(self, alternative: Alternative) -> DocValues:
        """Return how often each document satisfies an alternative, occurrences weighed by their field."""
        weighted = self._frequencies.get(alternative)
        if weighted is None:
            if alternative.order is Order.NONE:
                weighted = self._weigh_term(alternative.terms[0])
            else:
                weighted = self._weigh_sequence(alternative)
            weighted *= self._alive
            self._frequencies[alternative] = weighted
        return weighted

    def _weigh_term(self, term: QueryTerm) -> DocValues:
        ordinals = self._ordinals_of(term)
        return self._join([segment.weigh(ordinals) for segment in self._segments])

    def _join(self, columns: Sequence[NDArray[_Value]]) -> NDArray[_Value]:
        """Return the columns of the segments that have documents as one; most often there is one."""
        return columns[0] if len(columns) == 1 else np.concatenate([self._alive[:0], *columns])

    def _weigh_sequence(self, alternative: Alternative) -> DocValues:
        """Weigh words in order, where they stand so in a text or in a label."""
        columns = []
        for segment, found, labels in self._sequence(alternative):
            weights = self._weights[found.fields] * found.counts
            weighted = np.bincount(found.doc_ids, weights=weights, minlength=segment.size)
            columns.append(weighted + segment.weigh(labels))
        return self._join(columns)

    def _sequence(self, alternative: Alternative) -> Iterator[tuple[Segment, Postings, TermOrdinals]]:
        """Yield of each segment where words stand in order, with the ordinals of the concepts that have them so."""
        sequence = [self._ordinals_of(term) for term in alternative.terms]
        labels = self._ordinals_of(QueryTerm(TermKind.SURFACE, keys=alternative.keys))
        is_spaced = alternative.order is Order.SPACED
        passing = self._function_words if is_spaced else np.empty(0, np.int32)
        for segment in self._segments:
            key = alternative.terms if is_spaced else None
            yield segment, segment.occurrences(sequence, passing=passing, known_by=key), labels

    @cached_property
    def _function_words(self) -> NDArray[np.int32]:
        return self._term_dictionary.function_words()


class InProcessEngine:
    def __init__(self) -> None:
        self.term_dictionary = TermDictionary()
        # The facets and sorts of a catalogue shape the arrays.
        self._snapshots_of = cache(partial(Snapshots, term_dictionary=self.term_dictionary))

    def reader(
        self, catalogue: Catalogue, version: IndexVersion, *, now: datetime, rules: Rules = RULES
    ) -> InProcessReader:
        return InProcessReader(
            self.snapshot(catalogue, version), self.term_dictionary, catalogue, now=now, rules=rules
        )

    def snapshot(self, catalogue: Catalogue, version: IndexVersion) -> Snapshot:
        """Return all findable documents as they are at the version or later."""
        return self._snapshots_of(catalogue).current(version)


ENGINE = InProcessEngine()
"""The engine of this process."""
