"""What each page type gives its template; the page types name these functions."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest

from operating_models.models import OperatingModelIndexPage, OperatingModelPage, RegionPage, StatisticsPage
from operating_models.presentation import languages, listing, model, region, reporting, statistics
from operating_models.presentation.trail import follow, walk
from search import catalogue
from search.criteria import Criteria
from search.log import visits
from search.log.writing import WRITER
from search.results import find

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
        "reporting": reporting.beside_model(page, request),
        "breadcrumbs": trail.crumbs,
        "page_description": page.search_description or page.lead,
        "canonical_url": page.get_full_url(request),
        "alternates": languages.alternates(page, request),
    }
