"""The public search: criteria → one page of results with all counts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

import numpy as np
from django.db import connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from search import catalogue as catalogues
from search import index_version
from search.analysis.function_words import EVERY
from search.catalogue import RELEVANCE, Catalogue, Choice, Facet
from search.criteria import Criteria
from search.finding import fusion
from search.finding.fusion import ListedPage
from search.index_version import IndexVersion
from search.memory.engine import ENGINE
from search.memory.segments import NUMBER
from search.query import corrections, explanations, planning, snippets
from search.query.corrections import Correction
from search.query.explanations import Explanation
from search.query.operators import find_unknown
from search.query.snippets import MatchSpan
from search.rules import QUERY_CHARACTERS
from search.terms import concepts, search_server, words
from search.terms.concepts import Concepts, reader_language
from search.terms.engine import Answer, Engine, Plan, Reader
from search.terms.search_server import SearchServerFailed

FEW_HITS = 2
"""Hits up to which it is said how many there would be without one facet's selections."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A page that was found: title and snippet as HTML with marks, and as ``card`` what the page says of itself.

    ``url_path`` is the column of the page from which Wagtail makes its address. A hit is full, ``partial``, or only
    ``near`` in meaning. ``found_in`` is the language of the texts that have the words, where the shown ones have none.
    """

    page_id: int
    url_path: str
    plain_title: str
    title: SafeString
    snippet: SafeString
    snippet_language: str
    card: Mapping[str, object]
    partial: bool
    near: bool = False
    explanations: tuple[Explanation, ...] = ()
    found_in: str = ""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet: ``count`` is the number of hits if it were the only one selected in its facet.

    ``parent`` is the code of the value that it belongs to, empty for none.
    """

    code: str
    label: str | Promise
    count: int
    selected: bool
    parent: str = ""


@dataclass(frozen=True, slots=True)
class FacetResult:
    """A facet with its values in order, also those without hits. An unlisted one has the selected values only."""

    name: str
    label: str | Promise
    listed: bool
    values: tuple[FacetValue, ...]

    @property
    def selected(self) -> tuple[FacetValue, ...]:
        return tuple(value for value in self.values if value.selected)


@dataclass(frozen=True, slots=True)
class SortChoice:
    name: str
    label: str | Promise
    selected: bool


