"""Adoption as tables show it: each region's latest status, and all reports of a model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy

from operating_models import maps
from operating_models.maps import TileMap
from operating_models.models import AdoptionReport, AdoptionStatus, DatePrecision, EndReason, RegionKind
from operating_models.models.adoption import USING
from operating_models.presentation.cards import FURTHEST_FIRST, StatusCount, count_statuses
from operating_models.presentation.trail import Trail
from search.models import Document

VERBS = {
    AdoptionStatus.ADOPTING: gettext_lazy("began to adopt"),
    AdoptionStatus.IN_USE: gettext_lazy("took into use"),
    AdoptionStatus.ESTABLISHED: gettext_lazy("has established"),
}


@dataclass(frozen=True, slots=True)
class AdoptionRow:
    """A region's status of a model today; of which the page draws the region or the model."""

    region_name: str
    region_url: str
    status: str
    status_label: str
    since_label: str
    note: str
    source: str
    model_title: str = ""
    model_url: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportRow:
    date_label: str
    region_name: str
    status: str
    status_label: str
    note: str


@dataclass(frozen=True, slots=True)
class RecentAdoption:
    region_name: str
    status: str
    status_label: str
    verb: str
    model_title: str
    model_url: str
    date_label: str


def adoption_row(report: AdoptionReport, trail: Trail) -> AdoptionRow:
    """Make a row of a region's latest report."""
    return AdoptionRow(
        region_name=report.region.short_name_fi,
        region_url=trail.region_url(report.region.code),
        status=report.status,
        status_label=capfirst(report.get_status_display()),
        since_label=str(report.valid_from),
        note=report.note,
        source=report.source,
        reasons=tuple(str(EndReason(reason).label) for reason in report.reasons),
    )


def count_regions(current: list[AdoptionReport]) -> tuple[StatusCount, ...]:
    """Count regions by status; the national value is no region."""
    statuses = [report.status for report in current if report.region.kind != RegionKind.NATIONAL]
    return count_statuses({status.value: statuses.count(status.value) for status in AdoptionStatus})


def draw_map(current: Iterable[AdoptionReport], trail: Trail) -> TileMap | None:
    """Draw where each region stands with a model; None when none has reported. The whole country is on no map."""
    statuses = {
        report.region.code: AdoptionStatus(report.status)
        for report in current
        if report.region.kind != RegionKind.NATIONAL
    }
    if not statuses:
        return None
    nothing = gettext("no report")
    return maps.draw_statuses(
        gettext("Where each region stands with the model"),
        [
            maps.Region(
                region.code,
                str(region),
                f"{region}: {statuses[region.code].label if region.code in statuses else nothing}",
                trail.region_url(region.code),
                status=statuses.get(region.code, ""),
            )
            for region in trail.regions
            if region.kind != RegionKind.NATIONAL
        ],
        signs=[maps.Sign(status.value, str(status.label)) for status in FURTHEST_FIRST],
    )


def report_row(report: AdoptionReport) -> ReportRow:
    return ReportRow(
        date_label=str(report.valid_from),
        region_name=report.region.short_name_fi,
        status=report.status,
        status_label=str(report.get_status_display()),
        note=report.note,
    )


def recent_adoptions(page_ids: QuerySet[Document], request: HttpRequest, *, most: int) -> tuple[RecentAdoption, ...]:
    """Return the latest reports of regions that use one of the pages, told as events; two queries.

    ``page_ids`` are for use in another query. Those without a known date come last.
    """
    reports = (
        AdoptionReport.objects.filter(page__in=page_ids, status__in=USING)
        .exclude(region__kind=RegionKind.NATIONAL)
        .as_of()
        .select_related("page", "region")
    )
    dated = reports.exclude(precision=DatePrecision.UNKNOWN).newest_first()[:most]
    undated = reports.filter(precision=DatePrecision.UNKNOWN).newest_first()[:most]
    return tuple(
        RecentAdoption(
            region_name=report.region.short_name_fi,
            status=report.status,
            status_label=capfirst(report.get_status_display()),
            verb=str(VERBS[AdoptionStatus(report.status)]),
            model_title=report.page.title,
            model_url=report.page.get_url(request) or "",
            date_label="" if report.precision == DatePrecision.UNKNOWN else str(report.valid_from),
        )
        for report in [*dated, *undated][:most]
    )
