"""The engine in Elasticsearch: the server narrows, counts and sorts; what scores decide is ranked here from the rows.

A server's score cannot be the one of the rules: it rounds the length of a text, adds where the rules take the
largest, and calculates in 32 bits. So it only chooses the candidates for a place, and the engine in the process ranks
those few, read from the database, with the numbers of the whole index. Where few documents satisfy all words, the
candidates are all that can be found, and everything about them is exact; where many do, order is exact within each
block of RANKED.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from math import floor, log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search import catalogue as catalogues
from search.batches import in_batches
from search.catalogue import RELEVANCE, Catalogue
from search.circuit_breaker import CircuitBreaker
from search.elasticsearch.index import DEEPEST_HIT, TIMEOUT, Cluster, Index
from search.elasticsearch.queries import FULL, Query, QueryBuilder, page_id_of, read_codes
from search.index_version import IndexVersion, is_uncommitted
from search.memory.engine import ENGINE, InProcessReader
from search.memory.number_sets import distinct
from search.memory.segments import NUMBER, DocumentRow, Segment
from search.memory.snapshots import COUNTING, QUOTING, RANKING, Snapshot, read_documents
from search.memory.term_dictionary import FEW_WORDS, TermDictionary, WordsMissing
from search.models import Document
from search.rules import RULES, Rules
from search.terms import words
from search.terms.engine import (
    Alternative,
    Answer,
    Match,
    Order,
    Plan,
    PlannedWord,
    QueryTerm,
    Reader,
    TermKind,
    WordNumbers,
)
from search.terms.search_server import SearchServerFailed
from search.terms.spell_checker import SpellChecker

RANKED = 40
"""Documents that are ranked together where all words are satisfied; a whole number of result pages."""
CANDIDATES = 250
"""Documents that are looked at for the full and partial hits where few satisfy all words. Only where more tie at the
limit of partial hits does the server's score choose among those."""


class Candidates(InProcessReader):
    """A few documents, ranked for one plan with the numbers of the whole index."""

    def __init__(
        self,
        rows: Sequence[DocumentRow],
        plan: Plan,
        whole: ElasticReader,
        term_dictionary: TermDictionary,
        catalogue: Catalogue,
        now: datetime,
    ) -> None:
        base = whole.no_documents
        if rows:
            # Most words of the documents are not those of the plan: all that is done with them would be for nothing.
            only = distinct(
                np.concatenate([term_dictionary.function_words(), *map(term_dictionary.find, _terms_of(plan))])
            )
            base = Segment.from_rows(rows, term_dictionary=term_dictionary, catalogue=catalogue, only=only)
        gone = np.zeros(base.size, bool)
        snapshot = Snapshot(stamp=None, known={}, base=base, gone=gone, changed={}, delta=whole.no_documents)
        super().__init__(snapshot, term_dictionary, catalogue, now=now, rules=whole.rules)
        self._whole = whole

    @property
    def size(self) -> int:
        return self._whole.size

    @property
    def average_length(self) -> float:
        return self._whole.average_length

    def frequency(self, alternatives: Sequence[Alternative]) -> int:
        return self._whole.frequency(alternatives)

    def scores(self, plan: Plan) -> dict[int, float]:
        """Return the score of each document by its page."""
        return dict(zip(self._page_ids.tolist(), self._find(plan).score.tolist(), strict=True))


