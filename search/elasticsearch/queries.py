"""Builds the queries that the search server is sent, and reads parts of its answers; sends nothing itself.

A query is the body of a search request. Conditions only narrow, so that the server can cache them. Scores are made of
constants, except that of a single word, whose frequency in a text and the text's length the server knows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from search.analysis.analyser import LANGUAGES
from search.catalogue import RELEVANCE, Catalogue
from search.elasticsearch.index import (
    EXPIRES,
    FACET,
    FORMS,
    LENGTH,
    MOST_CODES,
    MOST_FORMS,
    PAGE_ID,
    PREFIX,
    SORT,
    STREAM_FIELD,
    WORDS,
    form_of,
    microseconds,
)
from search.rules import Rules
from search.terms.engine import Alternative, Order, OwnPart, Plan, PlannedWord, QueryTerm, TermKind
from search.terms.search_server import SearchServerFailed
from search.terms.words import CLASSIFIED, NAMED

Query = dict[str, object]

LEVELS = 4096
"""Steps of coverage in a score: 12 of the 24 bits that a score of the server has. The others are for ranking."""
STEADY = 0.5
"""The rarity of a word in two thirds of the documents: from it on the server's own is close enough to ours."""
FULL = "full hits"
"""The name of the count of full hits among those of facets, whose names have no space."""
NOTHING_STORED: Query = {"stored_fields": "_none_"}
"""Part of a query that needs nothing of its hits but what they are sorted by: reading their names takes the server
longer than finding them."""


