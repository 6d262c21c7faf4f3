"""The search page: results, facets with counts, chips, sorts and pages, each with its address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from operating_models.components.breadcrumbs import LabelledLink
from operating_models.components.cards import LinkedValue, ModelCard, make_card
from operating_models.components.languages import IN_LANGUAGE
from operating_models.components.selections import Chip, HiddenField
from operating_models.models import Keyword, Project, PromotedModel, Region, TextLanguage
from operating_models.pages import promotions
from operating_models.pages.promotions import Promotion
from search import catalogue
from search.catalogue import Facet
from search.criteria import AS_TYPED, Criteria
from search.finding.results import AlternativeSearch, FacetResult, Hit, Results
from search.rules import QUERY_CHARACTERS

Address = Callable[[Criteria], str]
"""Gives a state of the search its address."""

SHOWN_VALUES = 8
"""How many values of a facet stand open; the others follow behind "show more"."""

PAGES_AROUND = 2
"""How many page links stand on each side of the current one."""


@dataclass(frozen=True, slots=True)
class HitView:
    """``found_in`` says in which other language the words stand, "" where what is shown has them."""

    card: ModelCard
    hit: Hit
    found_in: str = ""


@dataclass(frozen=True, slots=True)
class ProposalView:
    """Another search to offer: what it adds or leaves out, and how many hits it has (None: not counted)."""

    label: str
    url: str
    total: int | None


@dataclass(frozen=True, slots=True)
class FacetView:
    """A facet: ``leading`` values stand open (the first with hits, and every chosen one), then the rest."""

    name: str
    label: str
    leading: tuple[LinkedValue, ...]
    rest: tuple[LinkedValue, ...]
    selected_count: int
    open: bool
    filterable: bool


@dataclass(frozen=True, slots=True)
class SortLink:
    name: str
    label: str
    selected: bool
    url: str


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page of results, or a gap between two of them."""

    number: int
    url: str = ""
    current: bool = False
    gap: bool = False


@dataclass(frozen=True, slots=True)
class SearchPage:
    """All that the template of the search page reads. ``first`` and ``last`` are the places of the shown hits.

    Where ``as_typed`` is given, the hits are those of the correction.
    """

    query: str
    promotions: tuple[Promotion, ...]
    full_hits: tuple[HitView, ...]
    partial_hits: tuple[HitView, ...]
    near_hits: tuple[HitView, ...]
    facets: tuple[FacetView, ...]
    chips: tuple[Chip, ...]
    clear_url: str
    sorts: tuple[SortLink, ...]
    pages: tuple[PageLink, ...]
    previous_url: str
    next_url: str
    total: int
    full: int
    partial: int
    first: int
    last: int
    message: str
    words: tuple[str, ...]
    unknown_words: tuple[str, ...]
    left_out: tuple[str, ...]
    operators: tuple[str, ...]
    named: tuple[LabelledLink, ...]
    correction: LabelledLink | None
    as_typed: LabelledLink | None
    narrower: tuple[ProposalView, ...]
    wider: tuple[ProposalView, ...]
    hidden_fields: tuple[HiddenField, ...]
    browse_themes: tuple[LinkedValue, ...]


def present(
    results: Results,
    request: HttpRequest,
    asked: Criteria,
    *,
    url: str,
    promoted: Iterable[PromotedModel] = (),
    named: Iterable[LabelledLink] = (),
    themes: FacetResult | None = None,
) -> SearchPage:
    """Present the results of what was asked, under the address of the search page.

    ``promoted`` are picked for the words, and ``named`` are pages that they name. ``themes`` are those of all models,
    to browse when nothing was found.
    """
    criteria = results.criteria
    covered = catalogue.current()
    first = (results.page - 1) * covered.page_size + 1

    def address(state: Criteria) -> str:
        query = state.querystring(covered)
        return f"{url}?{query}" if query else url

    hits = list(_views(results, request))
    return SearchPage(
        query=criteria.words,
        promotions=tuple(promotions.present(row, request) for row in promoted),
        full_hits=tuple(view for view in hits if not (view.hit.partial or view.hit.near)),
        partial_hits=tuple(view for view in hits if view.hit.partial),
        near_hits=tuple(view for view in hits if view.hit.near),
        facets=tuple(_facet(facet, covered.facet(facet.name)) for facet in results.facets if facet.listed),
        chips=tuple(_chips(results, address)),
        clear_url=address(criteria.without_selections()),
        sorts=tuple(_sorts(results, address)),
        pages=tuple(_pages(results, address)),
        previous_url=address(criteria.with_page(results.page - 1)) if results.page > 1 else "",
        next_url=address(criteria.with_page(results.page + 1)) if results.page < results.pages else "",
        total=results.total,
        full=results.full,
        partial=results.partial,
        first=first if hits else 0,
        last=first + len(hits) - 1 if hits else 0,
        message=_message(results, asked),
        words=results.words,
        unknown_words=results.unknown,
        left_out=results.left_out,
        operators=results.operators,
        named=tuple(named),
        correction=_correction(results, address),
        as_typed=_as_typed(results, address),
        narrower=tuple(_proposal(one, results, address) for one in results.narrower),
        wider=tuple(_proposal(one, results, address) for one in results.wider),
        hidden_fields=tuple(_hidden_fields(results)),
        browse_themes=tuple(_themes(themes, address)) if themes else (),
    )