@dataclass(frozen=True, slots=True)
class AlternativeSearch:
    """Another search to offer: ``criteria`` with the number of its hits, or None where nobody counted them.

    ``facet`` and ``codes`` are the selection that it adds or leaves out.
    """

    criteria: Criteria
    facet: str
    codes: tuple[str, ...]
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found.

    ``criteria`` are those that were used: unknown values left out, a page behind the last turned into the last.
    ``words`` are the words of the query that counted, as they were understood. ``concepts`` are those of this moment,
    with the labels of codes. Numbers cover all pages; only ``near`` and ``pages`` count what is
    near in meaning alone.

    Offered beside the hits: ``correction`` for words that no page has, which are ``unknown``; ``narrower`` searches,
    with a value selected in place of a word that names it; and where few hits are left, ``wider`` ones without the
    selections of a facet. Where ``is_corrected``, the hits are those of the correction. ``operators`` are marks of
    other searches that say nothing here; ``named`` the keys of the concepts that the words name.
    """

    criteria: Criteria
    hits: tuple[Hit, ...]
    total: int
    full: int
    partial: int
    facets: tuple[FacetResult, ...]
    page: int
    pages: int
    words: tuple[str, ...]
    sorts: tuple[SortChoice, ...]
    concepts: Concepts
    near: int = 0
    unknown: tuple[str, ...] = ()
    correction: Correction | None = None
    is_corrected: bool = False
    left_out: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    narrower: tuple[AlternativeSearch, ...] = ()
    wider: tuple[AlternativeSearch, ...] = ()

    def facet(self, name: str) -> FacetResult:
        return {facet.name: facet for facet in self.facets}[name]


def find(
    criteria: Criteria,
    catalogue: Catalogue | None = None,
    *,
    now: datetime | None = None,
    engine: Engine | None = None,
    supposed: Concepts | None = None,
) -> Results:
    """Return the page of results that the criteria ask for, with the counts of every facet.

    Opens no transaction and takes two queries, however much is found. ``supposed`` are concepts that
    take the place of the saved ones. Without ``engine`` the search server is asked, and where there is none or it
    does not answer, the process's own engine.
    """
    catalogue, now = catalogue or catalogues.current(), now or timezone.now()
    if engine is not None:
        return _find(criteria, catalogue, now, engine, supposed)
    server = search_server.current()
    if server is not None:
        # The server tells in the log that it does not answer.
        with suppress(SearchServerFailed):
            return server.ask(lambda chosen: _find(criteria, catalogue, now, chosen, supposed))
    return _find(criteria, catalogue, now, ENGINE, supposed)


def _find(
    criteria: Criteria, catalogue: Catalogue, now: datetime, engine: Engine, supposed: Concepts | None
) -> Results:
    at = index_version.read()
    known = supposed or concepts.current(catalogue, at)
    reader = engine.reader(catalogue, at, now=now)
    criteria = criteria.with_selections(known_selections(criteria, catalogue, known, reader))
    analyser = words.analyser()
    plan = planning.plan(criteria.words, known, reader, analyser) if criteria.words else Plan()
    correction = corrections.correct(criteria.words[:QUERY_CHARACTERS], plan, known, reader, analyser)
    unknown = tuple(word.surface for word in plan.words if word.marked and not word.alternatives)
    is_corrected = correction is not None and correction.is_sure and not criteria.as_typed
    searched = criteria
    if correction is not None and is_corrected:
        searched = replace(criteria, words=correction.words)
        plan = planning.plan(searched.words, known, reader, analyser)
    sort = _choose_sort(criteria, catalogue, plan)
    found = _search(searched, plan, reader, at, catalogue, sort=sort)
    answer = found.answer
    return Results(
        criteria=criteria.with_page(found.page),
        hits=_read_hits(found.listed, plan, catalogue, reader, known),
        total=answer.total,
        full=answer.full,
        partial=answer.partial,
        facets=tuple(_read_facet(facet, criteria, answer, known) for facet in catalogue.facets),
        page=found.page,
        pages=found.pages,
        near=found.near,
        words=tuple(word.surface for word in plan.words if word.counts),
        sorts=_list_sorts(catalogue, plan, sort),
        concepts=known,
        unknown=unknown,
        correction=correction,
        is_corrected=is_corrected,
        left_out=tuple(word.surface for word in plan.left_out),
        operators=find_unknown(criteria.words),
        named=tuple(dict.fromkeys(key for word in plan.words for key in word.concepts)),
        narrower=tuple(_narrow(searched, plan, answer, catalogue)),
        wider=tuple(_widen(criteria, plan, answer, reader)),
    )


@dataclass(frozen=True, slots=True)
class _FoundPage:
    """The page of results that was asked for, or else the last one: an engine's answer, and the pages listed there.

    ``near`` is the number of all that are only near in meaning.
    """

    answer: Answer
    listed: Sequence[ListedPage]
    page: int
    pages: int
    near: int = 0


def _search(
    criteria: Criteria, plan: Plan, reader: Reader, version: IndexVersion, catalogue: Catalogue, *, sort: str
) -> _FoundPage:
    """Ask the engine and, where the words have few full hits and the order is theirs, the vectors too."""
    size, order = catalogue.page_size, catalogue.order(sort, reader_language())

    def ask(page: int) -> Answer:
        first = (page - 1) * size
        return reader.search(plan, selections=criteria.selections, sort=order, first=first, count=size)

    answer, page = ask(criteria.page), criteria.page
    if sort == RELEVANCE and plan.words and answer.full < reader.rules.enough_full_hits:
        fused = fusion.fuse(
            criteria.words, plan, reader, version=version, selections=criteria.selections, found=answer.total
        )
        if fused is not None:
            pages = max(1, -(-len(fused) // size))
            page = min(page, pages)
            listed = fused[(page - 1) * size : page * size]
            return _FoundPage(answer, listed, page, pages, near=sum(one.near for one in fused))
    pages = max(1, -(-answer.total // size))
    if page > pages:
        page = pages
        answer = ask(page)
    return _FoundPage(answer, [ListedPage.of(match) for match in answer.matches], page, pages)


def _narrow(criteria: Criteria, plan: Plan, answer: Answer, catalogue: Catalogue) -> Iterator[AlternativeSearch]:
    """Yield searches with a facet's value in place of a word that names it, where some of the hits have it.

    A region is a value of two facets: where models come from, and where they are in use.
    """
    named = [(word, *key.partition(":")[::2]) for word in plan.words for key in word.concepts]
    for word, vocabulary, code in named:
        left = _without_edges(f"{criteria.words[: word.start]} {criteria.words[word.end :]}".split())
        narrowed = replace(criteria, words=" ".join(left))
        for facet in catalogue.facets:
            is_offered = facet.listed and facet.vocabulary == vocabulary and facet.name not in criteria.selections
            if is_offered and answer.counts[facet.name].get(code):
                yield AlternativeSearch(narrowed.with_value(facet.name, code), facet.name, (code,))


def _without_edges(left: Sequence[str]) -> Sequence[str]:
    """Return words without function words at their ends: *lapset ja nuoret* without *nuoret* is *lapset*."""
    counting = [place for place, word in enumerate(left) if word.casefold() not in EVERY]
    return left[counting[0] : counting[-1] + 1] if counting else ()


def _widen(criteria: Criteria, plan: Plan, answer: Answer, reader: Reader) -> Iterator[AlternativeSearch]:
    """Yield searches without the selections of one facet, where few hits are left and there would be more."""
    if answer.total > FEW_HITS:
        return
    for facet, codes in criteria.selections.items():
        others = {name: kept for name, kept in criteria.selections.items() if name != facet}
        total = reader.search(plan, selections=others, sort=RELEVANCE, first=0, count=0).total
        if total > answer.total:
            yield AlternativeSearch(replace(criteria.with_selections(others), page=1), facet, codes, total)


def _choose_sort(criteria: Criteria, catalogue: Catalogue, plan: Plan) -> str:
    chosen = criteria.sort or RELEVANCE
    return catalogue.default_sort if chosen == RELEVANCE and not plan.words else chosen


def _list_sorts(catalogue: Catalogue, plan: Plan, chosen: str) -> tuple[SortChoice, ...]:
    """Return the orders to choose from; relevance only where words give one."""
    sorts = [(sort.name, sort.label) for sort in catalogue.sorts]
    if plan.words:
        sorts.insert(0, (RELEVANCE, _("relevance")))
    return tuple(SortChoice(name, label, name == chosen) for name, label in sorts)


def known_choices(facet: Facet, known: Concepts) -> Sequence[Choice]:
    if facet.vocabulary:
        return known.choices(facet.vocabulary, reader_language())
    return facet.choices


def known_selections(
    criteria: Criteria, catalogue: Catalogue, known: Concepts, reader: Reader
) -> dict[str, tuple[str, ...]]:
    """Return the selections without codes that nothing knows, each facet's in the facet's own order."""
    selections = {}
    for facet in catalogue.facets:
        asked = criteria.selections.get(facet.name, ())
        if asked:
            codes = [choice.code for choice in known_choices(facet, known)]
            if not set(asked) <= set(codes):
                # Asked only where it matters: outside the process it is a question of its own.
                codes += sorted(reader.known_values(facet.name) - set(codes))
            chosen = tuple(code for code in codes if code in asked)
            if chosen:
                selections[facet.name] = chosen
    return selections


def _read_facet(facet: Facet, criteria: Criteria, answer: Answer, known: Concepts) -> FacetResult:
    """Return a facet with its numbers; a selected value that no list has is shown by its code."""
    selected = criteria.selections.get(facet.name, ())
    counts = answer.counts.get(facet.name, {})
    choices = known_choices(facet, known) if facet.listed or selected else ()
    if selected:
        listed = {choice.code for choice in choices}
        choices = [*choices, *(Choice(code, code) for code in selected if code not in listed)]
    return FacetResult(
        name=facet.name,
        label=facet.label,
        listed=facet.listed,
        values=tuple(
            FacetValue(choice.code, choice.label, counts.get(choice.code, 0), choice.code in selected, choice.parent)
            for choice in choices
            if facet.listed or choice.code in selected
        ),
    )


FOUND = """
    SELECT d.page_id, d.words, d.places, d.passages, d.card, p.title, p.url_path
    FROM search_document d INNER JOIN wagtailcore_page p ON p.id = d.page_id
    WHERE d.findable AND p.live AND d.page_id IN ({})
