"""What the pages of themes, target groups, programmes and projects share: one term in the numbers of this service."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from operating_models.components import live
from operating_models.components.adoption import ReportRow, recent_adoptions
from operating_models.components.breadcrumbs import RegionalLinks
from operating_models.components.cards import ModelCard, findable_ids, make_card
from operating_models.components.live import LinkedFigure, RegionCount
from operating_models.components.maps import TileMap
from operating_models.models import Programme, Project, TargetGroup, TermPage, Theme
from operating_models.statistics.rows import Statistics
from search.finding.results import Results

NOTHING = {
    Theme.vocabulary: gettext_lazy("No model has been published on this theme yet."),
    TargetGroup.vocabulary: gettext_lazy("No model has been published for this target group yet."),
    Programme.vocabulary: gettext_lazy("No model of this programme has been published yet."),
    Project.vocabulary: gettext_lazy("No model of this project has been published yet."),
}
NEWEST = 12
RECENT = 6


@dataclass(frozen=True, slots=True)
class FoundModels:
    """What the search and the statistics tell of the models with a term, asked with the same criteria.

    ``numbers`` is None when no model has the term and no list of the search names it: the search then leaves the term
    out and finds every model.
    """

    results: Results
    numbers: Statistics | None


@dataclass(frozen=True, slots=True)
class TermSummary:
    """A term and its models; ``models`` are the newest ones of ``total``."""

    name: str
    figures: tuple[LinkedFigure, ...]
    models: tuple[ModelCard, ...]
    total: int
    search_url: str
    nothing: str
    """What the page says in place of models when there are none."""
    regions: tuple[RegionCount, ...]
    region_map: TileMap | None
    recent_adoptions: tuple[ReportRow, ...]


def summarise(
    page: TermPage, request: HttpRequest, links: RegionalLinks, found: FoundModels, *, page_ids: QuerySet
) -> TermSummary:
    """Summarise the term of a page; ``page_ids`` are the keys of its models, for use in another query."""
    term, results, numbers = page.term, found.results, found.numbers
    selection = {term.vocabulary: term.code}
    hits = results.hits[:NEWEST] if numbers else ()
    return TermSummary(
        name=str(term),
        figures=tuple(live.figures(numbers, links, **selection)),
        models=tuple(make_card(hit.card, hit.url_path, request, results.concepts) for hit in hits),
        total=results.total if numbers else 0,
        search_url=links.search_url(**selection),
        nothing=str(NOTHING[term.vocabulary]),
        regions=tuple(live.regions(numbers, links, **selection)),
        region_map=live.draw_regions(numbers, links, **selection) if numbers else None,
        recent_adoptions=recent_adoptions(findable_ids().filter(page_id__in=page_ids), request, most=RECENT),
    )
