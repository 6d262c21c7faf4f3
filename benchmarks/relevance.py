"""Scores the search against judged queries (tests/relevance/README.md tells the format and how it was judged)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path

from django.test.utils import override_settings

from operating_models.models import LoadedFile
from search import catalogue
from search.criteria import Criteria
from search.finding.results import Hit, find
from search.terms import concepts
from search.terms.concepts import Concepts
from search.terms.engine import Engine

DEPTH = 10
"""nDCG counts this many first hits, and must_not looks at as many."""
SUCCESS_DEPTH = 5
ON_TOPIC = 2
ABSENT = "absent"
MISSPELT = "misspelt"


class QueryFileError(Exception):
    """A file of judged queries that cannot be read; the message says the line and what is wrong."""


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query with the grade (2 on topic, 1 partly) of each relevant model by its number."""

    id: str
    kind: str
    query: str
    grades: Mapping[int, int]
    must_lead: frozenset[int]
    must_not: frozenset[int]


@dataclass(frozen=True, slots=True)
class RankedHit:
    """A model that a query found, by its number and title; a partial hit lacks a part of the query.

    One that is ``near`` was found by its meaning alone.
    """

    number: int
    title: str
    partial: bool
    near: bool = False


@dataclass(frozen=True, slots=True)
class Ranking:
    """The first hits of a query in order, and in ``meant`` those that the shown correction of the query finds.

    ``is_corrected`` tells that the hits are those of the correction.
    """

    hits: tuple[RankedHit, ...]
    meant: tuple[RankedHit, ...] = ()
    is_corrected: bool = False

    @property
    def numbers(self) -> tuple[int, ...]:
        """Numbers of the hits in order."""
        return tuple(hit.number for hit in self.hits)

    @property
    def full(self) -> tuple[int, ...]:
        """Numbers of the full hits of the query as it was typed, in order: they come before the partial ones."""
        return () if self.is_corrected else tuple(hit.number for hit in self.hits if not (hit.partial or hit.near))


@dataclass(frozen=True, slots=True)
class Score:
    """How a query did. ``ndcg`` and ``success`` are None for a query without relevant models."""

    query: JudgedQuery
    ranking: Ranking
    ndcg: float | None
    success: bool | None
    leads_wrong: bool
    forbidden: tuple[int, ...]
    absent_ignored: bool

    @property
    def violations(self) -> tuple[str, ...]:
        texts = []
        if self.leads_wrong:
            texts.append(f"must_lead: {_join(self.query.must_lead)}, first is {self.ranking.numbers[:1]}")
        if self.forbidden:
            texts.append(f"must_not: {_join(self.forbidden)} among the first full hits")
        if self.absent_ignored:
            texts.append("absent: a full hit")
        return tuple(texts)


@dataclass(frozen=True, slots=True)
class KindScore:
    """The means of a group of queries, None when none of them has relevant models, and counts of its violations."""

    kind: str
    queries: int
    ndcg: float | None
    success: float | None
    must_lead: int
    must_not: int
    absent: int

    @property
    def violations(self) -> int:
        """All of them."""
        return self.must_lead + self.must_not + self.absent


def read_queries(path: Path) -> list[JudgedQuery]:
    """Read a file of judged queries. Raises QueryFileError with the line that is wrong."""
    with path.open(encoding="utf-8", newline="") as file:
        queries = []
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                grades = dict(map(int, pair.split(":")) for pair in _split(row["relevant"]))
                queries.append(
                    JudgedQuery(
                        id=row["id"],
                        kind=row["kind"],
                        query=row["query"],
                        grades=grades,
                        must_lead=frozenset(map(int, _split(row["must_lead"]))),
                        must_not=frozenset(map(int, _split(row["must_not"]))),
                    )
                )
            except (KeyError, TypeError, ValueError) as error:
                raise QueryFileError(f"{path.name}, line {number}: {error}") from error
    return queries