class ElasticReader:
    """The index for the length of one request, which all its questions together may keep waiting for ``timeout`` s.

    The server may take in changes between two questions; each answer is of one moment. Every method that asks may
    raise SearchServerFailed. Where ``none_expired``, it is known that no document has expired by now; the server then
    need not look, and can keep its answers.
    """

    def __init__(
        self,
        index: Index,
        term_dictionary: TermDictionary,
        read: Callable[[Sequence[int], Sequence[str]], Iterable[DocumentRow]],
        *,
        in_memory: Callable[[], Reader],
        now: datetime,
        rules: Rules = RULES,
        ranked: int = RANKED,
        candidates: int = CANDIDATES,
        timeout: float = TIMEOUT,
        none_expired: bool = False,
    ) -> None:
        self.rules = rules
        self._index = index
        self._catalogue = index.catalogue
        self._term_dictionary = term_dictionary
        self._read = read
        self.in_memory = in_memory
        self._now = now
        self._ranked = ranked
        self._most_candidates = candidates
        self._deadline = time.monotonic() + timeout
        self._queries = QueryBuilder.at(None if none_expired else now, self._catalogue)
        self._totals: tuple[int, float] | None = None
        self._frequencies: dict[tuple[Alternative, ...], int] = {}
        self._full: dict[Plan, int] = {}
        self._counts: dict[tuple[Plan, tuple[object, ...]], Mapping[str, Any]] = {}
        self._few: dict[Plan, Candidates] = {}
        self._codes: Mapping[str, Sequence[str]] | None = None

    @property
    def size(self) -> int:
        return self._measure()[0]

    @property
    def average_length(self) -> float:
        """The words of a findable document on average, 1 without documents."""
        return self._measure()[1]

    def prefetch(self, groups: Iterable[Sequence[Alternative]]) -> None:
        wanted = dict.fromkeys(tuple(group) for group in groups if group)
        asked = [group for group in wanted if group not in self._frequencies]
        if asked:
            self._count(asked)

    def frequency(self, alternatives: Sequence[Alternative]) -> int:
        group = tuple(alternatives)
        if not group:
            return 0
        self.prefetch([group])
        return self._frequencies[group]

    def known_values(self, facet: str) -> frozenset[str]:
        return frozenset(self._known_codes()[facet])

    def surfaces(self, numbers: WordNumbers) -> list[str]:
        self._learn(numbers)
        return self._nothing.surfaces(numbers)

    def spell_checker(self) -> SpellChecker:
        return self.in_memory().spell_checker()

    def matching(self, words: Sequence[PlannedWord], numbers: WordNumbers) -> NDArray[np.bool_]:
        self._learn(numbers)
        return self._nothing.matching(words, numbers)

    def search(
        self, plan: Plan, *, selections: Mapping[str, tuple[str, ...]], sort: str, first: int, count: int
    ) -> Answer:
        if self._are_few(plan):
            return self._search_few(plan, selections=selections, sort=sort, first=first, count=count)
        by_score = sort == RELEVANCE and bool(plan.words)
        block = self._ranked if by_score else 1
        start = first // block * block
        end = -(-(first + count) // block) * block
        # A deeper one the server would refuse. It is behind the last hit: what matters is how many there are.
        is_listed = start < end <= DEEPEST_HIT
        listings = []
        if is_listed:
            ranking = self._rank_approximately(plan) if by_score else []
            listings = [self._queries.list_hits(plan, selections, sort=sort, ranking=ranking, start=start, end=end)]
        counts, hits = self._ask_for(plan, selections, listings)
        if self._are_few(plan):
            return self._search_few(plan, selections=selections, sort=sort, first=first, count=count)
        ids = [page_id_of(hit) for hit in hits]
        scores = self._rank(ids, plan, RANKING).scores(plan) if plan.words else {}
        if by_score:
            blocks = in_batches(ids, block)
            ids = [one for some in blocks for one in sorted(some, key=lambda one: (-scores.get(one, 0.0), one))]
        return Answer(
            matches=tuple(
                Match(page_id, partial=False, score=scores.get(page_id, 0.0), coverage=1.0)
                for page_id in ids[first - start : first - start + count]
            ),
            full=counts["hits"]["total"]["value"],
            partial=0,
            counts={
                facet.name: read_codes(counts["aggregations"][facet.name])
                for facet in self._catalogue.facets
                if facet.listed
            },
        )

    def _are_few(self, plan: Plan) -> bool:
        """Tell whether it is known that so few documents satisfy all words that others are hits too."""
        return bool(plan.words) and self._full.get(plan, self.rules.enough_full_hits) < self.rules.enough_full_hits

    def _search_few(
        self, plan: Plan, *, selections: Mapping[str, tuple[str, ...]], sort: str, first: int, count: int
    ) -> Answer:
        """Answer where partial hits may follow: from all documents that can be among the hits, exactly."""
        if plan not in self._few:
            self._few[plan] = self._rank(self._choose_candidates(plan), plan, COUNTING)
        found = self._few[plan]
        answer = found.search(plan, selections=selections, sort=sort, first=first, count=count)
        counts = {
            facet: dict.fromkeys(self._known_codes()[facet], 0) | dict(of_facet)
            for facet, of_facet in answer.counts.items()
        }
        return replace(answer, counts=counts)

    def _choose_candidates(self, plan: Plan) -> list[int]:
        """Return the pages of all full hits and of all documents that can be among the partial ones.

        The server's score is the coverage in LEVELS steps, plus what it makes of the ranking, which is less than one
        step. Full hits come first: what a partial hit lacks is a step at least.
        """
        counting = [(word, self._rarity(word.alternatives)) for word in plan.words if word.counts]
        ranking = self._rank_approximately(plan, steady=True)
        (answer,) = self._ask(
            self._queries.cover(plan, counting, rules=self.rules, ranking=ranking, size=self._most_candidates)
        )
        hits = answer["hits"]["hits"]
        levels = [floor(hit["sort"][0]) for hit in hits]
        last = self._full[plan] + self.rules.most_partial_hits - 1
        # Rounding each word's share to a level may part two equal coverages by a level a word.
        lowest = levels[last] - len(counting) - 1 if last < len(levels) else 0
        return [page_id_of(hit) for hit, level in zip(hits, levels, strict=True) if level >= lowest]

    def _rank_approximately(self, plan: Plan, *, steady: bool = False) -> list[Query]:
        """Return queries that order documents nearly as the rules do (QueryBuilder.rank)."""
        alternatives = [one for word in plan.words for one in word.alternatives]
        self.prefetch((one,) for one in alternatives)
        return self._queries.rank(plan, {one: self._rarity([one]) for one in alternatives}, steady=steady)

    def _rank(self, page_ids: Sequence[int], plan: Plan, columns: Sequence[str]) -> Candidates:
        """Return the documents of pages as the database has them, to be ranked; ``columns`` are those it needs."""
        if any(one.order is not Order.NONE for one in _alternatives_of(plan)):
            columns = QUOTING
        rows = list(self._read(page_ids, columns)) if page_ids else []
        numbers = [np.frombuffer(row.words, NUMBER) for row in rows]
        if numbers:
            self._learn(np.concatenate(numbers))
        return Candidates(rows, plan, self, self._term_dictionary, self._catalogue, self._now)

    @cached_property
    def no_documents(self) -> Segment:
        """The segment of no documents, made once for all that the request ranks."""
        return Segment.from_rows((), term_dictionary=self._term_dictionary, catalogue=self._catalogue)

    @cached_property
    def _nothing(self) -> Candidates:
        """No documents: it reads words as the engine in the process does, by what the term dictionary has learned."""
        return self._rank([], Plan(), RANKING)

    def _learn(self, numbers: WordNumbers) -> None:
        """Read words into the term dictionary; never the whole table, of which this process needs what it shows."""
        # Numbers in order are looked up many times faster than each where it stands.
        met = distinct(numbers)
        unknown = met[self._term_dictionary.ordinals(met) < 0]
        try:
            for some in in_batches(unknown.tolist(), FEW_WORDS):
                self._term_dictionary.learn(np.array(some, NUMBER))
        except WordsMissing as error:
            raise SearchServerFailed("words of a document are being made anew", is_outage=False) from error

    def _measure(self) -> tuple[int, float]:
        if self._totals is None:
            self._count([])
        return self._totals or (0, 1.0)

    def _ask_for(
        self, plan: Plan, selections: Mapping[str, tuple[str, ...]], listings: Sequence[Query]
    ) -> tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]:
        """Return the counts of the full hits and the hits of a listing, none without one.

        What is asked together is answered side by side: with the first of a plan the rarities of its words, and the
        listing although the full hits may turn out to be few and other hits wanted.
        """
        key = plan, tuple(sorted(selections.items()))
        questions = list(listings)
        if key not in self._counts:
            questions.append(self._queries.count_facets(plan, selections))
        groups = dict.fromkeys(word.alternatives for word in plan.words if word.alternatives)
        missing = [group for group in groups if group not in self._frequencies]
        answers = self._count(missing, *questions) if plan.words else self._ask(*questions)
        if key not in self._counts:
            self._counts[key] = answers.pop()
            self._full[plan] = self._counts[key]["aggregations"][FULL]["doc_count"]
        return self._counts[key], answers[0]["hits"]["hits"] if answers else ()

    def _count(self, groups: Sequence[tuple[Alternative, ...]], *others: Query) -> list[Mapping[str, Any]]:
        """Ask how many documents satisfy any alternative of each group; return the answers to the other questions.

        All are asked together, each by itself: the server counts the documents of one condition several times faster
        than it sorts all documents into many, and it keeps each answer for the next search that has the word.
        """
        questions = [self._queries.count(group) for group in groups]
        is_first = self._totals is None
        if is_first:
            questions.append(self._queries.measure())
        answers = self._ask(*questions, *others)
        totals = [answer["hits"]["total"]["value"] for answer in answers[: len(questions)]]
        if is_first:
            measured = answers[len(groups)]["aggregations"]["length"]["value"]
            self._totals = (totals[len(groups)], measured or 1.0)
        self._frequencies |= dict(zip(groups, totals, strict=False))
        return answers[len(questions) :]

    def _rarity(self, alternatives: Sequence[Alternative]) -> float:
        """Return how much finding any of the alternatives tells (rules: rarity of a word)."""
        frequency = self.frequency(alternatives)
        return log(1 + (self.size - frequency + 0.5) / (frequency + 0.5))

    def _known_codes(self) -> Mapping[str, Sequence[str]]:
        """Return the codes of each facet that some document has; the server keeps this answer until a change."""
        if self._codes is None:
            (answer,) = self._ask(self._queries.list_codes())
            self._codes = {facet: tuple(read_codes(one)) for facet, one in answer["aggregations"].items()}
        return self._codes

    def _ask(self, *bodies: Query) -> list[Mapping[str, Any]]:
        if not bodies:
            return []
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise SearchServerFailed("its answers together took longer than a search may wait")
        return self._index.search(bodies, timeout=left)