@dataclass(frozen=True, slots=True)
class QueryBuilder:
    """Builds the queries of one moment; ``alive`` are the conditions of a document that has not expired."""

    catalogue: Catalogue
    alive: tuple[Query, ...]

    @classmethod
    def at(cls, now: datetime | None, catalogue: Catalogue) -> QueryBuilder:
        """Return the builder of a moment; None where no document has expired and the server need not look."""
        return cls(catalogue, () if now is None else ({"range": {EXPIRES: {"gt": microseconds(now)}}},))

    def list_hits(
        self,
        plan: Plan,
        selections: Mapping[str, tuple[str, ...]],
        *,
        sort: str,
        ranking: Sequence[Query],
        start: int,
        end: int,
    ) -> Query:
        """Ask which documents stand from ``start`` to ``end`` among those that satisfy all words."""
        conditions = [*self.alive, *self._satisfy_all(plan), *_select(selections).values()]
        return {
            "query": {"bool": {"filter": conditions, "should": list(ranking), **self._leave_out(plan)}},
            "sort": [*self._order(sort), {PAGE_ID: "asc"}],
            "from": start,
            "size": end - start,
            "track_total_hits": False,
            **NOTHING_STORED,
        }

    def count_facets(self, plan: Plan, selections: Mapping[str, tuple[str, ...]]) -> Query:
        """Ask how many full hits each facet's codes have, and how many there are.

        It has no ranking and no page in it, so that the server can keep the answer.
        """
        selected = _select(selections)
        counts: Query = {}
        for facet in self.catalogue.facets:
            others = [one for name, one in selected.items() if name != facet.name]
            if facet.listed and others:
                counts[facet.name] = {"filter": {"bool": {"filter": others}}, "aggs": {"codes": _codes(facet.name)}}
            elif facet.listed:
                # The server counts terms sooner where they are not inside something else.
                counts[facet.name] = _codes(facet.name)
        return {
            "query": {"bool": {"filter": [*self.alive, *self._satisfy_all(plan)], **self._leave_out(plan)}},
            "post_filter": {"bool": {"filter": list(selected.values())}},
            "aggs": counts | {FULL: {"filter": {"match_all": {}}}},
            "size": 0,
            "track_total_hits": True,
        }

    def count(self, alternatives: Sequence[Alternative]) -> Query:
        conditions = [*self.alive, self._satisfy(alternatives)]
        return {"query": {"bool": {"filter": conditions}}, "size": 0, "track_total_hits": True}

    def measure(self) -> Query:
        """Ask how many documents there are, and how many words they have on average, as ``length``."""
        length = {"length": {"avg": {"field": LENGTH}}}
        return {"query": {"bool": {"filter": list(self.alive)}}, "aggs": length, "size": 0, "track_total_hits": True}

    def list_codes(self) -> Query:
        """Ask for the codes of each facet that some document has, whether it has expired or not."""
        return {"aggs": {facet.name: _codes(facet.name, empty=False) for facet in self.catalogue.facets}, "size": 0}

    def cover(
        self,
        plan: Plan,
        counting: Sequence[tuple[PlannedWord, float]],
        *,
        rules: Rules,
        ranking: Sequence[Query],
        size: int,
    ) -> Query:
        """Ask for the documents that cover most of the counting words of a plan, each given with its rarity.

        Their score is the coverage in LEVELS steps, plus that of the ranking.
        """
        whole = sum(rarity for _, rarity in counting)
        coverage: list[Query] = []
        for word, rarity in counting:
            level = max(2, round(rarity / whole * LEVELS))
            others = [one for one in word.alternatives if not one.full]
            heads = [one for one in others if one.own_part is OwnPart.HEAD]
            parts = [one for one in others if one.own_part is not OwnPart.HEAD]
            ways = [
                _constant(self._satisfy([one for one in word.alternatives if one.full]), level),
                _constant(self._satisfy(parts), level * rules.partly),
                _constant(self._satisfy(heads), level * rules.hardly),
            ]
            coverage.append({"dis_max": {"queries": ways}})
        return {
            "query": {
                "bool": {
                    "filter": list(self.alive),
                    "must": [{"bool": {"should": coverage, "minimum_should_match": 1}}],
                    "should": list(ranking),
                    **self._leave_out(plan),
                }
            },
            "sort": [{"_score": "desc"}, {PAGE_ID: "asc"}],
            "size": size,
            "track_total_hits": False,
            **NOTHING_STORED,
        }

    def rank(self, plan: Plan, rarities: Mapping[Alternative, float], *, steady: bool = False) -> list[Query]:
        """Return queries whose scores together are below 1 and order documents nearly as the rules do.

        ``rarities`` tell how much finding each alternative tells; a word tells as much as its most common one. Where
        the scores have to be ``steady``, what nearly all documents have orders none of them: the server's own rarity,
        in which deleted documents count until it tidies up, may there be many times ours.
        """
        words = [(word, min(rarities[one] for one in word.alternatives)) for word in plan.words if word.alternatives]
        scale = 0.9 / max(sum(rarity for _, rarity in words), 1e-6)
        return [
            {
                "dis_max": {
                    "queries": [
                        self._weigh(one, scale * rarity, rarities[one], counted=rarities[one] >= STEADY or not steady)
                        for one in word.alternatives
                    ]
                }
            }
            for word, rarity in words
        ]

    def _weigh(self, alternative: Alternative, share: float, rarity: float, *, counted: bool) -> Query:
        """Return a query whose score is about what an alternative adds to a document's.

        How often it stands there tells only where it is ``counted``.
        """
        boost = alternative.weight * share
        if alternative.order is not Order.NONE or not counted:
            return _constant(self._satisfy([alternative]), boost / 2)
        # The server multiplies with a rarity of its own, which is taken out here.
        text = " ".join(_spell(alternative.terms[0]))
        return {"match": {WORDS: {"query": text, "boost": boost / max(rarity, 1e-6)}}}

    def _order(self, sort: str) -> list[Query]:
        if sort == RELEVANCE:
            return [{"_score": "desc"}]
        chosen = {one.name: one for one in self.catalogue.orders}[sort]
        return [{f"{SORT}.{sort}": {"order": "desc" if chosen.descending else "asc", "missing": "_last"}}]

    def _satisfy_all(self, plan: Plan) -> list[Query]:
        return [self._satisfy([one for one in word.alternatives if one.full]) for word in plan.words if word.counts]

    def _leave_out(self, plan: Plan) -> Query:
        """Return the part of a condition that no document has a word which was left out."""
        return {"must_not": [self._satisfy(plan.excluded)]} if plan.left_out else {}

    def _satisfy(self, alternatives: Sequence[Alternative]) -> Query:
        """Return the condition that a document satisfies any of the alternatives; nothing satisfies none."""
        if not alternatives:
            return {"match_none": {}}
        # All alternatives of one term are one condition, which the server answers sooner than many.
        terms = [term for one in alternatives if one.order is Order.NONE for term in _spell(one.terms[0])]
        conditions: list[Query] = [{"terms": {WORDS: sorted(set(terms))}}] if terms else []
        for one in alternatives:
            if one.order is Order.NONE:
                continue
            if one.order is Order.SPACED:
                conditions.append(_follow(one.terms))
            else:
                phrase = " ".join(term.texts[0] for term in one.terms)
                conditions.append({"match_phrase": {STREAM_FIELD: phrase}})
            if one.keys:
                conditions.append({"terms": {WORDS: _spell(QueryTerm(TermKind.SURFACE, keys=one.keys))}})
        return conditions[0] if len(conditions) == 1 else {"bool": {"should": conditions, "minimum_should_match": 1}}