def score_all(
    queries: Iterable[JudgedQuery], *, supposed: Concepts | None = None, engine: Engine | None = None
) -> list[Score]:
    """Ask the search each query and score the answers. Numbers come from the names of the loaded files.

    ``supposed`` are concepts to search with in place of those of the database, and ``engine`` one that takes the place
    of that which answers the site.
    """
    numbers = {page: int(name.split("-")[0]) for page, name in LoadedFile.objects.values_list("page_id", "name")}
    return [score(query, _ask(query.query, numbers, supposed, engine)) for query in queries]


def score_without_synonyms(queries: Iterable[JudgedQuery]) -> list[Score]:
    """Score the queries as if there were no synonym sets; vocabularies keep their words."""
    return score_all(queries, supposed=concepts.suppose(catalogue.current(), []))


def score_without_nearness(queries: Iterable[JudgedQuery]) -> list[Score]:
    """Score the queries as if there were no vectors."""
    with override_settings(EMBEDDER=""):
        return score_all(queries)


def _ask(query: str, numbers: Mapping[int, int], supposed: Concepts | None, engine: Engine | None) -> Ranking:
    def rank(hits: Iterable[Hit]) -> tuple[RankedHit, ...]:
        return tuple(RankedHit(numbers[hit.page_id], hit.plain_title, hit.partial, hit.near) for hit in hits)

    results = find(Criteria(words=query), supposed=supposed, engine=engine)
    corrected = results.correction
    meant = find(Criteria(words=corrected.words), supposed=supposed, engine=engine).hits if corrected else ()
    return Ranking(rank(results.hits), rank(meant))


def score(query: JudgedQuery, ranking: Ranking) -> Score:
    """Score the hits of one query; of a misspelt one those of its shown correction where they are better."""
    if query.kind == MISSPELT:
        corrected = Ranking(ranking.meant, is_corrected=True)
        if ndcg(corrected.numbers, query.grades) > ndcg(ranking.numbers, query.grades):
            ranking = corrected
    first = ranking.numbers[:SUCCESS_DEPTH]
    relevant = bool(query.grades)
    return Score(
        query=query,
        ranking=ranking,
        ndcg=ndcg(ranking.numbers, query.grades) if relevant else None,
        success=any(query.grades.get(number) == ON_TOPIC for number in first) if relevant else None,
        leads_wrong=bool(query.must_lead) and not query.must_lead & set(first[:1]),
        forbidden=tuple(number for number in ranking.full[:DEPTH] if number in query.must_not),
        absent_ignored=query.kind == ABSENT and bool(ranking.full),
    )


def ndcg(numbers: Sequence[int], grades: Mapping[int, int]) -> float:
    """Return nDCG of the first hits with gain 2^grade − 1 (Järvelin and Kekäläinen 2002, in its web form)."""
    ideal = sorted(grades.values(), reverse=True)[:DEPTH]
    return _gain([grades.get(number, 0) for number in numbers[:DEPTH]]) / _gain(ideal)


def _gain(grades: Iterable[int]) -> float:
    return sum((2**grade - 1) / log2(place + 1) for place, grade in enumerate(grades, start=1))


def summarise(scores: Sequence[Score]) -> list[KindScore]:
    """Return the means by kind, in the order of the file, and of all queries last."""
    kinds = dict.fromkeys(score.query.kind for score in scores)
    return [*(_summary(kind, [s for s in scores if s.query.kind == kind]) for kind in kinds), _summary("all", scores)]


def _summary(kind: str, scores: Sequence[Score]) -> KindScore:
    ndcgs = [s.ndcg for s in scores if s.ndcg is not None]
    successes = [s.success for s in scores if s.success is not None]
    return KindScore(
        kind=kind,
        queries=len(scores),
        ndcg=sum(ndcgs) / len(ndcgs) if ndcgs else None,
        success=sum(successes) / len(successes) if successes else None,
        must_lead=sum(s.leads_wrong for s in scores),
        must_not=sum(bool(s.forbidden) for s in scores),
        absent=sum(s.absent_ignored for s in scores),
    )


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _join(numbers: Iterable[int]) -> str:
    return ", ".join(str(number) for number in sorted(numbers))