"""
"""Reads what hits are made of. Plain SQL and no instances: to make these takes longer than the reading."""


class _FoundRow(NamedTuple):
    """The columns of a document, and of its page, that a hit is made of."""

    page_id: int
    words: bytes
    places: bytes
    texts: Sequence[Sequence[str]]
    card: Mapping[str, object]
    title: str
    url_path: str


def _read_rows(page_ids: Sequence[int]) -> Iterator[_FoundRow]:
    if not page_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(FOUND.format(", ".join(["%s"] * len(page_ids))), page_ids)
        found = cursor.fetchall()
    for row in map(_FoundRow._make, found):
        yield row._replace(texts=json.loads(row.texts), card=json.loads(row.card))


def _read_hits(
    listed: Sequence[ListedPage], plan: Plan, catalogue: Catalogue, reader: Reader, known: Concepts
) -> tuple[Hit, ...]:
    """Return the hits in their order, without those whose page is no longer live."""
    by_page = {row.page_id: row for row in _read_rows([one.page_id for one in listed])}
    found = [(by_page[one.page_id], one) for one in listed if one.page_id in by_page]
    spans = snippets.find(plan, [row for row, _ in found], reader)
    numbers = [np.frombuffer(row.words, NUMBER) for row, _ in found]
    language = reader_language()
    why = explanations.find(plan, numbers, reader, known, catalogue, language)
    return tuple(
        _read_hit(row, catalogue, marked, one, why=explanation, language=language)
        for (row, one), marked, explanation in zip(found, spans, why, strict=True)
    )


def _read_hit(
    row: _FoundRow,
    catalogue: Catalogue,
    spans: Sequence[MatchSpan],
    listed: ListedPage,
    *,
    why: tuple[Explanation, ...],
    language: str,
) -> Hit:
    untold = (catalogue.title_field, catalogue.labels_field)
    fields = {field.name for field in catalogue.fields if field.name not in untold}
    snippet = snippets.cut(
        spans,
        row,
        title_field=catalogue.title_field,
        lead_field=catalogue.lead_field,
        fields=fields,
        reader_language=language,
    )
    return Hit(
        page_id=row.page_id,
        url_path=row.url_path,
        plain_title=row.title,
        title=snippets.mark_title(spans, row, field=catalogue.title_field, reader_language=language),
        snippet=snippet.html,
        snippet_language=snippet.language,
        card=row.card,
        partial=listed.partial,
        near=listed.near,
        explanations=why,
        found_in=snippet.found_in,
    )