def page_id_of(hit: Mapping[str, Any]) -> int:
    """Return the page of a hit: the last thing that hits are sorted by."""
    return int(hit["sort"][-1])


def read_codes(aggregation: Mapping[str, Any]) -> dict[str, int]:
    """Return the numbers of a facet's codes. Raises SearchServerFailed when there are more than were asked for."""
    # Where other facets narrow it, a facet's count stands inside a filter (QueryBuilder.count_facets).
    aggregation = aggregation.get("codes", aggregation)
    if aggregation["sum_other_doc_count"]:
        raise SearchServerFailed(f"a facet has more than {MOST_CODES} values", is_outage=False)
    return {bucket["key"]: bucket["doc_count"] for bucket in aggregation["buckets"]}


def _spell(term: QueryTerm) -> list[str]:
    """Return a term as the index has it: any of these."""
    kinds = (TermKind.BASE, TermKind.PART) if term.kind == TermKind.ANYWHERE else (term.kind,)
    found = [PREFIX[kind] + text for kind in kinds for text in term.texts]
    found += [PREFIX[TermKind.SURFACE] + CLASSIFIED + key for key in term.keys]
    found += [PREFIX[TermKind.SURFACE] + NAMED + key for key in term.names]
    return found


def _follow(terms: Sequence[QueryTerm]) -> Query:
    """Return the condition that words follow each other, each in any of its forms, in texts of their language."""
    fields = [f"{FORMS}.{place}" for place in range(MOST_FORMS)]

    def stand(term: QueryTerm) -> Query:
        languages = [term.language] if term.language else LANGUAGES
        forms = [form_of(text, language) for text in term.texts for language in languages]
        # Places of one field are those of every other: all are read as if they were the first.
        found = [
            {"span_field_masking": {"query": {"span_term": {field: form}}, "field": fields[0]}}
            for field in fields
            for form in forms
        ]
        return {"span_or": {"clauses": found}}

    return {"span_near": {"clauses": [stand(term) for term in terms], "slop": 0, "in_order": True}}


def _select(selections: Mapping[str, tuple[str, ...]]) -> dict[str, Query]:
    return {facet: {"terms": {f"{FACET}.{facet}": list(codes)}} for facet, codes in selections.items()}


def _constant(query: Query, boost: float) -> Query:
    return {"constant_score": {"filter": query, "boost": boost}}


def _codes(facet: str, *, empty: bool = True) -> Query:
    return {"terms": {"field": f"{FACET}.{facet}", "size": MOST_CODES, "min_doc_count": 0 if empty else 1}}
