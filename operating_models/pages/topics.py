"""The page of a theme or a target group, and the list of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from operating_models.components import live
from operating_models.components.adoption import RecentAdoption, recent_adoptions
from operating_models.components.breadcrumbs import Trail, Way, introduce, term_urls
from operating_models.components.cards import FacetValue, ModelCard, findable_ids, make_card
from operating_models.components.live import Figure, RegionCount
from operating_models.components.maps import TileMap
from operating_models.models import TargetGroup, TargetGroupPage, TermPage, Theme, ThemeIndexPage, ThemePage
from operating_models.statistics import counting
from search.criteria import Criteria
from search.finding.results import find

NEWEST = 12
RELATED = 8
RECENT = 6

PAGES = {Theme.vocabulary: ThemePage, TargetGroup.vocabulary: TargetGroupPage}
"""Page types by the vocabulary of their terms, which is also the name of the facet."""


@dataclass(frozen=True, slots=True)
class Related:
    """A term that some of the same models have: how many, and the address of the term."""

    label: str
    url: str
    shared: int


@dataclass(frozen=True, slots=True)
class TopicView:
    """All that the template of a theme's or target group's page reads. ``models`` are the newest ones of ``total``."""

    name: str
    kind_label: str
    intro_html: SafeString | str
    figures: tuple[Figure, ...]
    models: tuple[ModelCard, ...]
    total: int
    search_url: str
    regions: tuple[RegionCount, ...]
    region_map: TileMap | None
    themes: tuple[Related, ...]
    target_groups: tuple[Related, ...]
    recent_adoptions: tuple[RecentAdoption, ...]


@dataclass(frozen=True, slots=True)
class TopicIndex:
    """All themes and target groups with the numbers of their models."""

    lead: str
    themes: tuple[FacetValue, ...]
    target_groups: tuple[FacetValue, ...]


def read(page: TermPage, request: HttpRequest, trail: Trail) -> TopicView:
    """Read the page of a theme or a target group: models from the search, numbers from the statistics."""
    term = page.term
    selection = {term.vocabulary: term.code}
    criteria = Criteria().with_value(term.vocabulary, term.code)
    found = find(criteria)
    numbers = live.read(criteria)
    urls = topic_urls(request)
    return TopicView(
        name=str(term),
        kind_label=capfirst(term._meta.verbose_name),
        intro_html=introduce(page.intro),
        figures=tuple(live.figures(numbers, trail, **selection)),
        models=tuple(make_card(hit.card, hit.url_path, request, found.concepts) for hit in found.hits[:NEWEST]),
        total=found.total,
        search_url=trail.search_url(**selection),
        regions=tuple(live.regions(numbers, trail, **selection)),
        region_map=live.draw_regions(numbers, trail, **selection) if numbers else None,
        themes=tuple(_related(Theme.vocabulary, numbers.themes, term.key, urls, trail)) if numbers else (),
        target_groups=(
            tuple(_related(TargetGroup.vocabulary, numbers.target_groups, term.key, urls, trail)) if numbers else ()
        ),
        recent_adoptions=recent_adoptions(
            findable_ids().filter(page_id__in=term.operating_models.values("pk")), request, most=RECENT
        ),
    )


def read_index(page: ThemeIndexPage, request: HttpRequest, way: Way) -> TopicIndex:
    """Read the list of all themes and target groups."""
    numbers = counting.read()
    urls = topic_urls(request)
    return TopicIndex(
        lead=page.lead,
        themes=values(Theme.vocabulary, numbers.themes, urls, way),
        target_groups=values(TargetGroup.vocabulary, numbers.target_groups, urls, way),
    )


def topic_urls(request: HttpRequest) -> dict[str, str]:
    """Return the addresses of the pages of themes and target groups by the keys of the terms; two queries."""
    return term_urls(PAGES.values(), request)


def values(vocabulary: str, rows: Iterable[counting.Row], urls: Mapping[str, str], way: Way) -> tuple[FacetValue, ...]:
    """Return terms with the numbers of their models, each leading to its page, or to its search when it has none."""
    return tuple(FacetValue(row.code, row.label, row.developed, _url(vocabulary, row.code, urls, way)) for row in rows)


def _related(
    vocabulary: str, rows: Iterable[counting.Row], own: str, urls: Mapping[str, str], way: Way
) -> Iterator[Related]:
    """Yield the terms that most of the same models have, the page's own left out."""
    others = [row for row in rows if row.developed and f"{vocabulary}:{row.code}" != own]
    for row in sorted(others, key=lambda row: -row.developed)[:RELATED]:
        yield Related(row.label, _url(vocabulary, row.code, urls, way), row.developed)


def _url(vocabulary: str, code: str, urls: Mapping[str, str], way: Way) -> str:
    return urls.get(f"{vocabulary}:{code}") or way.search_url(**{vocabulary: code})
