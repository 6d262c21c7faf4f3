"""What each page type gives its template; the page types name these functions."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.text import Truncator
from wagtail.models import Page

from operating_models.components import languages
from operating_models.components.breadcrumbs import Crumb, Way, follow, walk
from operating_models.models import (
    OperatingModelIndexPage,
    OperatingModelPage,
    ProgrammeIndexPage,
    ProgrammePage,
    ProjectPage,
    RegionPage,
    StatisticsPage,
    TermPage,
    ThemeIndexPage,
)
from operating_models.pages import listing, model, programmes, region, statistics, topics
from operating_models.reporting import presenting
from operating_models.rich_text import plain_text
from search import catalogue
from search.criteria import Criteria
from search.finding.results import find
from search.log import visits
from search.log.writing import WRITER

Context = dict[str, object]


def of_index(page: OperatingModelIndexPage, request: HttpRequest) -> Context:
    """The search page: what the address asks for."""
    way = walk(page, request)
    asked = Criteria.from_querydict(request.GET, catalogue.current())
    results = find(asked)
    WRITER.put(visits.of_search(request, results.criteria, full=results.full, partial=results.partial))
    return {
        "listing": listing.present(results, request, asked, url=way.index_url),
        "breadcrumbs": way.crumbs,
        "page_description": page.search_description or page.lead,
        "canonical_url": page.get_full_url(request),
    }


def of_region(page: RegionPage, request: HttpRequest) -> Context:
    trail = follow(page, request)
    return {
        "region": region.read(page, request, trail),
        "breadcrumbs": trail.crumbs,
        "page_description": page.search_description,
        "canonical_url": page.get_full_url(request),
    }


def of_statistics(page: StatisticsPage, request: HttpRequest) -> Context:
    trail = follow(page, request)
    return {
        "statistics": statistics.read(page, request, trail),
        "breadcrumbs": trail.crumbs,
        "page_description": page.search_description,
        "canonical_url": page.get_full_url(request),
    }


def of_model(page: OperatingModelPage, request: HttpRequest) -> Context:
    trail = follow(page, request)
    WRITER.put(visits.of_opening(request, page.pk, search_path=urlsplit(trail.index_url).path))
    return {
        "model": model.read(page, request, trail, is_preview=request.is_preview),
        "reporting": presenting.beside_model(page, request),
        "breadcrumbs": trail.crumbs,
        "page_description": page.search_description or page.lead,
        "canonical_url": page.get_full_url(request),
        "alternates": languages.alternates(page, request),
    }


def of_theme_index(page: ThemeIndexPage, request: HttpRequest) -> Context:
    way = walk(page, request)
    return _frame(page, request, way, description=page.lead) | {"index": topics.read_index(page, request, way)}


def of_topic(page: TermPage, request: HttpRequest) -> Context:
    trail = follow(page, request)
    return _frame_of_term(page, request, trail) | {"topic": topics.read(page, request, trail)}


def of_programme_index(page: ProgrammeIndexPage, request: HttpRequest) -> Context:
    way = walk(page, request)
    return _frame(page, request, way, description=page.lead) | {"index": programmes.read_index(page, request)}


def of_programme(page: ProgrammePage, request: HttpRequest) -> Context:
    trail = follow(page, request)
    return _frame_of_term(page, request, trail) | {"programme": programmes.read_programme(page, request, trail)}


def of_project(page: ProjectPage, request: HttpRequest) -> Context:
    trail = follow(page, request)
    return _frame_of_term(page, request, trail) | {"project": programmes.read_project(page, request, trail)}


DESCRIPTION_LENGTH = 200
"""Characters of an introduction that describe its page to search engines."""


def _frame_of_term(page: TermPage, request: HttpRequest, way: Way) -> Context:
    """Return what stands around the page of a term: it is called by the name of the term, whatever its own title."""
    crumbs = (*way.crumbs[:-1], Crumb(str(page.term)))
    introduction = Truncator(plain_text(page.intro)).chars(DESCRIPTION_LENGTH)
    return _frame(page, request, way, description=introduction) | {"breadcrumbs": crumbs}


def _frame(page: Page, request: HttpRequest, way: Way, *, description: str) -> Context:
    return {
        "breadcrumbs": way.crumbs,
        "page_description": page.search_description or description,
        "canonical_url": page.get_full_url(request),
    }