def _themes(themes: FacetResult, address: Address) -> Iterator[LinkedValue]:
    """Yield the themes that have models."""
    for value in themes.values:
        if value.count:
            url = address(Criteria().with_value(themes.name, value.code))
            yield LinkedValue(value.code, str(value.label), value.count, url)


def _correction(results: Results, address: Address) -> LabelledLink | None:
    if results.correction is None:
        return None
    meant = replace(results.criteria, words=results.correction.words, page=1, as_typed=False)
    return LabelledLink(meant.words, address(meant))


def _as_typed(results: Results, address: Address) -> LabelledLink | None:
    """Return the search for the words as they were typed, where their correction was searched for."""
    if not results.is_corrected:
        return None
    return LabelledLink(results.criteria.words, address(replace(results.criteria, page=1, as_typed=True)))


def _proposal(proposal: AlternativeSearch, results: Results, address: Address) -> ProposalView:
    """Name a proposal by its facet and values: "Target group: youth"."""
    facet = results.facet(proposal.facet)
    values = [capfirst(str(value.label)) for value in facet.values if value.code in proposal.codes]
    return ProposalView(f"{facet.label}: {', '.join(values)}", address(proposal.criteria), proposal.total)


def _facet(facet: FacetResult, declared: Facet) -> FacetView:
    values = [LinkedValue(v.code, capfirst(str(v.label)), v.count, selected=v.selected) for v in facet.values]
    with_hits = [value for value in values if value.count][:SHOWN_VALUES]
    shown = {value.code for value in with_hits or values[:SHOWN_VALUES]}
    leading = tuple(value for value in values if value.code in shown or value.selected)
    selected = sum(value.selected for value in values)
    return FacetView(
        name=facet.name,
        label=str(facet.label),
        leading=leading,
        rest=tuple(value for value in values if value not in leading),
        selected_count=selected,
        open=bool(selected) or facet.name in OPEN_FACETS,
        filterable=declared.vocabulary == Region.vocabulary,
    )


OPEN_FACETS = ("region", "target_group", "theme")
"""Facets that stand open before anything is chosen."""


def _views(results: Results, request: HttpRequest) -> Iterator[HitView]:
    for hit in results.hits:
        found_in = str(IN_LANGUAGE[TextLanguage(hit.found_in)]) if hit.found_in else ""
        yield HitView(make_card(hit.card, hit.url_path, request, results.concepts), hit, found_in)


def _chips(results: Results, address: Address) -> Iterator[Chip]:
    for facet in results.facets:
        names = _names(facet.name, [value.code for value in facet.selected])
        for value in facet.selected:
            url = address(results.criteria.without_value(facet.name, value.code))
            yield Chip(capfirst(str(names.get(value.code, value.label))), str(facet.label), url)


def _names(facet: str, codes: list[str]) -> dict[str, str]:
    """Return the names of selected values that no vocabulary of the search names, by their codes."""
    if codes and facet == "tag":
        return dict(Keyword.objects.filter(slug__in=codes).values_list("slug", "name"))
    if codes and facet == Project.vocabulary:
        return {project.code: str(project) for project in Project.objects.filter(code__in=codes)}
    return {}


def _sorts(results: Results, address: Address) -> Iterator[SortLink]:
    for sort in results.sorts:
        yield SortLink(sort.name, str(sort.label), sort.selected, address(results.criteria.with_sort(sort.name)))


def _pages(results: Results, address: Address) -> Iterator[PageLink]:
    """Yield links to the first and last page and to those around the current one, with gaps between."""
    around = range(results.page - PAGES_AROUND, results.page + PAGES_AROUND + 1)
    shown = [number for number in range(1, results.pages + 1) if number in (1, results.pages) or number in around]
    before = 0
    for number in shown:
        if number > before + 1:
            yield PageLink(0, gap=True)
        yield PageLink(number, address(results.criteria.with_page(number)), current=number == results.page)
        before = number


def _message(results: Results, asked: Criteria) -> str:
    if len(asked.words) > QUERY_CHARACTERS:
        return _("The search used the first %(characters)d characters of what you wrote.") % {
            "characters": QUERY_CHARACTERS
        }
    if asked.page > results.page and results.total:
        return _("The results have no page %(asked)d. This is the last one, page %(page)d.") % {
            "asked": asked.page,
            "page": results.page,
        }
    return ""


def _hidden_fields(results: Results) -> Iterator[HiddenField]:
    """Yield what the form has no control for: the sort, and selections of facets that have no list."""
    if results.criteria.sort:
        yield HiddenField("sort", results.criteria.sort)
    if results.criteria.as_typed:
        yield HiddenField(AS_TYPED, "1")
    for facet in results.facets:
        if not facet.listed:
            yield from (HiddenField(facet.name, value.code) for value in facet.selected)