class ElasticEngine:
    """Answers from an index in Elasticsearch."""

    def __init__(self, cluster: Cluster, *, timeout: float = TIMEOUT) -> None:
        self.cluster = cluster
        self.timeout = timeout
        """Seconds that one search may wait for all the answers it needs."""
        self._term_dictionary = TermDictionary()
        self._expiry: tuple[int, datetime | None] | None = None
        """When the first document expires, with the stamp at which that was read."""

    def index(self, catalogue: Catalogue) -> Index:
        return Index(self.cluster, catalogue, words.analyser().version)

    def reader(
        self, catalogue: Catalogue, version: IndexVersion, *, now: datetime, rules: Rules = RULES
    ) -> ElasticReader:
        return ElasticReader(
            self.index(catalogue),
            self._term_dictionary,
            read_documents,
            in_memory=lambda: ENGINE.reader(catalogue, version, now=now, rules=rules),
            now=now,
            rules=rules,
            timeout=self.timeout,
            none_expired=self._have_none_expired(version, now),
        )

    def _have_none_expired(self, version: IndexVersion, now: datetime) -> bool:
        """Tell whether no document has expired; asks the database only when documents have changed."""
        if self._expiry is None or self._expiry[0] != version.documents:
            expiring = Document.objects.filter(findable=True, expires_at__isnull=False)
            first = expiring.order_by("expires_at").values_list("expires_at", flat=True).first()
            if version.documents is None or is_uncommitted():
                return first is None or first > now
            self._expiry = version.documents, first
        _stamp, first = self._expiry
        return first is None or first > now


@dataclass(frozen=True, slots=True)
class Connection:
    """What this process knows of its search server: the engine that asks it, and how it has answered."""

    engine: ElasticEngine
    breaker: CircuitBreaker

    def index(self) -> Index:
        return self.engine.index(catalogues.current())


def _terms_of(plan: Plan) -> set[QueryTerm]:
    """Return all terms by which the words of a plan may be satisfied."""
    alternatives = _alternatives_of(plan)
    labels = [QueryTerm(TermKind.SURFACE, keys=one.keys) for one in alternatives if one.order is not Order.NONE]
    return {term for one in alternatives for term in one.terms}.union(labels)


def _alternatives_of(plan: Plan) -> list[Alternative]:
    return [one for word in (*plan.words, *plan.left_out) for one in word.alternatives]
