"""A region's page: what it has developed, and what it uses."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.utils.safestring import SafeString
from wagtail.rich_text import expand_db_html

from operating_models.models import AdoptionReport, AdoptionStatus, RegionPage
from operating_models.models.publishing import is_empty
from operating_models.presentation.adoption import AdoptionRow, adoption_row
from operating_models.presentation.cards import (
    ModelCard,
    StatusCount,
    count_statuses,
    findable_ids,
    make_card,
    read_labels,
)
from operating_models.presentation.trail import Trail
from search.criteria import Criteria
from search.results import find


@dataclass(frozen=True, slots=True)
class RegionView:
    """All that the template of a region's page reads. ``models`` are the newest ones of ``total``."""

    name: str
    name_sv: str
    collaborative_area: str
    intro_html: SafeString | str
    models: tuple[ModelCard, ...]
    total: int
    adopted: tuple[AdoptionRow, ...]
    counts: tuple[StatusCount, ...]
    search_url: str
    organiser: bool


def read(page: RegionPage, request: HttpRequest, trail: Trail) -> RegionView:
    """Read a region's page with its models from the search and its adoptions from the ledger."""
    region = page.region
    found = find(Criteria().with_value("region", region.code))
    labels = read_labels()
    reports = list(
        AdoptionReport.objects.in_region(region)
        .filter(page__in=findable_ids())
        .as_of()
        .with_dispute()
        .select_related("page", "region")
        .order_by("page__title", "page_id")
    )
    statuses = [report.status for report in reports]
    return RegionView(
        name=region.name_fi,
        name_sv=region.name_sv if region.name_sv != region.name_fi else "",
        collaborative_area=region.collaborative_area_name,
        intro_html="" if is_empty(page.intro) else SafeString(expand_db_html(page.intro)),
        models=tuple(make_card(hit.card, hit.page, request, labels) for hit in found.hits),
        total=found.total,
        adopted=tuple(
            replace(
                adoption_row(report, trail),
                model_title=report.page.title,
                model_url=report.page.get_url(request) or "",
            )
            for report in reports
        ),
        counts=count_statuses({status.value: statuses.count(status.value) for status in AdoptionStatus}),
        search_url=trail.search_url(region=region.code),
        organiser=region.is_organiser,
    )
